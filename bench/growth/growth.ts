/**
 * How the cost of a record grows: with partitions, its size, its headers, key skew, actors of a group, processes. Troupe
 * with a no-op actor, order by partition unless said otherwise. Joining and the first fetch are left out, as in
 * `compare`; the broker shares the machine's cores.
 */

import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, runContender, type Contender, type Env } from '../harness/contender.ts'
import { sampleText } from '../harness/rounds.ts'
import { rowOf, type Row, type Sample } from '../harness/sample.ts'
import { keepReport, machineText, versions, type Keeping, type Report, type Table } from '../report/index.ts'
import { axes, type Axis, type Point } from './axes.ts'

const one = onNode('bench/pipeline/contenders/troupe-noop.ts')
const several = onNode('bench/growth/troupe-processes.ts')

export const benchGrowth = async ({
  rounds,
  ...keeping
}: Keeping & { readonly rounds: number }): Promise<void> => {
  const machine = machineText()
  const samples = new Map<Point, Sample[]>()
  await withServices({ postgres: false }, async ({ env }) => {
    await produce(env)
    for (let round = 1; round <= rounds; round += 1) {
      for (const { title, points } of axes) {
        for (const point of points) {
          const sample = await runContender(contenderOf(point), {
            ...env,
            ...envOf(point),
            BENCH_GROUP: `growth-${process.pid}-${round}-${samples.size}-${point.topic}`,
          })
          samples.set(point, [...(samples.get(point) ?? []), sample])
          console.log(`round ${round}/${rounds}  ${title}: ${point.label}`.padEnd(64), sampleText(sample))
        }
      }
    }
  })
  const rowOfPoint = (point: Point): Row => rowOf(`${point.topic}-${point.label}`, samples.get(point) ?? [])
  const report: Report = {
    id: 'growth',
    title: 'How the cost of a record grows',
    command: `npm run bench -- growth --rounds ${rounds}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `The records of \`compare\`, 130 bytes in 8 partitions, two worker threads, a no-op actor with order by partition; one thing varied at a time; ${rounds} rounds, medians. × is the cost in processor time against the first row of its table.`,
    tables: axes.map((axis) => tableOfAxis(axis, rowOfPoint)),
    notes: [],
    leftOut: [],
    rows: axes.flatMap(({ points }) => points.map(rowOfPoint)),
  }
  await keepReport(report, keeping)
}

const envOf = ({ topic, records, env }: Point): Env => ({
  ...env,
  BENCH_RECORDS: String(records),
  KAFKA_PREFIX: `${topic}.`,
})

const contenderOf = ({ processes = 0 }: Point): Contender =>
  processes === 0
    ? { id: 'troupe-noop', command: one }
    : { id: 'troupe-noop-processes', command: several, env: { BENCH_PROCESSES: String(processes) } }

const produce = async (env: Env): Promise<void> => {
  const made = new Set<string>()
  for (const point of axes.flatMap(({ points }) => points)) {
    if (made.has(point.topic)) continue
    made.add(point.topic)
    const output = await outputOf('the producer', onNode('bench/pipeline/produce.ts'), {
      ...env,
      ...envOf(point),
    })
    console.log(`${point.topic}: ${output.trim()}`)
  }
}

const tableOfAxis = ({ title, points }: Axis, rowOfPoint: (point: Point) => Row): Table => {
  const base = points[0] === undefined ? NaN : rowOfPoint(points[0]).cpuSecondsPerMillion
  return {
    title,
    columns: ['', 'records/s: min', 'median', 'max', 'CPU s per million', '×', 'peak RSS, MB'],
    rows: points.map((point) => {
      const { recordsPerSecond, cpuSecondsPerMillion, peakRssMb } = rowOfPoint(point)
      const { min, median, max } = recordsPerSecond
      return [
        point.label,
        ...[min, median, max].map((rate) => rate.toLocaleString('en')),
        cpuSecondsPerMillion.toFixed(2),
        (cpuSecondsPerMillion / base).toFixed(2),
        String(peakRssMb),
      ]
    }),
  }
}
