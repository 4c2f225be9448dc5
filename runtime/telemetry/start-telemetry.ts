import type { tracing } from '@opentelemetry/sdk-node'
import type { ProcessKind } from '../control/index.ts'
import { messageOf } from '../errors.ts'
import type { Log } from './log.ts'
import { noTelemetry, type Telemetry } from './telemetry.ts'

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

/**
 * Metrics always, traces and OTLP where OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER or OTEL_EXPORTER_OTLP_ENDPOINT ask
 * for them. One at a time in a process. Never rejects: what can't be started is told to the log, and the process works
 * without.
 */
export const startTelemetry = async (options: StartTelemetry): Promise<Telemetry> => {
  if (options.env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return noTelemetry
  try {
    // Not before it is wanted: the SDK is large.
    const { openTelemetry } = await import('./open-telemetry.ts')
    return await openTelemetry(options)
  } catch (error) {
    options.log.error(`telemetry could not be started, and is off: ${messageOf(error)}`)
    return noTelemetry
  }
}
