/**
 * avsc's arrays and maps with their counts checked against the bytes that are left. Without it a message of 5 bytes
 * asks for 50 million items, a block's length of -1 reads the same bytes for ever, and a count of 2^60 never ends.
 *
 * `_read` and `_skip` are avsc's own extension points of a type (its records call them by these names); avsc's
 * version is pinned for them and a test compares all of it with avsc's own decoding.
 */

import avro from 'avsc'
import type { RecordTap } from './record-tap.ts'

/** A type, or a resolver to one, as avsc's records see it. */
interface Readable {
  _read(tap: RecordTap): unknown
  _skip(tap: RecordTap): void
}

type ValueReader = Pick<Readable, '_read'>

/** The items of the next block; 0 ends the collection. A negative count is followed by the block's length in bytes. */
const readBlock = (tap: RecordTap): number => {
  const count = tap.readLong()
  if (count >= 0) return tap.takeCount(count)
  tap.skipLong()
  return tap.takeCount(-count)
}

const skipBlocks = (tap: RecordTap, skipItem: (tap: RecordTap) => void): void => {
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    if (count < 0) tap.skipFixed(tap.readLong())
    else for (let left = tap.takeCount(count); left > 0; left--) skipItem(tap)
  }
}

export class BoundedArray extends avro.types.ArrayType {
  // Also called with a resolver as `this`, whose `itemsType` reads the writer's items.
  _read(tap: RecordTap): unknown[] {
    const items = this.itemsType as unknown as ValueReader
    let count = readBlock(tap)
    if (count === 0) return []
    const values = new Array<unknown>(count)
    let index = 0
    for (; count > 0; count = readBlock(tap)) {
      for (; count > 0; count--) values[index++] = items._read(tap)
    }
    return values
  }

  _skip(tap: RecordTap): void {
    const items = this.itemsType as unknown as Readable
    skipBlocks(tap, (at) => items._skip(at))
  }
}

export class BoundedMap extends avro.types.MapType {
  _read(tap: RecordTap): Record<string, unknown> {
    const reader = this.valuesType as ValueReader
    const values: Record<string, unknown> = {}
    for (let count = readBlock(tap); count > 0; count = readBlock(tap)) {
      for (; count > 0; count--) {
        const key = tap.readString()
        const value = reader._read(tap)
        if (key === '__proto__') setProtoKey(values, value)
        else values[key] = value
      }
    }
    return values
  }

  _skip(tap: RecordTap): void {
    const values = this.valuesType as Readable
    skipBlocks(tap, (at) => {
      at.skipString()
      values._skip(at)
    })
  }
}

/** A key like any other to Avro; a plain assignment would change the object's prototype instead. */
const setProtoKey = (values: Record<string, unknown>, value: unknown): void => {
  Object.defineProperty(values, '__proto__', { value, enumerable: true, configurable: true, writable: true })
}
