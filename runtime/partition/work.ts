/** Work: one packed batch of one lane, from its delivery to its completion. */

import type { RecordStamp } from '../batch/index.ts'
import type { OffsetRange } from '../delivery/offset-ranges.ts'
import type { Offset } from '../topic-partition.ts'

/** One lane's part of a drain. `bytes` is what the drain counted against its limit. */
export interface LaneBatch {
  readonly lane: number
  readonly count: number
  readonly bytes: number
  readonly firstOffset: Offset
  readonly lastOffset: Offset
  readonly batch: ArrayBuffer
}

/** A record of a batch that is not finished: its index in the batch and the attempt to make next. */
export interface UnfinishedRecord {
  readonly index: number
  readonly attempt: number
}

/** Work as it is given out. Its buffer now belongs to the taker, who may transfer it to a worker. */
export interface LaneWork extends LaneBatch {
  readonly workId: number
  readonly epoch: number
  /** Records of the batch below this offset are not this unit's: they were handled before. The worker passes over them. */
  readonly firstOffset: Offset
  /** Only these are left to handle; undefined: all. */
  readonly records: readonly UnfinishedRecord[] | undefined
  /**
   * What of the lane this work stands for: from where the lane's work before it ended to the end of its own drain,
   * whether a record of the lane is at an offset or not. The ranges of a lane follow each other without gaps.
   */
  readonly range: OffsetRange
  /** Not delivered: it stands for no offset, and the frontier does not wait for it. Default false. */
  readonly isAside?: boolean
}

/** Work that was not drained: parked records, say. */
export interface AsideWork {
  readonly lane: number
  readonly batch: ArrayBuffer
  /** Of its records. They are no place in its partition's way: they may be below the frontier, or anywhere. */
  readonly firstOffset: Offset
  readonly lastOffset: Offset
  /** Of the batch, with the attempt to make next. */
  readonly records: readonly UnfinishedRecord[]
}

/**
 * `queued`: behind other work of its lane · `ready`: may be given out · `dispatched`: in a worker's hands ·
 * `waiting`: some of it is to be tried again, not yet · `finished`: it no longer holds the frontier.
 */
export type WorkState = 'queued' | 'ready' | 'dispatched' | 'waiting' | 'finished'

/** Work as the partition actor keeps it. */
export interface HeldWork {
  readonly workId: number
  readonly lane: number
  /** These four grow when work behind it is joined to it (joining.ts). */
  count: number
  bytes: number
  lastOffset: Offset
  range: OffsetRange
  readonly firstOffset: Offset
  readonly isAside: boolean
  /** All records of its batch are the unit's: none is passed over. */
  readonly isWhole: boolean
  state: WorkState
  /** undefined while a worker has it. */
  batch: ArrayBuffer | undefined
  records: readonly UnfinishedRecord[] | undefined
  /** Of its first record that is not finished, as far as that was told; undefined: it could not be read. */
  oldest: RecordStamp | undefined
}
