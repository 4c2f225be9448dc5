/** Troupe with no-op actors: how many records a second each of them handles. */

import { Meter } from '../../harness/sample.ts'
import { handledBy, startTroupe } from '../troupe.ts'
import { recordCount } from '../workload.ts'

const runtime = await startTroupe()
const meter = new Meter(recordCount())
const timer = setInterval(() => {
  const sample = meter.look(handledBy(runtime))
  if (sample === undefined) return
  clearInterval(timer)
  void runtime.stop().then(() => {
    console.log(JSON.stringify(sample))
    process.exit(0)
  })
}, 5)
