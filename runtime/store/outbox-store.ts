/**
 * The relay's side of the outbox in Postgres.
 *
 * OS1. Rows of units are read as they are: no later number of a unit is visible without those before it. Rows of
 *      others are read up to the first one whose transaction is not older than every open one: position by position,
 *      since a row further on may follow from that one.
 * OS2. Rows are taken away by their positions, which are given once: who does it twice does no harm.
 */

import type { Sql } from '../actor/context.ts'
import {
  outboxCountLimit,
  outboxSlices,
  type OpenTransaction,
  type OutboxBacklog,
  type OutboxListener,
  type OutboxStore,
  type OutboxSurvey,
  type PendingBatch,
  type ReadLimits,
  type RefusedRecord,
  type SliceBacklog,
  type SliceLease,
} from '../delivery/outbox.ts'
import { listenOn } from './channel-listener.ts'
import { pendingRecordOf, type StoredRow } from './outbox-rows.ts'
import { meaningOf, unavailable } from './postgres-failure.ts'
import type { SessionOptions } from './postgres-session.ts'
import { SessionPool } from './session-pool.ts'

export interface OutboxStoreOptions {
  readonly url: string
  /** Default 4. */
  readonly maxConnections?: number
  /** As pg_stat_activity shows it; default troupe-relay. */
  readonly applicationName?: string
}

/** Opens no connection yet. */
export const openOutboxStore = ({
  url,
  maxConnections = 4,
  applicationName = 'troupe-relay',
}: OutboxStoreOptions): OutboxStore => {
  const sessions: SessionOptions = {
    url,
    applicationName,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 10_000,
    answerGraceMs: 5_000,
    lockTimeoutMs: 5_000,
    idleInTransactionTimeoutMs: 10_000,
  }
  const pool = new SessionPool(sessions, maxConnections)
  // Leases must be renewed while all others wait for long reads.
  const leases = new SessionPool({ ...sessions, statementTimeoutMs: 5_000 }, 1)
  const on = async <T>(sessions: SessionPool, work: (sql: Sql) => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await sessions.with(({ sql }) => work(sql))
      } catch (error) {
        const meaning = meaningOf(error, 'ours')
        if (meaning === 'away') throw unavailable(error)
        // Each of these is one statement: it may run again.
        if (meaning !== 'again') throw error
      }
    }
  }
  return {
    survey: (relay, leaseMs, held) => on(leases, (sql) => survey(sql, relay, leaseMs, held)),
    claim: (relay, leaseMs, slices) => on(leases, (sql) => claim(sql, relay, leaseMs, slices)),
    release: (relay, slices) =>
      on(leases, async (sql) => {
        await sql`
          update troupe.outbox_slices set holder = null, expires_at = null
          where holder = ${relay} and slice = any (${slices}::smallint[])`
      }),
    leave: (relay) =>
      on(leases, async (sql) => {
        await sql`
          with gone as (delete from troupe.outbox_relays where relay = ${relay})
          update troupe.outbox_slices set holder = null, expires_at = null where holder = ${relay}`
      }),
    take: (slice, sent, limits) =>
      on(pool, async (sql) => {
        const [, batch] = await allSettled(removeSent(sql, sent), read(sql, slice, limits))
        return batch
      }),
    remove: (sent) => on(pool, (sql) => removeSent(sql, sent)),
    park: (refused) => on(pool, (sql) => park(sql, refused)),
    backlog: (slices) => on(pool, (sql) => backlog(sql, slices)),
    listen: (wake) => listen(sessions, wake),
    close: async () => {
      await Promise.all([pool.close(), leases.close()])
    },
  }
}

interface LeaseRow {
  readonly slice: number
  readonly transactional_id: string
  readonly holder: string | null
  readonly term: number
}

const leaseOf = ({ slice, transactional_id, holder, term }: LeaseRow): SliceLease => ({
  slice,
  transactionalId: transactional_id,
  holder: holder ?? undefined,
  term,
})

/** A lease that has run out and that nobody took is its holder's still. */
const survey = async (
  sql: Sql,
  relay: string,
  leaseMs: number,
  held: readonly number[],
): Promise<OutboxSurvey> => {
  const [, , , leases, relays] = await allSettled(
    sql`
      insert into troupe.outbox_relays (relay, expires_at)
      values (${relay}, clock_timestamp() + ${leaseMs}::integer * interval '1 ms')
      on conflict (relay) do update set expires_at = excluded.expires_at`,
    sql`delete from troupe.outbox_relays where expires_at < clock_timestamp() - interval '1 minute'`,
    sql`
      update troupe.outbox_slices set expires_at = clock_timestamp() + ${leaseMs}::integer * interval '1 ms'
      where holder = ${relay} and slice = any (${held}::smallint[])`,
    sql<LeaseRow>`
      select slice, transactional_id, term,
        case when expires_at > clock_timestamp() then holder end as holder
      from troupe.outbox_slices order by slice`,
    sql<{ readonly relay: string }>`
      select relay from troupe.outbox_relays where expires_at > clock_timestamp() order by relay collate "C"`,
  )
  return { leases: leases.map(leaseOf), relays: relays.map((row) => row.relay) }
}

const claim = async (
  sql: Sql,
  relay: string,
  leaseMs: number,
  slices: readonly number[],
): Promise<readonly SliceLease[]> => {
  const rows = await sql<LeaseRow>`
    update troupe.outbox_slices
    set holder = ${relay}, term = term + 1, expires_at = clock_timestamp() + ${leaseMs}::integer * interval '1 ms'
    where slice = any (${slices}::smallint[]) and (holder is null or expires_at <= clock_timestamp())
    returning slice, transactional_id, holder, term`
  return rows.map(leaseOf)
}

interface ReadRow extends StoredRow {
  readonly size_bytes: number
  readonly settled: boolean
}

const read = async (sql: Sql, slice: number, limits: ReadLimits): Promise<PendingBatch> => {
  const { records: limit, bytes, withoutTopics } = limits
  // Sizes are summed before payloads are fetched; a sum of what comes before it, so that the first one always fits.
  const rows = await sql<ReadRow>`
    select * from (
      select *, sum(size_bytes) over (order by position) - size_bytes as bytes_before
      from (
        (select *, true as settled from troupe.outbox
         where slice = ${slice} and seq is not null and topic <> all (${withoutTopics}::text[])
         order by position limit ${limit})
        union all
        (select *, written_xid < pg_snapshot_xmin(pg_current_snapshot()) as settled from troupe.outbox
         where slice = ${slice} and seq is null and topic <> all (${withoutTopics}::text[])
         order by position limit ${limit})
      ) as both_kinds
      order by position limit ${limit}
    ) as batch
    where bytes_before < ${bytes}::bigint
    order by position`
  const firstUnsettled = rows.find(({ settled }) => !settled)
  const ready = firstUnsettled
    ? rows.filter(({ seq, position }) => seq !== null || position < firstUnsettled.position) // OS1
    : rows
  return {
    records: ready.map(pendingRecordOf),
    more: ready.length > 0,
    heldBack: firstUnsettled !== undefined,
  }
}

const removeSent = async (sql: Sql, sent: readonly number[]): Promise<void> => {
  if (sent.length > 0) await sql`delete from troupe.outbox where position = any (${sent}::bigint[])` // OS2
}

const park = async (sql: Sql, refused: readonly RefusedRecord[]): Promise<number> => {
  const rows = await sql`
    with gone as (
      delete from troupe.outbox where position = any (${refused.map(({ position }) => position)}::bigint[])
      returning *
    )
    insert into troupe.outbox_parked
    select gone.*, reason.code, reason.message, now()
    from gone join unnest(${refused.map(({ position }) => position)}::bigint[], ${refused.map(({ code }) => code)}::text[],
      ${refused.map(({ message }) => message.replaceAll('\0', '\ufffd').toWellFormed())}::text[])
      as reason (position, code, message) using (position)
    on conflict do nothing
    returning 1`
  return rows.length
}

interface BacklogRow {
  readonly slice: number
  readonly records: number
  readonly age_ms: number | null
}

const backlog = async (sql: Sql, slices: readonly number[]): Promise<OutboxBacklog> => {
  const [rows, [parked], heldBack] = await allSettled(
    sql<BacklogRow>`
      select asked.slice, counted.records,
        (extract(epoch from clock_timestamp() - oldest.written_at) * 1000)::float8 as age_ms
      from unnest(${slices}::smallint[]) as asked (slice)
      cross join lateral (
        select count(*) as records from (
          select 1 from troupe.outbox where slice = asked.slice limit ${outboxCountLimit}
        ) as few
      ) as counted
      cross join lateral (
        select min(written_at) as written_at from (
          (select written_at from troupe.outbox where slice = asked.slice and seq is not null order by position limit 1)
          union all
          (select written_at from troupe.outbox where slice = asked.slice and seq is null order by position limit 1)
        ) as firsts
      ) as oldest
      order by asked.slice`,
    sql<{ readonly parked: number }>`select count(*) as parked from troupe.outbox_parked`,
    sql<{ readonly held_back: boolean }>`
      select exists (
        select from generate_series(0, ${outboxSlices - 1}::integer) as asked (slice)
        cross join lateral (
          select written_xid from troupe.outbox where slice = asked.slice and seq is null order by position limit 1
        ) as first
        where asked.slice = any (${slices}::integer[]) and written_xid >= pg_snapshot_xmin(pg_current_snapshot())
      ) as held_back`,
  )
  return {
    slices: rows.map(({ slice, records, age_ms }): SliceBacklog => ({
      slice,
      records,
      ageMs: Math.max(0, Math.round(age_ms ?? 0)),
    })),
    parked: parked?.parked ?? 0,
    heldBackBy: heldBack[0]?.held_back === true ? await oldestWriter(sql) : undefined,
  }
}

interface WriterRow {
  readonly pid: number | null
  readonly database: string
  readonly application_name: string
  readonly age_ms: number
}

/** In whatever database of the server. A transaction prepared for two phases has no session. */
const oldestWriter = async (sql: Sql): Promise<OpenTransaction | undefined> => {
  const [row] = await sql<WriterRow>`
    select pid, database, application_name, (extract(epoch from clock_timestamp() - since) * 1000)::float8 as age_ms
    from (
      select pid, coalesce(datname, '') as database, coalesce(application_name, '') as application_name,
        coalesce(xact_start, clock_timestamp()) as since, age(backend_xid) as age
      from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
      union all
      select null, database, 'prepared transaction ' || gid, prepared, age(transaction) from pg_prepared_xacts
    ) as writer
    order by age desc limit 1`
  if (row === undefined) return undefined
  return {
    pid: row.pid ?? undefined,
    database: row.database,
    applicationName: row.application_name,
    ageMs: Math.max(0, Math.round(row.age_ms)),
  }
}

const listen = (
  options: SessionOptions,
  wake: (slices: readonly number[]) => void,
): Promise<OutboxListener> =>
  listenOn(
    options,
    (sql) => sql`listen troupe_outbox`,
    (payload) => {
      wake(slicesOf(payload))
    },
  )

/** None: anywhere. */
const slicesOf = (payload: string): readonly number[] => {
  const slices = payload.split(',').map(Number)
  return payload !== '' && slices.every((slice) => slice >= 0 && slice < outboxSlices) ? slices : []
}

/** Promise.all that does not go on while one of them is still under way. */
const allSettled = async <T extends readonly unknown[]>(
  ...work: T
): Promise<{ -readonly [Nth in keyof T]: Awaited<T[Nth]> }> => {
  await Promise.allSettled(work)
  return Promise.all(work)
}
