/**
 * Effects once in Postgres: Troupe's one transaction a batch against one transaction a record by hand, with the same
 * guarantees and the same effects (fence, place, inbox, state, tracking, outbox). Both inboxes are filled before with
 * keys of earlier events. Each round produces records of its own, so that every key is new.
 */

import postgres from 'postgres'
import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, runContender, type Contender } from '../harness/contender.ts'
import { rowOf, type Sample } from '../harness/sample.ts'
import { sampleText } from '../harness/rounds.ts'
import { keepReport, machineText, tableOf, versions, type Keeping, type Report } from '../report/index.ts'
import { partitions } from '../pipeline/workload.ts'
import { createHandTables, prefillInboxes } from './hand-tables.ts'

export interface EffectsOptions extends Keeping {
  readonly records: number
  readonly rounds: number
  readonly prefilledKeys: number
}

const troupe: Contender = {
  id: 'troupe-noop-postgres',
  command: onNode('bench/pipeline/contenders/troupe-noop.ts'),
  env: { BENCH_ORDER: 'effects', BENCH_GROUP: 'bench-effects' },
}
const byHand: Contender = {
  id: 'by-hand-postgres',
  command: onNode('bench/effects/by-hand.ts'),
  env: { BENCH_GROUP: 'bench-by-hand' },
}
/** By hand it takes so much longer that fewer records tell as much. */
const byHandShare = 0.1

export const benchEffects = async (options: EffectsOptions): Promise<void> => {
  const { records, rounds, prefilledKeys } = options
  const machine = machineText()
  const few = Math.max(1_000, Math.round(records * byHandShare))
  const samples = new Map<string, Sample[]>()
  await withServices({ postgres: true }, async ({ env }) => {
    const sql = postgres(env['DATABASE_URL'] ?? '', { max: 1, onnotice: () => undefined })
    await createHandTables(sql)
    console.log(`filling both inboxes with ${prefilledKeys} keys`)
    await prefillInboxes(sql, 'bench-effects', prefilledKeys)
    await sql.end()
    for (let round = 1; round <= rounds; round += 1) {
      // A topic for each contender and round: both begin at its start, and end when all of it is done.
      for (const [contender, count] of [
        [troupe, records],
        [byHand, few],
      ] as const) {
        const shared = {
          ...env,
          BENCH_RECORDS: String(count),
          KAFKA_PREFIX: `${contender.id}-${round}.`,
        }
        await outputOf('the producer', onNode('bench/pipeline/produce.ts'), shared)
        const sample = await runContender(contender, shared)
        samples.set(contender.id, [...(samples.get(contender.id) ?? []), sample])
        console.log(`round ${round}/${rounds}  ${contender.id.padEnd(28)} ${sampleText(sample)}`)
      }
    }
  })
  const rows = [...samples].map(([id, all]) => rowOf(id, all))
  const [ours, theirs] = rows
  const ratio = (ours?.recordsPerSecond.median ?? NaN) / (theirs?.recordsPerSecond.median ?? NaN)
  const report: Report = {
    id: 'effects',
    title: 'Effects once, in Postgres',
    command: `npm run bench -- effects --rounds ${rounds} --records ${records} --keys ${prefilledKeys}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `For each record: fence, place, inbox (filled with ${prefilledKeys} keys before), state, a tracking row, an event in the outbox. ${records} records for Troupe, ${few} by hand, which is one transaction a record, ${partitions} partitions side by side, a connection each. ${rounds} rounds, interleaved. Postgres commits to the disk (fsync on). Broker, Postgres and contender share the machine's cores.`,
    tables: [
      tableOf(rows, byHand.id),
      {
        columns: ['against', 'ratio', 'to reach', 'reached'],
        rows: [[byHand.id, `${ratio.toFixed(1)} ×`, '20 ×', ratio >= 20 ? 'yes' : 'no']],
      },
    ],
    notes: [],
    leftOut: [],
    rows,
  }
  await keepReport(report, options)
}
