/** The outbox as its tables have it: what waits, and who has the lease to send it. */

import type { Sql } from '../sql.ts'

export interface OutboxRows {
  /** Those that no broker took; they wait for an operator. */
  readonly parked: number
  /** By slice. */
  readonly slices: readonly OutboxSliceRow[]
}

export interface OutboxSliceRow {
  readonly slice: number
  /** Not sent yet; `mostCounted` stands for that many or more. */
  readonly records: number
  /** Of the oldest of them; null without any. */
  readonly ageMs: number | null
  /** null: nobody has it, or the lease has run out. */
  readonly holder: string | null
  readonly leasedUntil: Date | null
  /** Raised at each take-over. */
  readonly term: number
}

const mostCounted = 10_000

/** One statement, bounded in what it looks at. */
export const outboxRows = async (sql: Sql): Promise<OutboxRows> => {
  const rows = await sql<OutboxSliceRow & { readonly parked: number }>`
    select lease.slice, lease.term,
      case when lease.expires_at > clock_timestamp() then lease.holder end as holder,
      case when lease.expires_at > clock_timestamp() then lease.expires_at end as "leasedUntil",
      counted.records,
      (extract(epoch from clock_timestamp() - least(of_units.written_at, of_others.written_at)) * 1000)::float8 as "ageMs",
      (select count(*) from (select from troupe.outbox_parked limit ${mostCounted}) as few) as parked
    from troupe.outbox_slices as lease
    cross join lateral (
      select count(*) as records
      from (select from troupe.outbox as waiting where waiting.slice = lease.slice limit ${mostCounted}) as few
    ) as counted
    left join lateral (
      select written_at from troupe.outbox as waiting
      where waiting.slice = lease.slice and seq is not null order by position limit 1
    ) as of_units on true
    left join lateral (
      select written_at from troupe.outbox as waiting
      where waiting.slice = lease.slice and seq is null order by position limit 1
    ) as of_others on true
    order by lease.slice`
  return {
    parked: rows[0]?.parked ?? 0,
    slices: rows.map(({ slice, records, ageMs, holder, leasedUntil, term }) => ({
      ...{ slice, records, holder, leasedUntil, term },
      ageMs: ageMs === null ? null : Math.max(0, Math.round(ageMs)),
    })),
  }
}
