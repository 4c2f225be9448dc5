/** How far a group is, seen from outside: a consumer with its group id that never joins may ask. */

import Kafka, { type KafkaConsumer } from 'node-rdkafka'
import { type Offset, type TopicPartition } from '../topic-partition.ts'
import { clientProperties } from './client-options.ts'
import { connectClient, createClient, disconnectClient, FailureLog } from './client.ts'
import { committedOffsets, watermarksOf } from './offsets.ts'
import type { KafkaSettings } from './settings.ts'

export interface PartitionOffsets extends TopicPartition {
  /** undefined: the group committed nothing. */
  readonly committed: Offset | undefined
  readonly low: Offset
  /** The offset that the next record gets. */
  readonly high: Offset
}

export interface GroupOffsets {
  /** Throws KAFKA_UNAVAILABLE or TOPIC_MISSING. */
  of(partitions: readonly TopicPartition[]): Promise<readonly PartitionOffsets[]>
  close(): Promise<void>
}

export const connectGroupOffsets = async (
  settings: KafkaSettings,
  groupId: string,
): Promise<GroupOffsets> => {
  const client: KafkaConsumer = createClient(
    () =>
      new Kafka.KafkaConsumer(
        { ...clientProperties(settings), 'group.id': groupId, 'enable.auto.commit': false },
        {},
      ),
  )
  await connectClient(client, settings, new FailureLog(client))
  return {
    of: async (partitions) => {
      const committed = await committedOffsets(client, partitions)
      return await Promise.all(
        partitions.map(async ({ topic, partition }, i) => ({
          topic,
          partition,
          committed: committed[i],
          ...(await watermarksOf(client, { topic, partition })),
        })),
      )
    },
    close: async () => {
      await disconnectClient(client, 5_000)
    },
  }
}

/** Records that the group has still to finish: of those that are there, those not below its committed offset. */
export const lagOf = ({ committed, low, high }: PartitionOffsets): number =>
  Math.max(0, high - Math.max(committed ?? low, low))
