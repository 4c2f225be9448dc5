/** What a reader with read_committed sees of a topic, from its beginning to its end: without what was aborted. */

import Kafka, { type Message } from 'node-rdkafka'
import { messageOf } from '../../runtime/errors.ts'

/** In the order of offsets, partition by partition. Waits for transactions that are open still. */
export const readCommitted = async (brokers: string, topic: string): Promise<readonly Message[]> => {
  const client = new Kafka.KafkaConsumer(
    {
      'bootstrap.servers': brokers,
      'group.id': `committed-reader-${topic}`,
      'enable.auto.commit': false,
      'isolation.level': 'read_committed',
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
    const partitions = await partitionsOf(client, topic)
    const ended = new Set<number>()
    client.on('partition.eof', ({ partition }) => ended.add(partition))
    client.setDefaultConsumeTimeout(200)
    client.assign(partitions.map((partition) => ({ topic, partition, offset: 0 })))
    const records: Message[] = []
    while (ended.size < partitions.length) records.push(...(await consume(client)))
    client.unassign()
    return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
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
