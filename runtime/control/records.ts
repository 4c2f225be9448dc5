/** What the control plane asks of the log, for people: records decoded, with personal fields masked where they must be. */

import type { Offset, TopicPartition } from '../topic-partition.ts'

/** Where reading begins. */
export type RecordPlace =
  | { readonly kind: 'offset'; readonly offset: Offset }
  /** So many offsets before the end. */
  | { readonly kind: 'before-end'; readonly offsets: number }
  /** The first record at or after it; where there is none, the end. */
  | { readonly kind: 'time'; readonly atMs: number }

export interface RecordQuestion extends TopicPartition {
  readonly from: RecordPlace
  readonly limit: number
  /** Only with this key, whole, as UTF-8. */
  readonly key?: string | undefined
  /** Only of this event type. */
  readonly eventType?: string | undefined
  /** Personal fields are left out. */
  readonly masked: boolean
}

export interface DecodedValue {
  /** Full name of the record that the writer's schema describes; '' where it is not known. */
  readonly eventType: string
  readonly schemaId: number | null
  /** JSON; bytes in it are base64. null: a tombstone, or it could not be read. */
  readonly json: string | null
  /** Why it could not be read; '' when it was. */
  readonly unreadable: string
  /** The fields that were left out, as paths. */
  readonly maskedFields: readonly string[]
}

export interface ShownRecord {
  readonly offset: Offset
  /** ms since the epoch; null: none. */
  readonly timestampMs: number | null
  /** UTF-8; null: none. */
  readonly key: string | null
  /** In order; a value that was left out, or is missing, is null. */
  readonly headers: readonly (readonly [name: string, value: string | null])[]
  readonly value: DecodedValue
}

export interface RecordPage {
  readonly records: readonly ShownRecord[]
  /** The partition's first offset, and the one that its next record gets. */
  readonly low: Offset
  readonly end: Offset
  /** Where to go on: all below was looked at. */
  readonly nextOffset: Offset
}

export interface RecordSource {
  /** Throws KAFKA_UNAVAILABLE, TOPIC_MISSING or REGISTRY_UNAVAILABLE. */
  read(question: RecordQuestion): Promise<RecordPage>
  /** Of a record's value as it was written. */
  decode(value: Uint8Array | null, masked: boolean): Promise<DecodedValue>
  close(): Promise<void>
}
