/** A row of troupe.status_reports → a process as operators see it: alive or not, readable or not. */

import { readStatusReport, type StatusReport } from '../../../runtime/control/index.ts'
import { misfitOf } from './report-shape.ts'

export interface StatusRow {
  readonly id: string
  readonly node: string
  readonly kind: string
  readonly version: number
  readonly state: string
  readonly startedAt: Date
  readonly reportedAt: Date
  readonly intervalMs: number
  readonly report: unknown
}

export type Liveness = 'LIVE' | 'SILENT' | 'STOPPED'

export interface ProcessView {
  readonly id: string
  readonly nodeName: string
  readonly kind: 'RUNTIME' | 'CONTROL_PLANE' | 'RELAY' | 'OTHER'
  readonly liveness: Liveness
  readonly live: boolean
  readonly state: 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'OTHER'
  readonly startedAt: Date
  readonly uptimeMs: number
  readonly lastBeat: Date
  readonly silentMs: number
  readonly intervalMs: number
  readonly reportVersion: number
  /** Why `report` is missing. */
  readonly unreadable: string | null
  readonly report: StatusReport | null
}

/** A process that missed more than this many of its reports is taken for dead. */
const beatsMissed = 3

/** With short intervals a busy machine delays more than a few reports of a process that lives. */
const leastSilentMs = 2_000

const kinds: ReadonlyMap<string, ProcessView['kind']> = new Map([
  ['runtime', 'RUNTIME'],
  ['control-plane', 'CONTROL_PLANE'],
  ['relay', 'RELAY'],
])

const states: ReadonlyMap<string, ProcessView['state']> = new Map([
  ['starting', 'STARTING'],
  ['running', 'RUNNING'],
  ['stopping', 'STOPPING'],
  ['stopped', 'STOPPED'],
])

/** `now`: by the clock that wrote `reportedAt`. */
export const processView = (row: StatusRow, now: Date): ProcessView => {
  const silentMs = Math.max(0, now.getTime() - row.reportedAt.getTime())
  const liveness = livenessOf(row, silentMs)
  const live = liveness === 'LIVE'
  const until = live ? now : row.reportedAt
  return {
    id: row.id,
    nodeName: row.node,
    kind: kinds.get(row.kind) ?? 'OTHER',
    liveness,
    live,
    state: states.get(row.state) ?? 'OTHER',
    startedAt: row.startedAt,
    uptimeMs: Math.max(0, until.getTime() - row.startedAt.getTime()),
    lastBeat: row.reportedAt,
    silentMs,
    intervalMs: row.intervalMs,
    reportVersion: row.version,
    ...readable(row.report),
  }
}

const livenessOf = ({ state, intervalMs }: StatusRow, silentMs: number): Liveness => {
  if (state === 'stopped') return 'STOPPED'
  return silentMs <= Math.max(leastSilentMs, beatsMissed * intervalMs) ? 'LIVE' : 'SILENT'
}

const readable = (written: unknown): Pick<ProcessView, 'report' | 'unreadable'> => {
  const read = readStatusReport(written)
  if (read.kind === 'unreadable') return { report: null, unreadable: read.reason }
  const misfit = misfitOf(read.report)
  return misfit === undefined
    ? { report: read.report, unreadable: null }
    : { report: null, unreadable: `a status report whose ${misfit} is missing or not of its kind` }
}
