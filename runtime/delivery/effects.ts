/**
 * Effects are data: collected while `receive` runs, applied in bulk in one short transaction a batch. This is what
 * the actor host hands to the store, and what the store promises about it.
 */

import type { Sql, TrackedRow } from '../actor/context.ts'
import type { Offset } from '../topic-partition.ts'
import type { InboxState } from './inbox-state.ts'
import type { OutboxRow } from './outbox.ts'
import type { Progress } from './progress.ts'
import type { ActorIdentity, Unit } from './unit.ts'

/** Identifies a keyed state: which tenant's key. */
export interface StateKey {
  readonly tenant: string
  readonly key: string
}

export interface LoadedState {
  /** 0: there is no row yet. */
  readonly version: number
  readonly value: unknown
}

export interface StateWrite extends StateKey {
  /** The version that was loaded; the write counts only if it is still that one. */
  readonly loadedVersion: number
  /** undefined: forget the state. */
  readonly value: unknown
}

/** What is remembered of a handled event, so that the next one with its key does nothing. */
export interface InboxKey {
  readonly tenant: string
  readonly key: string
}

export interface InboxEntry extends InboxKey {
  readonly offset: Offset
  readonly outcome: InboxState
}

/** A retry of a parked event or a redrive: the row that its first handling left is moved, none is inserted. */
export interface InboxMove extends InboxKey {
  readonly from: InboxState
  /** Allowed by `inboxTransitions`. */
  readonly to: InboxState
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
}

export type ApplyOutcome =
  | { readonly kind: 'applied' }
  /** Another batch took some of these keys, or wrote one of the states, in between: rolled back; handle again. */
  | { readonly kind: 'conflict'; readonly on: 'inbox' | 'state' }
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
