/** Reads topics with node-rdkafka alone: a test's own look at what is on the broker, and at what groups committed. */

import Kafka, { type Message } from 'node-rdkafka'
import { messageOf } from '../../runtime/errors.ts'

export interface KafkaReader {
  /** All records of the topic's partitions from the beginning to what is their end now, by partition. */
  readAll(topic: string): Promise<readonly Message[]>
  committed(group: string, topic: string, partitions: number): Promise<readonly (number | undefined)[]>
}

const connect = async (brokers: string, group: string): Promise<Kafka.KafkaConsumer> => {
  const client = new Kafka.KafkaConsumer(
    {
      'bootstrap.servers': brokers,
      'group.id': group,
      'enable.auto.commit': false,
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
  return client
}

const disconnect = (client: Kafka.KafkaConsumer): Promise<void> =>
  new Promise((resolve) => {
    client.disconnect(() => {
      resolve()
    })
  })

export const kafkaReader = (brokers: string): KafkaReader => ({
  readAll: async (topic) => {
    const client = await connect(brokers, `reader-${topic}`)
    client.setDefaultConsumeTimeout(200)
    const partitions = await new Promise<number[]>((resolve, reject) => {
      client.getMetadata({ topic, timeout: 5_000 }, (error, metadata) => {
        if ((error as unknown) !== null) reject(new Error(error.message))
        else resolve(metadata.topics.find(({ name }) => name === topic)?.partitions.map(({ id }) => id) ?? [])
      })
    })
    const ends = await Promise.all(
      partitions.map(
        (partition) =>
          new Promise<number>((resolve, reject) => {
            client.queryWatermarkOffsets(topic, partition, 5_000, (error, offsets) => {
              if ((error as unknown) !== null) reject(new Error(error.message))
              else resolve(offsets.highOffset)
            })
          }),
      ),
    )
    // Told of, and not counted: the ends of transactions have offsets, too, and are no records.
    const unread = new Map(partitions.map((partition, nth) => [partition, ends[nth] ?? 0]))
    client.on('partition.eof', ({ partition, offset }) => {
      if (offset >= (unread.get(partition) ?? 0)) unread.delete(partition)
    })
    client.assign(partitions.map((partition) => ({ topic, partition, offset: 0 })))
    const records: Message[] = []
    while (unread.size > 0) {
      records.push(
        ...(await new Promise<Message[]>((resolve, reject) => {
          client.consume(1_000, (error: unknown, messages) => {
            if (error instanceof Error) reject(error)
            else resolve(messages)
          })
        })),
      )
    }
    client.unassign()
    await disconnect(client)
    return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  },
  committed: async (group, topic, partitions) => {
    const client = await connect(brokers, group)
    const asked = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    const offsets = await new Promise<readonly { partition: number; offset?: number }[]>(
      (resolve, reject) => {
        client.committed(asked, 5_000, (error: unknown, answer) => {
          if (error !== null) reject(new Error(messageOf(error)))
          else resolve(answer)
        })
      },
    )
    await disconnect(client)
    return asked.map(({ partition }) => offsets.find((answer) => answer.partition === partition)?.offset)
  },
})
