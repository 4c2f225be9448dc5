/**
 * OpenTelemetry's SDK on the main thread: a Prometheus reader always, exporters where the standard variables ask for
 * them, no automatic instrumentation. Loaded only where telemetry is on: it costs 135 ms and 26 MB.
 */

import { context, diag, DiagLogLevel, metrics as metricsApi, propagation, trace } from '@opentelemetry/api'
import { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node'
import { messageOf } from '../errors.ts'
import { askedExporters } from './asked-exporters.ts'
import { diagnosticsTo } from './diagnostics.ts'
import { makeInstruments } from './instruments.ts'
import { pushingReaders, ScrapedReader } from './metric-readers.ts'
import { SpanMaker, ToldSpanIds } from './spans.ts'
import { noTelemetry, type Telemetry } from './telemetry.ts'
import type { StartTelemetry } from './telemetry-start.ts'

/** For a last export; a process that must end does not wait for a collector. */
const shutdownMs = 2_000

export const openTelemetry = async (options: StartTelemetry): Promise<Telemetry> => {
  const { env, log } = options
  const asked = askedExporters(env)
  const scraped = new ScrapedReader()
  const ids = new ToldSpanIds(new tracing.RandomIdGenerator())
  const traced = asked.traces || options.spanProcessors !== undefined
  const sdk = new NodeSDK({
    resource: resourceOf(options),
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES; what is told of host and process else is ours.
    resourceDetectors: [resources.envDetector],
    metricReaders: [scraped, ...(await pushingReaders(asked.metrics, env, log))],
    // Absent, the SDK makes them of OTEL_TRACES_EXPORTER, where nothing means OTLP.
    ...((options.spanProcessors !== undefined || !asked.traces) && {
      spanProcessors: [...(options.spanProcessors ?? [])],
    }),
    // Logs are lines on stdout.
    logRecordProcessors: [],
    instrumentations: [],
    idGenerator: ids,
  })
  // After the SDK has made its own of OTEL_LOG_LEVEL, which would write between our lines.
  diag.setLogger(diagnosticsTo(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  sdk.start()
  const instruments = makeInstruments(metricsApi.getMeter('troupe', options.version))
  const spans = traced
    ? new SpanMaker(trace.getTracer('troupe', options.version), ids, (...notMade) =>
        instruments.spansNotMade(...notMade),
      )
    : noTelemetry.tracing
  let ended: Promise<void> | undefined
  return {
    meters: instruments,
    tracing: spans,
    prometheus: () => scraped.text(),
    shutdown: () => (ended ??= shutDown(sdk, instruments, options)),
  }
}

const resourceOf = ({ processKind, node, processId, version }: StartTelemetry): resources.Resource =>
  resources.defaultResource().merge(
    resources.resourceFromAttributes({
      'service.name': `troupe-${processKind}`,
      'service.version': version,
      'service.instance.id': processId,
      'host.name': node,
      'process.pid': process.pid,
    }),
  )

const shutDown = async (
  sdk: NodeSDK,
  instruments: ReturnType<typeof makeInstruments>,
  { log }: StartTelemetry,
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, shutdownMs, 'late' as const)
  })
  try {
    if ((await Promise.race([sdk.shutdown(), deadline])) === 'late')
      log.warn(`telemetry: the last spans and metrics could not be sent within ${shutdownMs} ms`)
  } catch (error) {
    log.warn(`telemetry: the last spans and metrics could not be sent: ${messageOf(error)}`)
  } finally {
    clearTimeout(timer)
    instruments.close()
    // Another one may be started in this process, as tests do.
    for (const api of [trace, metricsApi, context, propagation, diag]) api.disable()
  }
}
