/** From a failure to what is done about it: decided here, carried out elsewhere. */

import type { RecordOutcome } from '../delivery/outcome.ts'
import { backoffMs, type BackoffPolicy } from './backoff.ts'
import { ruleOf, type Failure } from './failure.ts'

export interface RetryLimits extends BackoffPolicy {
  /** Attempts in all, the first one counted. */
  readonly attempts: number
}

export type Directive =
  | { readonly kind: 'retry'; readonly afterMs: number; readonly nextAttempt: number }
  | {
      readonly kind: 'dead-letter'
      readonly outcome: Extract<RecordOutcome, 'rejected' | 'undecodable' | 'exhausted'>
      readonly reason: string
    }
  /** Try again after this, with the attempt unchanged. */
  | { readonly kind: 'wait'; readonly afterMs: number }
  /** Fetch the batch again from the frontier, if the restart budget allows it. */
  | { readonly kind: 'rewind'; readonly afterMs: number }
  | { readonly kind: 'stop'; readonly reason: string }

/** For what is away and what is lost: soon at first, never more than 5 s after it is back. */
export const waitPolicy: BackoffPolicy = { backoff: 'exponential', firstDelayMs: 100, maxDelayMs: 5_000 }

/** Timers hold no longer delay: 24 days. */
const longestDelayMs = 2 ** 31 - 1

/**
 * `attempt`: the number of the attempt that failed, 1 for the first; for what waits or rewinds, how many times in a
 * row it did. `jitter`: 0 to 1. A policy with less than one attempt has one.
 */
export const direct = (failure: Failure, attempt: number, policy: RetryLimits, jitter: number): Directive => {
  const { does, outcome = 'exhausted', meaning } = ruleOf(failure.kind)
  switch (does) {
    case 'retry':
      if (attempt >= policy.attempts) return { kind: 'dead-letter', outcome, reason: failure.reason }
      return {
        kind: 'retry',
        afterMs: waitAsked(failure) ?? backoffMs(policy, attempt, jitter),
        nextAttempt: attempt + 1,
      }
    case 'dead-letter':
      return { kind: 'dead-letter', outcome, reason: failure.reason }
    case 'wait':
    case 'rewind':
      return { kind: does, afterMs: backoffMs(waitPolicy, attempt, jitter) }
    case 'stop':
      return { kind: 'stop', reason: `${meaning}: ${failure.reason}` }
    default:
      return does satisfies never
  }
}

/** What authors pass in plain JavaScript is not always a number of milliseconds. */
const waitAsked = ({ afterMs }: Failure): number | undefined =>
  afterMs === undefined || Number.isNaN(afterMs) ? undefined : Math.min(Math.max(afterMs, 0), longestDelayMs)
