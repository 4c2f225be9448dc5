/** How a partition actor is set up. */

import type { RecordStamp } from '../batch/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { CreditBounds } from './credit.ts'

export interface Joining {
  /** Of one work given out, at most. A larger one is one that was delivered so. */
  readonly maxRecords: number
  readonly maxBytes: number
  /** Their records in one batch. Called once a work, and only where there is something to join. */
  readonly join: (batches: readonly ArrayBuffer[]) => ArrayBuffer
}

export interface PartitionActorOptions extends CreditBounds {
  /** `partition`: one lane, one batch in flight · `key`: one in flight per lane · `none`: as many as there are. */
  readonly order: 'partition' | 'key' | 'none'
  /** 1 with order `partition`. */
  readonly lanes: number
  /** Grows with every assignment and rewind of this unit; completions and drains carry it. */
  readonly epoch: number
  /** Where it begins; records below it are passed over. Absent: wherever the first delivery begins. */
  readonly position?: Offset | undefined
  /**
   * How many batches may lie between the frontier and the position; default 10,000. Higher: one record that is
   * retried for long holds up less, and a crash has more done again. At the bound nothing more is drained.
   */
  readonly maxOpenBatches?: number
  /** How work that waits in a lane is joined; absent: each work is given out as it was delivered. */
  readonly joining?: Joining
  /**
   * Reads which record of a batch is the first at or after both bounds, and when it was made. Called once a batch,
   * and once a retry. Absent: the age of what is unfinished is not known.
   */
  readonly stampOf?: (batch: ArrayBuffer, fromOffset: Offset, fromIndex: number) => RecordStamp | undefined
}

export const defaultMaxOpenBatches = 10_000
