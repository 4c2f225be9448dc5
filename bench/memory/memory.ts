/**
 * Memory has a ceiling that does not depend on how far a consumer is behind: 10,000,000 records wait in the topic, each
 * handler takes a second, and what the process holds is looked at for two minutes, with each order.
 */

import { resolveOptions } from '../../runtime/config/index.ts'
import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, runContender } from '../harness/contender.ts'
import { partitions } from '../pipeline/workload.ts'
import { keepReport, machineText, versions, type Keeping, type Report } from '../report/index.ts'
import { memoryCeiling } from './ceiling.ts'
import type { MemorySample } from './troupe-memory.ts'

const orders = ['partition', 'key'] as const
const seconds = 120

export const benchMemory = async ({
  records,
  ...keeping
}: Keeping & { readonly records: number }): Promise<void> => {
  const machine = machineText()
  const samples: { readonly order: string; readonly sample: MemorySample }[] = []
  await withServices({ postgres: false }, async ({ env }) => {
    const shared = { ...env, BENCH_RECORDS: String(records) }
    console.log((await outputOf('the producer', onNode('bench/pipeline/produce.ts'), shared)).trim())
    for (const order of orders) {
      const sample = await runContender<MemorySample>(
        { id: `troupe-waits-${order}`, command: onNode('bench/memory/troupe-memory.ts') },
        {
          ...shared,
          BENCH_ORDER: `waits-${order}`,
          BENCH_HANDLER_MS: '1000',
          BENCH_SECONDS: String(seconds),
          BENCH_GROUP: `memory-${process.pid}-${order}`,
        },
      )
      samples.push({ order, sample })
      console.log(`order by ${order}: peak ${sample.peakRssMb} MB, ${sample.handled} records handled`)
    }
  })
  const ceilingMb = Math.round(
    memoryCeiling(resolveOptions({}, {}), { partitions, actors: 1, workers: 2 }) / 2 ** 20,
  )
  const report: Report = {
    id: 'memory',
    title: 'Memory with ten million records behind',
    command: `npm run bench -- memory --records ${records}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `${records} records in ${partitions} partitions; each handler takes a second; the options as they are by default, two worker threads. Looked at for ${seconds} s. The ceiling is that of docs/deployment.md for ${partitions} partitions and one actor.`,
    tables: [
      {
        columns: [
          'order by',
          'peak RSS, MB',
          'after 10 s',
          'at the end',
          'ceiling, MB',
          'below it',
          'handled',
        ],
        rows: samples.map(({ order, sample: { peakRssMb, rssMb, handled } }) => [
          order,
          String(peakRssMb),
          String(rssMb[9] ?? '–'),
          String(rssMb.at(-1) ?? '–'),
          String(ceilingMb),
          peakRssMb <= ceilingMb ? 'yes' : 'no',
          String(handled),
        ]),
      },
    ],
    notes: [],
    leftOut: [],
    rows: [],
    samples,
  }
  await keepReport(report, keeping)
}
