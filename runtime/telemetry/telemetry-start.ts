/** What telemetry is started with. */

import type { tracing } from '@opentelemetry/sdk-node'
import type { ProcessKind } from '../control/index.ts'
import type { Log } from './log.ts'

export interface StartTelemetry {
  readonly processKind: ProcessKind
  /** What operators call this machine. */
  readonly node: string
  /** Of this run of the process. */
  readonly processId: string
  readonly version: string
  /** OTEL_* are read here and by the SDK itself, which looks at `process.env`. */
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
  /** Instead of those that the environment asks for: how a test gets at its spans. */
  readonly spanProcessors?: readonly tracing.SpanProcessor[]
}
