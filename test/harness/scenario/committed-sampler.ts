/**
 * Looks at a group's committed offsets every 200 ms for as long as a trial lasts. A broker that is away is not asked
 * twice at once and no fault of the look: what counts is that no look ever shows less than the one before.
 */

import type { GroupOffsets } from '../../../runtime/kafka/index.ts'
import type { TopicPartition } from '../../../runtime/topic-partition.ts'
import { wentBack, type CommitSample } from './commit-watch.ts'

const everyMs = 200

export class CommittedSampler {
  readonly samples: CommitSample[] = []
  /** Looks that had no answer. */
  unanswered = 0
  readonly #offsets: Pick<GroupOffsets, 'of'>
  readonly #partitions: () => readonly TopicPartition[]
  readonly #timer: NodeJS.Timeout
  #looking: Promise<void> | undefined

  /** `partitions`: there may be more of them later. */
  constructor(offsets: Pick<GroupOffsets, 'of'>, partitions: () => readonly TopicPartition[]) {
    this.#offsets = offsets
    this.#partitions = partitions
    this.#timer = setInterval(() => {
      this.#look()
    }, everyMs)
  }

  /** With one last look. What went back, in words. */
  async stop(): Promise<readonly string[]> {
    clearInterval(this.#timer)
    await this.#looking
    this.#look()
    await this.#looking
    return wentBack(this.samples)
  }

  #look(): void {
    this.#looking ??= this.#sample().finally(() => {
      this.#looking = undefined
    })
  }

  async #sample(): Promise<void> {
    try {
      const answer = await this.#offsets.of(this.#partitions())
      this.samples.push({ at: Date.now(), committed: answer.map(({ committed }) => committed) })
    } catch {
      this.unanswered += 1
    }
  }
}
