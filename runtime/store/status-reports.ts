/**
 * Status reports in Postgres: one row a process, written over at each report. Everything here is bounded in time: a
 * process that cannot report must not be held up by it.
 */

import type { StatusReport } from '../control/index.ts'
import { meaningOf, unavailable } from './postgres-failure.ts'
import type { PostgresSession } from './postgres-session.ts'
import { SessionPool } from './session-pool.ts'
import { storableJson } from './storable-json.ts'
import { storable } from './storable-text.ts'

export interface StatusReportsOptions {
  readonly url: string
  /** As pg_stat_activity shows it; default troupe. */
  readonly applicationName?: string
}

export interface StatusReports {
  /** Throws POSTGRES_UNAVAILABLE, also where the table is missing, or what Postgres has against the row. */
  write(report: StatusReport): Promise<void>
  /** Takes away rows of processes that were silent for a day. How many there were. */
  prune(): Promise<number>
  close(): Promise<void>
}

/** Opens no connection yet; one at most. */
export const openStatusReports = ({
  url,
  applicationName = 'troupe',
}: StatusReportsOptions): StatusReports => {
  const pool = new SessionPool(
    {
      url,
      applicationName: `${applicationName}-status`,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: 2_000,
      answerGraceMs: 1_000,
      lockTimeoutMs: 1_000,
      idleInTransactionTimeoutMs: 5_000,
    },
    1,
  )
  const within = async <T>(work: (session: PostgresSession) => Promise<T>): Promise<T> => {
    try {
      return await pool.with(work)
    } catch (error) {
      throw meaningOf(error, 'ours') === 'refused' ? error : unavailable(error)
    }
  }
  return {
    write: (report) => within((session) => writeReport(session, report)),
    prune: () => within(pruneSilent),
    close: () => pool.close(),
  }
}

const writeReport = async ({ sql }: PostgresSession, report: StatusReport): Promise<void> => {
  const { process, version, state, intervalMs } = report
  await sql`
    insert into troupe.status_reports
      (process_id, node, kind, version, state, started_at, reported_at, interval_ms, report)
    values (${process.id}, ${storable(process.node)}, ${process.kind}, ${version}, ${state},
      ${new Date(process.startedAtMs)}, now(), ${intervalMs}, ${storableJson(report)}::jsonb)
    on conflict (process_id) do update set
      node = excluded.node, version = excluded.version, state = excluded.state, reported_at = excluded.reported_at,
      interval_ms = excluded.interval_ms, report = excluded.report`
}

const pruneSilent = async (session: PostgresSession): Promise<number> => {
  const { count } = await session.run(
    statement`delete from troupe.status_reports where reported_at < now() - interval '1 day'`,
    [],
  )
  return count
}

const statement = (text: TemplateStringsArray): TemplateStringsArray => text
