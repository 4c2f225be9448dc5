/**
 * A partition while it is ours: its source, drained one drain at a time, and where it is moved to.
 *
 * H1  From the call of `rewind` on nothing of before it is delivered: what a drain in flight took is dropped, and it
 *     goes on when the seek is done.
 * H2  After a rewind it wakes by itself: the queue still holds what librdkafka will discard, so that new records
 *     would not be told.
 * H3  Who drains may overhear wakes meanwhile: what came after the drain had looked is told by its `more`.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { Offset, TopicPartition } from '../topic-partition.ts'
import {
  type Drained,
  type DrainLimits,
  PartitionSource,
  type RdKafkaConsumer,
  type SourceEvent,
} from './drain/index.ts'
import { faultOf, kafkaCodes, kafkaError } from './kafka-error.ts'

const seekTimeoutMs = 10_000
const seekAgainAfterMs = 20

export class HeldPartition {
  readonly at: TopicPartition
  readonly #client: RdKafkaConsumer
  readonly #source: PartitionSource
  readonly #onWake: () => void
  #woken = false
  #moves = 0
  #moving: Promise<void> | undefined
  #closed = false

  /** Before the partition is assigned: then librdkafka never puts its records elsewhere. */
  static open(client: RdKafkaConsumer, at: TopicPartition, onWake: () => void): HeldPartition {
    return new HeldPartition(client, at, onWake)
  }

  private constructor(client: RdKafkaConsumer, at: TopicPartition, onWake: () => void) {
    this.#client = client
    this.at = at
    this.#onWake = onWake
    this.#source = PartitionSource.open(client, at.topic, at.partition, () => {
      this.#woken = true
      onWake()
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  async drain(limits: DrainLimits): Promise<Drained> {
    const events: SourceEvent[] = []
    for (;;) {
      while (this.#moving !== undefined) await this.#moving.catch(ignore)
      if (this.#closed) return { ...nothingDrained(limits), events }
      const moves = this.#moves
      this.#woken = false
      const drained = await this.#source.drain(limits)
      if (moves === this.#moves) {
        // H3
        const more = drained.more || this.#woken
        return more === drained.more && events.length === 0
          ? drained
          : { ...drained, more, events: [...events, ...drained.events] }
      }
      // H1: it was rewound meanwhile.
      events.push(...drained.events)
    }
  }

  /** Rewinds at once follow each other; the last one counts. Rejects with KAFKA_UNAVAILABLE when librdkafka refuses. */
  async rewind(offset: Offset): Promise<void> {
    this.#moves += 1
    const moving = this.#moveTo(offset, this.#moving)
    this.#moving = moving
    try {
      await moving
    } finally {
      if (this.#moving === moving) {
        this.#moving = undefined
        // H2
        if (!this.#closed) this.#onWake()
      }
    }
  }

  /** After the drain and the rewind in flight. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#moving?.catch(ignore)
    await this.#source.close()
  }

  async #moveTo(offset: Offset, before: Promise<void> | undefined): Promise<void> {
    await before?.catch(ignore)
    await this.#source.discard()
    const deadline = performance.now() + seekTimeoutMs
    while (!this.#closed) {
      const error = await this.#seek(offset)
      if (error === undefined) return
      const { code } = faultOf(error)
      // A partition that was just assigned can't be moved until its fetcher has begun.
      const passes = code === kafkaCodes.ERR__STATE || code === kafkaCodes.ERR__PREV_IN_PROGRESS
      if (!passes || performance.now() > deadline) {
        const { topic, partition } = this.at
        throw kafkaError(
          error,
          `moving ${topic}/${String(partition)} to ${String(offset)}`,
          'KAFKA_UNAVAILABLE',
        )
      }
      await delay(seekAgainAfterMs)
    }
  }

  #seek(offset: Offset): Promise<unknown> {
    return new Promise((resolve) => {
      // With a time-out it answers when the fetcher has moved; what is in the queue from before is outdated then.
      this.#client.seek({ ...this.at, offset }, seekTimeoutMs, (error: unknown) => {
        resolve(error ?? undefined)
      })
    })
  }
}

const ignore = (): void => {
  // Whoever asked for it was told.
}

export const nothingDrained = (limits: DrainLimits): Drained => ({
  count: 0,
  bytes: 0,
  nextOffset: undefined,
  views: limits.lanes.map(() => []),
  events: [],
  more: false,
})
