/** A record on its way to Kafka: an emitted event or a dead letter. Bytes, so that it crosses threads as it is. */

import type { Offset } from '../topic-partition.ts'

export interface OutgoingRecord {
  readonly topic: string
  /** Absent: the partitioner (murmur2_random) decides by the key. */
  readonly partition?: number
  readonly key: Uint8Array | null
  /** null is a tombstone. */
  readonly value: Uint8Array | null
  readonly headers: readonly OutgoingHeader[]
  /** ms since the epoch; absent: the time of producing. */
  readonly timestamp?: number
  /** A dead letter, or a record on its way to a retry topic: the offset of the record that it is of. */
  readonly letterOf?: Offset
}

export type OutgoingHeader = readonly [name: string, value: Uint8Array | string]
