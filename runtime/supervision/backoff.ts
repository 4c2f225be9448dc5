/** How long to wait before the next try. */

export interface BackoffPolicy {
  /** `exponential`: doubled each time, jittered. `fixed`: always `firstDelayMs`. */
  readonly backoff: 'exponential' | 'fixed'
  readonly firstDelayMs: number
  /** No wait is longer. */
  readonly maxDelayMs: number
}

/**
 * The wait in ms after attempt number `attempt` (1 for the first) has failed; a whole number. `jitter`, 0 to 1, is
 * passed in: an exponential wait lies between half and all of its nominal length, so that what failed together does
 * not come back together ("equal jitter": Marc Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
 */
export const backoffMs = (policy: BackoffPolicy, attempt: number, jitter: number): number => {
  const { firstDelayMs, maxDelayMs } = policy
  if (policy.backoff === 'fixed') return Math.min(firstDelayMs, maxDelayMs)
  // 2^1000 is finite, and 0 times infinity would be no number.
  const doublings = Math.min(Math.max(attempt - 1, 0), 1_000)
  const nominal = Math.min(firstDelayMs * 2 ** doublings, maxDelayMs)
  return Math.round(nominal * (0.5 + Math.min(Math.max(jitter, 0), 1) / 2))
}
