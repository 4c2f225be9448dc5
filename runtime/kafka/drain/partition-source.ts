/**
 * One partition's records, taken off librdkafka in packed batches.
 *
 * Open it before the partition is assigned: librdkafka keeps the queue apart from then on. Close it after the last
 * drain and before the unassign. It wakes, it is drained without waiting, and while nobody drains it nothing is
 * copied: a partition's credit is simply not draining.
 */

import { loadAddon } from './addon.ts'
import type { NativePartitionSource } from './addon.ts'
import { clientOf, opening } from './client.ts'
import type { RdKafkaConsumer } from './client.ts'
import type { Drained, DrainLimits } from './drained.ts'

export class PartitionSource {
  readonly #native: NativePartitionSource
  #inFlight: Promise<unknown> | undefined
  #closed = false

  private constructor(native: NativePartitionSource) {
    this.#native = native
  }

  /**
   * `onWake` is called on the main thread, once after opening and whenever an empty queue got something; several
   * wakes may be one. It does not come again before a drain has emptied the queue (an answer without `more`): who has
   * no credit at a wake keeps it in mind. A wake need not bring a record: librdkafka's own marks wake too.
   * Throws KAFKA_UNAVAILABLE where the consumer is not connected or the partition's source is open.
   */
  static open(
    consumer: RdKafkaConsumer,
    topic: string,
    partition: number,
    onWake: () => void,
  ): PartitionSource {
    const { PartitionSource: Native } = loadAddon()
    return opening(
      `The queue of ${topic}/${String(partition)}`,
      () => new PartitionSource(new Native(clientOf(consumer), topic, partition, onWake)),
    )
  }

  /**
   * Takes what waits, within the limits. Little is copied on this thread, more on a libuv thread, so that neither
   * latency nor the event loop suffers. One drain at a time: a second one while the first is in flight throws.
   * After `close`, or where the consumer is disconnected or disconnecting, the answer is empty.
   */
  async drain(limits: DrainLimits): Promise<Drained> {
    requireLimits(limits)
    if (this.#inFlight !== undefined) throw new Error('a drain of this partition is in flight')
    if (this.#closed) return nothing(limits)
    const { records, bytes, lanes } = limits
    const later = Promise.withResolvers<Drained>()
    const now = this.#native.drain(records, bytes, lanes, later.resolve)
    if (now !== undefined) return now
    this.#inFlight = later.promise
    try {
      return await later.promise
    } finally {
      this.#inFlight = undefined
    }
  }

  /**
   * Forgets what exceeded the bytes of earlier drains, after the drain in flight. For a rewind: no drain from before
   * this call until the seek is done, or old records come after new ones.
   */
  async discard(): Promise<void> {
    await this.#inFlight
    if (!this.#closed) this.#native.discard()
  }

  /** Waits for the drain in flight, then gives the queue back. What it held is forgotten. Closing twice is closing once. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#inFlight
    this.#native.close()
  }
}

const nothing = (limits: DrainLimits): Drained => ({
  count: 0,
  bytes: 0,
  nextOffset: undefined,
  views: limits.lanes.map(() => []),
  events: [],
  more: false,
})

const requireLimits = ({ records, bytes, lanes }: DrainLimits): void => {
  requireWhole('records', records, 1_000_000)
  requireWhole('bytes', bytes, 2 ** 30)
  if (lanes.length === 0) throw new RangeError('lanes: a drain for no actor would lose its records')
  for (const count of lanes) requireWhole('lanes', count, 4_096)
}

const requireWhole = (name: string, value: number, most: number): void => {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new RangeError(`${name}: ${String(value)} is no whole number from 1 to ${String(most)}`)
}
