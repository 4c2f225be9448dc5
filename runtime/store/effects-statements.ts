/**
 * The statements of a batch: one for each kind of effect, whatever the number of records.
 *
 * E1: rows are locked in the order of their keys, so that two batches never wait for each other crosswise.
 * E2: inbox, duplicates, states, tracking, and last of all the unit's row: every batch takes the tables in this order
 *     too. With the unit's row earlier, batches of one unit would wait for each other (92 transactions a second against
 *     729), and with a shared lock on it they would deadlock. Only the rows of the outbox come behind it: it numbers them.
 * E3: a key costs one index look-up, whatever Postgres believes of the table: `lateral … limit 1` leaves it no other
 *     plan. A join reads a young table whole for every key, as long as its statistics say that it is empty.
 */

import type { Sql, TrackedRow } from '../actor/context.ts'
import type {
  BatchEffects,
  DuplicateSighting,
  LoadedState,
  StateKey,
  StateWrite,
} from '../delivery/effects.ts'
import type { Unit } from '../delivery/unit.ts'
import { messageOf } from '../errors.ts'
import { refused } from './postgres-failure.ts'
import { compare, inKeyOrder, names, tenants } from './key-columns.ts'

interface StateRow extends LoadedState {
  readonly nth: number
  readonly form_version: number
}

const noState: LoadedState = { version: 0, value: undefined }

export const selectStates = async (
  sql: Sql,
  unit: Unit,
  keys: readonly StateKey[],
): Promise<readonly LoadedState[]> => {
  const rows = await sql<StateRow>`
    select asked.nth, actor_state.version, actor_state.form_version, actor_state.value
    from unnest(${tenants(keys)}::text[], ${names(keys)}::text[]) with ordinality as asked (tenant, key, nth)
    cross join lateral (
      select version, form_version, value from troupe.actor_state
      where group_id = ${unit.group} and actor = ${unit.actor} and tenant = asked.tenant and key = asked.key
      limit 1
    ) as actor_state`
  const loaded: LoadedState[] = keys.map(() => noState)
  for (const { nth, version, form_version: formVersion, value } of rows)
    loaded[nth - 1] = { version, value, ...(formVersion > 1 && { formVersion }) }
  return loaded
}

export const insertDuplicates = async (
  sql: Sql,
  unit: Unit,
  sightings: readonly DuplicateSighting[],
): Promise<void> => {
  const sorted = [...sightings].sort((a, b) => a.offset - b.offset)
  await sql`
    insert into troupe.duplicates (group_id, actor, topic, partition, record_offset, tenant, key)
    select ${unit.group}::text, ${unit.actor}::text, ${unit.topic}::text, ${unit.partition}::integer, record_offset, tenant, key
    from unnest(${sorted.map(({ offset }) => offset)}::bigint[], ${tenants(sorted)}::text[], ${names(sorted)}::text[])
      as sighting (record_offset, tenant, key)
    on conflict do nothing`
}

/** How many states were still at the version that was loaded, and are written. */
export const writeStates = async (sql: Sql, unit: Unit, writes: readonly StateWrite[]): Promise<number> => {
  const sorted = inKeyOrder(writes)
  const made = sorted.filter(({ loadedVersion }) => loadedVersion === 0)
  const changed = sorted.filter(({ loadedVersion }) => loadedVersion !== 0)
  const counts = await Promise.all([
    made.length === 0 ? 0 : insertStates(sql, unit, made),
    changed.length === 0 ? 0 : changeStates(sql, unit, changed),
  ])
  return counts[0] + counts[1]
}

const insertStates = async (sql: Sql, unit: Unit, writes: readonly StateWrite[]): Promise<number> => {
  const rows = await sql`
    insert into troupe.actor_state (group_id, actor, tenant, key, version, form_version, value)
    select ${unit.group}::text, ${unit.actor}::text, tenant, key, (extract(epoch from clock_timestamp()) * 1000000)::bigint,
      form_version, value::jsonb
    from unnest(${tenants(writes)}::text[], ${names(writes)}::text[], ${writes.map(formOf)}::integer[],
                ${writes.map(jsonOf)}::text[]) as write (tenant, key, form_version, value)
    on conflict do nothing
    returning 1`
  return rows.length
}

const formOf = ({ formVersion = 1 }: StateWrite): number => formVersion

/** A value of NULL (not of JSON's null) forgets the state. Rows stay where they are while this holds their locks. */
const changeStates = async (sql: Sql, unit: Unit, writes: readonly StateWrite[]): Promise<number> => {
  const [row] = await sql<{ readonly written: number }>`
    with locked as materialized (
      select state.ctid as place, write.value, write.form_version
      from unnest(${tenants(writes)}::text[], ${names(writes)}::text[],
                  ${writes.map(({ loadedVersion }) => loadedVersion)}::bigint[], ${writes.map(formOf)}::integer[],
                  ${writes.map(jsonOf)}::text[])
        as write (tenant, key, version, form_version, value)
      cross join lateral (
        select ctid from troupe.actor_state
        where group_id = ${unit.group} and actor = ${unit.actor}
          and tenant = write.tenant and key = write.key and version = write.version
        limit 1
        for update
      ) as state
    ), updated as (
      update troupe.actor_state as state
      set value = locked.value::jsonb, form_version = locked.form_version, version = state.version + 1, updated_at = now()
      from locked
      where state.ctid = locked.place and locked.value is not null
      returning 1
    ), deleted as (
      delete from troupe.actor_state as state
      using locked
      where state.ctid = locked.place and locked.value is null
      returning 1
    )
    select (select count(*) from updated) + (select count(*) from deleted) as written`
  return row?.written ?? 0
}

/** What `ctx.track` does for actors without tables of their own. */
export const insertTracked = async (sql: Sql, unit: Unit, rows: readonly TrackedRow[]): Promise<void> => {
  const sorted = [...rows].sort((a, b) => compare(a.entity, b.entity) || compare(a.id, b.id) || a.at - b.at)
  await sql`
    insert into troupe.tracked (tenant, entity, id, at, state, event_id, group_id, actor)
    select tenant, entity, id, to_timestamp(at / 1000), state, event_id, ${unit.group}::text, ${unit.actor}::text
    from unnest(${sorted.map(({ tenant }) => tenant)}::text[], ${sorted.map(({ entity }) => entity)}::text[],
                ${sorted.map(({ id }) => id)}::text[], ${sorted.map((row) => row.at)}::double precision[],
                ${sorted.map(({ state }) => state)}::text[], ${sorted.map(({ eventId }) => eventId)}::text[])
      as row (tenant, entity, id, at, state, event_id)
    on conflict do nothing`
}

/** Writes of nothing over nothing are none. */
export const realWrites = ({ states }: BatchEffects): readonly StateWrite[] =>
  states.filter(({ loadedVersion, value }) => loadedVersion !== 0 || value !== undefined)

const jsonOf = ({ key, value }: StateWrite): string | null => {
  try {
    // Functions and symbols have no JSON; JSON.stringify says undefined, whatever its type says.
    const json = JSON.stringify(value) as string | undefined
    if (json === undefined && value !== undefined) throw new TypeError(`a ${typeof value} has no JSON`)
    return json ?? null
  } catch (cause) {
    throw refused(`the state of key "${key}", which is not JSON (${messageOf(cause)})`, cause)
  }
}
