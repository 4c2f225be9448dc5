/**
 * Effects once, by hand: node-rdkafka and avsc, and for each record one transaction that fences out earlier owners,
 * remembers the key, keeps a state, tracks and writes an outbox. Partitions run side by side, a connection each; the
 * statements of a transaction that need no answer of each other are sent together.
 */

import { randomUUID } from 'node:crypto'
import avro from 'avsc'
import Kafka, { type Message } from 'node-rdkafka'
import postgres from 'postgres'
import { consumerProperties, consumerTopicProperties } from '../../runtime/kafka/client-options.ts'
import { Meter } from '../harness/sample.ts'
import { benchTopic, brokers, group, OrderPlaced, partitions, recordCount } from '../pipeline/workload.ts'

const envelope = 5
const settings = { brokers: brokers(), clientId: 'bench', groupId: group(), startFrom: 'earliest' } as const
const url = process.env['DATABASE_URL'] ?? ''
const type = avro.Type.forSchema(OrderPlaced.schema as avro.Schema)
const meter = new Meter(recordCount())
const client = new Kafka.KafkaConsumer(consumerProperties(settings), consumerTopicProperties(settings))
const sql = postgres(url, { max: partitions, onnotice: () => undefined })
const batchRecords = 500
const topicOut = 'bench.out'
const positions = new Map<number, number>()
let finished = 0

const epochs = await Promise.all(
  Array.from({ length: partitions }, async (_, partition) => {
    const [row] = await sql<{ readonly epoch: number }[]>`
      insert into hand.owner (partition, epoch, next_offset) values (${partition}, 1, 0)
      on conflict (partition) do update set epoch = owner.epoch + 1 returning epoch::integer`
    return row?.epoch ?? 0
  }),
)

const handle = async ({ value, key, partition, offset }: Message): Promise<void> => {
  if (value === null) return
  const { value: event } = type.decode(value, envelope) as { value: OrderPlaced }
  const name = String(key)
  await sql.begin(async (sql) => {
    const [fresh, states] = await Promise.all([
      sql`insert into hand.inbox (tenant, key) values (${event.tenantId}, ${event.eventId}) on conflict do nothing returning 1`,
      sql<{ readonly state: { readonly times: number } }[]>`
        select state from hand.state where tenant = ${event.tenantId} and key = ${name} for update`,
    ])
    const times = (states[0]?.state.times ?? 0) + 1
    const fence = sql`
      update hand.owner set next_offset = ${offset + 1}
      where partition = ${partition} and epoch = ${epochs[partition] ?? 0} returning 1`
    const [owned] = await Promise.all(
      fresh.length === 0
        ? [fence]
        : [
            fence,
            sql`insert into hand.state (tenant, key, state) values (${event.tenantId}, ${name}, ${JSON.stringify({ times })}::jsonb)
                on conflict (tenant, key) do update set state = excluded.state`,
            sql`insert into hand.tracked (entity, entity_id, state, at, tenant)
                values ('order', ${event.orderId}, ${`seen ${times} times`}, to_timestamp(${event.occurredAt / 1_000}), ${event.tenantId})`,
            sql`insert into hand.outbox (id, topic, key, payload)
                values (${randomUUID()}, ${topicOut}, ${name}, ${Buffer.from(JSON.stringify({ orderId: event.orderId, times }))})`,
          ],
    )
    if (owned.length !== 1) throw new Error('the partition is another owner’s')
  })
  positions.set(partition, offset + 1)
  finished += 1
  const sample = meter.look(finished)
  if (sample === undefined) return
  console.log(JSON.stringify(sample))
  process.exit(0)
}

/** Each partition's in their order, the partitions side by side. */
const handleAll = (messages: readonly Message[]): Promise<unknown> =>
  Promise.all(
    [...Map.groupBy(messages, ({ partition }) => partition).values()].map(async (own) => {
      for (const message of own) await handle(message)
    }),
  )

const consume = (): void => {
  client.consume(batchRecords * partitions, (error: unknown, messages: Message[]) => {
    if (error !== null && error !== undefined) throw error as Error
    void handleAll(messages).then(() => setImmediate(consume))
  })
}

client.on('ready', () => {
  client.subscribe([benchTopic])
  client.setDefaultConsumeTimeout(50)
  consume()
  setInterval(() => {
    const offsets = [...positions].map(([partition, offset]) => ({ topic: benchTopic, partition, offset }))
    if (offsets.length > 0) client.commit(offsets)
  }, 1_000)
})
client.connect()
