/**
 * What one attempt at a record came to, as data: what a version of an actor and its shadow are compared by. Collected by
 * both in the same way, and by both only while there is a shadow.
 */

import type { Offset } from '../topic-partition.ts'

/** A state of a key. */
export interface HeldState {
  /** As JSON; undefined: there is none. */
  readonly json: string | undefined
  /** The version of its form. */
  readonly form: number
}

export interface ObservedEvent {
  readonly name: string
  readonly topic: string
  /** Of its key, headers and value. */
  readonly digest: string
}

/** What a record had collected when it was committed. */
export interface CollectedEffects {
  readonly events: readonly ObservedEvent[]
  /** Rows of `ctx.track`, each as JSON. */
  readonly tracked: readonly string[]
  /** Timers that were set and cancelled, each as JSON. When they are due is not in it: that follows from the clock. */
  readonly timers: readonly string[]
  /** Absent: the record has none, or it is as it was. */
  readonly state?: HeldState
}

export interface ObservedRecord {
  /** Its place in the batch. */
  readonly index: number
  readonly offset: Offset
  /** The state that it met. Absent: the record has none. */
  readonly before?: HeldState
  readonly outcome:
    | { readonly kind: 'committed'; readonly effects: CollectedEffects }
    | {
        readonly kind: 'rejected' | 'failed'
        /** Of what was thrown, or Retry, or Reject. */
        readonly errorClass: string
        readonly message: string
      }
}

/** Of one batch, on its way from one worker to another: the main thread reads nothing of it but its numbers. */
export interface ObservedBatch {
  /** `ObservedRecord`s as JSON. */
  readonly text: string
  readonly count: number
  /** There was no room for so many more. */
  readonly missed: number
}

/** How a shadow fared with the records of a batch. */
export interface ShadowVerdict {
  /** To an end of any kind. */
  readonly handled: number
  /** Of those that failed, by the class of what was thrown. */
  readonly failed: Readonly<Record<string, number>>
  readonly differing: number
  /** It did not come to these. */
  readonly dropped: number
  readonly lastFailure?: { readonly offset: Offset; readonly errorClass: string; readonly message: string }
  readonly lastDifference?: { readonly offset: Offset; readonly text: string }
}
