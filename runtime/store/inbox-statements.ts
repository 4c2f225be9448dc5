/**
 * The statements of the inbox, which has a partition a day: schemas/sql/021. Rules E1 and E3 of the effects' statements
 * hold here too.
 *
 * I1: no unique index reaches over days. A key is inserted into the transaction's day, and looked up in all days that
 *     are kept in the same statement: `seen` may have asked before midnight.
 * I2: in the first hour of a day it is inserted into yesterday's partition too, where it waits for whoever began
 *     before midnight. So no transaction may insert when it is nearly an hour old.
 */

import type { Sql } from '../actor/context.ts'
import type { InboxEntry, InboxHit, InboxKey, InboxMove } from '../delivery/effects.ts'
import { mayMove } from '../delivery/inbox-state.ts'
import type { ActorIdentity, Unit } from '../delivery/unit.ts'
import { TroupeError } from '../errors.ts'
import { at, compare, inKeyOrder, names, tenants } from './key-columns.ts'

interface SeenRow extends Pick<InboxHit, 'topic' | 'partition' | 'outcome'> {
  readonly nth: number
  readonly record_offset: number
  readonly holder: string | null
}

/** `daysKept`: before today. */
export const selectSeen = async (
  sql: Sql,
  unit: Unit,
  keys: readonly InboxKey[],
  daysKept: number,
): Promise<readonly InboxHit[]> => {
  const rows = await sql<SeenRow>`
    select asked.nth, inbox.topic, inbox.partition, inbox.record_offset, inbox.outcome, inbox.holder
    from unnest(${tenants(keys)}::text[], ${names(keys)}::text[]) with ordinality as asked (tenant, key, nth)
    cross join lateral (
      select topic, partition, record_offset, outcome, holder from troupe.inbox
      where group_id = ${unit.group} and actor = ${unit.actor} and tenant = asked.tenant and key = asked.key
        and day >= troupe.today() - ${daysKept}::integer
      order by day desc
      limit 1
    ) as inbox`
  return rows.map(({ nth, topic, partition, record_offset, outcome, holder }) => {
    const { tenant, key } = at(keys, nth - 1)
    const hit = { tenant, key, topic, partition, offset: record_offset, outcome }
    return holder === null ? hit : { ...hit, holder }
  })
}

/** Whether all keys were new. Waits for another transaction that is inserting one of them. */
export const insertInbox = async (
  sql: Sql,
  unit: Unit,
  entries: readonly InboxEntry[],
  daysKept: number,
): Promise<boolean> => {
  const sorted = inKeyOrder(entries)
  const [row] = await sql<{ readonly all_new: boolean }>`
    with entry as materialized (
      select * from unnest(${tenants(sorted)}::text[], ${names(sorted)}::text[],
                           ${sorted.map(({ offset }) => offset)}::bigint[], ${sorted.map(({ outcome }) => outcome)}::text[])
        with ordinality as entry (tenant, key, record_offset, outcome, nth)
    ), wanted as materialized (
      select entry.*, day
      from entry
      cross join troupe.inbox_days() as day
      left join lateral (
        select true as known from troupe.inbox
        where group_id = ${unit.group} and actor = ${unit.actor} and tenant = entry.tenant and key = entry.key
          and inbox.day >= troupe.today() - ${daysKept}::integer
        limit 1
      ) as before on true
      where before.known is null and clock_timestamp() - now() < interval '50 minutes'
    ), inserted as (
      insert into troupe.inbox (group_id, actor, tenant, key, topic, partition, record_offset, outcome, handled_at, day)
      select ${unit.group}::text, ${unit.actor}::text, tenant, key, ${unit.topic}::text, ${unit.partition}::integer,
             record_offset, outcome, troupe.clock(), day
      from wanted
      order by nth, day
      on conflict do nothing
      returning 1
    )
    select (select count(*) from inserted)
         = (select count(*) from entry) * (select count(*) from troupe.inbox_days()) as all_new`
  return row?.all_new ?? false
}

/** In the order of `moves`: whether its row was as it expected. */
export const moveInbox = async (
  sql: Sql,
  actor: ActorIdentity,
  moves: readonly InboxMove[],
  daysKept: number,
): Promise<readonly boolean[]> => {
  if (moves.length === 0) return []
  const sorted = moves
    .map((move, nth) => ({ ...move, nth }))
    .sort((a, b) => compare(a.tenant, b.tenant) || compare(a.key, b.key))
  const rows = await sql<{ readonly nth: number }>`
    with locked as materialized (
      select move.nth, move.outcome, move.holder, inbox.place, inbox.part
      from unnest(${tenants(sorted)}::text[], ${names(sorted)}::text[],
                  ${sorted.map(({ from }) => from)}::text[], ${sorted.map(({ holder }) => holder ?? null)}::text[],
                  ${sorted.map(({ to }) => to)}::text[], ${sorted.map(({ nextHolder }) => nextHolder ?? null)}::text[],
                  ${sorted.map(({ nth }) => nth)}::integer[])
        as move (tenant, key, old_outcome, old_holder, outcome, holder, nth)
      cross join lateral (
        select ctid as place, tableoid as part from troupe.inbox
        where group_id = ${actor.group} and actor = ${actor.actor} and tenant = move.tenant and key = move.key
          and day >= troupe.today() - ${daysKept}::integer
          and inbox.outcome = move.old_outcome and inbox.holder is not distinct from move.old_holder
        order by day
        for update
      ) as inbox
    ), moved as (
      update troupe.inbox
      set outcome = locked.outcome, holder = locked.holder
      from locked
      where inbox.ctid = locked.place and inbox.tableoid = locked.part
      returning locked.nth
    )
    select distinct nth from moved`
  const found = new Set(rows.map(({ nth }) => nth))
  return moves.map((_, nth) => found.has(nth))
}

/** A bug of the caller's: an order to move a settled row, or one row twice. */
export const requireMoves = (moves: readonly InboxMove[]): void => {
  for (const { from, to, key, isReplayed } of moves) {
    if (!mayMove(from, to, isReplayed))
      throw new TroupeError(
        'TRANSITION_UNLISTED',
        `the inbox's row of key "${key}" may not go from ${from} to ${to}`,
      )
  }
}

/** Makes and drops partitions. After how many ms to ask again. */
export const keepInbox = async (sql: Sql, daysKept: number): Promise<number> => {
  const [row] = await sql<{ readonly ms: number }>`select troupe.keep_inbox(${daysKept}::integer) as ms`
  return row?.ms ?? 0
}
