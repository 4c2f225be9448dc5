/** From the failure of a record to what is done about it, for actors whose lane waits for it. */

import { backoffMs } from './backoff.ts'
import { ruleOf, waitAsked, type DeadOutcome, type Failure } from './failure.ts'
import { waitPolicy } from './supervise.ts'
import type { RetryLimits } from './retry-policy.ts'

export type BlockingDirective =
  | { readonly kind: 'retry'; readonly afterMs: number; readonly nextAttempt: number }
  | { readonly kind: 'dead-letter'; readonly outcome: DeadOutcome; readonly reason: string }
  /** Try again after this, with the attempt unchanged. */
  | { readonly kind: 'wait'; readonly afterMs: number }
  /** Fetch the batch again from the frontier, if the restart budget allows it. */
  | { readonly kind: 'rewind'; readonly afterMs: number }
  | { readonly kind: 'stop'; readonly reason: string }

/**
 * `attempt`: the number of the attempt that failed, 1 for the first; for what waits or rewinds, how many times in a
 * row it did. `jitter`: 0 to 1. A policy with less than one attempt has one.
 */
export const direct = (
  failure: Failure,
  attempt: number,
  policy: RetryLimits,
  jitter: number,
): BlockingDirective => {
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
      return { kind: 'wait', afterMs: backoffMs(waitPolicy, attempt, jitter) }
    case 'isolate':
    case 'retake':
      return { kind: 'rewind', afterMs: backoffMs(waitPolicy, attempt, jitter) }
    case 'quarantine':
    case 'stop':
      return { kind: 'stop', reason: `${meaning}: ${failure.reason}` }
    default:
      return does satisfies never
  }
}
