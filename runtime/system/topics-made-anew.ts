/**
 * Watches whether topics are still those that were assigned. One that is deleted and made again keeps its name, and
 * librdkafka goes on in it at the offset where it was, past whatever has been written before that.
 *
 * T1. One look at a time: a broker that does not answer is not asked again before its question has timed out.
 */

import { messageOf } from '../errors.ts'
import type { GroupConsumer } from '../kafka/index.ts'
import type { Offset, TopicPartition } from '../topic-partition.ts'
import type { PartitionRun } from './partition-run.ts'

type Brokers = Pick<GroupConsumer, 'offsets' | 'topicIds'>

export interface TopicsPorts {
  /** Undefined: not connected, or leaving. */
  readonly brokers: () => Brokers | undefined
  readonly runs: () => readonly PartitionRun[]
  /** What brokers did not answer is asked again. */
  readonly unknown: (why: string) => void
}

const lookEveryMs = 1_000

export class TopicsMadeAnew {
  readonly #startFrom: 'earliest' | 'latest'
  readonly #ports: TopicsPorts
  #timer: NodeJS.Timeout | undefined
  /** T1. */
  #looking = false
  /** topic → its id, as it was first seen since a partition of it was assigned. */
  #ids = new Map<string, string>()

  constructor(startFrom: 'earliest' | 'latest', ports: TopicsPorts) {
    this.#startFrom = startFrom
    this.#ports = ports
  }

  begin(): void {
    this.#timer = setInterval(() => void this.#look(), lookEveryMs)
  }

  end(): void {
    clearInterval(this.#timer)
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const brokers = this.#ports.brokers()
    if (brokers === undefined || this.#looking) return
    this.#looking = true
    try {
      await this.#tell(brokers, this.#ports.runs())
    } catch (error) {
      this.#ports.unknown(messageOf(error))
    } finally {
      this.#looking = false
    }
  }

  /** Those partitions whose topics were made anew since the last look. Throws KAFKA_UNAVAILABLE. */
  async #tell(brokers: Brokers, runs: readonly PartitionRun[]): Promise<void> {
    const topics = [...new Set(runs.map(({ at }) => at.topic))]
    const ids = await brokers.topicIds(topics)
    const now = new Map(
      topics.flatMap((topic, nth) => {
        const id = ids[nth]
        return id === undefined ? [] : [[topic, id] as const]
      }),
    )
    const another = runs.filter(({ at }) => {
      const before = this.#ids.get(at.topic)
      return before !== undefined && now.has(at.topic) && now.get(at.topic) !== before
    })
    const starts = await this.#startsOf(brokers, another)
    // Not before everything is known: what is told once is not told again.
    this.#ids = now
    another.forEach((run, nth) => {
      const start = starts[nth]
      if (start !== undefined) run.madeAnew(start)
    })
  }

  async #startsOf(brokers: Brokers, runs: readonly PartitionRun[]): Promise<readonly (Offset | undefined)[]> {
    if (runs.length === 0) return []
    const places: readonly TopicPartition[] = runs.map(({ at }) => at)
    return await brokers.offsets(this.#startFrom === 'latest' ? 'end' : 'begin', places)
  }
}
