import { messageOf } from '../errors.ts'
import { noTelemetry, type Telemetry } from './telemetry.ts'
import type { StartTelemetry } from './telemetry-start.ts'

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
