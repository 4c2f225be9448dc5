/** Events of one type to bytes, checked against the schema as they are written. */

import avro, { type Type } from 'avsc'
import type { EventType } from '../actor/event-type.ts'
import { TroupeError, messageOf } from '../errors.ts'
import { compileSchema } from './compiled-schema.ts'
import { EncodeBuffer } from './encode-buffer.ts'
import { wireHeaderBytes, writeWireHeader } from './wire-format.ts'

export class EventEncoder {
  readonly #type: Type
  readonly #name: string
  readonly #own = new EncodeBuffer()

  /** Throws SCHEMA_REFUSED. */
  constructor(type: EventType) {
    this.#type = compileSchema(type.schema)
    this.#name = type.name
  }

  /**
   * The datum alone: a view that is valid until the next encoding into the same buffer (default: this encoder's own).
   * Throws EVENT_INVALID with the failing path.
   */
  encode(event: unknown, out: EncodeBuffer = this.#own): Buffer {
    const end = this.#write(event, out, 0)
    return out.bytes.subarray(0, end)
  }

  /** A whole record value, header and datum; a view as `encode` gives. */
  encodeFramed(schemaId: number, event: unknown, out: EncodeBuffer = this.#own): Buffer {
    const end = this.#write(event, out, wireHeaderBytes)
    writeWireHeader(out.bytes, schemaId)
    return out.bytes.subarray(0, end)
  }

  /** Answers where the datum ends. */
  #write(event: unknown, out: EncodeBuffer, start: number): number {
    out.reuse()
    try {
      let end = this.#type.encode(event, out.bytes, start)
      // A negative answer is how many bytes were missing.
      if (end < 0) {
        out.growTo(out.bytes.length - end)
        end = this.#type.encode(event, out.bytes, start)
      }
      return end
    } catch (error) {
      throw new TroupeError(
        'EVENT_INVALID',
        `${this.#name}: ${firstFault(this.#type, event) ?? messageOf(error)}`,
        {
          cause: error,
        },
      )
    }
  }
}

/** `location.lat: expected double, got "x"`: slower than writing, so only asked when writing failed. */
const firstFault = (type: Type, event: unknown): string | undefined => {
  let fault: string | undefined
  type.isValid(event, {
    errorHook: (path, value, expected) => {
      fault ??= `${path.length === 0 ? 'the event' : path.join('.')}: expected ${named(expected)}, got ${shown(value)}`
    },
  })
  return fault
}

const named = (type: Type): string => {
  if (type instanceof avro.types.UnwrappedUnionType) return type.types.map(named).join(' or ')
  if (type instanceof avro.types.WrappedUnionType) {
    return type.types
      .map((branch) => (branch.typeName === 'null' ? 'null' : `{ '${String(branch.branchName)}': … }`))
      .join(' or ')
  }
  if (type instanceof avro.types.EnumType) return `one of ${type.symbols.join(', ')}`
  if (type instanceof avro.types.LogicalType) return type.typeName.replace('logical:', '')
  return type.name === undefined ? type.typeName : `${type.typeName} ${type.name}`
}

/** Long enough to recognise, short enough for a log line. */
const maxShown = 80

const shown = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > maxShown ? `${value.slice(0, maxShown)}…` : value)
    case 'object':
      if (value === null) return 'null'
      return value instanceof Date ? 'a Date' : Array.isArray(value) ? 'an array' : 'an object'
    case 'undefined':
      return 'nothing'
    case 'bigint':
      return `${value}n`
    case 'number':
    case 'boolean':
      return String(value)
    case 'function':
    case 'symbol':
      return `a ${typeof value}`
  }
}
