/** Makes the KafkaConsumer of a group member, connected, before anything is subscribed. */

import Kafka, { type KafkaConsumer } from 'node-rdkafka'
import type { TopicPartition } from '../topic-partition.ts'
import { consumerProperties, consumerTopicProperties } from './client-options.ts'
import { connectClient, createClient, FailureLog } from './client.ts'
import type { ConsumerSettings } from './settings.ts'

/** `onRebalance`: librdkafka's callback. Throws KAFKA_UNAVAILABLE, KAFKA_UNAUTHORIZED or CONFIG_INVALID. */
export const connectConsumerClient = async (
  settings: ConsumerSettings,
  onRebalance: (error: unknown, partitions: TopicPartition[]) => void,
): Promise<{ readonly client: KafkaConsumer; readonly log: FailureLog }> => {
  const client = createClient(
    () =>
      new Kafka.KafkaConsumer(
        { ...consumerProperties(settings), rebalance_cb: onRebalance },
        consumerTopicProperties(settings),
      ),
  )
  const log = new FailureLog(client)
  await connectClient(client, settings, log)
  return { client, log }
}
