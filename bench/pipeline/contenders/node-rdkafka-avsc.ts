/** node-rdkafka as its README shows it, `consume(n)` with avsc on the main thread, with the same librdkafka settings. */

import avro from 'avsc'
import Kafka, { type Message } from 'node-rdkafka'
import { consumerProperties, consumerTopicProperties } from '../../../runtime/kafka/client-options.ts'
import { Meter } from '../../harness/sample.ts'
import { benchTopic, brokers, group, OrderPlaced, recordCount } from '../workload.ts'

const settings = { brokers: brokers(), clientId: 'bench', groupId: group(), startFrom: 'earliest' } as const
const type = avro.Type.forSchema(OrderPlaced.schema as avro.Schema)
const meter = new Meter(recordCount())
const client = new Kafka.KafkaConsumer(consumerProperties(settings), consumerTopicProperties(settings))
const batchRecords = 1_000
/** Magic byte and schema id. */
const envelope = 5

let records = 0
let paid = 0
const positions = new Map<number, number>()

const consume = (): void => {
  client.consume(batchRecords, (error: unknown, messages: Message[]) => {
    if (error !== null && error !== undefined) throw error as Error
    for (const { value, partition, offset } of messages) {
      if (value === null) continue
      const { value: event } = type.decode(value, envelope) as { value: OrderPlaced }
      if (event.amountCents >= 0) paid += 1
      positions.set(partition, offset + 1)
    }
    records += messages.length
    const sample = meter.look(records)
    if (sample === undefined) setImmediate(consume)
    else finish(JSON.stringify(sample))
  })
}

const finish = (line: string): void => {
  if (paid !== records) throw new Error(`${records} records, but ${paid} counted`)
  console.log(line)
  process.exit(0)
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
