/** What a drain may bring, and what it brought. */

import type { SourceEvent } from './events.ts'

export interface DrainLimits {
  /** At most this many records, 1 … 1,000,000. */
  readonly records: number
  /**
   * At most this many bytes of packed records, counted once and not per actor; 1 … 2^30. What exceeds it is kept for
   * the next drain, but one record always comes, however large.
   */
  readonly bytes: number
  /** One entry per actor of this partition: over how many lanes its records are split by key, 1 … 4,096. */
  readonly lanes: readonly number[]
}

export interface DrainedLane {
  readonly lane: number
  readonly count: number
  /** Of `batch`. */
  readonly bytes: number
  readonly firstOffset: number
  readonly lastOffset: number
  /** Packed as runtime/batch says; its memory can be transferred to a worker. */
  readonly batch: ArrayBuffer
}

export interface Drained {
  readonly count: number
  /** Of the packed records, as `DrainLimits.bytes` counts them. */
  readonly bytes: number
  /** The offset after everything in here, an end of partition included; `undefined` where nothing moved it. */
  readonly nextOffset: number | undefined
  /** `views[i]` belongs to `limits.lanes[i]`; only lanes with records, in the order of their numbers. */
  readonly views: readonly (readonly DrainedLane[])[]
  readonly events: readonly SourceEvent[]
  /** Something is waiting that will not wake again: drain again when there is credit. */
  readonly more: boolean
}
