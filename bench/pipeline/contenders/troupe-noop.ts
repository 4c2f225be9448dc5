/**
 * Troupe as it runs in production: drain, partition actors, worker threads, a no-op actor, commits; with all of its
 * telemetry, unless TELEMETRY_ENABLED=false: stages measured, a status report every second, metrics read every 5 s, a
 * span for every batch. Where spans and reports go from there (a collector, Postgres) is left out.
 */

import { resolve } from 'node:path'
import { core, tracing } from '@opentelemetry/sdk-node'
import { resolveOptions } from '../../../runtime/config/index.ts'
import { Runtime } from '../../../runtime/system/runtime.ts'
import { createLog, noTelemetry, startTelemetry } from '../../../runtime/telemetry/index.ts'
import { Meter } from '../../harness/sample.ts'
import { group, recordCount, schemasDir } from '../workload.ts'

const options = resolveOptions(
  {
    actorsDir: resolve(import.meta.dirname, '../actors', process.env['BENCH_ORDER'] ?? 'partition'),
    schemasDir,
    kafkaGroupId: group(),
    workerThreads: Number(process.env['WORKER_THREADS'] ?? 2),
    logLevel: 'warn',
  },
  process.env,
)
const log = createLog({ level: 'warn', destination: process.stderr })
const nowhere: tracing.SpanExporter = {
  export: (_, done) => done({ code: core.ExportResultCode.SUCCESS }),
  shutdown: () => Promise.resolve(),
}
const telemetry = options.telemetryEnabled
  ? await startTelemetry({
      processKind: 'runtime',
      node: 'bench',
      processId: 'bench',
      version: 'bench',
      env: {},
      log,
      spanProcessors: [new tracing.BatchSpanProcessor(nowhere)],
    })
  : noTelemetry
const runtime = await Runtime.start(options, {
  log,
  telemetry,
  onFatal: (error) => {
    throw error
  },
})
if (options.telemetryEnabled) {
  telemetry.meters.observe(() => runtime.status())
  setInterval(() => JSON.stringify(runtime.status()), options.statusIntervalMs)
  setInterval(() => void telemetry.prometheus(), 5_000)
}
const meter = new Meter(recordCount())
const timer = setInterval(() => {
  const sample = meter.look(runtime.tally.snapshot()['noop']?.applied ?? 0)
  if (sample === undefined) return
  clearInterval(timer)
  void runtime.stop().then(() => {
    console.log(JSON.stringify(sample))
    process.exit(0)
  })
}, 5)
