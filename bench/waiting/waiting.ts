/**
 * Handlers that wait 5 ms, as for an outside call: order by key, where keys wait side by side, against order by
 * partition, where each record of a partition waits for the one before it. 10,000 keys, 8 partitions.
 */

import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, type Contender } from '../harness/contender.ts'
import { interleaved } from '../harness/rounds.ts'
import { rowOf } from '../harness/sample.ts'
import { partitions } from '../pipeline/workload.ts'
import { keepReport, machineText, tableOf, versions, type Keeping, type Report } from '../report/index.ts'

const atLeast = 50
const keys = 10_000
const handlerMs = 5

const troupe = onNode('bench/pipeline/contenders/troupe-noop.ts')
const byKey: Contender = {
  id: 'troupe-waits-key',
  command: troupe,
  env: { BENCH_ORDER: 'waits-key' },
}
const byPartition: Contender = {
  id: 'troupe-waits-partition',
  command: troupe,
  // What is handled is counted by the batch: short ones, so that the clock has something to go by.
  env: { BENCH_ORDER: 'waits-partition', BATCH_RECORDS: '50' },
  // At 1,600 a second.
  share: 1 / 40,
}

export const benchWaiting = async ({
  rounds,
  records,
  ...keeping
}: Keeping & { readonly rounds: number; readonly records: number }): Promise<void> => {
  const machine = machineText()
  const { samples, leftOut } = await withServices({ postgres: false }, async ({ env }) => {
    const shared = {
      ...env,
      BENCH_RECORDS: String(records),
      BENCH_KEYS: String(keys),
      BENCH_HANDLER_MS: String(handlerMs),
    }
    console.log((await outputOf('the producer', onNode('bench/pipeline/produce.ts'), shared)).trim())
    return interleaved([byKey, byPartition], { rounds, records }, shared)
  })
  const rows = [...samples].map(([id, all]) => rowOf(id, all))
  const [ours, theirs] = rows
  const ratio = (ours?.recordsPerSecond.median ?? NaN) / (theirs?.recordsPerSecond.median ?? NaN)
  const report: Report = {
    id: 'waiting',
    title: 'Handlers that wait',
    command: `npm run bench -- waiting --rounds ${rounds} --records ${records}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `Each handler waits ${handlerMs} ms by a timer. ${records} records of ${keys} keys in ${partitions} partitions with order by key and 256 records of a lane side by side; a fortieth of them with order by partition. ${rounds} rounds, interleaved.`,
    tables: [
      tableOf(rows, byPartition.id),
      {
        columns: ['against', 'ratio', 'to reach', 'reached'],
        rows: [[byPartition.id, `${ratio.toFixed(1)} ×`, `${atLeast} ×`, ratio >= atLeast ? 'yes' : 'no']],
      },
    ],
    notes: [],
    leftOut,
    rows,
  }
  await keepReport(report, keeping)
}
