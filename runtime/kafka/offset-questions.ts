/**
 * What a connected consumer asks the brokers about its topics' offsets and ids, bounded in time. A question holds one of libuv's threads
 * and a lock that the disconnect wants, so none may be in flight when that begins: close first.
 */

import type { KafkaConsumer } from 'node-rdkafka'
import { TroupeError } from '../errors.ts'
import { topicIdsOf } from './drain/index.ts'
import type { Offset, TopicPartition } from '../topic-partition.ts'
import { committedOffsets, logOffsets, type LogPlaceAsked, type Watermarks, watermarksOf } from './offsets.ts'

const askTimeoutMs = 3_000

/** The group's committed offset, or a place of the log. */
export type OffsetKind = 'committed' | LogPlaceAsked

export class OffsetQuestions {
  readonly #client: KafkaConsumer
  readonly #asked = new Set<Promise<unknown>>()
  #closed = false

  constructor(client: KafkaConsumer) {
    this.#client = client
  }

  offsets(
    kind: OffsetKind,
    partitions: readonly TopicPartition[],
    timeoutMs: number = askTimeoutMs,
  ): Promise<readonly (Offset | undefined)[]> {
    return this.#ask(() =>
      kind === 'committed'
        ? committedOffsets(this.#client, partitions, timeoutMs)
        : logOffsets(this.#client, partitions, kind, timeoutMs),
    )
  }

  watermarks(partition: TopicPartition): Promise<Watermarks> {
    return this.#ask(() => watermarksOf(this.#client, partition))
  }

  topicIds(topics: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#ask(() => topicIdsOf(this.#client, topics, askTimeoutMs))
  }

  /** Takes no more; resolves when all are answered. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#asked)
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new TroupeError('KAFKA_UNAVAILABLE', 'the consumer is closing')
    const answer = question()
    this.#asked.add(answer)
    try {
      return await answer
    } finally {
      this.#asked.delete(answer)
    }
  }
}
