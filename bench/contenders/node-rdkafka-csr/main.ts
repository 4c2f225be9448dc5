/** node-rdkafka's `consume(n)` with @kafkajs/confluent-schema-registry as its README has it: `await registry.decode`. */

import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import Kafka, { type Message } from 'node-rdkafka'
import { consumerProperties, consumerTopicProperties } from '../../../runtime/kafka/client-options.ts'
import { Counting } from '../../harness/counting.ts'
import { benchTopic, brokers, group, recordCount, type OrderPlaced } from '../../pipeline/workload.ts'

const settings = { brokers: brokers(), clientId: 'bench', groupId: group(), startFrom: 'earliest' } as const
const registry = new SchemaRegistry({ host: process.env['SCHEMA_REGISTRY_URL'] ?? '' })
const client = new Kafka.KafkaConsumer(consumerProperties(settings), consumerTopicProperties(settings))
const counting = new Counting(recordCount())
const batchRecords = 1_000
const positions = new Map<number, number>()

const consume = (): void => {
  client.consume(batchRecords, (error: unknown, messages: Message[]) => {
    if (error !== null && error !== undefined) throw error as Error
    void handle(messages)
  })
}

const handle = async (messages: readonly Message[]): Promise<void> => {
  for (const { value, partition, offset } of messages) {
    if (value === null) continue
    counting.count((await registry.decode(value)) as OrderPlaced)
    positions.set(partition, offset + 1)
  }
  counting.look()
  setImmediate(consume)
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
