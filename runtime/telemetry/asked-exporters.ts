/**
 * Which exporters the standard variables ask for. OpenTelemetry's own default is to send everything to localhost:4318;
 * here nothing is sent before somebody says so, by an exporter's name or by an endpoint.
 */

import type { Environment } from '../config/index.ts'

export interface AskedExporters {
  readonly traces: boolean
  /** Names as in OTEL_METRICS_EXPORTER, without `prometheus`, which is always there. */
  readonly metrics: readonly string[]
}

const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT'

export const askedExporters = (env: Environment): AskedExporters => {
  const traces = namesIn(env, 'OTEL_TRACES_EXPORTER', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  const metrics = namesIn(env, 'OTEL_METRICS_EXPORTER', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')
  return { traces: traces.length > 0, metrics: metrics.filter((name) => name !== 'prometheus') }
}

const namesIn = (env: Environment, exporters: string, ownEndpoint: string): readonly string[] => {
  const named = (env[exporters] ?? '').split(',').flatMap((name) => name.trim() || [])
  if (named.includes('none')) return []
  if (named.length > 0) return [...new Set(named)]
  return isSet(env[ownEndpoint]) || isSet(env[endpoint]) ? ['otlp'] : []
}

const isSet = (value: string | undefined): boolean => value !== undefined && value.trim() !== ''
