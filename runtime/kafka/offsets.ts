/** Offsets asked of the brokers: what a group committed, and where a partition begins and ends. */

import type { KafkaConsumer } from 'node-rdkafka'
import { topicPartitionKey, type Offset, type TopicPartition } from '../topic-partition.ts'
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
  timeoutMs = answerTimeoutMs,
): Promise<readonly (Offset | undefined)[]> =>
  new Promise((resolve, reject) => {
    client.committed([...partitions], timeoutMs, (error: unknown, answer) => {
      if (error !== null && error !== undefined) {
        reject(kafkaError(error, 'asking for committed offsets', 'KAFKA_UNAVAILABLE'))
        return
      }
      const failed = answer.find((entry: unknown) => entry instanceof Error)
      if (failed === undefined) resolve(answer.map(({ offset }: { offset?: number }) => offset))
      else reject(kafkaError(failed, 'asking for committed offsets', 'KAFKA_UNAVAILABLE'))
    })
  })

/** ListOffsets' own words for where a log begins and ends, in place of a time. */
const logTimes = { begin: -2, end: -1 } as const

/** Where a log begins, the offset that its next record gets, or the first record at or after a time: ms since the epoch. */
export type LogPlaceAsked = keyof typeof logTimes | { readonly sinceMs: number }

const timeOf = (which: LogPlaceAsked): number => (typeof which === 'object' ? which.sinceMs : logTimes[which])

const nameOf = (which: LogPlaceAsked): string =>
  typeof which === 'object' ? `are at ${new Date(which.sinceMs).toISOString()}` : which

/**
 * Where partitions begin, or which offset their next record gets, by one request a broker. In the order of
 * `partitions`; undefined for one that no broker leads now, or that has no record so new. Throws KAFKA_UNAVAILABLE.
 */
export const logOffsets = (
  client: KafkaConsumer,
  partitions: readonly TopicPartition[],
  which: LogPlaceAsked,
  timeoutMs: number,
): Promise<readonly (Offset | undefined)[]> =>
  new Promise((resolve, reject) => {
    const asked = partitions.map(({ topic, partition }) => ({ topic, partition, offset: timeOf(which) }))
    client.offsetsForTimes(asked, timeoutMs, (error: unknown, answer) => {
      if (error !== null && error !== undefined) {
        reject(kafkaError(error, `asking where partitions ${nameOf(which)}`, 'KAFKA_UNAVAILABLE'))
        return
      }
      // An Error stands in the place of a partition that has none.
      const byKey = new Map(
        answer
          .filter((entry: unknown) => !(entry instanceof Error))
          .map((entry) => [topicPartitionKey(entry), (entry as { offset?: number }).offset]),
      )
      resolve(
        partitions.map((at) => {
          const offset = byKey.get(topicPartitionKey(at))
          return offset === undefined || offset < 0 ? undefined : offset
        }),
      )
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
