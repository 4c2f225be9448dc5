/** Consumers on librdkafka's mock cluster that are read through the native drain, and by nothing of node-rdkafka's. */

import { once } from 'node:events'
import Kafka from 'node-rdkafka'
import type { ConsumerGlobalConfig, ConsumerTopicConfig, KafkaConsumer, TopicPartition } from 'node-rdkafka'
import type { Drained, DrainLimits, PartitionSource } from '../../runtime/kafka/drain/index.ts'
import type { MockCluster } from '../../runtime/kafka/mock-cluster.ts'
import { waitUntil } from './wait-until.ts'

/** Connected, in no group's membership yet: `assign` or `subscribe` is the caller's. */
export const connectConsumer = async (
  { bootstrapServers }: MockCluster,
  settings: ConsumerGlobalConfig = {},
  topicSettings: ConsumerTopicConfig = { 'auto.offset.reset': 'earliest' },
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
    topicSettings,
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

/** Drains until `enough` says so of all that came; in their order. */
export const drainUntil = async (
  what: string,
  source: PartitionSource,
  limits: DrainLimits,
  enough: (all: readonly Drained[]) => boolean,
): Promise<readonly Drained[]> => {
  const all: Drained[] = []
  await waitUntil(
    what,
    async () => {
      const drained = await source.drain(limits)
      if (drained.count > 0 || drained.events.length > 0) all.push(drained)
      return enough(all)
    },
    { everyMs: 1, timeoutMs: 30_000 },
  )
  return all
}

/** For `drainUntil`: that many records have come. */
export const recordsCame =
  (count: number) =>
  (all: readonly Drained[]): boolean =>
    all.reduce((sum, drained) => sum + drained.count, 0) >= count
