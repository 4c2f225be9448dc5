/**
 * From a failure to what is done about it: decided here, carried out elsewhere.
 *
 * V1: what is away, or somebody else's, uses no attempt and dead-letters nothing.
 * V2: a record is dead-lettered only by its own failure: one that others share is isolated first.
 * V3: a worker's restarts have a budget; past it the partition is quarantined, and its sentence says so.
 */

import { backoffMs, type BackoffPolicy } from './backoff.ts'
import { ruleOf, waitAsked, type DeadOutcome, type Failure, type FailureRule } from './failure.ts'
import type { RestartVerdict } from './restart-budget.ts'
import { limitsFor, type SupervisedRetry } from './retry-policy.ts'

export type Directive =
  /** The lane waits for the record. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly nextAttempt: number }
  /** Its key waits for it, in Postgres; the lane goes on. */
  | { readonly kind: 'park'; readonly afterMs: number; readonly nextAttempt: number }
  /** It goes to a retry topic; the lane goes on once that has it. */
  | { readonly kind: 'retry-topic'; readonly afterMs: number; readonly nextAttempt: number }
  | { readonly kind: 'dead-letter'; readonly outcome: DeadOutcome; readonly reason: string }
  /** `isolation.ts` says which records are tried apart. `afterMs`: a new worker is due before. */
  | { readonly kind: 'isolate'; readonly worker: 'restart' | 'keep'; readonly afterMs: number }
  /** Try again after this, with the attempt unchanged. */
  | { readonly kind: 'wait'; readonly afterMs: number }
  /** Drop caches and work. After this, if the partition is still assigned: a new epoch. */
  | { readonly kind: 'retake'; readonly afterMs: number }
  /** The partition stands still until an operator acts. `reason` is a sentence for people. */
  | { readonly kind: 'quarantine'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string }

export interface Situation {
  readonly policy: SupervisedRetry
  /** The number of the attempt that failed, 1 for the first; for what waits: how many times in a row it did. */
  readonly attempt: number
  /** How many records may be to blame. 1: the record was alone, or it is known that it was this one. */
  readonly records: number
  /** 0 to 1. */
  readonly jitter: number
  /** What the budget says to one more restart; asked for by failures whose rule restarts the worker. */
  readonly restart?: RestartVerdict | undefined
}

/** For what is away and what is lost: soon at first, never more than 5 s after it is back. */
export const waitPolicy: BackoffPolicy = {
  backoff: 'exponential',
  firstDelayMs: 100,
  maxDelayMs: 5_000,
  jitter: 'half',
}

export const supervise = (failure: Failure, situation: Situation): Directive => {
  const rule = ruleOf(failure.kind)
  const { attempt, jitter, records } = situation
  const waitMs = backoffMs(waitPolicy, attempt, jitter)
  switch (rule.does) {
    case 'retry':
      return attempted(failure, rule, situation)
    case 'dead-letter':
      return deadLettered(failure, rule)
    case 'isolate':
      if (records <= 1) return attempted(failure, rule, situation) // V2
      if (rule.worker === undefined) return { kind: 'isolate', worker: 'keep', afterMs: 0 }
      return budgeted(failure, rule, situation) ?? { kind: 'isolate', worker: 'restart', afterMs: waitMs }
    case 'wait':
    case 'retake':
      return { kind: rule.does, afterMs: waitMs } // V1
    case 'quarantine':
    case 'stop':
      return { kind: rule.does, reason: sentence(failure, rule) }
    default:
      return rule.does satisfies never
  }
}

const modeDirectives = { block: 'retry', park: 'park', topic: 'retry-topic' } as const

/** One more failed attempt of one record. */
const attempted = (
  failure: Failure,
  rule: FailureRule,
  { policy, attempt, jitter }: Situation,
): Directive => {
  const limits = limitsFor(policy, failure)
  if (attempt >= Math.min(limits.attempts, rule.mostAttempts ?? Infinity)) return deadLettered(failure, rule)
  return {
    kind: modeDirectives[policy.mode],
    afterMs: waitAsked(failure) ?? backoffMs(limits, attempt, jitter),
    nextAttempt: attempt + 1,
  }
}

const deadLettered = (failure: Failure, { outcome = 'exhausted' }: FailureRule): Directive => ({
  kind: 'dead-letter',
  outcome,
  reason: failure.reason,
})

/** V3. A record that is known to have ended its worker will be dead-lettered, so it does not use up the budget. */
const budgeted = (failure: Failure, rule: FailureRule, { restart }: Situation): Directive | undefined =>
  restart?.kind === 'used-up'
    ? {
        kind: 'quarantine',
        reason: `${sentence(failure, rule)}. ${restart.reason}. Look at what the records at the frontier make the handler do, then resume the partition.`,
      }
    : undefined

const sentence = ({ reason }: Failure, { meaning }: FailureRule): string =>
  `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}: ${reason.replace(/\.$/, '')}`
