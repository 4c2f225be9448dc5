/** The native drain alone: records are packed and thrown away, offsets committed. No decoding. */

import { GroupConsumer } from '../../../runtime/kafka/index.ts'
import {
  topicPartitionKey,
  type TopicPartition,
  type TopicPartitionKey,
} from '../../../runtime/topic-partition.ts'
import { Meter } from '../../harness/sample.ts'
import { benchTopic, brokers, group, recordCount } from '../workload.ts'

const limits = { records: 4_000, bytes: 1_048_576, lanes: [1] }
const meter = new Meter(recordCount())
const positions = new Map<TopicPartitionKey, TopicPartition & { readonly offset: number }>()
const draining = new Set<TopicPartitionKey>()
const woken = new Set<TopicPartitionKey>()
let records = 0

const drain = async (at: TopicPartition): Promise<void> => {
  const key = topicPartitionKey(at)
  // A wake during a drain is not repeated: it is remembered.
  woken.add(key)
  if (draining.has(key)) return
  draining.add(key)
  while (woken.delete(key)) {
    const drained = await consumer.drain(at, limits)
    if (drained.more) woken.add(key)
    records += drained.count
    if (drained.nextOffset !== undefined) positions.set(key, { ...at, offset: drained.nextOffset })
  }
  draining.delete(key)
}

const consumer = await GroupConsumer.connect(
  { brokers: brokers(), clientId: 'bench', groupId: group(), startFrom: 'earliest' },
  {
    assigned: (partitions) => Promise.resolve(partitions.map(() => undefined)),
    revoked: () => Promise.resolve([]),
    lost: () => undefined,
    wake: (at) => void drain(at),
    event: () => undefined,
    fatal: (error) => {
      throw error
    },
  },
)
consumer.subscribe([benchTopic])
const commits = setInterval(() => consumer.commit([...positions.values()]), 1_000)
const looks = setInterval(() => {
  const sample = meter.look(records)
  if (sample === undefined) return
  clearInterval(looks)
  clearInterval(commits)
  void consumer.close().then(() => {
    console.log(JSON.stringify(sample))
    process.exit(0)
  })
}, 5)
