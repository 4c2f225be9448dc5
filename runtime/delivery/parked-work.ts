/** What passes between the owner of a unit and the worker that has a batch of it, about parked keys. */

import type { Offset } from '../topic-partition.ts'
import type { InboxKey } from './inbox-state.ts'
import type { ParkedAnswer } from './parking.ts'

/** Of the whole unit, as it was looked up last. */
export interface ParkingSituation {
  readonly records: number
  readonly oldestAgeMs: number
}

/** A batch that was not drained: made of parked records that are due, and of what operators ask. */
export interface ParkedWork {
  /** For each record of the batch, by its index. Those of a key are in the order of its queue, from its first on. */
  readonly records: readonly RetriedRecord[]
  /** Keys to be let go, held or not. */
  readonly released: readonly string[]
  /** Records that nothing more shall happen for. */
  readonly skipped: readonly SkippedRecord[]
  readonly answers: readonly ParkedAnswer[]
}

export interface RetriedRecord {
  readonly parkingKey: string
  readonly offset: Offset
  /** The inbox has a row of its event, which says that it is parked. */
  readonly inInbox: boolean
}

export interface SkippedRecord {
  readonly parkingKey: string
  readonly offset: Offset
  readonly inboxKey: InboxKey | undefined
}

/** What a batch meant for parked keys, once it is committed. */
export interface ParkingReport {
  /** Records that are parked now and were not before. */
  readonly parked: number
  /** Records that were parked and are not any more. */
  readonly settled: number
  /** When the first of those that it left parked is due; undefined: it left none that waits for a time. */
  readonly nextDueMs: number | undefined
}

export const noReport: ParkingReport = { parked: 0, settled: 0, nextDueMs: undefined }

export const sumOfReports = (a: ParkingReport, b: ParkingReport): ParkingReport => ({
  parked: a.parked + b.parked,
  settled: a.settled + b.settled,
  nextDueMs:
    a.nextDueMs === undefined || b.nextDueMs === undefined
      ? (a.nextDueMs ?? b.nextDueMs)
      : Math.min(a.nextDueMs, b.nextDueMs),
})
