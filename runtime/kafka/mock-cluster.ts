/**
 * The embedded default broker: librdkafka's mock cluster, inside this process; others connect to it over TCP.
 *
 * It keeps records in memory (about 5 MB a partition), makes a topic of 4 partitions when a producer first asks for
 * it, and knows neither CreateTopics nor ListGroups. For development and tests only.
 */

import Kafka from 'node-rdkafka'
import { connectClient, createClient, disconnectClient, FailureLog } from './client.ts'
import { kafkaError } from './kafka-error.ts'

export interface MockCluster {
  /** `127.0.0.1:port`, one for each broker. */
  readonly bootstrapServers: string
  /** With 4 partitions each, always. Those that exist stay as they are. */
  createTopics(topics: readonly string[]): Promise<void>
  close(): Promise<void>
}

export const startMockCluster = async ({
  brokers = 1,
}: { readonly brokers?: number } = {}): Promise<MockCluster> => {
  const host = createClient(
    () => new Kafka.Producer({ 'test.mock.num.brokers': brokers, 'client.id': 'mock-cluster' } as object),
  )
  await connectClient(host, { brokers: 'the mock cluster', clientId: 'mock-cluster' }, new FailureLog(host))
  const addresses = await new Promise<readonly string[]>((resolve, reject) => {
    host.getMetadata({ timeout: 5_000, allTopics: false }, (error: unknown, metadata) => {
      if (error !== null && error !== undefined) {
        reject(kafkaError(error, 'starting the mock cluster', 'KAFKA_UNAVAILABLE'))
      } else resolve(metadata.brokers.map(({ host: name, port }) => `${name}:${String(port)}`))
    })
  })
  return {
    bootstrapServers: addresses.join(','),
    createTopics: async (topics) => {
      for (const topic of topics) await askFor(host, topic)
    },
    close: async () => {
      await disconnectClient(host, 5_000)
    },
  }
}

/** A producer that asks for a topic gets it made. */
const askFor = (host: Kafka.Producer, topic: string): Promise<void> =>
  new Promise((resolve, reject) => {
    host.getMetadata({ topic, timeout: 5_000 }, (error: unknown) => {
      if (error === null || error === undefined) resolve()
      else reject(kafkaError(error, `making the topic ${topic}`, 'KAFKA_UNAVAILABLE'))
    })
  })
