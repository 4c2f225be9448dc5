/**
 * The outbox: events that are written in the transaction they follow from, and sent to Kafka by a relay afterwards.
 *
 * OB1. A unit's rows have the numbers `first … first + n − 1` of its row's `outbox_seq`, given under the lock of that
 *      row: without gaps, in the order of commits.
 * OB2. All rows of a unit are in one slice, and all rows of a record key that others write are in one. A slice is sent
 *      by one relay at a time, in the order of positions. So a key's events keep their order on the topic.
 * OB3. Rows are sent at least once; each time with the same `id`, which is the header `event-id`.
 */

import { laneOf } from '../batch/murmur2.ts'
import { TroupeError } from '../errors.ts'
import type { OutgoingHeader, OutgoingRecord } from './outgoing.ts'
import type { Progress } from './progress.ts'
import type { Unit } from './unit.ts'

/**
 * Fixed: the migration makes as many leases, and a row keeps the slice it was written with. Each slice in use costs
 * its holder one Kafka producer.
 */
export const outboxSlices = 8

/** On which relays listen (`listen troupe_outbox`). The payload: slices, with commas between; empty: any. */
export const outboxChannel = 'troupe_outbox'

/** What a writer puts in. */
export interface OutboxRow {
  /** A UUID; the header `event-id`. */
  readonly id: string
  /** The event's name, `{domain}.{entity}.{action}` by convention; the header `event-type`. */
  readonly type: string
  readonly record: OutgoingRecord
}

/** Which event this one follows from: the `event-id` of what the actor handled. */
export const causationHeader = 'causation-id'

/** What `ctx.emit` made, encoded: its value is in the registry's wire format, with the id of its schema. */
export interface EncodedEmission {
  /** The same whenever its record is handled again. */
  readonly id: string
  readonly type: { readonly name: string }
  /** Headers: type, id, correlation id, and tenant, source and traceparent where there are any; then the author's own. */
  readonly record: OutgoingRecord
}

export interface EmissionContext {
  /** Of the event that was handled. */
  readonly eventId: string
}

/**
 * An emission as a row of the outbox. Its bytes are those of the emission, not copies. A causation of the author's own
 * stays as it is.
 */
export const outboxRowOf = (
  { id, type, record }: EncodedEmission,
  { eventId }: EmissionContext,
): OutboxRow => {
  const isNamed = record.headers.some(([name]) => name === causationHeader)
  const cause: readonly OutgoingHeader[] = isNamed ? [] : [[causationHeader, sendable(eventId)]]
  return { id, type: type.name, record: { ...record, headers: [...record.headers, ...cause] } }
}

/** Neither Kafka's clients nor Postgres' text take a NUL or half a surrogate pair. */
const sendable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

/** A unit's rows are numbered by its row in `units`, which a batch updates with its progress. */
export const requireNumbers = (outbox: readonly OutboxRow[], progress: Progress | undefined): void => {
  if (outbox.length > 0 && progress === undefined)
    throw new TroupeError(
      'BUG',
      'events for the outbox came without the progress of their unit, whose row numbers them',
    )
}

/** All rows of a unit are sent in one turn. */
export const sliceOfUnit = ({ group, actor, topic, partition }: Unit): number =>
  hashOf(JSON.stringify([group, actor, topic, partition])) % outboxSlices

/** Of a row without unit: by its record key, or without key by its id. */
export const sliceOfRow = ({ id, record }: OutboxRow): number =>
  record.key === null ? hashOf(id) % outboxSlices : laneOf(record.key, 0, outboxSlices)

/** FNV-1a of its UTF-16 units, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A row on its way. */
export interface PendingRecord {
  readonly position: number
  readonly id: string
  readonly type: string
  /** Undefined: written by another writer than a unit. */
  readonly unit: Unit | undefined
  /** The row's number in its unit. */
  readonly seq: number | undefined
  /** With all its headers. */
  readonly record: OutgoingRecord
}

export interface ReadLimits {
  readonly records: number
  /** The first record comes also when it is larger. */
  readonly bytes: number
  /** Left out, with all that is in them. */
  readonly withoutTopics: readonly string[]
}

export interface PendingBatch {
  /** In the order to send them in. */
  readonly records: readonly PendingRecord[]
  /** There may be more. */
  readonly more: boolean
  /** Rows of other writers are there and committed, but a transaction before theirs is still open. */
  readonly heldBack: boolean
}

/** A lease, as Postgres' clock sees it. */
export interface SliceLease {
  readonly slice: number
  readonly transactionalId: string
  /** Undefined: nobody's, or expired. */
  readonly holder: string | undefined
  readonly term: number
}

export interface OutboxSurvey {
  /** All slices. */
  readonly leases: readonly SliceLease[]
  /** Relays that are alive, this one included; sorted. */
  readonly relays: readonly string[]
}

export interface SliceBacklog {
  readonly slice: number
  /** Not sent yet; `outboxCountLimit` stands for that many or more. */
  readonly records: number
  /** Of the oldest one, by Postgres' clock; 0 without any. */
  readonly ageMs: number
}

export const outboxCountLimit = 100_000

/** The oldest open transaction that has written something: rows of other writers wait for it. */
export interface OpenTransaction {
  readonly pid: number | undefined
  readonly database: string
  readonly applicationName: string
  readonly ageMs: number
}

export interface OutboxBacklog {
  readonly slices: readonly SliceBacklog[]
  /** Rows that no broker takes, of all slices. */
  readonly parked: number
  /** Undefined: nothing waits for one. */
  readonly heldBackBy: OpenTransaction | undefined
}

export interface RefusedRecord {
  readonly position: number
  readonly code: string
  readonly message: string
}

/** What a relay asks of Postgres. Every method throws POSTGRES_UNAVAILABLE (retryable) when it is away. */
export interface OutboxStore {
  /** Says that this relay lives, renews its leases on `held`, and tells how things stand. */
  survey(relay: string, leaseMs: number, held: readonly number[]): Promise<OutboxSurvey>
  /** Those of the slices that were free: they are this relay's now, in a new term. */
  claim(relay: string, leaseMs: number, slices: readonly number[]): Promise<readonly SliceLease[]>
  /** Frees those that are still this relay's. */
  release(relay: string, slices: readonly number[]): Promise<void>
  /** Frees all of them, and takes its name from the living. */
  leave(relay: string): Promise<void>
  /** Takes away what was sent, then reads on, in one round trip. */
  take(slice: number, sent: readonly number[], limits: ReadLimits): Promise<PendingBatch>
  /** Takes away what was sent. */
  remove(sent: readonly number[]): Promise<void>
  /** Puts them aside, with the reason. How many were still there. */
  park(refused: readonly RefusedRecord[]): Promise<number>
  /** Of these slices. */
  backlog(slices: readonly number[]): Promise<OutboxBacklog>
  /** Calls `wake` with the slices that somebody wrote into; with none: look everywhere. Ends with the connection. */
  listen(wake: (slices: readonly number[]) => void): Promise<OutboxListener>
  close(): Promise<void>
}

export interface OutboxListener {
  /** Resolves when no wake can come any more. */
  readonly ended: Promise<void>
  close(): Promise<void>
}
