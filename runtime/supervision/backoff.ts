/** How long to wait before the next try. */

export interface BackoffPolicy {
  /** `exponential`: doubled each time, jittered. `fixed`: always `firstDelayMs`. */
  readonly backoff: 'exponential' | 'fixed'
  readonly firstDelayMs: number
  /** No wait is longer. */
  readonly maxDelayMs: number
  /** `full`, the default: between nothing and all of the nominal length. `half`: between half and all of it. */
  readonly jitter?: 'full' | 'half'
}

/**
 * The wait in ms after attempt number `attempt` (1 for the first) has failed; a whole number. `jitter`, 0 to 1, is
 * passed in, so that what failed together does not come back together. Full jitter spreads best; half never comes
 * back at once, which is for what would spin otherwise. See "full" and "equal jitter" in Marc Brooker, Exponential
 * Backoff And Jitter, AWS Architecture Blog, 2015.
 */
export const backoffMs = (policy: BackoffPolicy, attempt: number, jitter: number): number => {
  const { firstDelayMs, maxDelayMs } = policy
  if (policy.backoff === 'fixed') return Math.min(firstDelayMs, maxDelayMs)
  // 2^1000 is finite, and 0 times infinity would be no number.
  const doublings = Math.min(Math.max(attempt - 1, 0), 1_000)
  const nominal = Math.min(firstDelayMs * 2 ** doublings, maxDelayMs)
  const share = Math.min(Math.max(jitter, 0), 1)
  return Math.round(nominal * (policy.jitter === 'half' ? 0.5 + share / 2 : share))
}
