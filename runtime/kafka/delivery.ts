/** Records that share one promise, on their way to the brokers; it travels with each of them as its opaque. */

import type { OutgoingRecord } from '../delivery/outgoing.ts'
import type { TroupeError } from '../errors.ts'
import type { TopicPartitionOffset } from '../topic-partition.ts'

export class Delivery {
  /** Of the last record reported; librdkafka's report itself. */
  last: TopicPartitionOffset | undefined
  /** The first one. */
  error: TroupeError | undefined
  /** Records not settled yet. */
  remaining: number
  /** Its place in the order of giving. */
  serial = 0
  readonly #records: readonly OutgoingRecord[]
  readonly #done: (delivery: Delivery) => void
  #next = 0
  #inFlight = 0
  #bytesInFlight = 0

  constructor(records: readonly OutgoingRecord[], done: (delivery: Delivery) => void) {
    this.#records = records
    this.#done = done
    this.remaining = records.length
  }

  /** The next record to hand over; undefined when all are. */
  peek(): OutgoingRecord | undefined {
    return this.#records[this.#next]
  }

  /** It is handed over with so many bytes in flight; without them: it was refused at once. */
  taken(bytes?: number): void {
    this.#next += 1
    if (bytes === undefined) return
    this.#inFlight += 1
    this.#bytesInFlight += bytes
  }

  /** The bytes that one report frees. Reports don't say which record they are of: a share of the whole, exact in the end. */
  acknowledged(): number {
    const freed =
      this.#inFlight === 1 ? this.#bytesInFlight : Math.floor(this.#bytesInFlight / this.#inFlight)
    this.#inFlight -= 1
    this.#bytesInFlight -= freed
    return freed
  }

  /** True: that was the last one. */
  settleOne(error: TroupeError | undefined): boolean {
    if (this.remaining === 0) return false
    this.error ??= error
    this.remaining -= 1
    if (this.remaining > 0) return false
    this.#done(this)
    return true
  }

  /** All that is not settled fails with this. */
  reject(error: TroupeError): void {
    if (this.remaining === 0) return
    this.error ??= error
    this.remaining = 0
    this.#done(this)
  }
}

/** Callers who wait until a condition holds; it is looked at only when `wake` says that it may have changed. */
export class Waiting {
  readonly #waiters = new Set<() => void>()

  /** True when the condition holds, false when the time is over before. */
  until(condition: () => boolean, timeoutMs?: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const settle = (holds: boolean): void => {
        this.#waiters.delete(look)
        clearTimeout(timer)
        resolve(holds)
      }
      const look = (): void => {
        if (condition()) settle(true)
      }
      this.#waiters.add(look)
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(
              () => {
                settle(false)
              },
              Math.max(0, timeoutMs),
            )
    })
  }

  wake(): void {
    for (const look of this.#waiters) look()
  }
}
