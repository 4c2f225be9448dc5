/**
 * Effects are data: collected while `receive` runs, applied in bulk in one short transaction a batch. This is what
 * the actor host hands to the store, and what the store promises about it.
 */

import type { Sql, TrackedRow } from '../actor/context.ts'
import type { Offset } from '../topic-partition.ts'
import type { Unit } from './unit.ts'

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
  readonly outcome: 'done' | 'rejected' | 'dead'
}

/** Where an event with this key was first handled. */
export interface InboxHit extends InboxKey {
  readonly topic: string
  readonly partition: number
  readonly offset: Offset
  readonly outcome: InboxEntry['outcome']
}

/** A record whose key had been handled at another offset. */
export interface DuplicateSighting extends InboxKey {
  readonly offset: Offset
}

export interface BatchEffects {
  readonly unit: Unit
  readonly inbox: readonly InboxEntry[]
  readonly duplicates: readonly DuplicateSighting[]
  readonly states: readonly StateWrite[]
  readonly tracked: readonly TrackedRow[]
  /** The actor's own way to apply `tracked`; undefined: the table `tracked`. */
  readonly applyTracked: ((sql: Sql, rows: readonly TrackedRow[]) => Promise<void>) | undefined
}

export type ApplyOutcome =
  | { readonly kind: 'applied' }
  /** Another batch took some of these keys, or wrote one of the states, in between: rolled back; handle again. */
  | { readonly kind: 'conflict'; readonly on: 'inbox' | 'state' }

/**
 * The store as a worker sees it. Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away;
 * deadlocks and serialization failures are run again inside.
 */
export interface EffectsStore {
  /** Which of these were handled before, in one query. The batch's own keys are deduplicated by the caller. */
  seen(unit: Unit, keys: readonly InboxKey[]): Promise<readonly InboxHit[]>
  /** In the order of `keys`, in one query. */
  loadStates(unit: Unit, keys: readonly StateKey[]): Promise<readonly LoadedState[]>
  /** One transaction. `within`: the interactive one that `ctx.sql` opened, else a new one. */
  apply(effects: BatchEffects, within?: InteractiveTransaction): Promise<ApplyOutcome>
  /** A transaction on a connection of its own, for `ctx.sql`. */
  begin(): Promise<InteractiveTransaction>
  close(): Promise<void>
}

export interface InteractiveTransaction {
  readonly sql: Sql
  /** Runs one record's statements in a savepoint: if `work` throws, its statements are undone and the rest stays. */
  savepoint<T>(work: () => Promise<T>): Promise<T>
  /** Undone when it was not given to `apply`. */
  rollback(): Promise<void>
}
