/** What a reader with read_committed sees of a topic, from its beginning to its end: without what was aborted. */

import Kafka, { type Message } from 'node-rdkafka'
import { messageOf } from '../../runtime/errors.ts'

/**
 * In the order of offsets, partition by partition. Waits for transactions that are open still: for such a reader a
 * partition ends where the first of them begins, so that the end it is told may be the end for now. `atEnd`: at each.
 */
export const readCommitted = async (
  brokers: string,
  topic: string,
  { atEnd }: { readonly atEnd?: () => void } = {},
): Promise<readonly Message[]> => {
  const ends = await endsOf(brokers, topic)
  return await withConsumer(brokers, topic, 'read_committed', async (client) => {
    const ended = new Set<number>()
    client.on('partition.eof', ({ partition, offset }) => {
      atEnd?.()
      if (offset >= (ends.get(partition) ?? 0)) ended.add(partition)
    })
    client.setDefaultConsumeTimeout(200)
    client.assign([...ends.keys()].map((partition) => ({ topic, partition, offset: 0 })))
    const records: Message[] = []
    while (ended.size < ends.size) records.push(...(await consume(client)))
    client.unassign()
    return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  })
}

/** Partition → its end, whatever is open there. */
const endsOf = (brokers: string, topic: string): Promise<ReadonlyMap<number, number>> =>
  withConsumer(brokers, topic, 'read_uncommitted', async (client) => {
    const endOf = (partition: number): Promise<readonly [number, number]> =>
      new Promise((resolve, reject) => {
        client.queryWatermarkOffsets(topic, partition, 10_000, (error: unknown, offsets) => {
          if (error !== null && error !== undefined) reject(new Error(messageOf(error)))
          else resolve([partition, offsets.highOffset])
        })
      })
    return new Map(await Promise.all((await partitionsOf(client, topic)).map(endOf)))
  })

const withConsumer = async <T>(
  brokers: string,
  topic: string,
  isolation: 'read_committed' | 'read_uncommitted',
  use: (client: Kafka.KafkaConsumer) => Promise<T>,
): Promise<T> => {
  const client = new Kafka.KafkaConsumer(
    {
      'bootstrap.servers': brokers,
      'group.id': `committed-reader-${topic}`,
      'enable.auto.commit': false,
      'isolation.level': isolation,
      'enable.partition.eof': true,
    },
    { 'auto.offset.reset': 'earliest' },
  )
  await new Promise<void>((resolve, reject) => {
    client.connect({ timeout: 10_000 }, (error: unknown) => {
      if (error instanceof Error) reject(error)
      else resolve()
    })
  })
  try {
    return await use(client)
  } finally {
    await new Promise<void>((resolve) => {
      client.disconnect(() => {
        resolve()
      })
    })
  }
}

const consume = (client: Kafka.KafkaConsumer): Promise<Message[]> =>
  new Promise((resolve, reject) => {
    client.consume(1_000, (error: unknown, messages) => {
      if (error instanceof Error) reject(error)
      else resolve(messages)
    })
  })

const partitionsOf = (client: Kafka.KafkaConsumer, topic: string): Promise<number[]> =>
  new Promise((resolve, reject) => {
    client.getMetadata({ topic, timeout: 5_000 }, (error: unknown, metadata) => {
      if (error !== null && error !== undefined) reject(new Error(messageOf(error)))
      else resolve(metadata.topics.find(({ name }) => name === topic)?.partitions.map(({ id }) => id) ?? [])
    })
  })
