/** What the rest of the process sees of metrics and traces. Calls are made once a batch, never once a record. */

import type { StatusReport } from '../control/index.ts'
import type { OutcomeCounts, Unit } from '../delivery/index.ts'
import type { Stage } from './metric-table.ts'
import type { Tracing } from './tracing.ts'

export interface Telemetry {
  readonly meters: RuntimeMetrics
  readonly tracing: Tracing
  /** All metrics in Prometheus' text format (`text/plain; version=0.0.4`). Never rejects. */
  prometheus(): Promise<string>
  /** Sends what waits to be sent, for two seconds at most. Never rejects. */
  shutdown(): Promise<void>
}

/** Whose work took the time; fetch and commit are of a group. */
export interface StageOwner {
  readonly group: string
  readonly actor?: string
}

export interface RuntimeMetrics {
  /** Records that are finished. Those of them that are dead letters are counted as such, too. */
  records(unit: Unit, counts: OutcomeCounts): void
  retries(unit: Unit, count: number): void
  stage(owner: StageOwner, stage: Stage, seconds: number): void
  rebalance(group: string, kind: 'assigned' | 'revoked' | 'lost'): void
  workerLost(): void
  /** Events of the outbox that a relay is done with. */
  outbox(outcome: 'sent' | 'parked', records: number): void
  /** Gauges are read from this whenever metrics are collected; undefined: there is nothing to tell yet. */
  observe(status: () => StatusReport | undefined): void
}

const nothing = (): void => undefined

/** TELEMETRY_ENABLED=false, and tests that look at something else. */
export const noTelemetry: Telemetry = {
  meters: {
    records: nothing,
    retries: nothing,
    stage: nothing,
    rebalance: nothing,
    workerLost: nothing,
    outbox: nothing,
    observe: nothing,
  },
  tracing: { enabled: false, batch: nothing },
  prometheus: () => Promise.resolve('# metrics are off\n'),
  shutdown: () => Promise.resolve(),
}
