/** Reads the dead-letter topic as it grows, and remembers whose records are on it. */

import { BatchReader } from '../runtime/batch/index.ts'
import type { Options } from '../runtime/config/index.ts'
import { GroupConsumer } from '../runtime/kafka/index.ts'
import { consumerSettings } from '../runtime/system/kafka-settings.ts'
import {
  topicPartitionKey,
  type Offset,
  type TopicPartition,
  type TopicPartitionKey,
} from '../runtime/topic-partition.ts'

const limits = { records: 1_000, bytes: 1_000_000, lanes: [1] }

export class DeadLetterReader {
  readonly #ids = new Map<string, Set<string>>()
  readonly #reading = new Map<TopicPartitionKey, Promise<void>>()
  readonly #positions = new Map<TopicPartitionKey, Offset>()
  #consumer: GroupConsumer | undefined

  static async start(options: Options): Promise<DeadLetterReader> {
    const reader = new DeadLetterReader()
    const nothing = (): Promise<readonly never[]> => Promise.resolve([])
    const settings = consumerSettings(options, {
      groupId: `demo-dead-letters-${process.pid}`,
      startFrom: 'earliest',
    })
    const consumer = await GroupConsumer.connect(settings, {
      assigned: (partitions) => Promise.resolve(partitions.map(() => undefined)),
      revoked: nothing,
      lost: () => undefined,
      event: () => undefined,
      fatal: (error) => {
        throw error
      },
      wake: (at) => reader.#read(consumer, at),
    })
    consumer.subscribe([options.kafkaDlqTopic])
    reader.#consumer = consumer
    return reader
  }

  /** Event ids of the dead letters with this outcome, each once however often it was dead-lettered. */
  idsOf(outcome: string): ReadonlySet<string> {
    return this.#ids.get(outcome) ?? new Set()
  }

  /** Whether everything that is on the topic by now has been read. */
  async caughtUp(): Promise<boolean> {
    const consumer = this.#consumer
    if (consumer === undefined || consumer.partitions.length === 0) return false
    const behind = await Promise.all(
      consumer.partitions.map(async (at) => {
        const { low, high } = await consumer.watermarks(at)
        return (this.#positions.get(topicPartitionKey(at)) ?? low) < high
      }),
    )
    return !behind.includes(true)
  }

  async close(): Promise<void> {
    await this.#consumer?.close()
  }

  /** One drain of a partition at a time: a wake during one is read after it. */
  #read(consumer: GroupConsumer, at: TopicPartition): void {
    const key = topicPartitionKey(at)
    this.#reading.set(
      key,
      (this.#reading.get(key) ?? Promise.resolve()).then(() => this.#readAll(consumer, at)),
    )
  }

  async #readAll(consumer: GroupConsumer, at: TopicPartition): Promise<void> {
    for (let more = true; more;) {
      const drained = await consumer.drain(at, limits)
      more = drained.more
      for (const { batch } of drained.views[0] ?? []) this.#note(new BatchReader(batch))
      if (drained.nextOffset !== undefined) this.#positions.set(topicPartitionKey(at), drained.nextOffset)
    }
  }

  #note(reader: BatchReader): void {
    while (reader.next()) {
      const outcome = reader.header('dlq-outcome')?.toString() ?? 'unknown'
      const ids = this.#ids.get(outcome) ?? new Set()
      ids.add(reader.header('event-id')?.toString() ?? '')
      this.#ids.set(outcome, ids)
    }
  }
}
