/**
 * Reads a packed batch in place. The reader is a cursor with plain fields: `next()` moves it and makes no object,
 * so that a worker passes over millions of records a second and pays only for those it decodes.
 *
 * The bytes are judged as they are reached: whatever they are, a call either succeeds or throws BATCH_DAMAGED; no
 * length in them is believed before it was compared with what is there.
 */

import { TroupeError } from '../errors.ts'
import {
  absent,
  batchCountAt,
  batchHeadBytes,
  batchVersion,
  headerCountMask,
  leastHeaderBytes,
  recordAt,
  recordHeadBytes,
  timestampTypes,
  timestampTypeShift,
} from './layout.ts'
import type { TimestampType } from './layout.ts'

const two32 = 0x1_0000_0000
/** The upper half of 2^53. */
const safeHigh = 0x20_0000

export class BatchReader {
  /** Number of records. */
  readonly count: number
  /** The whole batch, to decode in place. */
  readonly buffer: Buffer

  /** Of the record under the cursor, from 0; −1 before the first. */
  index = -1
  offset = -1
  /** Milliseconds since 1970, −1 where there is none. */
  timestamp = -1
  timestampType: TimestampType = 'none'
  keyStart = 0
  /** −1 no key, 0 an empty one. */
  keyLength: number = absent
  valueStart = 0
  /** −1 a tombstone, 0 an empty value. */
  valueLength: number = absent
  headerCount = 0

  readonly #view: DataView
  readonly #size: number
  #headersStart = batchHeadBytes
  #end = batchHeadBytes

  constructor(bytes: ArrayBuffer) {
    this.buffer = Buffer.from(bytes)
    this.#view = new DataView(bytes)
    this.#size = bytes.byteLength
    if (this.#size < batchHeadBytes) throw damaged(`${String(this.#size)} bytes are less than a batch's head`)
    const version = this.#view.getUint8(0)
    if (version !== batchVersion) throw damaged(`version ${String(version)} is unknown here`)
    this.count = this.#view.getUint32(batchCountAt, true)
    if (this.count * recordHeadBytes > this.#size - batchHeadBytes) {
      throw damaged(`${String(this.count)} records do not fit into ${String(this.#size)} bytes`)
    }
  }

  /** Moves to the next record; false after the last. Throws BATCH_DAMAGED where the record does not fit (L1, L2). */
  next(): boolean {
    const start = this.#end
    if (this.index + 1 >= this.count) {
      if (start !== this.#size) throw damaged('bytes are left over after the last record')
      return false
    }
    const view = this.#view
    if (start + recordHeadBytes > this.#size) throw this.#unfit(this.index + 1)
    const size = view.getUint32(start + recordAt.size, true)
    const keyLength = view.getInt32(start + recordAt.keyLength, true)
    const valueLength = view.getInt32(start + recordAt.valueLength, true)
    const attributes = view.getUint32(start + recordAt.attributes, true)
    const headerCount = attributes & headerCountMask
    const timestampType = timestampTypes[attributes >>> timestampTypeShift]
    if (keyLength < absent || valueLength < absent || timestampType === undefined)
      throw this.#unfit(this.index + 1)

    const keyStart = start + recordHeadBytes
    const valueStart = keyStart + (keyLength > 0 ? keyLength : 0)
    const headersStart = valueStart + (valueLength > 0 ? valueLength : 0)
    const end = start + size
    if (end > this.#size || headersStart + headerCount * leastHeaderBytes > end)
      throw this.#unfit(this.index + 1)
    if (headerCount === 0 && headersStart !== end) throw this.#unfit(this.index + 1)

    const offsetHigh = view.getUint32(start + recordAt.offset + 4, true)
    if (offsetHigh >= safeHigh) throw this.#unfit(this.index + 1)
    this.offset = offsetHigh * two32 + view.getUint32(start + recordAt.offset, true)
    this.timestamp =
      view.getInt32(start + recordAt.timestamp + 4, true) * two32 +
      view.getUint32(start + recordAt.timestamp, true)
    this.timestampType = timestampType
    this.keyStart = keyStart
    this.keyLength = keyLength
    this.valueStart = valueStart
    this.valueLength = valueLength
    this.headerCount = headerCount
    this.#headersStart = headersStart
    this.#end = end
    this.index += 1
    return true
  }

  /** Back to before the first record. */
  rewind(): void {
    this.index = -1
    this.#end = batchHeadBytes
    this.headerCount = 0
    this.keyLength = absent
    this.valueLength = absent
  }

  /** A view of the key, `undefined` without one. */
  key(): Buffer | undefined {
    return this.keyLength < 0
      ? undefined
      : this.buffer.subarray(this.keyStart, this.keyStart + this.keyLength)
  }

  /** A view of the value, `undefined` for a tombstone. */
  value(): Buffer | undefined {
    return this.valueLength < 0
      ? undefined
      : this.buffer.subarray(this.valueStart, this.valueStart + this.valueLength)
  }

  /**
   * The value of the last header of that name (a view), null where that header has none, `undefined` where there
   * is no such header. Throws BATCH_DAMAGED where the headers do not fit.
   */
  header(name: string): Buffer | null | undefined {
    if (this.headerCount === 0) return undefined
    const wanted = bytesOfName(name)
    const view = this.#view
    let found = -1
    let at = this.#headersStart
    for (let left = this.headerCount; left > 0; left -= 1) {
      if (this.#nameIs(wanted, at)) found = at
      at = this.#afterHeader(at)
    }
    if (at !== this.#end) throw this.#unfit(this.index)
    if (found < 0) return undefined
    return this.#headerValue(found, view.getUint32(found, true), view.getInt32(found + 4, true))
  }

  /**
   * The byte at `at` of the value of the last header of that name (its UTF-8); −1 where there is no such header or no
   * such byte. No view is made: it may be asked of every record. Throws BATCH_DAMAGED where the headers do not fit.
   */
  headerByte(name: Uint8Array, at: number): number {
    let found = -1
    let header = this.#headersStart
    for (let left = this.headerCount; left > 0; left -= 1) {
      if (this.#nameIs(name, header)) found = header
      header = this.#afterHeader(header)
    }
    if (this.headerCount > 0 && header !== this.#end) throw this.#unfit(this.index)
    if (found < 0 || at >= this.#view.getInt32(found + 4, true)) return -1
    return this.buffer[found + leastHeaderBytes + name.length + at] ?? -1
  }

  /** All headers in their order, values as views. Throws BATCH_DAMAGED where they do not fit. */
  headers(): [string, Buffer | null][] {
    const all: [string, Buffer | null][] = []
    let at = this.#headersStart
    for (let left = this.headerCount; left > 0; left -= 1) {
      const after = this.#afterHeader(at)
      const nameLength = this.#view.getUint32(at, true)
      const valueLength = this.#view.getInt32(at + 4, true)
      const nameStart = at + leastHeaderBytes
      const name = this.buffer.toString('utf8', nameStart, nameStart + nameLength)
      all.push([name, this.#headerValue(at, nameLength, valueLength)])
      at = after
    }
    if (this.headerCount > 0 && at !== this.#end) throw this.#unfit(this.index)
    return all
  }

  /** Where the header at `at` ends, checked to be within its record. */
  #afterHeader(at: number): number {
    if (at + leastHeaderBytes > this.#end) throw this.#unfit(this.index)
    const valueLength = this.#view.getInt32(at + 4, true)
    if (valueLength < absent) throw this.#unfit(this.index)
    const after = at + leastHeaderBytes + this.#view.getUint32(at, true) + (valueLength > 0 ? valueLength : 0)
    if (after > this.#end) throw this.#unfit(this.index)
    return after
  }

  #nameIs(wanted: Uint8Array, at: number): boolean {
    const length = wanted.length
    const start = at + leastHeaderBytes
    if (start + length > this.#end || this.#view.getUint32(at, true) !== length) return false
    for (let i = 0; i < length; i += 1) if (this.buffer[start + i] !== wanted[i]) return false
    return true
  }

  #headerValue(at: number, nameLength: number, valueLength: number): Buffer | null {
    if (valueLength < 0) return null
    const start = at + leastHeaderBytes + nameLength
    return this.buffer.subarray(start, start + valueLength)
  }

  #unfit(record: number): TroupeError {
    return damaged(`record ${String(record)} of ${String(this.count)} does not fit its own lengths`)
  }
}

const damaged = (what: string): TroupeError =>
  new TroupeError('BATCH_DAMAGED', `A packed batch is damaged: ${what}.`)

/** Names that were asked for, encoded. They come from code and not from records, so they are few; all the same bounded. */
const encodedNames = new Map<string, Uint8Array>()
const mostEncodedNames = 1_000

const bytesOfName = (name: string): Uint8Array => {
  const known = encodedNames.get(name)
  if (known) return known
  if (encodedNames.size >= mostEncodedNames) encodedNames.clear()
  const bytes = Buffer.from(name)
  encodedNames.set(name, bytes)
  return bytes
}
