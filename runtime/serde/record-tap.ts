/**
 * Reads Avro's binary form in place from a packed batch, and never a byte beyond its record.
 *
 * avsc reads through a "tap": an object with a buffer, a position and a method for each primitive. Its own knows only
 * where the buffer ends, and in a batch that is thousands of records further: a damaged length would have it decode
 * the neighbours, a megabyte for each damaged record. This one has the record's end, throws at once when a value
 * does not fit, and is used again for every record, so that decoding allocates nothing but the event.
 *
 * Format: https://avro.apache.org/docs/1.12.0/specification/#binary-encoding
 */

/** What stopped the reading; the decoder wraps it. */
export class UnreadableBytes extends Error {}

/** Node's Buffer has them, its types don't: bytes between two positions as a string. */
interface Utf8Buffer extends Buffer {
  utf8Slice(start: number, end: number): string
  latin1Slice(start: number, end: number): string
}

const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView =>
  new DataView(buffer, byteOffset, byteLength)

/** Those that no ASCII character has, of four bytes. */
const highBits = 0x8080_8080 | 0

const noBytes = Buffer.alloc(0) as Utf8Buffer

/** A long has 64 bits: 10 groups of 7. */
const maxVarintBytes = 10

/**
 * Making a string of bytes costs 0.1 µs however short it is, which is most of decoding a small event. So up to this
 * many bytes become one string, small records with their neighbours, of which the records' strings are parts. Larger:
 * more events profit, but a part may hold as much text in memory.
 */
const maxSharedBytes = 1024

export class RecordTap {
  /** Part of what avsc expects of a tap, as are the methods below. */
  buf: Utf8Buffer = noBytes
  pos = 0
  /** The same bytes, to look at four of them at once. */
  #view = viewOf(noBytes)
  #start = 0
  #end = 0
  /** Bytes of `buf` from `#textStart` on, each as a character: of this record, and of those behind it that fit. */
  #text = ''
  #textStart = 0

  /** Starts on one record: `[start, end)` of `buffer`. */
  aim(buffer: Buffer, start: number, end: number): void {
    if (!(start >= 0 && start <= end && end <= buffer.length)) {
      throw new UnreadableBytes(`bytes ${start} to ${end} are not in a buffer of ${buffer.length}`)
    }
    if (this.buf !== buffer) {
      this.buf = buffer as Utf8Buffer
      this.#view = viewOf(buffer)
      this.#text = ''
    }
    this.pos = start
    this.#start = start
    this.#end = end
  }

  /** Bytes of the record that are still unread. */
  get remaining(): number {
    return this.#end - this.pos
  }

  /** Moves past `length` bytes; answers where they begin. */
  take(length: number): number {
    const start = this.pos
    // Written so that NaN and negative lengths fail too.
    if (!(length >= 0 && length <= this.#end - start)) {
      throw new UnreadableBytes(
        length < 0 ? `a length of ${length}` : `it wants ${length} bytes where ${this.#end - start} are left`,
      )
    }
    this.pos = start + length
    return start
  }

  /** The number of items in a block. An item takes a byte or more, so more of them than bytes cannot be there. */
  takeCount(count: number): number {
    if (!(count >= 0 && count <= this.#end - this.pos)) {
      throw new UnreadableBytes(`a block of ${count} items where ${this.#end - this.pos} bytes are left`)
    }
    return count
  }

  readLong(): number {
    const { buf } = this
    const end = this.#end
    let at = this.pos
    if (at >= end) throw new UnreadableBytes('it ends where a number should be')
    let byte = buf[at++] as number
    if (byte < 0x80) {
      this.pos = at
      return (byte >> 1) ^ -(byte & 1)
    }
    let low = byte & 0x7f
    let shift = 7
    // Four groups fit the engine's integer arithmetic.
    do {
      if (at >= end) throw new UnreadableBytes('it ends within a number')
      byte = buf[at++] as number
      low |= (byte & 0x7f) << shift
      shift += 7
    } while (byte >= 0x80 && shift < 28)
    if (byte < 0x80) {
      this.pos = at
      return (low >> 1) ^ -(low & 1)
    }
    const last = this.pos + maxVarintBytes
    // The lowest bit is the sign. What is above it is summed without it: together they would be rounded from 2^52 on,
    // and a negative number would be read as a positive one.
    let magnitude = low >> 1
    let weight = 2 ** 27
    do {
      if (at >= end) throw new UnreadableBytes('it ends within a number')
      if (at >= last) throw new UnreadableBytes(`a number longer than ${maxVarintBytes} bytes`)
      byte = buf[at++] as number
      magnitude += (byte & 0x7f) * weight
      weight *= 128
    } while (byte >= 0x80)
    this.pos = at
    return (low & 1) === 0 ? magnitude : -magnitude - 1
  }

  skipLong(): void {
    this.readLong()
  }

  readInt(): number {
    const value = this.readLong()
    if (value !== (value | 0)) throw new UnreadableBytes(`an int of ${value}, which has more than 32 bits`)
    return value
  }

  skipInt(): void {
    this.readLong()
  }

  readBoolean(): boolean {
    const byte = this.buf[this.take(1)] as number
    if (byte > 1) throw new UnreadableBytes(`a boolean of ${byte}`)
    return byte === 1
  }

  skipBoolean(): void {
    this.take(1)
  }

  readFloat(): number {
    return this.buf.readFloatLE(this.take(4))
  }

  skipFloat(): void {
    this.take(4)
  }

  readDouble(): number {
    return this.buf.readDoubleLE(this.take(8))
  }

  skipDouble(): void {
    this.take(8)
  }

  readString(): string {
    const start = this.take(this.readLong())
    const end = this.pos
    const { buf } = this
    if (this.#end - this.#start > maxSharedBytes) return buf.utf8Slice(start, end)
    if (!this.#isAscii(start, end)) return buf.utf8Slice(start, end)
    let from = start - this.#textStart
    if (from < 0 || end - this.#textStart > this.#text.length) {
      this.#textStart = this.#start
      this.#text = buf.latin1Slice(this.#start, Math.min(buf.length, this.#start + maxSharedBytes))
      from = start - this.#start
    }
    return this.#text.substring(from, from + end - start)
  }

  #isAscii(start: number, end: number): boolean {
    const view = this.#view
    let at = start
    for (const lastWord = end - 4; at <= lastWord; at += 4) {
      if ((view.getInt32(at) & highBits) !== 0) return false
    }
    for (; at < end; at++) {
      if (view.getUint8(at) > 0x7f) return false
    }
    return true
  }

  skipString(): void {
    this.take(this.readLong())
  }

  /** A copy: an event may outlive its batch. */
  readBytes(): Buffer {
    return this.readFixed(this.readLong())
  }

  skipBytes(): void {
    this.take(this.readLong())
  }

  readFixed(length: number): Buffer {
    const start = this.take(length)
    return Buffer.from(this.buf.subarray(start, this.pos))
  }

  skipFixed(length: number): void {
    this.take(length)
  }
}
