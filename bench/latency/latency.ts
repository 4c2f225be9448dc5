/**
 * How long a record takes from its producer to its handler, at a steady 10,000 records a second: producer, broker and
 * contender on one machine. The producer waits 1 ms for company (`linger.ms`), which is in everybody's figures.
 */

import { connectAdmin } from '../../runtime/kafka/index.ts'
import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, runContender, type Contender } from '../harness/contender.ts'
import { npmPackages } from '../harness/install.ts'
import { measuredRecords, type LatencySample } from '../harness/latencies.ts'
import { prepared } from '../harness/rounds.ts'
import { spreadOf } from '../harness/sample.ts'
import { keepReport, machineText, versions, type Keeping, type Report } from '../report/index.ts'
import { partitions } from '../pipeline/workload.ts'

const perSecond = 10_000

const contenders: readonly Contender[] = [
  { id: 'troupe-noop', command: onNode('bench/latency/troupe-latency.ts') },
  { id: 'node-rdkafka-avsc', command: onNode('bench/latency/node-rdkafka-latency.ts') },
  {
    id: 'platformatic-kafka-avsc',
    command: onNode('bench/contenders/platformatic-kafka-avsc/latency.mjs'),
    prepare: () => npmPackages('platformatic-kafka-avsc'),
  },
]

export const benchLatency = async ({
  rounds,
  ...keeping
}: Keeping & { readonly rounds: number }): Promise<void> => {
  const machine = machineText()
  const { ready, leftOut } = await prepared(contenders)
  const samples = new Map<string, LatencySample[]>()
  await withServices({ postgres: false }, async ({ env }) => {
    const admin = await connectAdmin({ brokers: env['KAFKA_BROKERS'] ?? '', clientId: 'bench' })
    for (let round = 1; round <= rounds; round += 1) {
      for (const contender of ready) {
        const prefix = `${contender.id}-${round}.`
        await admin.ensureTopics([{ topic: `${prefix}bench.events`, partitions }], { create: true })
        const shared = { ...env, BENCH_GROUP: prefix, BENCH_RATE: String(perSecond), KAFKA_PREFIX: prefix }
        const [sample] = await Promise.all([
          runContender<LatencySample>(contender, shared),
          outputOf('the producer', onNode('bench/latency/produce-steadily.ts'), shared),
        ])
        samples.set(contender.id, [...(samples.get(contender.id) ?? []), sample])
        const { p50Ms, p99Ms, maxMs } = sample
        console.log(
          `round ${round}/${rounds}  ${contender.id.padEnd(28)} p50 ${p50Ms} ms  p99 ${p99Ms} ms  max ${maxMs} ms`,
        )
      }
    }
    await admin.close()
  })
  const rows = [...samples].map(([id, all]) => [
    id,
    spreadOf(all.map(({ p50Ms }) => p50Ms)).median.toFixed(2),
    spreadOf(all.map(({ p99Ms }) => p99Ms)).median.toFixed(2),
    spreadOf(all.map(({ maxMs }) => maxMs)).median.toFixed(1),
  ])
  const report: Report = {
    id: 'latency',
    title: 'From produce to handled',
    command: `npm run bench -- latency --rounds ${rounds}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `${perSecond} records a second, a few each millisecond, keys of 50,000 orders, ${partitions} partitions; of each round ${measuredRecords} records are measured after a warm-up; ${rounds} rounds, medians. The producer's linger of 1 ms is in all figures. Producer, broker and contender share the machine's cores.`,
    tables: [{ columns: ['contender', 'p50, ms', 'p99, ms', 'max, ms'], rows }],
    notes: [],
    leftOut,
    rows: [],
    samples: Object.fromEntries(samples),
  }
  await keepReport(report, keeping)
}
