/** What a process is once its start is through. */

import type { HealthCheck, Liveness, StatusReport } from '../control/index.ts'

export interface Running {
  stop(): Promise<void>
  /** Its whole status report; default: one with its `checks` and nothing else. */
  status?(): StatusReport
  /** Default: alive as long as it answers. */
  live?(): Liveness
  /** What it needs, asked each HEALTH_INTERVAL_MS and closed at the end. Not for one with a status of its own. */
  readonly checks?: readonly HealthCheck[]
}
