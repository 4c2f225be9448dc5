/** Status reports written by hand, as processes would write them. */

import { noOutcomes } from '../../runtime/delivery/index.ts'
import type { Sql } from '../../control-plane/read-model/sql.ts'
import {
  type ActorStatus,
  type AssignmentStatus,
  type ErrorSighting,
  type OutcomeStatus,
  type StatusReport,
  statusReportVersion,
  type UnitStatus,
} from '../../runtime/control/index.ts'

export const startedAtMs = Date.UTC(2026, 0, 5, 12)

export interface ReportParts extends Partial<Omit<StatusReport, 'process'>> {
  readonly process?: Partial<StatusReport['process']>
}

export const statusReport = (id: string, { process, ...parts }: ReportParts = {}): StatusReport => ({
  version: statusReportVersion,
  process: {
    id,
    node: 'node-a',
    pid: 100,
    kind: 'runtime',
    troupeVersion: '0.1.0',
    nodeVersion: '24.1.0',
    startedAtMs,
    ...process,
  },
  state: 'running',
  reportedAtMs: startedAtMs + 60_000,
  intervalMs: 1_000,
  health: { rssBytes: 5_000_000_000, eventLoopDelayMs: 12.5, workers: [{ threadId: 1, busy: 0.25 }] },
  readiness: [{ name: 'postgres', ready: true, reason: '' }],
  actors: [],
  groups: [],
  outcomes: [],
  lastErrors: [],
  ...parts,
})

export const actor = (parts: Partial<ActorStatus> = {}): ActorStatus => ({
  name: 'tracking',
  group: 'g',
  topics: ['scans'],
  receives: ['shipping.package.*'],
  order: 'key',
  effects: 'postgres',
  concurrency: 64,
  lanes: 4,
  ...parts,
})

export const unit = (parts: Partial<UnitStatus> = {}): UnitStatus => ({
  actor: 'tracking',
  lifecycle: 'running',
  position: 120,
  frontier: 100,
  oldestUnfinishedAtMs: startedAtMs,
  unfinishedRecords: 20,
  unfinishedBytes: 2_000,
  creditRecords: 19_980,
  creditBytes: 4_000_000,
  waitingFor: null,
  quarantine: null,
  ...parts,
})

export const assignment = (partition: number, parts: Partial<AssignmentStatus> = {}): AssignmentStatus => ({
  topic: 'scans',
  partition,
  position: 120,
  frontier: 100,
  end: 150,
  lagRecords: 50,
  lagMs: 2_000,
  units: [unit()],
  ...parts,
})

export const outcome = (
  partition: number,
  counts: Partial<OutcomeStatus['counts']>,
  parts: Partial<OutcomeStatus> = {},
): OutcomeStatus => ({
  group: 'g',
  actor: 'tracking',
  topic: 'scans',
  partition,
  counts: { ...noOutcomes(), ...counts },
  retries: 0,
  rates: noOutcomes(),
  ...parts,
})

export const sighting = (atMs: number, parts: Partial<ErrorSighting> = {}): ErrorSighting => ({
  atMs,
  code: 'HANDLER_FAILED',
  message: 'no such parcel',
  actor: 'tracking',
  topic: 'scans',
  partition: 0,
  offset: 99,
  eventId: 'e1',
  correlationId: null,
  outcome: 'retry',
  times: 3,
  ...parts,
})

/** Writes it as the row of its process, with a beat `silentMs` ago. */
export const writeReport = async (
  sql: Sql,
  report: StatusReport,
  { silentMs = 0, written = report }: { silentMs?: number; written?: unknown } = {},
): Promise<void> => {
  const { id, node, kind } = report.process
  const version = (written as { version?: unknown } | null)?.version
  await sql`
    insert into troupe.status_reports
      (process_id, node, kind, version, state, started_at, reported_at, interval_ms, report)
    values (${id}, ${node}, ${kind}, ${typeof version === 'number' ? version : 0}, ${report.state},
      to_timestamp(${report.process.startedAtMs}::float8 / 1000),
      now() - make_interval(secs => ${silentMs}::float8 / 1000), ${report.intervalMs},
      ${JSON.stringify(written)}::text::jsonb)
    on conflict (process_id) do update set reported_at = excluded.reported_at, state = excluded.state,
      version = excluded.version, report = excluded.report`
}
