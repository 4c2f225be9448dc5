/** Exit codes of Troupe's processes; docs/operations.md has the same table. */

import { TroupeError, type ErrorCode } from '../errors.ts'

export const exitCodes = {
  /** Stopped as asked: work in flight was finished or given back, offsets were committed. */
  stopped: 0,
  /** A bug: an error nobody expected. The log has its stack. */
  bug: 1,
  /** A wrong option, actor, schema, topic or table: starting again changes nothing. */
  misconfigured: 2,
  /** A service that the start needs is away: starting again may help. */
  serviceAway: 3,
  /** The process can't go on: fenced by another one, or not allowed any more. */
  fatal: 4,
  /** Stopping took longer than DRAIN_TIMEOUT_MS and 5 s; what was not committed is handled again. */
  stopTimedOut: 5,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Where `retryable` alone would say something else. */
const byErrorCode: Partial<Record<ErrorCode, ExitCode>> = {
  BATCH_DAMAGED: exitCodes.bug,
  BUG: exitCodes.bug,
  KAFKA_FATAL: exitCodes.fatal,
  KAFKA_FENCED: exitCodes.fatal,
  PARTITION_MISUSED: exitCodes.bug,
  RESTARTS_USED_UP: exitCodes.fatal,
  TRANSITION_UNLISTED: exitCodes.bug,
  // The pool can't replace a thread. A single thread's death ends no process.
  WORKER_LOST: exitCodes.fatal,
}

/** `during`: credentials that are refused at the start are a wrong option; later, somebody took the right away. */
export const exitCodeOf = (error: unknown, during: 'start' | 'run'): ExitCode => {
  if (!(error instanceof TroupeError)) return exitCodes.bug
  if (error.code === 'KAFKA_UNAUTHORIZED' && during === 'run') return exitCodes.fatal
  return byErrorCode[error.code] ?? (error.retryable ? exitCodes.serviceAway : exitCodes.misconfigured)
}
