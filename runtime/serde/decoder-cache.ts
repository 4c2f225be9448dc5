/**
 * Schemas a worker has met, compiled once, and for each pair of writer and reader the way from one to the other.
 * Synchronous throughout: who decodes fetches a batch's unknown schemas first, so no record costs a promise.
 */

import type { Type } from 'avsc'
import type { AvroSchema, EventType } from '../actor/event-type.ts'
import { TroupeError, messageOf } from '../errors.ts'
import { compileSchema, recordName } from './compiled-schema.ts'
import { RecordTap } from './record-tap.ts'

/** Reads one writer's bytes as one event type. */
export interface Decoder {
  /**
   * The event in `[start, end)` of `buffer`: the datum, behind the five bytes of the wire format's header. It shares
   * no memory with the buffer. Throws RECORD_UNDECODABLE, also when bytes are left over.
   */
  decode(buffer: Buffer, start: number, end: number): unknown
}

interface Writer {
  readonly type: Type
  /** Full name of the record; '' when the schema is no record. */
  readonly name: string
  readonly decoders: Map<EventType, Decoder>
}

/** Something avsc reads values with: a type itself, or a resolver from another one's bytes. */
interface ValueReader {
  _read(tap: RecordTap): unknown
}

export class DecoderCache {
  readonly #writers = new Map<number, Writer>()
  readonly #readers = new WeakMap<EventType, Type>()
  readonly #tap = new RecordTap()

  hasWriter(schemaId: number): boolean {
    return this.#writers.has(schemaId)
  }

  /** Throws SCHEMA_REFUSED; the id stays unknown then. */
  addWriter(schemaId: number, schema: AvroSchema): void {
    const type = compileSchema(schema)
    this.#writers.set(schemaId, { type, name: recordName(type) ?? '', decoders: new Map() })
  }

  /** The full name of the record this schema describes, '' when it describes another kind of value. */
  writerName(schemaId: number): string {
    return this.#writer(schemaId).name
  }

  /** Throws RECORD_UNDECODABLE at every `decode` where the reader cannot read what this writer writes. */
  decoder(schemaId: number, reader: EventType): Decoder {
    const { decoders } = this.#writer(schemaId)
    return decoders.get(reader) ?? this.#addDecoder(schemaId, reader)
  }

  #writer(schemaId: number): Writer {
    const writer = this.#writers.get(schemaId)
    if (writer === undefined) {
      throw new TroupeError('SCHEMA_ID_UNKNOWN', `The schema with id ${schemaId} was not fetched`)
    }
    return writer
  }

  #addDecoder(schemaId: number, reader: EventType): Decoder {
    const { type: writerType, decoders, name } = this.#writer(schemaId)
    const what = `schema ${schemaId}${name === '' ? '' : ` (${name})`}`
    const decoder = makeDecoder(writerType, this.#readerType(reader), this.#tap, what)
    decoders.set(reader, decoder)
    return decoder
  }

  #readerType(reader: EventType): Type {
    let type = this.#readers.get(reader)
    if (type === undefined) {
      type = compileSchema(reader.schema)
      this.#readers.set(reader, type)
    }
    return type
  }
}

const makeDecoder = (writer: Type, reader: Type, tap: RecordTap, what: string): Decoder => {
  let values: ValueReader
  try {
    values = (sameType(writer, reader) ? reader : reader.createResolver(writer)) as unknown as ValueReader
  } catch (error) {
    const reason = `What is written with ${what} cannot be read as ${nameOf(reader)}: ${messageOf(error)}`
    return {
      decode: () => {
        throw new TroupeError('RECORD_UNDECODABLE', reason)
      },
    }
  }
  return {
    decode: (buffer, start, end) => {
      let left: number
      let event: unknown
      try {
        tap.aim(buffer, start, end)
        event = values._read(tap)
        left = tap.remaining
      } catch (error) {
        throw undecodable(what, reader, messageOf(error), error)
      }
      if (left !== 0) throw undecodable(what, reader, `${left} bytes are left over`)
      return event
    },
  }
}

/** Equal in all that decides how bytes are read; a resolver would give the same and take longer. */
const sameType = (a: Type, b: Type): boolean => shape(a) === shape(b)
const shape = (type: Type): string => JSON.stringify(type.schema({ exportAttrs: true }))

const nameOf = (type: Type): string => type.name ?? type.typeName

const undecodable = (what: string, reader: Type, reason: string, cause?: unknown): TroupeError =>
  new TroupeError(
    'RECORD_UNDECODABLE',
    `Not readable as ${nameOf(reader)} by ${what}: ${reason}`,
    cause === undefined ? {} : { cause },
  )
