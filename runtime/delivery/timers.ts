/**
 * Durable timers of keys (`ctx.schedule`): set, moved and cancelled by (key, name) in the transaction of a batch.
 *
 * TM1: a timer fires in its key's lane, read by the owner of the partition whose record set it last.
 * TM2: firing deletes the row of the version that was read; a row that was moved or cancelled meanwhile is a conflict,
 *      and the batch is handled again.
 * TM3: timers fire by the wall clock: under backlog before older events.
 * TM4: a timer whose handler fails stays, and is tried later in the same version; one whose key is parked waits for it.
 */

import type { InboxKey } from './inbox-state.ts'
import type { Unit } from './unit.ts'

/** Whose timer; `key` is the record key as text. */
export interface TimerName extends InboxKey {
  readonly name: string
}

export type TimerChange =
  /** Sets it, or moves it where there is one. */
  | (TimerName & {
      readonly kind: 'set'
      /** ms since the epoch. */
      readonly dueAtMs: number
      /** JSON; undefined: none. */
      readonly payload: unknown
      /** The record key's bytes; null: the record has none. */
      readonly recordKey: Uint8Array | null
    })
  | (TimerName & { readonly kind: 'cancel' })

export interface FiredTimer extends TimerName {
  readonly version: number
}

/** It is not done with: its handler failed, or its key is parked. */
export interface PostponedTimer extends FiredTimer {
  readonly afterMs: number
  /** Made so far. */
  readonly attempts: number
  /** Why the last one failed; '': none did. */
  readonly failure: string
}

/** What a batch meant for the timers of its unit, once it is committed. */
export interface TimersReport {
  readonly fired: number
  /** When the first of those that it set or left is due; undefined: it set and left none. */
  readonly nextDueMs: number | undefined
}

export interface DueTimer extends FiredTimer {
  /** Made so far. */
  readonly attempts: number
  readonly recordKey: Uint8Array | null
  readonly dueAtMs: number
  readonly payload: unknown
}

/** Where a page ended. */
export type TimerPlace = Pick<DueTimer, 'dueAtMs' | 'version'>

/** Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away. */
export interface TimerStore {
  /** The first due ones behind `after`, longest due first; at most `limit` (default 500). Does not change them. */
  due(unit: Unit, after?: TimerPlace, limit?: number): Promise<readonly DueTimer[]>
  /** When to look again; 0: now; undefined: there is none. */
  nextDueInMs(unit: Unit): Promise<number | undefined>
  close(): Promise<void>
}

/** The last change of each timer: what a batch writes. */
export const lastOfEach = (changes: readonly TimerChange[]): readonly TimerChange[] => [
  ...new Map(
    changes.map((change) => [JSON.stringify([change.tenant, change.key, change.name]), change]),
  ).values(),
]
