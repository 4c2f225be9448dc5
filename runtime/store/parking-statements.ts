/**
 * The statements of parked keys within the transaction of a batch. Rows of keys are locked before anything is decided of
 * their queues, in the order of their names (PK3).
 */

import type { Sql } from '../actor/context.ts'
import type { BatchEffects } from '../delivery/effects.ts'
import {
  cappedMessage,
  packHeaders,
  type NewParkedRecord,
  type ParkedAnswer,
  type ParkedSettlement,
  type Unit,
} from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import { printedInboxKey } from './inbox-key-text.ts'
import { at, compare } from './key-columns.ts'
import { parkingName } from './parking-name.ts'
import { bytea, storable } from './storable-text.ts'

const inOrder = <Row extends { readonly parkingKey: string }>(rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((a, b) => compare(a.parkingKey, b.parkingKey))

/**
 * How many were new: one that is parked already stays as it is (PK4). Throws EFFECTS_REFUSED where another record is parked
 * at the offset: it is of a topic that was deleted and made again since.
 */
export const parkRecords = async (
  sql: Sql,
  unit: Unit,
  records: readonly NewParkedRecord[],
): Promise<number> => {
  if (records.length === 0) return 0
  const { group, actor, topic, partition } = unit
  const sorted = inOrder(records)
  const originals = sorted.map(({ original }) => original)
  const failures = sorted.map(({ failure }) => failure)
  const [row] = await sql<{ readonly parked: number; readonly others: readonly number[] }>`
    with given as materialized (
      select * from unnest(
        ${sorted.map(({ parkingKey }) => parkingName(parkingKey))}::text[],
        ${originals.map(({ offset }) => offset)}::bigint[], ${originals.map(({ key }) => bytea(key))}::bytea[],
        ${originals.map(({ value }) => bytea(value))}::bytea[],
        ${originals.map(({ headers }) => bytea(packHeaders(headers)))}::bytea[],
        ${originals.map(({ timestamp }) => (timestamp >= 0 ? timestamp : null))}::bigint[],
        ${sorted.map(({ inboxKey }) => printedInboxKey(inboxKey))}::text[],
        ${sorted.map(({ attempts }) => attempts)}::integer[],
        ${sorted.map(({ afterMs }) => afterMs)}::double precision[],
        ${failures.map((failure) => cappedMessage(storable(failure?.errorClass ?? '')))}::text[],
        ${failures.map((failure) => cappedMessage(storable(failure?.errorCode ?? '')))}::text[],
        ${failures.map((failure) => cappedMessage(storable(failure?.message ?? '')))}::text[])
        as given (parking_key, record_offset, key, value, headers, timestamp_ms, inbox_key, attempts, after_ms,
          error_class, error_code, message)
    ), parked as (
      insert into troupe.parked_records (group_id, actor, topic, partition, record_offset, parking_key, key, value,
        headers, timestamp_ms, inbox_key, attempts, error_class, error_code, message, parked_at)
      select ${group}::text, ${actor}::text, ${topic}::text, ${partition}::integer, record_offset, parking_key, key, value,
        headers, timestamp_ms, inbox_key, attempts, error_class, error_code, message, troupe.clock()
      from given order by record_offset
      on conflict do nothing
      returning record_offset, parking_key
    ), keys as (
      insert into troupe.parked_keys (group_id, actor, topic, partition, parking_key, records, due_at, parked_at)
      select ${group}::text, ${actor}::text, ${topic}::text, ${partition}::integer, parking_key, count(*),
        troupe.clock() + (array_agg(after_ms order by record_offset))[1] * interval '1 ms', troupe.clock()
      from parked join given using (record_offset, parking_key)
      group by parking_key order by parking_key
      on conflict (group_id, actor, topic, partition, parking_key)
        do update set records = parked_keys.records + excluded.records
    )
    select (select count(*) from parked) as parked, (
      select coalesce(jsonb_agg(record_offset order by record_offset), '[]')
      from troupe.parked_records as there join given using (record_offset)
      where group_id = ${group} and actor = ${actor} and there.topic = ${topic} and partition = ${partition}
        and (there.value, there.timestamp_ms) is distinct from (given.value, given.timestamp_ms)
    ) as others`
  const { parked = 0, others = [] } = row ?? {}
  if (others.length === 0) return parked
  throw new TroupeError(
    'EFFECTS_REFUSED',
    `offset ${others.join(', ')} of ${topic}/${String(partition)} is parked already, with another record: the topic was ` +
      `made anew while records of the old one were parked. Release or skip those, then redrive this one`,
  )
}

/** Which of these are parked, with the number of records in the queue of each: one look-up a key. */
export const selectParked = async (
  sql: Sql,
  { group, actor, topic, partition }: Unit,
  parkingKeys: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql<{ readonly nth: number; readonly records: number }>`
    select asked.nth, parked.records
    from unnest(${parkingKeys.map((key) => parkingName(key))}::text[]) with ordinality as asked (parking_key, nth)
    cross join lateral (
      select records from troupe.parked_keys as parked
      where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
        and parked.parking_key = asked.parking_key
      limit 1
    ) as parked`
  return new Map(rows.map(({ nth, records }) => [at(parkingKeys, nth - 1), records]))
}

export type SettleOutcome =
  /** Keys whose queue is empty now: they are not parked any more. */
  | { readonly kind: 'settled'; readonly unparked: readonly string[] }
  /** A record was not there (any more): roll back. */
  | { readonly kind: 'conflict' }

/** What all settlements of a key together do to its row. */
interface KeySettlement {
  readonly parkingKey: string
  readonly removed: number
  /** When its first record is tried next; undefined: now. */
  readonly afterMs: number | undefined
  readonly isHeld: boolean
}

const byKey = (settlements: readonly ParkedSettlement[]): readonly KeySettlement[] =>
  [...Map.groupBy(settlements, ({ parkingKey }) => parkingKey)].map(([parkingKey, ofKey]) => {
    const again = ofKey.find(({ kind }) => kind === 'again')
    return {
      parkingKey,
      removed: ofKey.filter(({ kind }) => kind !== 'again').length,
      afterMs: again?.kind === 'again' ? again.afterMs : undefined,
      isHeld: ofKey.some(({ kind }) => kind === 'finished-and-held'),
    }
  })

/** Each record once. */
export const settleParked = async (
  sql: Sql,
  unit: Unit,
  settlements: readonly ParkedSettlement[],
): Promise<SettleOutcome> => {
  if (settlements.length === 0) return { kind: 'settled', unparked: [] }
  const { group, actor, topic, partition } = unit
  const settledKeys = inOrder(byKey(settlements))
  const stored = new Map(settledKeys.map(({ parkingKey }) => [parkingName(parkingKey), parkingKey]))
  const keys = [...stored.keys()]
  const again = settlements.filter((settlement) => settlement.kind === 'again')
  const removed = settlements.filter(({ kind }) => kind !== 'again').map(({ offset }) => offset)
  const sent: Promise<unknown>[] = []
  // Sent without waiting for each other's answers. Locked by a statement of its own: the next ones see what was committed
  // before the lock was had.
  sent.push(sql`
    select from troupe.parked_keys
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and parking_key = any (${keys}::text[])
    order by parking_key
    for update`)
  const counting = sql<{ readonly found: number }>`
    select count(*) as found from troupe.parked_records
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and record_offset = any (${settlements.map(({ offset }) => offset)}::bigint[])`
  sent.push(
    counting,
    sql`
    delete from troupe.parked_records
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and record_offset = any (${removed}::bigint[])`,
  )
  if (again.length > 0)
    sent.push(sql`
    update troupe.parked_records as record
    set attempts = told.attempts, error_class = told.error_class, error_code = told.error_code, message = told.message
    from unnest(${again.map(({ offset }) => offset)}::bigint[], ${again.map(({ attempts }) => attempts)}::integer[],
                ${again.map(({ failure }) => cappedMessage(storable(failure.errorClass)))}::text[],
                ${again.map(({ failure }) => cappedMessage(storable(failure.errorCode)))}::text[],
                ${again.map(({ failure }) => cappedMessage(storable(failure.message)))}::text[])
      as told (record_offset, attempts, error_class, error_code, message)
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and record.record_offset = told.record_offset`)
  sent.push(sql`
    update troupe.parked_keys as parked
    set records = greatest(0, records - told.removed), -- below: rolled back anyway
        due_at = case when not told.is_held then troupe.clock() + told.after_ms * interval '1 ms' end
    from unnest(${keys}::text[], ${settledKeys.map((key) => key.removed)}::integer[],
                ${settledKeys.map(({ afterMs }) => afterMs ?? 0)}::double precision[],
                ${settledKeys.map(({ isHeld }) => isHeld)}::boolean[])
      as told (parking_key, removed, after_ms, is_held)
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and parked.parking_key = told.parking_key`)
  const unparking = sql<{ readonly parking_key: string }>`
    delete from troupe.parked_keys
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and parking_key = any (${keys}::text[]) and records = 0 and due_at is not null
    returning parking_key`
  sent.push(unparking)
  await Promise.allSettled(sent)
  await Promise.all(sent)
  const [[found], unparked] = [await counting, await unparking]
  if (found?.found !== settlements.length) return { kind: 'conflict' }
  return {
    kind: 'settled',
    unparked: unparked.map(({ parking_key }) => stored.get(parking_key) ?? parking_key),
  }
}

/**
 * Their first records are due at once, held or not; a held key without records is unparked. Which of them were unparked.
 */
export const releaseKeys = async (
  sql: Sql,
  { group, actor, topic, partition }: Unit,
  parkingKeys: readonly string[],
): Promise<readonly string[]> => {
  if (parkingKeys.length === 0) return []
  const stored = new Map(parkingKeys.map((key) => [parkingName(key), key]))
  await sql`
    with locked as materialized (
      select parking_key from troupe.parked_keys
      where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
        and parking_key = any (${[...stored.keys()]}::text[])
      order by parking_key
      for update
    )
    update troupe.parked_keys as parked set due_at = troupe.clock()
    from locked
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and parked.parking_key = locked.parking_key`
  const unparked = await sql<{ readonly parking_key: string }>`
    delete from troupe.parked_keys
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
      and parking_key = any (${[...stored.keys()]}::text[]) and records = 0
    returning parking_key`
  return unparked.map(({ parking_key }) => stored.get(parking_key) ?? parking_key)
}

/** Carried out, with what came of it. Each once: false where one of them was before. */
export const answerCommands = async (sql: Sql, answers: readonly ParkedAnswer[]): Promise<boolean> => {
  if (answers.length === 0) return true
  const rows = await sql`
    update troupe.parked_commands as command set done_at = now(), answer = told.answer
    from unnest(${answers.map(({ id }) => id)}::bigint[], ${answers.map(({ answer }) => storable(answer))}::text[])
      as told (id, answer)
    where command.id = told.id and command.done_at is null
    returning 1`
  return rows.length === answers.length
}

/**
 * All that a batch means for parked keys. False: something of it was settled before. Settled first: a key that this
 * unparks may be parked again by it.
 */
export const applyParking = async (
  sql: Sql,
  { unit, parked = [], settled = [], released = [], answers = [] }: BatchEffects,
): Promise<boolean> => {
  if (settled.length > 0 && (await settleParked(sql, unit, settled)).kind === 'conflict') return false
  if (!(await answerCommands(sql, answers))) return false
  await releaseKeys(sql, unit, released)
  await parkRecords(sql, unit, parked)
  return true
}
