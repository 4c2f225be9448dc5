/** Looks at a group's committed offsets over and over, and keeps what it saw with the time of the answer. */

import { setTimeout as delay } from 'node:timers/promises'
import type { GroupOffsets } from '../../../runtime/kafka/index.ts'
import type { Offset, TopicPartition } from '../../../runtime/topic-partition.ts'
import type { Witness } from './witness.ts'

export interface CommitSample {
  /** ms since the epoch when the answer had come. */
  readonly at: number
  /** By partition; undefined: nothing committed yet. */
  readonly committed: readonly (Offset | undefined)[]
}

const everyMs = 5

export class CommitWatch {
  readonly samples: CommitSample[] = []
  #over = false
  readonly #watching: Promise<void>

  constructor(offsets: GroupOffsets, partitions: readonly TopicPartition[]) {
    this.#watching = this.#watch(offsets, partitions)
  }

  /** With one last look. Throws what went wrong in looking. */
  async stop(): Promise<readonly CommitSample[]> {
    this.#over = true
    await this.#watching
    return this.samples
  }

  async #watch(offsets: GroupOffsets, partitions: readonly TopicPartition[]): Promise<void> {
    for (let over = false; !over;) {
      over = this.#over
      const answer = await offsets.of(partitions)
      this.samples.push({ at: Date.now(), committed: answer.map(({ committed }) => committed) })
      await delay(everyMs)
    }
  }
}

/** Samples whose committed offset had passed a record that was not handled to its end by then; in words. */
export const passedUnhandled = (
  samples: readonly CommitSample[],
  published: readonly { readonly partition: number; readonly offset: Offset }[],
  witness: Witness,
): readonly string[] => {
  witness.lines()
  // By partition and offset: the moment when it and all before it were handled.
  const finishedAt = new Map<number, { readonly offset: Offset; readonly at: number }[]>()
  for (const place of published.toSorted((a, b) => a.offset - b.offset)) {
    const ofPartition = finishedAt.get(place.partition) ?? []
    finishedAt.set(place.partition, ofPartition)
    const at = Math.max(ofPartition.at(-1)?.at ?? 0, witness.ended(place)?.at ?? Infinity)
    ofPartition.push({ offset: place.offset, at })
  }
  return samples.flatMap(({ at, committed }) =>
    committed.flatMap((offset, partition) => {
      const last = finishedAt.get(partition)?.findLast((record) => record.offset < (offset ?? 0))
      if (last === undefined || last.at <= at) return []
      return [
        `partition ${String(partition)} was committed to ${String(offset)} before ${String(last.offset)} had ended`,
      ]
    }),
  )
}

/** Partitions whose committed offset went back from one sample to the next; in words. */
export const wentBack = (samples: readonly CommitSample[]): readonly string[] =>
  samples.flatMap(({ committed }, i) =>
    committed.flatMap((offset, partition) => {
      const before = samples[i - 1]?.committed[partition]
      if (before === undefined || (offset ?? -1) >= before) return []
      return [`partition ${String(partition)} went back from ${String(before)} to ${String(offset)}`]
    }),
  )
