/**
 * Records as people look at them: decoded with the schema that they were written with, personal fields masked unless
 * they are asked for. For looking back; actors read by `DecoderCache` alone.
 */

import { eventType, type AvroSchema, type EventType } from '../../runtime/actor/index.ts'
import type { BatchReader } from '../../runtime/batch/index.ts'
import { messageOf, TroupeError } from '../../runtime/errors.ts'
import {
  DecoderCache,
  eventName,
  maskPersonal,
  wireHeaderBytes,
  wireSchemaId,
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

interface Writer {
  readonly schema: AvroSchema
  readonly type: EventType
}

export class RecordDecoder {
  readonly #sources: RecordDecoderSources
  readonly #cache = new DecoderCache()
  readonly #writers = new Map<number, Writer | { readonly unusable: string }>()

  constructor(sources: RecordDecoderSources) {
    this.#sources = sources
  }

  /** The record under the cursor, copied. Throws where the registry is away: what a record is cannot be said then. */
  async decode({ topic, partition }: TopicPartition, record: BatchReader): Promise<DecodedRecord> {
    const { offset, timestamp } = record
    const value = await this.#value(record)
    const written = value.kind === 'event' ? this.#cache.writerName(value.schemaId) : ''
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
      value: value.kind === 'event' && !this.#sources.personal ? this.#masked(value, [type, written]) : value,
    }
  }

  async #value(record: BatchReader): Promise<DecodedValue> {
    const { buffer, valueStart, valueLength } = record
    if (valueLength < 0) return { kind: 'tombstone' }
    const undecodable = (reason: string): DecodedValue => ({
      kind: 'undecodable',
      reason,
      bytes: Uint8Array.from(buffer.subarray(valueStart, valueStart + valueLength)),
    })
    try {
      const schemaId = wireSchemaId(buffer, valueStart, valueLength)
      const writer = await this.#writer(schemaId)
      if ('unusable' in writer) return undecodable(writer.unusable)
      const decoder = this.#cache.decoder(schemaId, writer.type)
      const event = decoder.decode(buffer, valueStart + wireHeaderBytes, valueStart + valueLength)
      return { kind: 'event', schemaId, event }
    } catch (error) {
      if (error instanceof TroupeError && error.code === 'RECORD_UNDECODABLE')
        return undecodable(error.message)
      throw error
    }
  }

  async #writer(schemaId: number): Promise<Writer | { readonly unusable: string }> {
    const known = this.#writers.get(schemaId)
    if (known !== undefined) return known
    const found = await this.#fetched(schemaId)
    this.#writers.set(schemaId, found)
    return found
  }

  async #fetched(schemaId: number): Promise<Writer | { readonly unusable: string }> {
    try {
      const schema = await this.#sources.schemaById(schemaId)
      this.#cache.addWriter(schemaId, schema)
      return { schema, type: eventType(this.#cache.writerName(schemaId), schema) }
    } catch (error) {
      // Away is no answer; asked again by the next record.
      if (!(error instanceof TroupeError) || error.retryable) throw error
      return { unusable: messageOf(error) }
    }
  }

  #masked(value: Extract<DecodedValue, { kind: 'event' }>, names: readonly string[]): DecodedValue {
    const writer = this.#writers.get(value.schemaId)
    const own = writer === undefined || 'unusable' in writer ? [] : [writer.schema]
    const schemas = [...own, ...names.flatMap((name) => this.#sources.knownSchemas(name))]
    return { ...value, event: maskPersonal(value.event, schemas).value }
  }
}
