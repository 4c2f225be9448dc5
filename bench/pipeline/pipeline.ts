/**
 * The consume path on a real Kafka: 8 partitions, Avro records of about 130 bytes, lz4. Every contender reads all of
 * them; those that decode read one field of each event and count it, and commit once a second.
 *
 * Left out: joining the group and the first fetch (the clock runs from the first records on). Broker, producer and
 * contender share the machine's cores; the producer is done before the first contender starts.
 */

import { writeFile } from 'node:fs/promises'
import { withServices } from '../harness/bench-services.ts'
import { onNode, outputOf, type Contender } from '../harness/contender.ts'
import { interleaved, inThousands } from '../harness/rounds.ts'
import { rowOf, type Row, type Sample } from '../harness/sample.ts'
import { benchTopic, partitions } from './workload.ts'

export interface PipelineOptions {
  readonly records: number
  readonly rounds: number
  readonly jsonFile: string | undefined
  /** Each record's; the first of them is the traceparent of a trace that is not sampled. */
  readonly headers: number
}

const troupe = onNode('bench/pipeline/contenders/troupe-noop.ts')

const contenders: readonly Contender[] = [
  { id: 'drain', command: onNode('bench/pipeline/contenders/drain.ts') },
  { id: 'troupe-noop', command: troupe },
  { id: 'troupe-noop-telemetry-off', command: troupe, env: { TELEMETRY_ENABLED: 'false' } },
  { id: 'node-rdkafka-avsc', command: onNode('bench/pipeline/contenders/node-rdkafka-avsc.ts') },
]

export const benchPipeline = async ({
  records,
  rounds,
  jsonFile,
  headers,
}: PipelineOptions): Promise<void> => {
  const samples = await withServices({ postgres: false }, async ({ env }) => {
    const shared = { ...env, BENCH_RECORDS: String(records), BENCH_HEADERS: String(headers) }
    console.log(`producing ${records} records into ${benchTopic}, ${partitions} partitions`)
    console.log((await outputOf('the producer', onNode('bench/pipeline/produce.ts'), shared)).trim())
    return (await interleaved(contenders, { rounds, records }, shared)).samples
  })
  const rows = contenders.map(({ id }) => rowOf(id, samples.get(id) ?? []))
  print(rows)
  printTelemetry(samples)
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify({ rows }, null, 2)}\n`)
}

const print = (rows: readonly Row[]): void => {
  const base = rows.find(({ id }) => id === 'node-rdkafka-avsc')?.recordsPerSecond.median ?? NaN
  console.log(
    '\ncontender                 min        median     max        × node-rdkafka   CPU s/million   peak MB',
  )
  for (const { id, recordsPerSecond, cpuSecondsPerMillion, peakRssMb } of rows) {
    const { min, median, max } = recordsPerSecond
    console.log(
      `${id.padEnd(25)} ${[min, median, max].map((value) => inThousands(value).padEnd(10)).join(' ')} ` +
        `${(median / base).toFixed(2).padEnd(16)} ${cpuSecondsPerMillion.toFixed(2).padEnd(15)} ${peakRssMb}`,
    )
  }
}

/** What telemetry costs: within a round the two run one after the other, so their ratio is taken by round. */
const printTelemetry = (samples: ReadonlyMap<string, readonly Sample[]>): void => {
  const off = samples.get('troupe-noop-telemetry-off') ?? []
  const ratios = (samples.get('troupe-noop') ?? [])
    .map(({ recordsPerSecond }, round) => recordsPerSecond / (off[round]?.recordsPerSecond ?? NaN))
    .toSorted((a, b) => a - b)
  const median = ratios[Math.floor(ratios.length / 2)] ?? NaN
  console.log(
    `\ntelemetry on / off: ${median.toFixed(3)} (median of rounds: ${ratios.map((ratio) => ratio.toFixed(3)).join(', ')})`,
  )
}
