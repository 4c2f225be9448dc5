/**
 * Reads parts of partitions as they are, outside of any group: what is committed by transactions, in the order of the
 * log, up to an offset that need not have a record. For looking back; consuming is `GroupConsumer`'s.
 */

import Kafka, { type KafkaConsumer } from 'node-rdkafka'
import { TroupeError } from '../errors.ts'
import type { Offset, TopicPartition } from '../topic-partition.ts'
import { clientProperties } from './client-options.ts'
import { connectClient, createClient, disconnectClient, FailureLog } from './client.ts'
import { PartitionSource } from './drain/index.ts'
import { logOffsets, type LogPlaceAsked, type Watermarks, watermarksOf } from './offsets.ts'
import type { KafkaSettings } from './settings.ts'

export type EachBatch = (batch: ArrayBuffer) => void | boolean | Promise<void | boolean>

export interface LogReader {
  /**
   * `each` gets the batches (runtime/batch) of the records from `from` on; the last one may go beyond `to`. It is waited
   * for, and answers false where it has enough. One call at a time; `over` ends it early. Throws KAFKA_UNAVAILABLE when
   * nothing comes for half a minute.
   */
  read(at: TopicPartition, from: Offset, to: Offset, each: EachBatch, over?: AbortSignal): Promise<void>
  /**
   * Where these partitions begin or end, or their first record at or after a time; in their order, undefined for one that
   * no broker leads now, or that has no record so new. Throws KAFKA_UNAVAILABLE.
   */
  offsets(at: readonly TopicPartition[], which: LogPlaceAsked): Promise<readonly (Offset | undefined)[]>
  /** Throws KAFKA_UNAVAILABLE or TOPIC_MISSING. */
  range(at: TopicPartition): Promise<Watermarks>
  close(): Promise<void>
}

const limits = { records: 20_000, bytes: 8 * 1024 * 1024, lanes: [1] }
const silenceMs = 30_000
const askTimeoutMs = 5_000

/** Throws KAFKA_UNAVAILABLE or KAFKA_UNAUTHORIZED. */
export const connectLogReader = async (settings: KafkaSettings): Promise<LogReader> => {
  const client: KafkaConsumer = createClient(
    () =>
      new Kafka.KafkaConsumer(
        {
          ...clientProperties(settings),
          'group.id': 'troupe-log-reader',
          'enable.auto.commit': false,
          'enable.auto.offset.store': false,
          // The only way to know that nothing comes any more: offsets at the end may have no record.
          'enable.partition.eof': true,
          'fetch.queue.backoff.ms': 5,
          // A broker answers one fetch at a time: what is asked next waits until the one at the end before it is over.
          'fetch.wait.max.ms': 50,
        },
        { 'auto.offset.reset': 'earliest' },
      ),
  )
  const log = new FailureLog(client)
  await connectClient(client, settings, log)
  return {
    read: async (at, from, to, each, over) => {
      if (from >= to) return
      let wake = (): void => undefined
      const source = PartitionSource.open(client, at.topic, at.partition, () => wake())
      const end = (): void => wake()
      over?.addEventListener('abort', end, { once: true })
      try {
        client.assign([{ ...at, offset: from }])
        for (;;) {
          const woken = new Promise<boolean>((resolve) => {
            const timer = setTimeout(() => resolve(false), silenceMs)
            wake = () => {
              clearTimeout(timer)
              resolve(true)
            }
          })
          const drained = await source.drain(limits)
          if (over?.aborted) return
          for (const { batch } of drained.views[0] ?? []) if ((await each(batch)) === false) return
          const isAtEnd = drained.events.some(({ kind }) => kind === 'end-of-partition')
          if (isAtEnd || (drained.nextOffset ?? 0) >= to) return
          if (drained.more || drained.count > 0) wake()
          if (!(await woken)) throw silent(at, log.last)
        }
      } finally {
        over?.removeEventListener('abort', end)
        wake()
        await source.close()
        client.unassign()
      }
    },
    offsets: (at, which) => logOffsets(client, at, which, askTimeoutMs),
    range: (at) => watermarksOf(client, at),
    close: async () => {
      await disconnectClient(client, 5_000)
    },
  }
}

const silent = ({ topic, partition }: TopicPartition, last: string | undefined): TroupeError =>
  new TroupeError(
    'KAFKA_UNAVAILABLE',
    `nothing came of ${topic}/${String(partition)} for ${String(silenceMs / 1_000)} s${last === undefined ? '' : `; ${last}`}`,
  )
