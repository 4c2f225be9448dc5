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
  #records: readonly OutgoingRecord[]
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

  /** It waits: a single record's bytes are copied, since its caller may use their memory again. */
  keep(): void {
    const [record, ...others] = this.#records
    if (record === undefined || others.length > 0) return
    this.#records = [{ ...record, key: copyOf(record.key), value: copyOf(record.value) }]
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

const copyOf = (bytes: Uint8Array | null): Uint8Array | null => (bytes === null ? null : Buffer.from(bytes))
