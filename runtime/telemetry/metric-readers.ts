/**
 * Who reads the metrics: our own /metrics, and what the standard variables ask for besides.
 *
 * Gauges are read with delta temporality. For a gauge it changes nothing but this: the SDK keeps no series of before,
 * so that a partition that was revoked is gone from the next reading.
 */

import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { metrics } from '@opentelemetry/sdk-node'
import { messageOf } from '../errors.ts'
import type { Log } from './log.ts'

const { AggregationTemporality, InstrumentType } = metrics

/** One instrument has a series for each partition, and some people have many. */
const mostSeries = 50_000

/** Reads when it is asked. */
export class ScrapedReader extends metrics.MetricReader {
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, false, true)

  constructor() {
    super({ cardinalitySelector: () => mostSeries })
  }

  /** Prometheus' text format. Never rejects. */
  async text(): Promise<string> {
    try {
      const { resourceMetrics } = await this.collect()
      return this.#serializer.serialize(resourceMetrics)
    } catch (error) {
      return `# metrics could not be collected: ${messageOf(error).replaceAll('\n', ' ')}\n`
    }
  }

  override selectAggregationTemporality(type: metrics.InstrumentType): metrics.AggregationTemporality {
    return type === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : AggregationTemporality.CUMULATIVE
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

/** `names` as in OTEL_METRICS_EXPORTER; where they go, how often and how is read by the SDK from its own variables. */
export const pushingReaders = async (
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<metrics.MetricReader[]> => {
  const readers: metrics.MetricReader[] = []
  for (const name of names) {
    const exporter = await exporterNamed(name, env)
    if (exporter === undefined) {
      log.warn(`OTEL_METRICS_EXPORTER names ${name}; known are otlp, console, prometheus and none`)
      continue
    }
    readers.push(new PushingReader(exporter, env))
  }
  return readers
}

class PushingReader extends metrics.PeriodicExportingMetricReader {
  constructor(exporter: metrics.PushMetricExporter, env: NodeJS.ProcessEnv) {
    const exportIntervalMillis = positive(env['OTEL_METRIC_EXPORT_INTERVAL']) ?? 60_000
    const exportTimeoutMillis = Math.min(
      positive(env['OTEL_METRIC_EXPORT_TIMEOUT']) ?? 30_000,
      exportIntervalMillis,
    )
    super({ exporter, exportIntervalMillis, exportTimeoutMillis })
  }

  override selectCardinalityLimit(): number {
    return mostSeries
  }

  override selectAggregationTemporality(type: metrics.InstrumentType): metrics.AggregationTemporality {
    return type === InstrumentType.OBSERVABLE_GAUGE
      ? AggregationTemporality.DELTA
      : super.selectAggregationTemporality(type)
  }
}

const exporterNamed = async (
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<metrics.PushMetricExporter | undefined> => {
  if (name === 'console') return new metrics.ConsoleMetricExporter()
  if (name !== 'otlp') return undefined
  const { OTLPMetricExporter } = await otlpExporters(env)
  return new OTLPMetricExporter()
}

const otlpExporters = async (
  env: NodeJS.ProcessEnv,
): Promise<{ readonly OTLPMetricExporter: new () => metrics.PushMetricExporter }> => {
  const protocol = (env['OTEL_EXPORTER_OTLP_METRICS_PROTOCOL'] ?? env['OTEL_EXPORTER_OTLP_PROTOCOL'])?.trim()
  if (protocol === 'grpc') return await import('@opentelemetry/exporter-metrics-otlp-grpc')
  if (protocol === 'http/json') return await import('@opentelemetry/exporter-metrics-otlp-http')
  return await import('@opentelemetry/exporter-metrics-otlp-proto')
}

const positive = (text: string | undefined): number | undefined => {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : undefined
}
