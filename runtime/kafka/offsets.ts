/** Offsets asked of the brokers: what a group committed, and where a partition begins and ends. */

import type { KafkaConsumer } from 'node-rdkafka'
import type { Offset, TopicPartition } from '../topic-partition.ts'
import { kafkaError } from './kafka-error.ts'

/** Each such question holds one of libuv's threads until it is answered. */
const answerTimeoutMs = 10_000

export interface Watermarks {
  readonly low: Offset
  /** The offset that the next record gets. */
  readonly high: Offset
}

/** In the order of `partitions`; undefined where the group committed nothing. Throws KAFKA_UNAVAILABLE. */
export const committedOffsets = (
  client: KafkaConsumer,
  partitions: readonly TopicPartition[],
): Promise<readonly (Offset | undefined)[]> =>
  new Promise((resolve, reject) => {
    client.committed([...partitions], answerTimeoutMs, (error: unknown, answer) => {
      if (error !== null && error !== undefined) {
        reject(kafkaError(error, 'asking for committed offsets', 'KAFKA_UNAVAILABLE'))
        return
      }
      const failed = answer.find((entry: unknown) => entry instanceof Error)
      if (failed === undefined) resolve(answer.map(({ offset }: { offset?: number }) => offset))
      else reject(kafkaError(failed, 'asking for committed offsets', 'KAFKA_UNAVAILABLE'))
    })
  })

/** Throws KAFKA_UNAVAILABLE or TOPIC_MISSING. */
export const watermarksOf = (
  client: KafkaConsumer,
  { topic, partition }: TopicPartition,
): Promise<Watermarks> =>
  new Promise((resolve, reject) => {
    client.queryWatermarkOffsets(topic, partition, answerTimeoutMs, (error: unknown, answer) => {
      if (error === null || error === undefined) resolve({ low: answer.lowOffset, high: answer.highOffset })
      else
        reject(kafkaError(error, `asking for the end of ${topic}/${String(partition)}`, 'KAFKA_UNAVAILABLE'))
    })
  })
