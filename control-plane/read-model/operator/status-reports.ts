/** The one read behind the operators' API: all reports at once, for all requests of a moment together. */

import type { Sql } from '../sql.ts'
import { ClusterPicture } from './cluster-picture.ts'
import { processView, type StatusRow } from './process-view.ts'

export interface StatusReader {
  /** At most `maxAgeMs` old. Throws POSTGRES_UNAVAILABLE (retryable) when the database is away. */
  current(): Promise<ClusterPicture>
}

export interface StatusReaderOptions {
  readonly sql: Sql
  /** Default 250: reports come once a second, and a console asks for several things at once. */
  readonly maxAgeMs?: number
}

/** Processes that restart again and again must not make the read, and the answer, grow without bound. */
const mostProcesses = 1_000

export const statusReader = ({ sql, maxAgeMs = 250 }: StatusReaderOptions): StatusReader => {
  let last: { readonly at: number; readonly picture: Promise<ClusterPicture> } | undefined
  return {
    current: () => {
      const now = performance.now()
      if (last !== undefined && now - last.at < maxAgeMs) return last.picture
      const reading = { at: now, picture: readPicture(sql) }
      last = reading
      reading.picture.catch(() => {
        if (last === reading) last = undefined
      })
      return reading.picture
    },
  }
}

const readPicture = async (sql: Sql): Promise<ClusterPicture> => {
  // One row always comes, with the clock that wrote `reported_at`, also when nothing reports.
  const rows = await sql<{ readAt: Date } & { [Name in keyof StatusRow]: StatusRow[Name] | null }>`
    select now() as "readAt", found.*
    from (select 1) as one
    left join lateral (
      select process_id as id, node, kind, version, state, started_at as "startedAt",
        reported_at as "reportedAt", interval_ms as "intervalMs", report
      from troupe.status_reports
      where reported_at > now() - interval '1 day'
      order by reported_at desc
      limit ${mostProcesses}
    ) as found on true`
  const readAt = rows[0]?.readAt ?? new Date(0)
  const reports = rows.filter((row): row is { readAt: Date } & StatusRow => row.id !== null)
  return new ClusterPicture(
    readAt,
    reports.map((row) => processView(row, readAt)),
  )
}
