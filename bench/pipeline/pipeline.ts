/**
 * The consume path on a real Kafka: 8 partitions, Avro records of about 130 bytes, lz4. Every contender reads all of
 * them; those that decode read one field of each event and count it, and commit once a second.
 *
 * Left out: joining the group and the first fetch (the clock runs from the first records on). Broker, producer and
 * contender share the machine's cores; the producer is done before the first contender starts.
 */

import { writeFile } from 'node:fs/promises'
import { startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import { startKafka } from '../../test/harness/services/kafka.ts'
import { outputOf, runContender, type Contender } from '../harness/contender.ts'
import { rowOf, type Row, type Sample } from '../harness/sample.ts'
import { benchTopic, partitions } from './workload.ts'

export interface PipelineOptions {
  readonly records: number
  readonly rounds: number
  readonly jsonFile: string | undefined
  /** Each record has the traceparent of a trace that is not sampled. */
  readonly traceparent: boolean
}

const contenders: readonly Contender[] = [
  { id: 'drain', entry: 'bench/pipeline/contenders/drain.ts' },
  { id: 'troupe-noop', entry: 'bench/pipeline/contenders/troupe-noop.ts' },
  {
    id: 'troupe-noop-telemetry-off',
    entry: 'bench/pipeline/contenders/troupe-noop.ts',
    env: { TELEMETRY_ENABLED: 'false' },
  },
  { id: 'node-rdkafka-avsc', entry: 'bench/pipeline/contenders/node-rdkafka-avsc.ts' },
]

export const benchPipeline = async ({
  records,
  rounds,
  jsonFile,
  traceparent,
}: PipelineOptions): Promise<void> => {
  console.log('starting Kafka and a registry')
  const kafka = await startKafka({})
  const registry = await startEmbeddedRegistry()
  try {
    const shared = {
      KAFKA_BROKERS: kafka.bootstrapServers,
      SCHEMA_REGISTRY_URL: registry.url,
      BENCH_RECORDS: String(records),
      BENCH_TRACEPARENT: String(traceparent),
      UV_THREADPOOL_SIZE: '16',
    }
    console.log(`producing ${records} records into ${benchTopic}, ${partitions} partitions`)
    console.log(await outputOf('the producer', 'bench/pipeline/produce.ts', shared))
    const samples = await interleaved(rounds, shared)
    const rows = contenders.map(({ id }) => rowOf(id, samples.get(id) ?? []))
    print(rows)
    printTelemetry(samples)
    if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify({ rows }, null, 2)}\n`)
  } finally {
    await registry.close()
    await kafka.stop()
  }
}

/** Each round runs every contender once, so that a slow minute of the machine falls on all of them. */
const interleaved = async (
  rounds: number,
  shared: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, readonly Sample[]>> => {
  const samples = new Map<string, Sample[]>()
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const sample = await runContender(contender, {
        ...shared,
        BENCH_GROUP: `${contender.id}-${process.pid}-${round}`,
      })
      samples.set(contender.id, [...(samples.get(contender.id) ?? []), sample])
      console.log(
        `round ${round}/${rounds}  ${contender.id.padEnd(25)} ${inThousands(sample.recordsPerSecond)} records/s  ` +
          `${sample.cpuSecondsPerMillion.toFixed(2)} CPU s per million  peak ${sample.peakRssMb} MB`,
      )
    }
  }
  return samples
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

const inThousands = (value: number): string => `${Math.round(value / 1_000)}k`
