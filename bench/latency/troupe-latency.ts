/** Troupe as it runs by default, with an actor that looks at the clock. */

import { resolve } from 'node:path'
import { BroadcastChannel } from 'node:worker_threads'
import { resolveOptions } from '../../runtime/config/index.ts'
import { Runtime } from '../../runtime/system/runtime.ts'
import { createLog, noTelemetry } from '../../runtime/telemetry/index.ts'
import { Latencies } from '../harness/latencies.ts'
import { group, schemasDir } from '../pipeline/workload.ts'

const latencies = new Latencies()
const channel = new BroadcastChannel('latencies')
channel.onmessage = (message) => {
  for (const us of (message as { readonly data: readonly number[] }).data) {
    if (!latencies.add(us)) continue
    console.log(JSON.stringify(latencies.sample()))
    process.exit(0)
  }
}

await Runtime.start(
  resolveOptions(
    {
      actorsDir: resolve(import.meta.dirname, '../pipeline/actors/latency'),
      schemasDir,
      kafkaGroupId: group(),
      workerThreads: 2,
      logLevel: 'warn',
    },
    process.env,
  ),
  {
    log: createLog({ level: 'warn', destination: process.stderr }),
    telemetry: noTelemetry,
    onFatal: (error) => {
      throw error
    },
  },
)
