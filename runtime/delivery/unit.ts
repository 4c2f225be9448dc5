/** A unit of progress: one actor's way through one partition, in one consumer group. */

import type { TopicPartition } from '../topic-partition.ts'

export interface ActorIdentity {
  readonly group: string
  readonly actor: string
}

export interface Unit extends ActorIdentity, TopicPartition {}
