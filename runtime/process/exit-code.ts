/** Exit codes of Troupe's processes; docs/operations.md has the same table. */
export const exitCodes = {
  /** Stopped as asked: work in flight was finished or given back, offsets were committed. */
  stopped: 0,
  /** A bug: an error nobody expected. The log has its stack. */
  bug: 1,
  /** A wrong option, actor or schema: starting again changes nothing. */
  misconfigured: 2,
  /** A service that the start needs is away: starting again may help. */
  serviceAway: 3,
  /** The process can't go on: fenced by another one, or not allowed any more. */
  fatal: 4,
  /** Stopping took longer than DRAIN_TIMEOUT_MS and 5 s; what was not committed is handled again. */
  stopTimedOut: 5,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
