/** What librdkafka holds and has no acknowledgement for; it stays within bounds of records, and of bytes but for the last record. */

import type { Delivery } from './delivery.ts'
import type { PackedRecords, SentRecords } from './drain/index.ts'

/** What a record costs besides its bytes. */
const recordOverheadBytes = 100
/** More than these are handed over in several calls. */
const sendAtOnce = 4_096

export class RecordsInFlight {
  readonly #maxRecords: number
  readonly #maxBytes: number
  /** By serial: those with records in flight. */
  readonly #deliveries = new Map<number, Delivery>()
  #records = 0
  #bytes = 0

  constructor(maxRecords: number, maxBytes: number) {
    this.#maxRecords = maxRecords
    this.#maxBytes = maxBytes
  }

  get records(): number {
    return this.#records
  }

  get bytes(): number {
    return this.#bytes
  }

  get full(): boolean {
    return this.#records >= this.#maxRecords || this.#bytes >= this.#maxBytes
  }

  /** The record before which to stop: of one topic, and within the bounds. The next one itself: there is no room. */
  roomUpTo({ records, next }: Delivery): number {
    const most = Math.min(
      records.endOfRun(next),
      next + Math.min(sendAtOnce, this.#maxRecords - this.#records),
    )
    let bytes = this.#bytes
    let upTo = next
    while (upTo < most && bytes < this.#maxBytes) {
      bytes += recordOverheadBytes + records.sizeOf(upTo)
      upTo += 1
    }
    return upTo
  }

  /** From this record on they were sent, but for those refused. */
  add(delivery: Delivery, from: number, { next, refused }: SentRecords): void {
    const records = next - from - refused.length
    if (records === 0) return
    const bytes = bytesOf(delivery.records, from, next, refused) + recordOverheadBytes * records
    delivery.taken(records, bytes)
    this.#deliveries.set(delivery.serial, delivery)
    this.#records += records
    this.#bytes += bytes
  }

  /** So many of a delivery's records are reported. */
  reported(serial: number, records: number): Delivery | undefined {
    const delivery = this.#deliveries.get(serial)
    if (delivery === undefined) return undefined
    this.#records -= records
    this.#bytes -= delivery.reported(records)
    if (delivery.inFlight === 0) this.#deliveries.delete(serial)
    return delivery
  }
}

const bytesOf = (
  records: PackedRecords,
  from: number,
  to: number,
  refused: SentRecords['refused'],
): number => {
  let bytes = records.startOf(to) - records.startOf(from)
  for (const { index } of refused) bytes -= records.sizeOf(index)
  return bytes
}
