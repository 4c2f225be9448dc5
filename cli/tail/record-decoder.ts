/**
 * Records as people look at them: decoded with the schema that they were written with, personal fields masked unless
 * they are asked for. For looking back; actors read by `DecoderCache` alone.
 */

import type { AvroSchema } from '../../runtime/actor/index.ts'
import type { BatchReader } from '../../runtime/batch/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import {
  eventName,
  maskPersonal,
  wireSchemaId,
  WrittenTypes,
  type WrittenType,
} from '../../runtime/serde/index.ts'
import type { Offset, TopicPartition } from '../../runtime/topic-partition.ts'

export interface DecodedRecord extends TopicPartition {
  readonly offset: Offset
  /** ms since the epoch; undefined: it has none. */
  readonly timestampMs: number | undefined
  readonly key: Uint8Array | undefined
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[]
  /** The event's name; '' where neither a header nor a schema says it. */
  readonly type: string
  readonly value: DecodedValue
}

export type DecodedValue =
  | { readonly kind: 'event'; readonly schemaId: number; readonly event: unknown }
  | { readonly kind: 'tombstone' }
  | { readonly kind: 'undecodable'; readonly reason: string; readonly bytes: Uint8Array }

export interface RecordDecoderSources {
  /** Throws SCHEMA_ID_UNKNOWN, SCHEMA_REFUSED, or what says that the registry is away. */
  schemaById(id: number): Promise<AvroSchema>
  /** Schemas of this name beside the writer's whose marks of personal fields count, too. */
  readonly knownSchemas: (name: string) => readonly AvroSchema[]
  /** Personal fields are shown. */
  readonly personal: boolean
}

export class RecordDecoder {
  readonly #sources: RecordDecoderSources
  readonly #written: WrittenTypes

  constructor(sources: RecordDecoderSources) {
    this.#sources = sources
    this.#written = new WrittenTypes((id) => sources.schemaById(id), { keepsUnknown: true })
  }

  /** The record under the cursor, copied. Throws where the registry is away: what a record is cannot be said then. */
  async decode({ topic, partition }: TopicPartition, record: BatchReader): Promise<DecodedRecord> {
    const { offset, timestamp } = record
    const { value, writer } = await this.#read(record)
    const written = writer?.name ?? ''
    const type = eventName(record, written)
    const key = record.key()
    return {
      topic,
      partition,
      offset,
      timestampMs: timestamp < 0 ? undefined : timestamp,
      key: key && Uint8Array.from(key),
      headers: record.headers().map(([name, bytes]) => [name, bytes && Uint8Array.from(bytes)]),
      type,
      value:
        value.kind === 'event' && !this.#sources.personal
          ? this.#masked(value, writer, [type, written])
          : value,
    }
  }

  async #read(record: BatchReader): Promise<{ readonly value: DecodedValue; readonly writer?: WrittenType }> {
    const { buffer, valueStart, valueLength } = record
    if (valueLength < 0) return { value: { kind: 'tombstone' } }
    const valueEnd = valueStart + valueLength
    try {
      const schemaId = wireSchemaId(buffer, valueStart, valueLength)
      const writer = await this.#written.of(schemaId)
      return {
        value: { kind: 'event', schemaId, event: writer.decode(buffer, valueStart, valueEnd) },
        writer,
      }
    } catch (error) {
      if (!(error instanceof TroupeError) || error.retryable) throw error
      const bytes = Uint8Array.from(buffer.subarray(valueStart, valueEnd))
      return { value: { kind: 'undecodable', reason: error.message, bytes } }
    }
  }

  #masked(
    value: Extract<DecodedValue, { kind: 'event' }>,
    writer: WrittenType | undefined,
    names: readonly string[],
  ): DecodedValue {
    const own = writer === undefined ? [] : [writer.schema]
    const schemas = [...own, ...names.flatMap((name) => this.#sources.knownSchemas(name))]
    return { ...value, event: maskPersonal(value.event, schemas).value }
  }
}
