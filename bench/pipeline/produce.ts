/** Fills the benchmark's topic: keys of 50,000 orders, murmur2, lz4, acknowledged by the broker. */

import { randomUUID } from 'node:crypto'
import Kafka from 'node-rdkafka'
import { connectAdmin } from '../../runtime/kafka/index.ts'
import { connectRegistry } from '../../runtime/registry/index.ts'
import { EventEncoder, frame, subjectName } from '../../runtime/serde/index.ts'
import {
  benchTopic,
  brokers,
  OrderPlaced,
  partitions,
  recordCount,
  type OrderPlaced as Event,
  headerCount,
} from './workload.ts'

const orders = 50_000
const perTurn = 5_000

const admin = await connectAdmin({ brokers: brokers(), clientId: 'bench' })
await admin.ensureTopics([{ topic: benchTopic, partitions }], { create: true })
await admin.close()
const registry = connectRegistry({ url: process.env['SCHEMA_REGISTRY_URL'] ?? '' })
const schemaId = await registry.register(
  subjectName('topic-record', benchTopic, OrderPlaced.name),
  OrderPlaced.schema,
)
const encoder = new EventEncoder(OrderPlaced)

const eventOf = (i: number): Event => ({
  eventId: randomUUID(),
  tenantId: `tenant-${i % 100}`,
  orderId: `order-${i % orders}`,
  trackingId: `trk-${i}`,
  amountCents: i,
  currency: 'EUR',
  status: 'PAID',
  occurredAt: 1_700_000_000_000 + i,
  email: `user${i}@example.com`,
  items: [
    { sku: 'sku-1', qty: 1 },
    { sku: 'sku-2', qty: 2 },
  ],
})

const producer = new Kafka.Producer({
  'metadata.broker.list': brokers(),
  'compression.codec': 'lz4',
  'linger.ms': 5,
  'queue.buffering.max.messages': 1_000_000,
  'batch.num.messages': 100_000,
  // A topic property that node-rdkafka's types do not list here; librdkafka takes it.
  ...{ partitioner: 'murmur2_random' },
})
producer.setPollInterval(5)

const total = recordCount()
const began = performance.now()
let made = 0
let bytes = 0

/** As producers of traced services send them: an unsampled trace first. */
const headersOfRecord = [
  { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' },
  { 'correlation-id': '7f9c24e8-3b12-4fef-91e0-56a2d5a3c111' },
  { source: 'web-shop' },
  { region: 'eu-central-1' },
  { 'content-language': 'de' },
  { 'retention-class': 'standard' },
]
const headers = headerCount() === 0 ? undefined : headersOfRecord.slice(0, headerCount())

const produceSome = (): void => {
  const end = Math.min(total, made + perTurn)
  try {
    for (; made < end; made += 1) {
      const event = eventOf(made)
      const value = Buffer.from(frame(schemaId, encoder.encode(event)))
      producer.produce(benchTopic, null, value, event.orderId, Date.now(), undefined, headers)
      bytes += value.length
    }
  } catch (error) {
    // Full: what is queued leaves first.
    if (!/full/i.test(String(error))) throw error
    setTimeout(produceSome, 5)
    return
  }
  if (made < total) setImmediate(produceSome)
  else producer.flush(120_000, finish)
}

const finish = (error: unknown): void => {
  if (error !== null && error !== undefined) throw error as Error
  const seconds = (performance.now() - began) / 1_000
  console.log(`produced ${total} records of ${Math.round(bytes / total)} bytes in ${seconds.toFixed(1)} s`)
  process.exit(0)
}

producer.on('ready', produceSome)
producer.connect()
