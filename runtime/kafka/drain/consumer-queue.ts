/**
 * The consumer's own queue: rebalances, errors, statistics and logs. Who opens it polls it at every wake and, all the
 * same, every few hundred milliseconds: polling is what keeps the consumer within max.poll.interval.ms.
 */

import { loadAddon } from './addon.ts'
import type { NativeConsumerQueue } from './addon.ts'
import { clientOf, opening } from './client.ts'
import type { RdKafkaConsumer } from './client.ts'
import type { SourceEvent } from './events.ts'

export class ConsumerQueue {
  readonly #native: NativeConsumerQueue

  private constructor(native: NativeConsumerQueue) {
    this.#native = native
  }

  /**
   * `onWake` is called on the main thread, once after opening and whenever the empty queue got something. Throws
   * KAFKA_UNAVAILABLE where the consumer is not connected, has no group, or the queue is open already.
   */
  static open(consumer: RdKafkaConsumer, onWake: () => void): ConsumerQueue {
    const { ConsumerQueue: Native } = loadAddon()
    return opening("The consumer's queue", () => new ConsumerQueue(new Native(clientOf(consumer), onWake)))
  }

  /**
   * Serves what waits, without waiting: node-rdkafka's rebalance and other callbacks follow in a later turn of the
   * event loop. At most 1,000 events come at once. Empty when closed, or while the consumer disconnects.
   */
  poll(): readonly SourceEvent[] {
    return this.#native.poll()
  }

  /** In a revoke: the partitions are somebody else's already, and nothing of them can be committed any more. */
  isAssignmentLost(): boolean {
    return this.#native.isAssignmentLost()
  }

  /** Closing twice is closing once. */
  // eslint-disable-next-line @typescript-eslint/require-await -- as PartitionSource, whose close has to wait
  async close(): Promise<void> {
    this.#native.close()
  }
}
