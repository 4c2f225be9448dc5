/** Troupe with handlers that take a second, and more records behind than it will ever reach: what it holds in memory. */

import { setTimeout as delay } from 'node:timers/promises'
import { peakRssMb } from '../harness/sample.ts'
import { startTroupe } from '../pipeline/troupe.ts'

export interface MemorySample {
  readonly peakRssMb: number
  /** RSS once a second, MB. */
  readonly rssMb: readonly number[]
  readonly handled: number
}

const seconds = Number(process.env['BENCH_SECONDS'])
const runtime = await startTroupe()
const rssMb: number[] = []
for (let second = 0; second < seconds; second += 1) {
  await delay(1_000)
  rssMb.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
}
const handled = runtime.tally.units().reduce((sum, { counts }) => sum + counts.applied, 0)
console.log(JSON.stringify({ peakRssMb: peakRssMb(), rssMb, handled } satisfies MemorySample))
process.exit(0)
