/** Consumers on librdkafka's mock cluster that are read through the native drain, and by nothing of node-rdkafka's. */

import { once } from 'node:events'
import Kafka from 'node-rdkafka'
import type { ConsumerGlobalConfig, KafkaConsumer, TopicPartition } from 'node-rdkafka'
import type { MockCluster } from '../../runtime/kafka/mock-cluster.ts'

/** Connected, in no group's membership yet: `assign` or `subscribe` is the caller's. */
export const connectConsumer = async (
  { bootstrapServers }: MockCluster,
  settings: ConsumerGlobalConfig = {},
): Promise<KafkaConsumer> => {
  const consumer = new Kafka.KafkaConsumer(
    {
      'metadata.broker.list': bootstrapServers,
      'group.id': 'drain',
      'enable.auto.commit': false,
      'enable.auto.offset.store': false,
      'fetch.wait.max.ms': 10,
      'fetch.queue.backoff.ms': 5,
      ...settings,
    },
    { 'auto.offset.reset': 'earliest' },
  )
  consumer.on('event.error', () => undefined)
  const ready = once(consumer, 'ready')
  consumer.connect()
  await ready
  return consumer
}

export const disconnectConsumer = async (consumer: KafkaConsumer): Promise<void> => {
  await new Promise((done) => consumer.disconnect(done))
}

/** Each from its first record. */
export const fromStart = (
  topic: string,
  ...partitions: readonly number[]
): (TopicPartition & { offset: number })[] => partitions.map((partition) => ({ topic, partition, offset: 0 }))
