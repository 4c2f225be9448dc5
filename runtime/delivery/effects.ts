/**
 * Effects are data: collected while `receive` runs, applied in bulk in one short transaction a batch. This is what
 * the actor host hands to the store, and what the store promises about it.
 */

import type { Sql, TrackedRow } from '../actor/context.ts'
import type { Offset } from '../topic-partition.ts'
import type { InboxKey, InboxState } from './inbox-state.ts'
import type { OutboxRow } from './outbox.ts'
import type { OutboxLetter } from './outbox-letter.ts'
import type { NewParkedRecord, ParkedAnswer, ParkedSettlement } from './parking.ts'
import type { Progress } from './progress.ts'
import type { ReplayedPart } from './replay.ts'
import type { FiredTimer, PostponedTimer, TimerChange } from './timers.ts'
import type { ActorIdentity, Unit } from './unit.ts'

export type { InboxKey } from './inbox-state.ts'

/** Identifies a keyed state: which tenant's key. */
export interface StateKey {
  readonly tenant: string
  readonly key: string
}

export interface LoadedState {
  /** 0: there is no row yet. */
  readonly version: number
  /** The version of its form that it was kept in. Default 1. */
  readonly formVersion?: number
  readonly value: unknown
}

export interface StateWrite extends StateKey {
  /** The version that was loaded; the write counts only if it is still that one. */
  readonly loadedVersion: number
  /** Of what is written. Default 1. */
  readonly formVersion?: number
  /** undefined: forget the state. */
  readonly value: unknown
}

export interface InboxEntry extends InboxKey {
  readonly offset: Offset
  readonly outcome: InboxState
}

/** What the inbox has of a record that is handled again. */
export interface InboxRow {
  readonly state: InboxState
  /** Whose the row is: the id of a retry or redrive that claimed it. Undefined: nobody's. */
  readonly holder: string | undefined
  /** Handled again by a replay, which alone moves what is settled. */
  readonly isReplayed: boolean
}

/** A retry of a parked event or a redrive: the row that its first handling left is moved, none is inserted. */
export interface InboxMove extends InboxKey {
  readonly from: InboxState
  /** Allowed by `mayMove`. */
  readonly to: InboxState
  /** By a replay, which alone moves what is settled. */
  readonly isReplayed?: boolean
  /** Whose the row must be: the id of a retry or redrive that had claimed it. Undefined: nobody's. */
  readonly holder?: string | undefined
  /** Whose it is then. Undefined: nobody's. */
  readonly nextHolder?: string | undefined
}

/** Where an event with this key was first handled. */
export interface InboxHit extends InboxKey {
  readonly topic: string
  readonly partition: number
  readonly offset: Offset
  readonly outcome: InboxEntry['outcome']
  /** Who has claimed it, to handle it again; undefined: nobody. */
  readonly holder?: string | undefined
}

/** A record whose key had been handled at another offset. */
export interface DuplicateSighting extends InboxKey {
  readonly offset: Offset
}

export interface BatchEffects {
  readonly unit: Unit
  readonly inbox: readonly InboxEntry[]
  /** One that finds its row moved by somebody else is a conflict on the inbox. */
  readonly moves?: readonly InboxMove[]
  readonly duplicates: readonly DuplicateSighting[]
  readonly states: readonly StateWrite[]
  readonly tracked: readonly TrackedRow[]
  /** The actor's own way to apply `tracked`; undefined: the table `tracked`. */
  readonly applyTracked: ((sql: Sql, rows: readonly TrackedRow[]) => Promise<void>) | undefined
  /** With it nothing is applied unless the unit's epoch is still this one and its ranges are not yet done. */
  readonly progress?: Progress
  /**
   * Events that leave for Kafka if and only if this is applied, in this order, behind all that the unit put there before
   * (OB1). Not without `progress`.
   */
  readonly outbox?: readonly OutboxRow[]
  /** Into the index and, behind the events, into the outbox (OL1). Not without `progress`. */
  readonly letters?: readonly OutboxLetter[]
  /** Records that are tried again apart from their batch, and those that wait behind one of their key. */
  readonly parked?: readonly NewParkedRecord[]
  /** What became of parked records, each once. One that is not there any more is a conflict. */
  readonly settled?: readonly ParkedSettlement[]
  /** Parked keys whose first record is due now, held or not; those without a record are parked no more. */
  readonly released?: readonly string[]
  /** Commands that are carried out with this. One that had its answer is a conflict. */
  readonly answers?: readonly ParkedAnswer[]
  /** Timers that have fired, each in the version that was read: one that is another now is a conflict. */
  readonly firedTimers?: readonly FiredTimer[]
  /** As `firedTimers`, but they stay. */
  readonly postponedTimers?: readonly PostponedTimer[]
  /** Timers set and cancelled, in this order, after those. */
  readonly timers?: readonly TimerChange[]
  /** What this does of a replay. One that has done some of it, or was stopped, is a conflict. */
  readonly replayed?: ReplayedPart | undefined
}

export type ApplyOutcome =
  | { readonly kind: 'applied' }
  /** Another batch took some of these keys, or wrote one of the states, in between: rolled back; handle again. */
  | { readonly kind: 'conflict'; readonly on: 'inbox' | 'state' }
  /**
   * A parked record was settled, a command answered, a timer changed or a replay done or stopped in between, perhaps by this
   * very batch: rolled back; look anew.
   */
  | { readonly kind: 'conflict'; readonly on: 'parked' | 'timer' | 'replay' }
  /**
   * Rolled back: the row does not know this owner, whether by its epoch, by ranges that overlap these in part, or
   * because a lock on the way to it was not to be had in time. Drop all caches and work of the unit; where it is
   * still assigned, take a new epoch and go on from what the row says.
   */
  | { readonly kind: 'fenced'; readonly on: 'epoch' | 'ledger' | 'lock' }
  /** These very ranges had been committed in this epoch, by a COMMIT whose answer was lost: a success. */
  | { readonly kind: 'already-done'; readonly on: 'ledger' }

/**
 * The store as a worker sees it. Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away;
 * deadlocks and serialization failures are run again inside.
 */
export interface EffectsStore {
  /**
   * Which of these are known, in one query, and in which state: `suppresses` tells whether an event with the key of
   * another is a duplicate. The batch's own keys are deduplicated by the caller.
   */
  seen(unit: Unit, keys: readonly InboxKey[]): Promise<readonly InboxHit[]>
  /** In the order of `keys`, in one query. */
  loadStates(unit: Unit, keys: readonly StateKey[]): Promise<readonly LoadedState[]>
  /** Which of these keys are parked, and how many records wait in the queue of each. */
  parkedAmong(unit: Unit, parkingKeys: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** One transaction. `within`: the interactive one that `ctx.sql` opened, else a new one. */
  apply(effects: BatchEffects, within?: InteractiveTransaction): Promise<ApplyOutcome>
  /** A transaction on a connection of its own, for `ctx.sql`. */
  begin(): Promise<InteractiveTransaction>
  /** Compare-and-set, apart from any batch: which of the moves found their row as they expected it, in order. */
  moveInbox(actor: ActorIdentity, moves: readonly InboxMove[]): Promise<readonly boolean[]>
  close(): Promise<void>
}

export interface InteractiveTransaction {
  readonly sql: Sql
  /** Runs one record's statements in a savepoint: if `work` throws, its statements are undone and the rest stays. */
  savepoint<T>(work: () => Promise<T>): Promise<T>
  /** Undone when it was not given to `apply`. */
  rollback(): Promise<void>
}
