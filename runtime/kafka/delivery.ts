/** Records that share one promise, on their way to the brokers; its serial travels with each of them. */

import type { TroupeError } from '../errors.ts'
import type { PackedRecords } from './drain/index.ts'

export interface RecordPlace {
  readonly partition: number
  readonly offset: number
}

export class Delivery {
  /** Of the last record acknowledged. */
  last: RecordPlace | undefined
  /** The first one. */
  error: TroupeError | undefined
  /** Records not settled yet. */
  remaining: number
  /** Its place in the order of giving. */
  readonly serial: number
  /** The next record to hand over. */
  next = 0
  #records: PackedRecords
  readonly #done: (delivery: Delivery) => void
  #inFlight = 0
  #bytesInFlight = 0

  constructor(serial: number, records: PackedRecords, done: (delivery: Delivery) => void) {
    this.serial = serial
    this.#records = records
    this.#done = done
    this.remaining = records.count
  }

  get records(): PackedRecords {
    return this.#records
  }

  get handedOver(): boolean {
    return this.next >= this.#records.count
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** It waits: what is not handed over is copied, since the memory it is packed in is used again. */
  keep(): void {
    this.#records = this.#records.from(this.next)
    this.next = 0
  }

  /** So many of them are in flight. */
  taken(records: number, bytes: number): void {
    this.#inFlight += records
    this.#bytesInFlight += bytes
  }

  /** The bytes that these reports free. Reports don't say which records they are of: a share of the whole, exact in the end. */
  reported(records: number): number {
    const freed =
      this.#inFlight === records
        ? this.#bytesInFlight
        : Math.floor((this.#bytesInFlight * records) / this.#inFlight)
    this.#inFlight -= records
    this.#bytesInFlight -= freed
    return freed
  }

  /** True: those were the last ones. */
  settle(records: number, error: TroupeError | undefined): boolean {
    if (this.remaining === 0) return false
    this.error ??= error
    this.remaining -= records
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
