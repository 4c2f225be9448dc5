/**
 * Records on their way into librdkafka: bytes alone, in one piece of memory, so that C++ reads them without asking
 * JavaScript for anything (sending.cc). It lives between one build of both sides, never on a disk or a wire.
 *
 *   record  = timestamp f64 (0: now) · partition i32 (−1: by the key) · key length i32 · value length i32 ·
 *             header count u32 · key · value · header*
 *   header  = name length u32 · value length i32 · name · value
 *
 * Little-endian; a length of −1 is null, 0 is empty.
 */

import type { OutgoingHeader, OutgoingRecord } from '../../delivery/outgoing.ts'

const recordHead = 24
const headerHead = 8
const keyLengthAt = 12
const valueLengthAt = 16
const headerCountAt = 20

const firstBytes = 16 * 1024
/** More than this is given back when it is cleared: one large batch must not hold its size for ever. */
const keptBytes = 4 * 1024 * 1024
/** Longer text is left to V8, which is faster then. */
const shortText = 72

/** What leads to records of one topic, one behind the other. */
interface Run {
  readonly topic: string
  readonly from: number
}

export class PackedRecords {
  #bytes: Buffer = Buffer.allocUnsafe(firstBytes)
  #view = viewOf(this.#bytes)
  #at = 0
  #recordAt = 0
  /** Where each record ends. */
  #ends: number[] = []
  #runs: Run[] = []

  get count(): number {
    return this.#ends.length
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Where the records before this one end. */
  startOf(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] as number)
  }

  sizeOf(index: number): number {
    return (this.#ends[index] as number) - this.startOf(index)
  }

  topicOf(index: number): string {
    const run = this.#runs.findLast(({ from }) => from <= index)
    return run?.topic ?? ''
  }

  /** The first record after this one that goes to another topic, or the count. */
  endOfRun(index: number): number {
    return this.#runs.find(({ from }) => from > index)?.from ?? this.count
  }

  clear(): void {
    if (this.#bytes.length > keptBytes) this.#hold(Buffer.allocUnsafe(firstBytes))
    this.#at = 0
    this.#recordAt = 0
    this.#ends = []
    this.#runs = []
  }

  /** What is packed from this record on, in memory of its own. */
  from(index: number): PackedRecords {
    const rest = new PackedRecords()
    const start = this.startOf(index)
    rest.#hold(Buffer.from(this.#bytes.subarray(start, this.#at)))
    rest.#at = this.#at - start
    rest.#recordAt = rest.#at
    rest.#ends = this.#ends.slice(index).map((end) => end - start)
    rest.#runs = this.#runs
      .filter((_, i) => (this.#runs[i + 1]?.from ?? this.count) > index)
      .map(({ topic, from }) => ({ topic, from: Math.max(0, from - index) }))
    return rest
  }

  add({ topic, partition, key, value, headers, timestamp }: OutgoingRecord): void {
    this.begin(topic, partition, timestamp)
    this.key(key)
    this.value(value)
    for (const header of headers) this.header(header)
    this.end()
  }

  /** Then `key`, `value`, each `header`, and `end`, in this order. */
  begin(topic: string, partition = -1, timestamp = 0): void {
    if (this.#runs.at(-1)?.topic !== topic) this.#runs.push({ topic, from: this.count })
    this.#recordAt = this.#at
    this.#reserve(recordHead)
    this.#view.setFloat64(this.#at, timestamp, true)
    this.#view.setInt32(this.#at + 8, partition, true)
    this.#view.setInt32(this.#at + keyLengthAt, -1, true)
    this.#view.setInt32(this.#at + valueLengthAt, -1, true)
    this.#view.setUint32(this.#at + headerCountAt, 0, true)
    this.#at += recordHead
  }

  key(key: Uint8Array | string | null): void {
    if (key === null) return
    const length = this.#append(key)
    this.#view.setInt32(this.#recordAt + keyLengthAt, length, true)
  }

  value(value: Uint8Array | null): void {
    if (value === null) return
    const length = this.#append(value)
    this.#view.setInt32(this.#recordAt + valueLengthAt, length, true)
  }

  header([name, value]: OutgoingHeader): void {
    this.#reserve(headerHead)
    const head = this.#at
    this.#at += headerHead
    const nameLength = this.#append(name)
    const valueLength = this.#append(value)
    this.#view.setUint32(head, nameLength, true)
    this.#view.setInt32(head + 4, valueLength, true)
    const count = this.#recordAt + headerCountAt
    this.#view.setUint32(count, this.#view.getUint32(count, true) + 1, true)
  }

  end(): void {
    this.#ends.push(this.#at)
  }

  /** Answers how many bytes it became. It may replace bytes and view: whoever writes after it takes them after it. */
  #append(content: Uint8Array | string): number {
    const length = typeof content === 'string' ? this.#write(content) : this.#copy(content)
    this.#at += length
    return length
  }

  #copy(content: Uint8Array): number {
    this.#reserve(content.length)
    this.#bytes.set(content, this.#at)
    return content.length
  }

  #write(text: string): number {
    const { length } = text
    // A unit of UTF-16 is three bytes of UTF-8 at most.
    this.#reserve(3 * length)
    const bytes = this.#bytes
    const at = this.#at
    if (length > shortText) return bytes.write(text, at)
    for (let i = 0; i < length; i += 1) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) return bytes.write(text, at)
      bytes[at + i] = unit
    }
    return length
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#hold(larger)
  }

  #hold(bytes: Buffer): void {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }
}

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length)
