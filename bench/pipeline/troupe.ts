/**
 * Troupe as it runs in production: drain, partition actors, worker threads, commits; with all of its telemetry, unless
 * TELEMETRY_ENABLED=false: stages measured, a status report every second, metrics read every 5 s, a span for every
 * batch. Where spans and reports go from there (a collector, Postgres) is left out.
 */

import { core, tracing } from '@opentelemetry/sdk-node'
import { resolveOptions } from '../../runtime/config/index.ts'
import { Runtime } from '../../runtime/system/runtime.ts'
import { createLog, noTelemetry, startTelemetry } from '../../runtime/telemetry/index.ts'
import { actorsDir } from './actors-dir.ts'
import { group, schemasDir } from './workload.ts'

const nowhere: tracing.SpanExporter = {
  export: (_, done) => done({ code: core.ExportResultCode.SUCCESS }),
  shutdown: () => Promise.resolve(),
}

/** Runs the actors of `BENCH_ORDER`, so many as `BENCH_ACTORS` says, on two worker threads or `WORKER_THREADS`. */
export const startTroupe = async (): Promise<Runtime> => {
  const options = resolveOptions(
    {
      actorsDir: actorsDir(),
      schemasDir,
      kafkaGroupId: group(),
      workerThreads: Number(process.env['WORKER_THREADS'] ?? 2),
      logLevel: 'warn',
    },
    process.env,
  )
  const log = createLog({ level: 'warn', destination: process.stderr })
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
  return runtime
}

/** Records that every actor has handled. */
export const handledBy = (runtime: Runtime): number => {
  const counts = Object.values(runtime.tally.snapshot()).map(({ applied }) => applied)
  return counts.length < actorCount() ? 0 : Math.min(...counts)
}

/** So many actors of one group, each of which handles every record. */
export const actorCount = (): number => Number(process.env['BENCH_ACTORS'] ?? 1)
