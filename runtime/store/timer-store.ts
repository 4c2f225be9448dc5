/** Durable timers in Postgres. Rules: runtime/delivery/timers.ts. */

import type { Sql } from '../actor/context.ts'
import type { BatchEffects } from '../delivery/effects.ts'
import {
  cappedMessage,
  lastOfEach,
  type DueTimer,
  type FiredTimer,
  type PostponedTimer,
  type TimerChange,
  type TimerPlace,
  type TimerStore,
  type Unit,
} from '../delivery/index.ts'
import { messageOf } from '../errors.ts'
import { inKeyOrder, names, tenants } from './key-columns.ts'
import { operatorPool, type OperatorStoreOptions } from './operator-pool.ts'
import { refused } from './postgres-failure.ts'
import type { PostgresSession } from './postgres-session.ts'
import { askedOf } from './run-again.ts'
import type { SessionPool } from './session-pool.ts'
import { storableKey } from './storable-key.ts'
import { bytea, storable } from './storable-text.ts'

/**
 * Within the transaction of a batch, before `writeTimers`: rows that fired go, each in the version that was read. false:
 * one was moved or cancelled meanwhile: roll back, handle again (TM2).
 */
export const deleteFiredTimers = async (
  sql: Sql,
  unit: Unit,
  fired: readonly FiredTimer[],
): Promise<boolean> => {
  if (fired.length === 0) return true
  const sorted = inKeyOrder(fired)
  const rows = await sql`
    delete from troupe.timers as timer
    using unnest(${tenants(sorted)}::text[], ${names(sorted)}::text[],
                 ${sorted.map(({ name }) => storableKey(name))}::text[], ${sorted.map(({ version }) => version)}::bigint[])
      as fired (tenant, key, name, version)
    where timer.group_id = ${unit.group} and timer.actor = ${unit.actor} and timer.tenant = fired.tenant
      and timer.key = fired.key and timer.name = fired.name and timer.version = fired.version
    returning 1`
  return rows.length === fired.length
}

/** As `deleteFiredTimers`, of timers that stay and are due later. */
const postponeTimers = async (
  sql: Sql,
  unit: Unit,
  postponed: readonly PostponedTimer[],
): Promise<boolean> => {
  if (postponed.length === 0) return true
  const sorted = inKeyOrder(postponed)
  const rows = await sql`
    update troupe.timers as timer
    set due_at = troupe.clock() + told.after_ms * interval '1 ms', attempts = told.attempts, failure = told.failure
    from unnest(${tenants(sorted)}::text[], ${names(sorted)}::text[],
                ${sorted.map(({ name }) => storableKey(name))}::text[], ${sorted.map(({ version }) => version)}::bigint[],
                ${sorted.map(({ afterMs }) => afterMs)}::double precision[], ${sorted.map(({ attempts }) => attempts)}::integer[],
                ${sorted.map(({ failure }) => cappedMessage(storable(failure)))}::text[])
      as told (tenant, key, name, version, after_ms, attempts, failure)
    where timer.group_id = ${unit.group} and timer.actor = ${unit.actor} and timer.tenant = told.tenant
      and timer.key = told.key and timer.name = told.name and timer.version = told.version
    returning 1`
  return rows.length === postponed.length
}

/** All that a batch means for timers. False: one that it had read is another now. */
export const applyTimers = async (
  sql: Sql,
  { unit, firedTimers = [], postponedTimers = [], timers = [] }: BatchEffects,
): Promise<boolean> => {
  if (!(await deleteFiredTimers(sql, unit, firedTimers))) return false
  if (!(await postponeTimers(sql, unit, postponedTimers))) return false
  await writeTimers(sql, unit, timers)
  return true
}

/** Within the transaction of a batch. Throws EFFECTS_REFUSED naming a timer whose payload is not JSON. */
export const writeTimers = async (sql: Sql, unit: Unit, changes: readonly TimerChange[]): Promise<void> => {
  const last = inKeyOrder(lastOfEach(changes))
  const cancelled = last.filter((change) => change.kind === 'cancel')
  const set = last.filter((change) => change.kind === 'set')
  if (cancelled.length > 0) {
    await sql`
      delete from troupe.timers as timer
      using unnest(${tenants(cancelled)}::text[], ${names(cancelled)}::text[],
                   ${cancelled.map(({ name }) => storableKey(name))}::text[]) as cancelled (tenant, key, name)
      where timer.group_id = ${unit.group} and timer.actor = ${unit.actor} and timer.tenant = cancelled.tenant
        and timer.key = cancelled.key and timer.name = cancelled.name`
  }
  if (set.length > 0) {
    await sql`
      insert into troupe.timers
        (group_id, actor, tenant, key, name, version, topic, partition, record_key, due_at, payload)
      select ${unit.group}::text, ${unit.actor}::text, tenant, key, name, nextval('troupe.timer_versions'),
        ${unit.topic}::text, ${unit.partition}::integer, record_key, to_timestamp(due_at / 1000), payload::jsonb
      from unnest(${tenants(set)}::text[], ${names(set)}::text[], ${set.map(({ name }) => storableKey(name))}::text[],
                  ${set.map(({ recordKey }) => bytea(recordKey))}::bytea[],
                  ${set.map(({ dueAtMs }) => dueAtMs)}::double precision[], ${set.map(payloadOf)}::text[])
        with ordinality as given (tenant, key, name, record_key, due_at, payload, nth)
      order by nth
      on conflict (group_id, actor, tenant, key, name) do update set
        version = excluded.version, topic = excluded.topic, partition = excluded.partition,
        record_key = excluded.record_key, due_at = excluded.due_at, payload = excluded.payload, set_at = now(),
        attempts = 0, failure = ''`
  }
}

const payloadOf = ({ name, payload }: Extract<TimerChange, { kind: 'set' }>): string | null => {
  try {
    const json = JSON.stringify(payload) as string | undefined
    if (json === undefined && payload !== undefined) throw new TypeError(`a ${typeof payload} has no JSON`)
    return json ?? null
  } catch (cause) {
    throw refused(`the payload of timer "${name}", which is not JSON (${messageOf(cause)})`, cause)
  }
}

/** Opens no connection yet. */
export const openTimerStore = (options: OperatorStoreOptions): TimerStore =>
  new PostgresTimerStore(operatorPool(options, 'timers'))

interface TimerRow {
  readonly tenant: string
  readonly key: string
  readonly name: string
  readonly version: number
  readonly record_key: Uint8Array | null
  readonly due_at: Date
  readonly payload: unknown
  readonly attempts: number
}

class PostgresTimerStore implements TimerStore {
  readonly #pool: SessionPool

  constructor(pool: SessionPool) {
    this.#pool = pool
  }

  async due(unit: Unit, after?: TimerPlace, limit = 500): Promise<readonly DueTimer[]> {
    const { group, actor, topic, partition } = unit
    const rows = await this.#run(
      ({ sql }) => sql<TimerRow>`
        select tenant, key, name, version, record_key, due_at, payload, attempts from troupe.timers
        where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
          and due_at <= troupe.clock()
          and (due_at, version) > (to_timestamp(${after?.dueAtMs ?? -1e14}::double precision / 1000), ${after?.version ?? 0}::bigint)
        order by due_at, version
        limit ${limit}`,
    )
    return rows.map(({ tenant, key, name, version, record_key: recordKey, due_at, payload, attempts }) => ({
      tenant,
      key: recordKey === null ? key : Buffer.from(recordKey).toString(),
      name,
      version,
      recordKey,
      dueAtMs: due_at.getTime(),
      payload: payload ?? undefined,
      attempts,
    }))
  }

  async nextDueInMs({ group, actor, topic, partition }: Unit): Promise<number | undefined> {
    const [row] = await this.#run(
      ({ sql }) => sql<{ ms: number }>`
        select greatest(0, extract(epoch from due_at - troupe.clock()) * 1000)::double precision as ms
        from troupe.timers
        where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
        order by due_at, version limit 1`,
    )
    return row && Math.ceil(row.ms)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  #run<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    return askedOf(this.#pool, 'what was asked of timers', work)
  }
}
