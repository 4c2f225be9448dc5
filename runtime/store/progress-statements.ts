/**
 * The statements on rows of units: schemas/sql/020. Rows are taken in the order of their keys, as the server sorts
 * them, so that two that take many never wait for each other crosswise.
 */

import type { Sql } from '../actor/context.ts'
import {
  printRanges,
  holdEvent,
  type OutcomeCounts,
  type Progress,
  type TakenUnit,
  type Unit,
  type UnitAdvance,
  type UnitClaim,
  type UnitEvent,
  type UnitHold,
  type UnitReport,
  type UnitReset,
  type UnitRow,
  type UnitStart,
  whereverTheGroupIs,
} from '../delivery/index.ts'
import { answersTo, nameOf, nameOfPlace, rowOf, type PlaceText, type RowText } from './unit-rows.ts'

/** SQLSTATE of troupe.fenced(). */
export const fencedState = 'TR001'

/**
 * Fence, ledger and counters: one statement, the last of a batch's transaction but for the rows of the outbox that it
 * makes numbers for (`insertOutbox`). It fails where the row is another's, so that the COMMIT sent behind it undoes the
 * transaction.
 */
export const updateProgress = async (
  sql: Sql,
  unit: Unit,
  progress: Progress,
  outboxRows = 0,
): Promise<void> => {
  const { epoch, lane, frontier, counts } = progress
  const { applied, duplicate, redelivered, rejected, undecodable, exhausted, skipped, parked, ...none } =
    counts
  none satisfies Record<string, never> // an outcome that has no column here would not be counted
  const ranges = printRanges(progress.ranges)
  await sql`
    with moved as (
      update troupe.units as unit
      set clean = false,
          frontier = greatest(unit.frontier, ${frontier}::bigint),
          done = (
            select array_agg(
              (case when nth = ${lane + 1} then lane.done + ${ranges}::int8multirange else lane.done end)
                - int8multirange(int8range(null, greatest(unit.frontier, ${frontier}::bigint))) order by nth)
            from unnest(unit.done) with ordinality as lane (done, nth)
          ),
          outbox_seq = unit.outbox_seq + ${outboxRows}::bigint,
          applied = unit.applied + ${applied}::bigint,
          duplicate = unit.duplicate + ${duplicate}::bigint,
          redelivered = unit.redelivered + ${redelivered}::bigint,
          rejected = unit.rejected + ${rejected}::bigint,
          undecodable = unit.undecodable + ${undecodable}::bigint,
          exhausted = unit.exhausted + ${exhausted}::bigint,
          skipped = unit.skipped + ${skipped}::bigint,
          parked = unit.parked + ${parked}::bigint,
          updated_at = now()
      where unit.group_id = ${unit.group} and unit.actor = ${unit.actor}
        and unit.topic = ${unit.topic} and unit.partition = ${unit.partition}
        and unit.epoch = ${epoch}
        and unit.frontier is not null and unit.lanes > ${lane}
        and not unit.done[${lane + 1}] && ${ranges}::int8multirange
        and (isempty(${ranges}::int8multirange) or upper(${ranges}::int8multirange) > unit.frontier)
      returning 1
    )
    select case when exists (select from moved) then 1 else troupe.fenced() end`
}

export const takeUnits = async (
  sql: Sql,
  claims: readonly UnitClaim[],
  owner: string,
): Promise<readonly TakenUnit[]> => {
  const units = claims.map(({ unit }) => unit)
  const rows = await sql<RowText & PlaceText & { was_clean: boolean; previous_owner: string | null }>`
    insert into troupe.units as unit (group_id, actor, topic, partition, epoch, owner, clean, was_clean, lanes, done)
    select group_id, actor, topic, partition, 1, ${owner}::text, false, true, lanes,
           array_fill('{}'::int8multirange, array[lanes])
    from unnest(${units.map(({ group }) => group)}::text[], ${units.map(({ actor }) => actor)}::text[],
                ${units.map(({ topic }) => topic)}::text[], ${units.map(({ partition }) => partition)}::integer[],
                ${claims.map(({ lanes }) => lanes)}::integer[])
      as claim (group_id, actor, topic, partition, lanes)
    order by group_id, actor, topic, partition
    on conflict (group_id, actor, topic, partition) do update
    set epoch = unit.epoch + 1,
        previous_owner = unit.owner, owner = excluded.owner,
        was_clean = unit.clean, clean = false,
        lanes = excluded.lanes,
        -- A record is in another lane then: what all lanes have done is done in each.
        done = case when unit.lanes = excluded.lanes then unit.done
          else array_fill((select range_intersect_agg(lane) from unnest(unit.done) as lane), array[excluded.lanes::integer]) end,
        taken_at = now(), updated_at = now()
    returning group_id, actor, topic, partition, epoch, frontier, done::text[], topic_id, accounted_from, group_ahead_to, cut_from, cut_to, was_clean, previous_owner`
  const byUnit = new Map(rows.map((row) => [nameOfPlace(row), row]))
  return units.map((unit) => {
    const row = byUnit.get(nameOf(unit))
    if (row === undefined) throw new Error(`Postgres did not answer for ${nameOf(unit)}`)
    return { unit, ...rowOf(row), wasClean: row.was_clean, previousOwner: row.previous_owner ?? undefined }
  })
}

/** In order: whether the epoch was still its own. */
export const beginUnits = async (sql: Sql, starts: readonly UnitStart[]): Promise<readonly boolean[]> => {
  const units = starts.map(({ unit }) => unit)
  const events = starts.flatMap((start, nth) => start.events.map((event) => ({ ...event, nth })))
  const rows = await sql<{ readonly nth: number }>`
    with start as materialized (
      select start.*, unit.owner
      from unnest(${units.map(({ group }) => group)}::text[], ${units.map(({ actor }) => actor)}::text[],
                  ${units.map(({ topic }) => topic)}::text[], ${units.map(({ partition }) => partition)}::integer[],
                  ${starts.map(({ epoch }) => epoch)}::bigint[], ${starts.map(({ offset }) => offset)}::bigint[],
                  ${starts.map(({ topicId }) => topicId ?? null)}::text[],
                  ${starts.map(({ account }) => account === 'anew')}::boolean[],
                  ${starts.map(({ groupAheadTo }) => groupAheadTo ?? null)}::bigint[], ${starts.map((_, nth) => nth)}::integer[])
        as start (group_id, actor, topic, partition, epoch, frontier, topic_id, anew, group_ahead_to, nth)
      join troupe.units as unit using (group_id, actor, topic, partition, epoch)
      order by group_id, actor, topic, partition
      for update of unit
    ), begun as (
      update troupe.units as unit
      set frontier = case when start.anew then start.frontier else greatest(unit.frontier, start.frontier) end,
          done = case when start.anew then array_fill('{}'::int8multirange, array[unit.lanes::integer])
            else (select array_agg(lane.done - int8multirange(int8range(null, start.frontier)) order by nth)
                  from unnest(unit.done) with ordinality as lane (done, nth)) end,
          group_ahead_to = start.group_ahead_to, cut_from = null, cut_to = null,
          topic_id = coalesce(start.topic_id, case when start.anew then null else unit.topic_id end),
          accounted_from = case when start.anew then start.frontier else unit.accounted_from end,
          applied = case when start.anew then 0 else unit.applied end,
          duplicate = case when start.anew then 0 else unit.duplicate end,
          redelivered = case when start.anew then 0 else unit.redelivered end,
          rejected = case when start.anew then 0 else unit.rejected end,
          undecodable = case when start.anew then 0 else unit.undecodable end,
          exhausted = case when start.anew then 0 else unit.exhausted end,
          skipped = case when start.anew then 0 else unit.skipped end,
          parked = case when start.anew then 0 else unit.parked end,
          updated_at = now()
      from start
      where unit.group_id = start.group_id and unit.actor = start.actor
        and unit.topic = start.topic and unit.partition = start.partition and unit.epoch = start.epoch
      returning start.nth
    ), told as (
      insert into troupe.unit_events (group_id, actor, topic, partition, epoch, kind, from_offset, to_offset, told_by)
      select group_id, actor, topic, partition, epoch, kind, from_offset, to_offset, owner
      from unnest(${events.map(({ nth }) => nth)}::integer[], ${events.map(({ kind }) => kind)}::text[],
                  ${events.map(({ from }) => from ?? null)}::bigint[], ${events.map(({ to }) => to)}::bigint[])
        with ordinality as event (nth, kind, from_offset, to_offset, place)
      join start using (nth)
      where nth in (select nth from begun)
      order by place
      on conflict do nothing
    ), forgotten as (
      delete from troupe.remembered_losses as loss using start
      where start.anew and start.nth in (select nth from begun)
        and loss.group_id = start.group_id and loss.actor = start.actor
        and loss.topic = start.topic and loss.partition = start.partition
    )
    select nth from begun`
  return answersTo(starts, rows)
}

export const holdUnits = async (sql: Sql, holds: readonly UnitHold[]): Promise<void> => {
  const units = holds.map(({ unit }) => unit)
  const events = holds.map(({ reason, range }) => holdEvent(reason, range))
  const isCut = holds.map(({ reason }) => reason === 'beyond-end')
  await sql`
    with hold as materialized (
      select hold.*, unit.owner
      from unnest(${units.map(({ group }) => group)}::text[], ${units.map(({ actor }) => actor)}::text[],
                  ${units.map(({ topic }) => topic)}::text[], ${units.map(({ partition }) => partition)}::integer[],
                  ${holds.map(({ epoch }) => epoch)}::bigint[], ${holds.map(({ range }) => range.from)}::bigint[],
                  ${holds.map(({ range }) => range.to)}::bigint[], ${isCut}::boolean[],
                  ${events.map(({ kind }) => kind)}::text[], ${events.map(({ from }) => from)}::bigint[],
                  ${events.map(({ to }) => to)}::bigint[])
        as hold (group_id, actor, topic, partition, epoch, cut_from, cut_to, is_cut, kind, from_offset, to_offset)
      join troupe.units as unit using (group_id, actor, topic, partition, epoch)
      order by group_id, actor, topic, partition
      for update of unit
    ), told as (
      insert into troupe.unit_events (group_id, actor, topic, partition, epoch, kind, from_offset, to_offset, told_by)
      select group_id, actor, topic, partition, epoch, kind, from_offset, to_offset, owner
      from hold
      -- Each time that it is looked at its log may begin elsewhere: it stands still at the same place all the while.
      where not exists (
        select from troupe.unit_events as known
        where known.group_id = hold.group_id and known.actor = hold.actor
          and known.topic = hold.topic and known.partition = hold.partition
          and known.kind = hold.kind and known.from_offset = hold.from_offset
          and known.id > (
            select coalesce(max(id), 0) from troupe.unit_events as first
            where first.group_id = hold.group_id and first.actor = hold.actor
              and first.topic = hold.topic and first.partition = hold.partition
              and first.kind in ('seeded', 'recreated', 'reset')
          )
      )
      on conflict do nothing
    )
    update troupe.units as unit
    set cut_from = hold.cut_from, cut_to = hold.cut_to, updated_at = now()
    from hold
    where hold.is_cut and unit.group_id = hold.group_id and unit.actor = hold.actor
      and unit.topic = hold.topic and unit.partition = hold.partition and unit.epoch = hold.epoch`
}

/** In order: whether the epoch is still its own. Rows that would not change are only read. */
export const advanceUnits = async (
  sql: Sql,
  advances: readonly UnitAdvance[],
): Promise<readonly boolean[]> => {
  const units = advances.map(({ unit }) => unit)
  const rows = await sql<{ readonly nth: number }>`
    with mine as materialized (
      select advance.*, unit.frontier < advance.frontier or unit.clean <> advance.clean as changes
      from unnest(${units.map(({ group }) => group)}::text[], ${units.map(({ actor }) => actor)}::text[],
                  ${units.map(({ topic }) => topic)}::text[], ${units.map(({ partition }) => partition)}::integer[],
                  ${advances.map(({ epoch }) => epoch)}::bigint[], ${advances.map(({ frontier }) => frontier)}::bigint[],
                  ${advances.map(({ clean }) => clean)}::boolean[], ${advances.map((_, nth) => nth)}::integer[])
        as advance (group_id, actor, topic, partition, epoch, frontier, clean, nth)
      join troupe.units as unit using (group_id, actor, topic, partition, epoch)
      where unit.frontier is not null
    ), locked as materialized (
      select mine.*
      from mine join troupe.units as unit using (group_id, actor, topic, partition, epoch)
      where mine.changes
      order by group_id, actor, topic, partition
      for update of unit
    ), moved as (
      update troupe.units as unit
      set frontier = greatest(unit.frontier, locked.frontier), clean = locked.clean,
          done = (select array_agg(lane.done - int8multirange(int8range(null, greatest(unit.frontier, locked.frontier))) order by nth)
                  from unnest(unit.done) with ordinality as lane (done, nth)),
          updated_at = now()
      from locked
      where unit.group_id = locked.group_id and unit.actor = locked.actor
        and unit.topic = locked.topic and unit.partition = locked.partition and unit.epoch = locked.epoch
      returning locked.nth
    )
    select nth from moved union select nth from mine where not changes`
  return answersTo(advances, rows)
}

interface ReportText extends RowText, PlaceText, OutcomeCounts {
  readonly owner: string
  readonly clean: boolean
  readonly events: readonly { kind: UnitEvent['kind']; from: number | null; to: number }[]
}

export const readUnits = async (
  sql: Sql,
  units: readonly Unit[],
): Promise<readonly (UnitReport | undefined)[]> => {
  const rows = await sql<ReportText>`
    select unit.*, unit.done::text[] as done, (
      select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'from', from_offset, 'to', to_offset) order by id), '[]')
      from troupe.unit_events as event
      where event.group_id = unit.group_id and event.actor = unit.actor
        and event.topic = unit.topic and event.partition = unit.partition
        and id >= (
          select coalesce(max(id), 0) from troupe.unit_events as first
          where first.group_id = unit.group_id and first.actor = unit.actor
            and first.topic = unit.topic and first.partition = unit.partition
            and first.kind in ('seeded', 'recreated', 'reset')
        )
    ) as events
    from unnest(${units.map(({ group }) => group)}::text[], ${units.map(({ actor }) => actor)}::text[],
                ${units.map(({ topic }) => topic)}::text[], ${units.map(({ partition }) => partition)}::integer[])
      as asked (group_id, actor, topic, partition)
    join troupe.units as unit using (group_id, actor, topic, partition)`
  const byUnit = new Map(rows.map((row) => [nameOfPlace(row), row]))
  return units.map((unit) => {
    const row = byUnit.get(nameOf(unit))
    if (row === undefined) return undefined
    const { applied, duplicate, redelivered, rejected, undecodable, exhausted, skipped, parked } = row
    return {
      unit,
      ...rowOf(row),
      owner: row.owner,
      clean: row.clean,
      counts: { applied, duplicate, redelivered, rejected, undecodable, exhausted, skipped, parked },
      events: row.events.map(({ kind, from, to }) => ({ kind, from: from ?? undefined, to })),
    }
  })
}

/** Its epoch and ledger only. */
export const readRow = async (sql: Sql, unit: Unit): Promise<UnitRow | undefined> => {
  const [row] = await sql<RowText>`
    select epoch, frontier, done::text[], topic_id, accounted_from, group_ahead_to, cut_from, cut_to from troupe.units
    where group_id = ${unit.group} and actor = ${unit.actor} and topic = ${unit.topic} and partition = ${unit.partition}`
  return row && rowOf(row)
}

/**
 * To be followed, in the same transaction, by `forgetHandled`: a statement of its own, which sees what a batch
 * committed while this one waited for the row.
 */
export const resetUnit = async (sql: Sql, unit: Unit, { frontier, by }: UnitReset): Promise<boolean> => {
  const rows = await sql`
    with before as materialized (
      select * from troupe.units
      where group_id = ${unit.group} and actor = ${unit.actor} and topic = ${unit.topic} and partition = ${unit.partition}
        and (frontier is not null or cut_from is not null)
      for update
    ), reset as (
      update troupe.units as unit
      set epoch = before.epoch + 1, clean = true, frontier = ${frontier}::bigint, accounted_from = ${frontier}::bigint,
          group_ahead_to = ${whereverTheGroupIs}::bigint, cut_from = null, cut_to = null,
          done = array_fill('{}'::int8multirange, array[before.lanes::integer]),
          applied = 0, duplicate = 0, redelivered = 0, rejected = 0, undecodable = 0, exhausted = 0, skipped = 0, parked = 0,
          updated_at = now()
      from before
      where unit.group_id = before.group_id and unit.actor = before.actor
        and unit.topic = before.topic and unit.partition = before.partition
      returning 1
    )
    insert into troupe.unit_events (group_id, actor, topic, partition, epoch, kind, from_offset, to_offset, told_by)
    select group_id, actor, topic, partition, epoch + 1, 'reset', frontier, ${frontier}::bigint, ${by}::text
    from before where exists (select from reset)
    returning 1`
  return rows.length > 0
}

/** Reads the whole inbox: for the rare command that replays. */
export const forgetHandled = async (sql: Sql, unit: Unit, from: number): Promise<void> => {
  await sql`
    delete from troupe.inbox
    where group_id = ${unit.group} and actor = ${unit.actor} and topic = ${unit.topic}
      and partition = ${unit.partition} and record_offset >= ${from}::bigint`
}
