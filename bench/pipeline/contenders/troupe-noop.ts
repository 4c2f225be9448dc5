/** Troupe as it runs in production: drain, partition actors, worker threads, a no-op actor, commits. */

import { resolve } from 'node:path'
import { resolveOptions } from '../../../runtime/config/index.ts'
import { Runtime } from '../../../runtime/system/runtime.ts'
import { createLog } from '../../../runtime/telemetry/index.ts'
import { Meter } from '../../harness/sample.ts'
import { group, recordCount, schemasDir } from '../workload.ts'

const options = resolveOptions(
  {
    actorsDir: resolve(import.meta.dirname, '../actors'),
    schemasDir,
    kafkaGroupId: group(),
    workerThreads: Number(process.env['WORKER_THREADS'] ?? 2),
    logLevel: 'warn',
  },
  process.env,
)
const runtime = await Runtime.start(options, {
  log: createLog({ level: 'warn', destination: process.stderr }),
  onFatal: (error) => {
    throw error
  },
})
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
