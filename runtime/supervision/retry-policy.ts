/** How an actor's records are tried again, and which part of it an error changes. */

import { backoffMs, type BackoffPolicy } from './backoff.ts'

export interface RetryLimits extends BackoffPolicy {
  /** Attempts in all, the first one counted. Less than one is one. */
  readonly attempts: number
}

/** `block`: the lane waits. `park`: its key waits, in Postgres. `topic`: it goes to a retry topic. */
export type RetryMode = 'block' | 'park' | 'topic'

export interface SupervisedRetry extends RetryLimits {
  readonly mode: RetryMode
  /** Class or code of an error → what is different for it. A code goes before a class. */
  readonly byClass?: Readonly<Record<string, Partial<RetryLimits>>> | undefined
}

/** What the policy itself makes a record wait at most; a handler may ask for more. */
export const longestDelayMs = (policy: SupervisedRetry): number =>
  Math.max(
    ...[{}, ...Object.values(policy.byClass ?? {})].map((different) => {
      const limits = { ...policy, ...different }
      return limits.attempts < 2 ? 0 : backoffMs(limits, limits.attempts - 1, 1)
    }),
  )

interface Thrown {
  readonly errorClass?: string | undefined
  readonly errorCode?: string | undefined
}

/** The limits that hold for this error. */
export const limitsFor = (policy: SupervisedRetry, { errorClass, errorCode }: Thrown): RetryLimits => {
  const { byClass = {} } = policy
  const named = [errorCode, errorClass].find((name) => name !== undefined && Object.hasOwn(byClass, name))
  return named === undefined ? policy : { ...policy, ...byClass[named] }
}
