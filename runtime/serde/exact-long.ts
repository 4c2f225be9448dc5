/**
 * A long that is written right over the whole range JavaScript counts exactly. avsc doubles the number for its zigzag
 * code, which loses the last bit, and so the sign, of negative numbers below -(2^52).
 * https://avro.apache.org/docs/1.12.0/specification/#primitive-types-1
 */

import avro from 'avsc'

interface WriteTap {
  buf: Uint8Array
  pos: number
}

interface WritableLong {
  readonly _write: (this: avro.Type, tap: WriteTap, value: unknown) => void
}

const { _write: avscWrite } = avro.types.LongType.prototype as unknown as WritableLong

const lowestDoubled = -(2 ** 52)

export class ExactLong extends avro.types.LongType {
  /** avsc's hook for writing; it checks the value first. Bytes beyond the buffer's end are dropped, and counted. */
  _write(tap: WriteTap, value: unknown): void {
    if (typeof value === 'number' && value < lowestDoubled && this.isValid(value))
      writeZigzag(tap, BigInt(value))
    else avscWrite.call(this, tap, value)
  }
}

const writeZigzag = (tap: WriteTap, value: bigint): void => {
  for (let rest = (value << 1n) ^ (value >> 63n); ; rest >>= 7n) {
    const last = rest < 0x80n
    tap.buf[tap.pos] = Number(rest & 0x7fn) | (last ? 0 : 0x80)
    tap.pos += 1
    if (last) return
  }
}
