/**
 * Troupe and its peers doing the same work on a real Kafka, interleaved in one run: 8 partitions, Avro records of about
 * 130 bytes, lz4. Each reads them (slow ones a share of them), decodes each, reads one field and counts it, and commits once a second;
 * `rdkafka-performance` decodes nothing.
 *
 * Left out: joining the group and the first fetch (the clock runs from the first records on). Broker and contender
 * share the machine's cores; the producer is done before the first contender starts.
 */

import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, type Contender } from '../harness/contender.ts'
import { interleaved } from '../harness/rounds.ts'
import { rowOf, type Row } from '../harness/sample.ts'
import {
  keepReport,
  machineText,
  reachedTable,
  tableOf,
  versions,
  type Keeping,
  type Report,
} from '../report/index.ts'
import { benchTopic, partitions } from '../pipeline/workload.ts'
import { contenders, targets } from './contenders.ts'

export interface CompareOptions extends Keeping {
  readonly records: number
  readonly rounds: number
  /** Each record's. */
  readonly headers: number
  /** Only these; empty: all. */
  readonly only: readonly string[]
}

export const compare = async (options: CompareOptions): Promise<void> => {
  const { records, rounds, headers, only } = options
  const machine = machineText()
  const chosen = contenders.filter(({ id }) => only.length === 0 || only.some((name) => id.startsWith(name)))
  const { samples, leftOut } = await withServices({ postgres: false }, async ({ env }) => {
    const shared = { ...env, BENCH_RECORDS: String(records), BENCH_HEADERS: String(headers) }
    console.log(`producing ${records} records into ${benchTopic}, ${partitions} partitions`)
    console.log((await outputOf('the producer', onNode('bench/pipeline/produce.ts'), shared)).trim())
    return interleaved(chosen, { rounds, records }, { ...shared, ...forOthers })
  })
  const rows = withBetterMode([...samples].map(([id, all]) => rowOf(id, all)))
  const report: Report = {
    id: headers === 0 ? 'compare' : 'compare-headers',
    title: headers === 0 ? 'Against its peers' : `Against its peers, ${headers} headers a record`,
    command: commandOf(options),
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `${records} Avro records of about 130 bytes${headers === 0 ? '' : ` with ${headers} headers`} (Confluent wire format, keys of 50,000 orders, lz4) in one topic of ${partitions} partitions; ${rounds} rounds, the contenders interleaved. Each reads them (${sharesText(chosen)}), decodes each, reads one field and counts it, and commits once a second; rdkafka-performance decodes nothing. The clock runs from the first records on, so connecting and joining are left out. Broker and contender share the machine's cores.`,
    tables: [tableOf(rows, 'troupe-noop'), reachedTable(rows, 'troupe-noop', targets)],
    chart: {
      title: 'Records a second, median',
      unit: 'records/s',
      bars: rows
        .map(({ id, recordsPerSecond: { median, min, max } }) => ({ label: id, value: median, min, max }))
        .sort((a, b) => b.value - a.value),
    },
    notes: [],
    leftOut,
    rows,
  }
  await keepReport(report, options)
}

/** Who reads not all of them. */
const sharesText = (chosen: readonly Contender[]): string => {
  const some = chosen.filter(({ share = 1 }) => share < 1)
  const each = some.map(({ id, share = 1 }) => `${id} the first 1/${Math.round(1 / share)}`)
  return each.length === 0 ? 'all' : `all; ${each.join(', ')}, since it takes them as long`
}

const commandOf = ({ records, rounds, headers, only }: CompareOptions): string =>
  [
    `npm run bench -- compare --rounds ${rounds} --records ${records}`,
    ...(headers === 0 ? [] : [`--headers ${headers}`]),
    ...only.map((name) => `--only ${name}`),
  ].join(' ')

/** For contenders that do not read bench/pipeline/workload.ts. */
const forOthers = { BENCH_TOPIC: benchTopic, BENCH_SCHEMA_FILE: 'bench/schemas/bench/order/placed.v1.avsc' }

/** The row of Parallel Consumer is that of its better mode; both stay. */
const withBetterMode = (rows: readonly Row[]): readonly Row[] => {
  const [better] = rows
    .filter(({ id }) => id.startsWith('parallel-consumer-'))
    .toSorted((a, b) => b.recordsPerSecond.median - a.recordsPerSecond.median)
  return better === undefined ? rows : [...rows, { ...better, id: 'parallel-consumer' }]
}
