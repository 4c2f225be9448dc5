/**
 * Fills the benchmark's topic: keys of 50,000 orders, murmur2, lz4, acknowledged by the broker; or as the variables of
 * workload.ts say.
 */

import { randomBytes, randomUUID } from 'node:crypto'
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
  hotKeyPercent,
  hotPartitionPercent,
  keyCount,
  recordBytes,
} from './workload.ts'

const orders = keyCount()
const perTurn = Math.max(1, Math.min(5_000, Math.floor(10_000_000 / Math.max(1, recordBytes()))))
/** What a record has without its padding. */
const plainBytes = 130
const paddingBytes = Math.max(0, recordBytes() - plainBytes)
/** Text that does not compress; each record has another part of it. */
const noise = randomBytes(Math.ceil(paddingBytes * 0.75) + 750_000).toString('base64url')
const paddingOf = (i: number): string => {
  const from = (i * 7_919) % (noise.length - paddingBytes)
  return noise.slice(from, from + paddingBytes)
}

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
  orderId: i % 100 < hotKeyPercent() ? 'order-hot' : `order-${i % orders}`,
  trackingId: `trk-${i}${paddingOf(i)}`,
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

/** null: where the key belongs. */
const partitionOf = (i: number): number | null => {
  const percent = hotPartitionPercent()
  if (percent === 0) return null
  return i % 100 < percent ? 0 : 1 + (i % (partitions - 1))
}

const producer = new Kafka.Producer({
  'metadata.broker.list': brokers(),
  'compression.codec': 'lz4',
  'linger.ms': 5,
  'queue.buffering.max.messages': 1_000_000,
  'batch.num.messages': 100_000,
  'queue.buffering.max.kbytes': 262_144,
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
      producer.produce(benchTopic, partitionOf(made), value, event.orderId, Date.now(), undefined, headers)
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
