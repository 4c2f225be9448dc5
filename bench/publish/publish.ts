/**
 * Publishing: each event validated, encoded, given a key and five headers, acknowledged by all replicas by an idempotent
 * producer, lz4. Batches of 1,000 events, 8 of them open at a time; what is counted is what is acknowledged.
 */

import { readFileSync } from 'node:fs'
import { connectAdmin } from '../../runtime/kafka/index.ts'
import { connectRegistry } from '../../runtime/registry/index.ts'
import { subjectName } from '../../runtime/serde/index.ts'
import { withServices } from '../harness/bench-services.ts'
import { onNode, type Contender } from '../harness/contender.ts'
import { npmPackages } from '../harness/install.ts'
import { interleaved } from '../harness/rounds.ts'
import { rowOf } from '../harness/sample.ts'
import { benchTopic, OrderPlaced, partitions, schemaFile } from '../pipeline/workload.ts'
import {
  keepReport,
  machineText,
  reachedTable,
  tableOf,
  versions,
  type Keeping,
  type Report,
} from '../report/index.ts'

const targets = [
  { peer: 'node-rdkafka-avsc', atLeast: 1.2 },
  { peer: 'kafkajs-avsc', atLeast: 3 },
  { peer: 'platformatic-kafka-avsc', atLeast: 1.2 },
]

const onNodePackages = (id: string): Contender => ({
  id,
  command: onNode(`bench/contenders/${id}/publish.mjs`),
  prepare: () => npmPackages(id),
})

const contenders: readonly Contender[] = [
  { id: 'troupe-publish', command: onNode('bench/publish/troupe-publish.ts') },
  { id: 'node-rdkafka-avsc', command: onNode('bench/publish/node-rdkafka-publish.ts') },
  onNodePackages('kafkajs-avsc'),
  onNodePackages('platformatic-kafka-avsc'),
]

export const benchPublish = async ({
  records,
  rounds,
  ...keeping
}: Keeping & { readonly records: number; readonly rounds: number }): Promise<void> => {
  const machine = machineText()
  const { samples, leftOut } = await withServices({ postgres: false }, async ({ env }) => {
    const admin = await connectAdmin({ brokers: env['KAFKA_BROKERS'] ?? '', clientId: 'bench' })
    await admin.ensureTopics([{ topic: benchTopic, partitions }], { create: true })
    await admin.close()
    const registry = connectRegistry({ url: env['SCHEMA_REGISTRY_URL'] ?? '' })
    const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as typeof OrderPlaced.schema
    const schemaId = await registry.register(
      subjectName('topic-record', benchTopic, OrderPlaced.name),
      schema,
    )
    const shared = { ...env, BENCH_RECORDS: String(records), BENCH_SCHEMA_ID: String(schemaId) }
    return interleaved(contenders, { rounds, records }, shared)
  })
  const rows = [...samples].map(([id, all]) => rowOf(id, all))
  const report: Report = {
    id: 'publish',
    title: 'Publishing',
    command: `npm run bench -- publish --rounds ${rounds} --records ${records}`,
    takenOn: new Date().toISOString().slice(0, 10),
    machine,
    versions: versions(),
    workload: `${records} events, each validated, encoded, given a key and five headers, acknowledged by all replicas by an idempotent producer, lz4; batches of 1,000, 8 open at a time; ${rounds} rounds, interleaved. One broker, on the machine's own cores.`,
    tables: [tableOf(rows, 'troupe-publish'), reachedTable(rows, 'troupe-publish', targets)],
    chart: {
      title: 'Events published a second, median',
      unit: 'events/s',
      bars: rows.map(({ id, recordsPerSecond: { median, min, max } }) => ({
        label: id,
        value: median,
        min,
        max,
      })),
    },
    notes: [],
    leftOut,
    rows,
  }
  await keepReport(report, keeping)
}
