/** node-rdkafka and avsc, with the settings of Troupe's producer. */

import avro from 'avsc'
import Kafka, { type LibrdKafkaError } from 'node-rdkafka'
import { producerProperties, producerTopicProperties } from '../../runtime/kafka/client-options.ts'
import { benchTopic, brokers, OrderPlaced, recordCount } from '../pipeline/workload.ts'
import { headersOf, publishAll } from './published.ts'

interface Batch {
  left: number
  readonly done: () => void
  readonly failed: (error: LibrdKafkaError) => void
}

const settings = { brokers: brokers(), clientId: 'bench' }
const type = avro.Type.forSchema(OrderPlaced.schema as avro.Schema)
const schemaId = Number(process.env['BENCH_SCHEMA_ID'])
const producer = new Kafka.Producer(producerProperties(settings), producerTopicProperties(settings))
producer.setPollInterval(5)

const encoded = (event: OrderPlaced): Buffer => {
  if (!type.isValid(event)) throw new Error('the event is not valid')
  const head = Buffer.alloc(5)
  head.writeUInt32BE(schemaId, 1)
  return Buffer.concat([head, type.toBuffer(event)])
}

const send = (events: readonly OrderPlaced[]): Promise<void> =>
  new Promise((done, failed) => {
    const batch: Batch = { left: events.length, done, failed }
    for (const event of events) {
      const headers = Object.entries(headersOf(event)).map(([name, value]) => ({ [name]: value }))
      producer.produce(benchTopic, null, encoded(event), event.orderId, Date.now(), batch, headers)
    }
  })

producer.on('delivery-report', (error: LibrdKafkaError | null, { opaque }) => {
  const batch = opaque as Batch
  if (error !== null) batch.failed(error)
  batch.left -= 1
  if (batch.left === 0) batch.done()
})
producer.on('ready', () => void publishAll(recordCount(), send))
producer.connect()
