/**
 * An enum that reads a writer's which has more symbols. avsc refuses the whole writer then; the specification says a
 * value is in error only when it is one the reader does not know. A producer that learns a new symbol must not make
 * every event of its type unreadable.
 * https://avro.apache.org/docs/1.12.0/specification/#schema-resolution
 */

import avro from 'avsc'
import { type RecordTap, UnreadableBytes } from './record-tap.ts'

interface EnumResolver {
  /** null until somebody knows how. */
  _read: ((tap: RecordTap) => unknown) | null
}

interface ResolvableEnum {
  readonly _update: (this: avro.Type, resolver: EnumResolver, writer: avro.Type, options: unknown) => void
}

const { _update: avscUpdate } = avro.types.EnumType.prototype as unknown as ResolvableEnum

export class ReadableEnum extends avro.types.EnumType {
  /** avsc's hook for "how is that writer's value read as one of mine": sets `resolver._read`, or doesn't. */
  _update(resolver: EnumResolver, writer: avro.Type, options: unknown): void {
    avscUpdate.call(this, resolver, writer, options)
    if (resolver._read !== null || !(writer instanceof avro.types.EnumType)) return
    const names = [this.name, ...(this.aliases ?? [])]
    if (!names.includes(writer.name)) return
    const known = new Set(this.symbols)
    const { symbols } = writer
    const { name } = this
    resolver._read = (tap) => {
      const index = tap.readLong()
      const symbol = symbols[index]
      if (symbol !== undefined && known.has(symbol)) return symbol
      throw new UnreadableBytes(
        symbol === undefined
          ? `symbol ${index} of ${name}`
          : `${name} does not know ${symbol} and has no default`,
      )
    }
  }
}
