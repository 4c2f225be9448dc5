/**
 * Where a record stands. Offsets are plain numbers everywhere in Troupe: Kafka's are 64 bit, but a partition
 * that reached 2^53 records is not one we will meet; they are converted once, where bytes are read.
 */

export type Offset = number

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: Offset
}

/** `topic/partition`: the key of maps, and how a partition is named in logs. A topic's name holds no slash. */
export type TopicPartitionKey = `${string}/${number}`

export const topicPartitionKey = ({ topic, partition }: TopicPartition): TopicPartitionKey =>
  `${topic}/${partition}`
