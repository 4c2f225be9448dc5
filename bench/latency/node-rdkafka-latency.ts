/** node-rdkafka's flowing mode, `consume()` without a number: its quickest, though it has no backpressure. */

import avro from 'avsc'
import Kafka from 'node-rdkafka'
import { consumerProperties, consumerTopicProperties } from '../../runtime/kafka/client-options.ts'
import { latencyCounter } from '../harness/latencies.ts'
import { benchTopic, brokers, group, OrderPlaced } from '../pipeline/workload.ts'

const envelope = 5
const settings = { brokers: brokers(), clientId: 'bench', groupId: group(), startFrom: 'earliest' } as const
const type = avro.Type.forSchema(OrderPlaced.schema as avro.Schema)
const client = new Kafka.KafkaConsumer(consumerProperties(settings), consumerTopicProperties(settings))
const count = latencyCounter()

client.on('ready', () => {
  client.subscribe([benchTopic])
  client.consume()
})
client.on('data', ({ value }) => {
  if (value !== null) count((type.decode(value, envelope) as { value: OrderPlaced }).value.amountCents)
})
client.connect()
