/** One of several: tells its parent every few milliseconds what it has handled and used. */

import { peakRssMb } from '../harness/sample.ts'
import { handledBy, startTroupe } from '../pipeline/troupe.ts'

export interface ProcessFigures {
  readonly handled: number
  readonly cpuUs: number
  readonly peakRssMb: number
}

const runtime = await startTroupe()
setInterval(() => {
  const { user, system } = process.cpuUsage()
  const figures: ProcessFigures = {
    handled: handledBy(runtime),
    cpuUs: user + system,
    peakRssMb: peakRssMb(),
  }
  process.send?.(figures)
}, 10)
