/**
 * A member of a group as a test sees it: a GroupConsumer whose listener drains everything at once, counts what came
 * by partition, and commits what it handled.
 */

import { BatchReader } from '../../runtime/batch/index.ts'
import type { SourceEvent } from '../../runtime/kafka/drain/index.ts'
import { GroupConsumer } from '../../runtime/kafka/group-consumer.ts'
import type { ConsumerSettings } from '../../runtime/kafka/settings.ts'
import {
  type TopicPartition,
  type TopicPartitionKey,
  type TopicPartitionOffset,
  topicPartitionKey,
} from '../../runtime/topic-partition.ts'

export type Seen = TopicPartitionOffset & {
  readonly key: string | undefined
  readonly value: string | undefined
}

export interface RecordingMember {
  readonly consumer: GroupConsumer
  /** Everything that came, in the order of its coming. */
  readonly seen: readonly Seen[]
  /** assigned, revoked, lost, and what was answered, in order. */
  readonly story: readonly string[]
  readonly events: readonly SourceEvent[]
  readonly fatal: readonly Error[]
  readonly held: ReadonlySet<TopicPartitionKey>
  /** Stop draining and go on. */
  stop(): void
  go(): void
  /** The next offset of each partition held, as a final commit. */
  positions(): readonly TopicPartitionOffset[]
  /** Called before a revoke is answered. */
  beforeRevoke: (partitions: readonly TopicPartition[]) => Promise<void>
  beforeAssign: (partitions: readonly TopicPartition[]) => Promise<readonly (number | undefined)[]>
}

export const joinGroup = async (
  settings: Partial<ConsumerSettings> & { readonly brokers: string; readonly groupId: string },
  topics: readonly string[],
): Promise<RecordingMember> => {
  const seen: Seen[] = []
  const story: string[] = []
  const events: SourceEvent[] = []
  const fatal: Error[] = []
  const held = new Map<TopicPartitionKey, TopicPartition>()
  const next = new Map<TopicPartitionKey, number>()
  const busy = new Set<TopicPartitionKey>()
  let stopped = false
  // A call, since the compiler takes the variable for unchanged across an await.
  const isStopped = (): boolean => stopped

  const drain = async (at: TopicPartition): Promise<void> => {
    const key = topicPartitionKey(at)
    if (busy.has(key) || stopped) return
    busy.add(key)
    for (;;) {
      const drained = await member.consumer.drain(at, { records: 500, bytes: 1_000_000, lanes: [1] })
      for (const lane of drained.views[0] ?? []) {
        const reader = new BatchReader(lane.batch)
        while (reader.next()) {
          seen.push({
            ...at,
            offset: reader.offset,
            key: reader.key()?.toString(),
            value: reader.value()?.toString(),
          })
        }
      }
      if (drained.nextOffset !== undefined) next.set(key, drained.nextOffset)
      if ((drained.count === 0 && !drained.more) || isStopped()) break
    }
    busy.delete(key)
  }
  const positions = (): readonly TopicPartitionOffset[] =>
    [...held].flatMap(([key, at]) => {
      const offset = next.get(key)
      return offset === undefined ? [] : [{ ...at, offset }]
    })
  const names = (partitions: readonly TopicPartition[]): string =>
    partitions
      .map(({ partition }) => partition)
      .sort((a, b) => a - b)
      .join(',')

  const consumer = await GroupConsumer.connect(
    { clientId: 'member', startFrom: 'earliest', sessionTimeoutMs: 4_000, ...settings },
    {
      assigned: async (partitions) => {
        story.push(`assigned ${names(partitions)}`)
        const offsets = await member.beforeAssign(partitions)
        for (const at of partitions) {
          held.set(topicPartitionKey(at), at)
          next.delete(topicPartitionKey(at))
        }
        return offsets
      },
      revoked: async (partitions) => {
        story.push(`revoked ${names(partitions)}`)
        await member.beforeRevoke(partitions)
        const keys = new Set(partitions.map(topicPartitionKey))
        const final = positions().filter((offset) => keys.has(topicPartitionKey(offset)))
        for (const key of keys) held.delete(key)
        story.push(`answered ${names(partitions)}`)
        return final
      },
      lost: (partitions) => {
        story.push(`lost ${names(partitions)}`)
        for (const at of partitions) held.delete(topicPartitionKey(at))
      },
      wake: (at) => {
        void drain(at)
      },
      event: (_, event) => {
        events.push(event)
      },
      fatal: (error) => {
        fatal.push(error)
      },
    },
  )
  const member: RecordingMember = {
    consumer,
    seen,
    story,
    events,
    fatal,
    get held() {
      return new Set(held.keys())
    },
    stop: () => {
      stopped = true
    },
    go: () => {
      stopped = false
      for (const at of held.values()) void drain(at)
    },
    positions,
    beforeRevoke: () => Promise.resolve(),
    beforeAssign: (partitions) => Promise.resolve(partitions.map(() => undefined)),
  }
  consumer.subscribe(topics)
  return member
}
