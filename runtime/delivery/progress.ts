/**
 * The progress of units in Postgres: one row a unit says who may write (its epoch), from where on (its frontier) and
 * what beyond it is done (its ledger). Safety is in the row, whatever the group's coordinator, a frozen process or a
 * lost answer make an owner believe.
 *
 * An owner's calls, in their order:
 *  1. `take`, when the partition is assigned, also to the same process again; nothing is dispatched before its answer.
 *  2. `begin` with what `startOf` decided, before the first record is dispatched.
 *  3. `EffectsStore.apply` with `progress`, once a batch; `advance` before an offset is committed to Kafka: an offset
 *     that Kafka has and the row has not is taken for a loss of Postgres.
 *  4. `advance` with `clean`, when the partition is given back and nothing is in flight any more.
 * Whoever hears that it is fenced drops its caches and its work, and takes a new epoch only if the partition is still
 * assigned to it.
 */

import type { Offset } from '../topic-partition.ts'
import type { OffsetRange, OffsetRanges } from './offset-ranges.ts'
import type { OutcomeCounts } from './outcome.ts'
import type { RememberedLoss } from './remembered-loss.ts'
import type { HoldEvent, HoldReason, RecordedUnit, StartEventKind, UnitStart } from './start.ts'
import type { Unit } from './unit.ts'

/** What a batch adds to its unit's row, in the transaction of its effects. */
export interface Progress {
  readonly epoch: number
  readonly lane: number
  /**
   * What of the lane is finished with this batch (`newlyDone`). Empty while a record of the batch is still to be
   * retried: then the inbox tells the finished ones if they come again.
   */
  readonly ranges: OffsetRanges
  /** Everything of the unit below is finished and committed, in all lanes. */
  readonly frontier: Offset
  /** Of all records in `ranges`, each once; all zero when there are no ranges. */
  readonly counts: OutcomeCounts
}

export interface UnitClaim {
  readonly unit: Unit
  /** Into how many lanes the claimant splits the partition. */
  readonly lanes: number
}

export interface UnitRow extends RecordedUnit {
  readonly epoch: number
  /**
   * The counters tell of every record from here on to the frontier and of those in the ledger, but for the ranges of
   * its events. Undefined: never begun.
   */
  readonly accountedFrom: Offset | undefined
}

export interface TakenUnit extends UnitRow {
  readonly unit: Unit
  /** Whether the owner before had given it back with nothing in flight. */
  readonly wasClean: boolean
  /** Undefined: it is the first. */
  readonly previousOwner: string | undefined
}

export interface UnitReport extends UnitRow {
  readonly unit: Unit
  readonly owner: string
  readonly clean: boolean
  readonly counts: OutcomeCounts
  /** What was decided about its offsets since `accountedFrom`, oldest first. */
  readonly events: readonly UnitEvent[]
}

export interface UnitEvent {
  /** `held-…`: it went into quarantine. */
  readonly kind: StartEventKind | 'reset' | HoldEvent['kind']
  /** Where it stood, and where it went on; `to` below `from`: back. Of a hold: the other end of what is in question. */
  readonly from: Offset | undefined
  readonly to: Offset
}

export interface UnitAdvance {
  readonly unit: Unit
  readonly epoch: number
  readonly frontier: Offset
  /** Given back: nothing is in flight. */
  readonly clean: boolean
}

/** A unit that is not begun: its row and the log do not fit together. */
export interface UnitHold {
  readonly unit: Unit
  readonly epoch: number
  readonly reason: HoldReason
  /** What is in question. */
  readonly range: OffsetRange
}

export interface UnitReset {
  readonly frontier: Offset
  /** `keep`: events handled before stay handled. `replay`: those that this unit handled from there on run again. */
  readonly dedupe: 'keep' | 'replay'
  /** Who asks, for the record. */
  readonly by: string
}

/** Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away, or a lock is not to be had. */
export interface ProgressStore {
  /**
   * A new epoch for each, in the order of the claims and in one statement, each unit once. `owner`: this process's
   * id, new at each start. A row that a frozen owner holds is freed by ending its sessions.
   */
  take(claims: readonly UnitClaim[], owner: string): Promise<readonly TakenUnit[]>
  /** Sets where each goes on. false: its epoch is another's. */
  begin(starts: readonly UnitStart[]): Promise<readonly boolean[]>
  /**
   * Tells it as events, and remembers of those beyond the end that their logs were cut, until a reset or another topic.
   * Of another's epoch nothing is told or remembered.
   */
  hold(holds: readonly UnitHold[]): Promise<void>
  /** Frontiers never go back. false: its epoch is another's. */
  advance(advances: readonly UnitAdvance[]): Promise<readonly boolean[]>
  /**
   * Remembers an attempt that ended its worker; of a record the last one. What is below the frontier is forgotten with
   * it, and all of a unit by a reset, and where an account begins anew. false: its epoch is another's.
   */
  remember(unit: Unit, epoch: number, loss: RememberedLoss): Promise<boolean>
  /** What is remembered of each from its frontier on; in order, each ascending. */
  remembered(units: readonly Unit[]): Promise<readonly (readonly RememberedLoss[])[]>
  /** In order; undefined: never taken. */
  read(units: readonly Unit[]): Promise<readonly (UnitReport | undefined)[]>
  /** Raises the epoch, so that the owner takes the unit anew. false: never begun and not held, nothing to reset. */
  reset(unit: Unit, reset: UnitReset): Promise<boolean>
  /** Ends the sessions that the owners before left in a transaction. Their number. */
  terminateFrozen(units: readonly Unit[], owner: string): Promise<number>
  close(): Promise<void>
}
