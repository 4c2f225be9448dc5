/** Several processes of one group: what they handle together, what they use together. */

import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { Meter } from '../harness/sample.ts'
import { recordCount } from '../pipeline/workload.ts'
import type { ProcessFigures } from './troupe-process.ts'

const count = Number(process.env['BENCH_PROCESSES'])
const children = new Map<ChildProcess, ProcessFigures>()
const sumOf = (figure: keyof ProcessFigures): number =>
  [...children.values()].reduce((sum, figures) => sum + figures[figure], 0)

const meter = new Meter(recordCount(), {
  cpuUs: () => sumOf('cpuUs'),
  peakRssMb: () => sumOf('peakRssMb'),
})
for (let i = 0; i < count; i += 1) {
  const child = fork(join(import.meta.dirname, 'troupe-process.ts'))
  children.set(child, { handled: 0, cpuUs: 0, peakRssMb: 0 })
  child.on('message', (figures) => {
    children.set(child, figures as ProcessFigures)
    const sample = meter.look(sumOf('handled'))
    if (sample === undefined) return
    console.log(JSON.stringify(sample))
    for (const each of children.keys()) each.kill('SIGKILL')
    process.exit(0)
  })
  child.on('exit', (code) => {
    throw new Error(`a process ended with ${String(code)}`)
  })
}
