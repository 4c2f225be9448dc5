export { createLog, type Log, type LogOptions } from './log.ts'
export { metricTable, stageBuckets, stages, type Metric, type Stage } from './metric-table.ts'
export { noTelemetry, type RuntimeMetrics, type StageOwner, type Telemetry } from './telemetry.ts'
export type { TracedBatch, TracedRecord, Tracing } from './tracing.ts'
