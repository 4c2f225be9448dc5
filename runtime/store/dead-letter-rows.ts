/** Rows of troupe.dead_letters and its receipts, both ways. */

import type { Sql } from '../actor/context.ts'
import type {
  DeadLetterFilter,
  DeadLetterReceipt,
  DeadLetterSummary,
  NewDeadLetter,
  StoredDeadLetter,
} from '../delivery/index.ts'
import {
  cappedMessage,
  cappedName,
  cappedStack,
  packHeaders,
  traceIdOf,
  unpackHeaders,
} from '../delivery/index.ts'
import type { OutboxLetter } from '../delivery/outbox-letter.ts'
import type { Offset } from '../topic-partition.ts'
import { parsedInboxKey, printedInboxKey } from './inbox-key-text.ts'
import { bytea, storable } from './storable-text.ts'

/**
 * Into the index, as their topic tells them. How many were new: a record is indexed once, however often and by whomever
 * it is told. Only a key of the inbox is added to one that is there: who read the topic may have come first, and not
 * have known it.
 */
export const insertDeadLetters = async (sql: Sql, letters: readonly NewDeadLetter[]): Promise<number> =>
  letters.length === 0 ? 0 : (await insertLetters(sql, letters)).length

/**
 * As `insertDeadLetters`, of one unit, by who gives the records up. What the index has of their places gives way where it
 * is another record (of a topic that was made anew), or settled (it was handled again after a reset). Answers the offsets
 * of those that it did not have.
 */
export const insertOwnLetters = async (
  sql: Sql,
  own: readonly OutboxLetter[],
): Promise<ReadonlySet<Offset>> => {
  const letters = own.map(({ letter }) => letter)
  const [, offsets] = await Promise.all([deleteSuperseded(sql, letters), insertLetters(sql, letters)])
  return new Set(offsets)
}

const deleteSuperseded = async (sql: Sql, letters: readonly NewDeadLetter[]): Promise<void> => {
  const sorted = inOrder(letters)
  const causes = sorted.map(({ cause }) => cause)
  const originals = sorted.map(({ original }) => original)
  await sql`
    delete from troupe.dead_letters as known
    using unnest(
      ${causes.map(({ group }) => storable(group))}::text[], ${causes.map(({ actor }) => storable(actor))}::text[],
      ${originals.map(({ topic }) => storable(topic))}::text[], ${originals.map(({ partition }) => partition)}::integer[],
      ${originals.map(({ offset }) => offset)}::bigint[], ${originals.map(({ key }) => bytea(key))}::bytea[],
      ${originals.map(({ value }) => bytea(value))}::bytea[],
      ${originals.map(({ timestamp }) => (timestamp >= 0 ? timestamp : null))}::bigint[])
      as letter (group_id, actor, topic, partition, record_offset, key, value, timestamp_ms)
    where known.group_id = letter.group_id and known.actor = letter.actor and known.topic = letter.topic
      and known.partition = letter.partition and known.record_offset = letter.record_offset
      and (known.state in ('redriven', 'discarded')
        or (known.key, known.value, known.timestamp_ms) is distinct from (letter.key, letter.value, letter.timestamp_ms))`
}

/** The offsets of those that are new. */
const insertLetters = async (sql: Sql, letters: readonly NewDeadLetter[]): Promise<readonly Offset[]> => {
  const sorted = inOrder(letters)
  const causes = sorted.map(({ cause }) => cause)
  const originals = sorted.map(({ original }) => original)
  const rows = await sql<{ readonly record_offset: number; readonly is_new: boolean }>`
    insert into troupe.dead_letters as known
      (group_id, actor, actor_version, topic, partition, record_offset, key, value, headers, timestamp_ms,
       tenant, event_id, event_type, correlation_id, trace_id, inbox_key,
       outcome, attempts, error_class, error_code, message, stack, failed_at, redrives)
    select group_id, actor, actor_version, topic, partition, record_offset, key, value, headers, timestamp_ms,
       tenant, event_id, event_type, correlation_id, trace_id, inbox_key,
       outcome, attempts, error_class, error_code, message, stack, to_timestamp(failed_at / 1000), redrives
    from unnest(
      ${causes.map(({ group }) => storable(group))}::text[], ${causes.map(({ actor }) => storable(actor))}::text[],
      ${causes.map(({ actorVersion }) => textOrNull(actorVersion))}::text[],
      ${originals.map(({ topic }) => storable(topic))}::text[], ${originals.map(({ partition }) => partition)}::integer[],
      ${originals.map(({ offset }) => offset)}::bigint[],
      ${originals.map(({ key }) => bytea(key))}::bytea[], ${originals.map(({ value }) => bytea(value))}::bytea[],
      ${originals.map(({ headers }) => bytea(packHeaders(headers)))}::bytea[],
      ${originals.map(({ timestamp }) => (timestamp >= 0 ? timestamp : null))}::bigint[],
      ${sorted.map(({ tenant }) => storable(tenant))}::text[], ${sorted.map(({ eventId }) => cappedName(storable(eventId)))}::text[],
      ${sorted.map(({ eventType }) => storable(eventType))}::text[],
      ${causes.map(({ correlationId }) => storable(correlationId ?? ''))}::text[],
      ${causes.map(({ traceparent }) => traceIdOf(traceparent) ?? null)}::text[],
      ${sorted.map(({ inboxKey }) => printedInboxKey(inboxKey))}::text[],
      ${causes.map(({ outcome }) => outcome)}::text[], ${causes.map(({ attempts }) => attempts)}::integer[],
      ${causes.map(({ errorClass }) => cappedName(storable(errorClass)))}::text[],
      ${sorted.map(({ errorCode }) => cappedName(storable(errorCode)))}::text[],
      ${causes.map(({ message }) => cappedMessage(storable(message)))}::text[],
      ${causes.map(({ stack }) => cappedStack(storable(stack ?? '')))}::text[],
      ${causes.map(({ failedAtMs }) => failedAtMs)}::double precision[],
      ${sorted.map(({ redrives }) => redrives)}::integer[])
      as letter (group_id, actor, actor_version, topic, partition, record_offset, key, value, headers, timestamp_ms,
       tenant, event_id, event_type, correlation_id, trace_id, inbox_key,
       outcome, attempts, error_class, error_code, message, stack, failed_at, redrives)
    on conflict on constraint dead_letters_of_unit do update set inbox_key = excluded.inbox_key
    where known.inbox_key is null and excluded.inbox_key is not null and known.state = 'dead'
    returning record_offset, xmax = 0 as is_new`
  return rows.flatMap(({ record_offset: offset, is_new }) => (is_new ? [offset] : []))
}

/** In one order, so that no two batches wait for each other crosswise; each record once, as one statement must have it. */
const inOrder = (letters: readonly NewDeadLetter[]): readonly NewDeadLetter[] =>
  [...new Map(letters.map((letter) => [placeOf(letter), letter])).entries()]
    .sort(
      ([a, { original: left }], [b, { original: right }]) =>
        left.partition - right.partition || left.offset - right.offset || (a < b ? -1 : 1),
    )
    .map(([, letter]) => letter)

const placeOf = ({
  cause: { group, actor },
  original: { topic, partition, offset },
}: NewDeadLetter): string =>
  JSON.stringify([storable(group), storable(actor), storable(topic), partition, offset])

const textOrNull = (text: string | undefined): string | null => (text === undefined ? null : storable(text))

/** As `troupe.dead_letters_of` reads it. */
export const filterJson = (filter: DeadLetterFilter): string => {
  const { group, actor, topic, tenant, error, key, eventId, fromMs, toMs, text, ids } = filter
  return JSON.stringify(
    {
      group,
      actor,
      topic,
      tenant,
      error,
      key,
      eventId: eventId && cappedName(eventId),
      fromMs,
      toMs,
      text,
      ids,
    },
    (_, value: unknown) => (typeof value === 'string' ? storable(value) : value),
  )
}

export interface SummaryRow {
  readonly id: number
  readonly group_id: string
  readonly actor: string
  readonly actor_version: string | null
  readonly topic: string
  readonly partition: number
  readonly record_offset: number
  readonly key: Uint8Array | null
  readonly tenant: string
  readonly event_id: string
  readonly event_type: string
  readonly correlation_id: string
  readonly trace_id: string | null
  readonly inbox_key: string | null
  readonly outcome: DeadLetterSummary['outcome']
  readonly attempts: number
  readonly error_class: string
  readonly error_code: string
  readonly message: string
  readonly failed_at: Date
  readonly state: DeadLetterSummary['state']
  readonly redrives: number
}

export interface LetterRow extends SummaryRow {
  readonly value: Uint8Array | null
  readonly headers: Uint8Array
  readonly timestamp_ms: number | null
  readonly stack: string
}

const utf8 = new TextDecoder()

export const summaryOf = (row: SummaryRow): DeadLetterSummary => ({
  id: row.id,
  group: row.group_id,
  actor: row.actor,
  actorVersion: row.actor_version ?? undefined,
  topic: row.topic,
  partition: row.partition,
  offset: row.record_offset,
  key: row.key === null ? undefined : utf8.decode(row.key),
  tenant: row.tenant,
  eventId: row.event_id,
  eventType: row.event_type,
  correlationId: row.correlation_id,
  traceId: row.trace_id ?? undefined,
  inboxKey: parsedInboxKey(row.inbox_key),
  outcome: row.outcome,
  attempts: row.attempts,
  errorClass: row.error_class,
  errorCode: row.error_code,
  message: row.message,
  failedAtMs: row.failed_at.getTime(),
  state: row.state,
  redrives: row.redrives,
})

export const letterOf = (row: LetterRow, receipts: readonly DeadLetterReceipt[]): StoredDeadLetter => ({
  ...summaryOf(row),
  stack: row.stack,
  original: {
    topic: row.topic,
    partition: row.partition,
    offset: row.record_offset,
    timestamp: row.timestamp_ms ?? -1,
    key: row.key,
    value: row.value,
    headers: unpackHeaders(row.headers),
  },
  receipts,
})

export interface ReceiptRow {
  readonly id: number
  readonly dead_letter_id: number
  readonly campaign_id: number | null
  readonly outcome: DeadLetterReceipt['outcome']
  readonly reason: string
  readonly told_by: string
  readonly told_at: Date
  readonly topic: string | null
  readonly partition: number | null
  readonly record_offset: number | null
}

export const receiptOf = (row: ReceiptRow): DeadLetterReceipt & { readonly id: number } => ({
  id: row.id,
  deadLetterId: row.dead_letter_id,
  campaignId: row.campaign_id ?? undefined,
  outcome: row.outcome,
  reason: row.reason,
  by: row.told_by,
  atMs: row.told_at.getTime(),
  producedTo:
    row.topic === null || row.partition === null || row.record_offset === null
      ? undefined
      : { topic: row.topic, partition: row.partition, offset: row.record_offset },
})
