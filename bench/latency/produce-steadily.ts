/** Produces at a steady rate, a few records each millisecond; each carries when it was given to the producer. */

import { randomUUID } from 'node:crypto'
import Kafka from 'node-rdkafka'
import { connectRegistry } from '../../runtime/registry/index.ts'
import { EventEncoder, frame, subjectName } from '../../runtime/serde/index.ts'
import { measuredRecords, nowUs, warmUpRecords } from '../harness/latencies.ts'
import { benchTopic, brokers, OrderPlaced } from '../pipeline/workload.ts'

const perSecond = Number(process.env['BENCH_RATE'])
const total = warmUpRecords + measuredRecords + perSecond
const registry = connectRegistry({ url: process.env['SCHEMA_REGISTRY_URL'] ?? '' })
const schemaId = await registry.register(
  subjectName('topic-record', benchTopic, OrderPlaced.name),
  OrderPlaced.schema,
)
const encoder = new EventEncoder(OrderPlaced)
const producer = new Kafka.Producer({
  'metadata.broker.list': brokers(),
  'linger.ms': 1,
  'queue.buffering.max.messages': 1_000_000,
  'socket.nagle.disable': true,
  ...{ partitioner: 'murmur2_random' },
})
producer.setPollInterval(100)

let made = 0
const produceOne = (): void => {
  const orderId = `order-${made % 50_000}`
  const event: OrderPlaced = {
    eventId: randomUUID(),
    tenantId: 'tenant-1',
    orderId,
    trackingId: `trk-${made}`,
    amountCents: nowUs(),
    currency: 'EUR',
    status: 'PAID',
    occurredAt: Date.now(),
    email: null,
    items: [{ sku: 'sku-1', qty: 1 }],
  }
  producer.produce(benchTopic, null, Buffer.from(frame(schemaId, encoder.encode(event))), orderId)
  made += 1
}

producer.on('ready', () => {
  const began = performance.now()
  const ticks = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond))
    while (made < due) produceOne()
    if (made < total) return
    clearInterval(ticks)
    producer.flush(10_000, () => process.exit(0))
  }, 1)
})
producer.connect()
