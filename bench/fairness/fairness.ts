/**
 * One hot partition must not starve the others. Nine tenths of the records are in one of 8 partitions; how long the
 * other seven take to their end beside it, against how long they take alone. Where partitions take equal turns that is
 * 8 / 7; where the hot one takes a turn for each of its records it is 10.
 */

import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, runContender, type Contender } from '../harness/contender.ts'
import { spreadOf } from '../harness/sample.ts'
import { partitions } from '../pipeline/workload.ts'
import { keepReport, machineText, versions, type Keeping, type Report } from '../report/index.ts'
import type { FairnessSample } from './troupe-fairness.ts'

const hotPercent = 90
const hotPartition = 0

const troupe: Contender = { id: 'troupe-noop', command: onNode('bench/fairness/troupe-fairness.ts') }

interface Round {
  readonly aloneMs: number
  readonly besideMs: number
  readonly hotMs: number
}

export const benchFairness = async ({
  rounds,
  records,
  ...keeping
}: Keeping & { readonly rounds: number; readonly records: number }): Promise<void> => {
  const machine = machineText()
  const cold = Math.round((records * (100 - hotPercent)) / 100)
  const all: Round[] = []
  await withServices({ postgres: false }, async ({ env }) => {
    // Without the hot one: the same records, evenly in all partitions but it.
    const alone = {
      ...env,
      KAFKA_PREFIX: 'alone.',
      BENCH_RECORDS: String(cold),
      BENCH_HOT_PARTITION_PERCENT: '-1',
    }
    const beside = {
      ...env,
      KAFKA_PREFIX: 'beside.',
      BENCH_RECORDS: String(records),
      BENCH_HOT_PARTITION_PERCENT: String(hotPercent),
    }
    for (const topic of [alone, beside])
      console.log((await outputOf('the producer', onNode('bench/pipeline/produce.ts'), topic)).trim())
    for (let round = 1; round <= rounds; round += 1) {
      const run = async (topic: typeof alone): Promise<FairnessSample> =>
        runContender<FairnessSample>(troupe, { ...topic, BENCH_GROUP: `fairness-${process.pid}-${round}` })
      const coldOf = ({ doneAfterMs }: FairnessSample): number =>
        Math.max(...Object.entries(doneAfterMs).map(([at, ms]) => (Number(at) === hotPartition ? 0 : ms)))
      const aloneMs = coldOf(await run(alone))
      const sample = await run(beside)
      all.push({ aloneMs, besideMs: coldOf(sample), hotMs: sample.doneAfterMs[hotPartition] ?? NaN })
      const { besideMs, hotMs } = all.at(-1) as Round
      console.log(
        `round ${round}/${rounds}  alone ${aloneMs} ms  beside ${besideMs} ms  the hot one ${hotMs} ms`,
      )
    }
  })
  const medianOf = (figure: (round: Round) => number): number => spreadOf(all.map(figure)).median
  const ratio = medianOf(({ aloneMs, besideMs }) => besideMs / aloneMs)
  const report: Report = {
    id: 'fairness',
    title: 'One hot partition',
    command: `npm run bench -- fairness --rounds ${rounds} --records ${records}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `${records} records, ${hotPercent} % of them in one of ${partitions} partitions, all behind when Troupe starts (two worker threads, a no-op actor). From the first record on until the last of the other seven is handled: beside the hot one, and alone. Equal turns would be ${(partitions / (partitions - 1)).toFixed(2)} ×, turns by the record ${(100 / (100 - hotPercent)).toFixed(0)} ×. ${rounds} rounds, medians.`,
    tables: [
      {
        columns: ['', 'ms, median'],
        rows: [
          ['the other seven, alone', medianOf(({ aloneMs }) => aloneMs).toFixed(0)],
          ['the other seven, beside the hot one', medianOf(({ besideMs }) => besideMs).toFixed(0)],
          ['the hot one', medianOf(({ hotMs }) => hotMs).toFixed(0)],
          ['beside / alone, median of rounds', `${ratio.toFixed(2)} ×`],
        ],
      },
    ],
    notes: [],
    leftOut: [],
    rows: [],
    samples: all,
  }
  await keepReport(report, keeping)
}
