/**
 * Every error Troupe makes itself: a code, a sentence a person on call can act on, and whether trying again can
 * help, decided here and not where it is caught. Foreign errors are wrapped once, at the adapter, with `cause`.
 */

/** code → does trying the same again later have a chance? */
export const errorCodes = {
  ACTOR_INVALID: { retryable: false },
  ACTOR_NOT_LOADED: { retryable: false },
  BATCH_DAMAGED: { retryable: false },
  /** A bug of Troupe: the process stops. */
  BUG: { retryable: false },
  COMMITS_NOT_DURABLE: { retryable: false },
  CONFIG_INVALID: { retryable: false },
  CONTEXT_MISUSED: { retryable: false },
  DEPENDENCY_AWAY: { retryable: true },
  DRAIN_MISMATCH: { retryable: false },
  DRAIN_NOT_LOADED: { retryable: false },
  EFFECTS_REFUSED: { retryable: false },
  EMBEDDED_POSTGRES_FAILED: { retryable: false },
  EVENT_INVALID: { retryable: false },
  EVENT_TYPE_UNKNOWN: { retryable: false },
  FEATURE_NOT_BUILT: { retryable: false },
  HANDLER_FAILED: { retryable: true },
  KAFKA_FATAL: { retryable: false },
  KAFKA_FENCED: { retryable: false },
  KAFKA_UNAUTHORIZED: { retryable: false },
  KAFKA_UNAVAILABLE: { retryable: true },
  MIGRATION_FAILED: { retryable: false },
  MIGRATION_PENDING: { retryable: false },
  OUTCOME_INVALID: { retryable: false },
  PARTITION_MISUSED: { retryable: false },
  POOL_CLOSED: { retryable: false },
  POSTGRES_UNAVAILABLE: { retryable: true },
  PROCESS_ABORTED: { retryable: true },
  PRODUCER_CLOSED: { retryable: false },
  PRODUCE_FAILED: { retryable: true },
  PRODUCE_REFUSED: { retryable: false },
  RECORD_UNDECODABLE: { retryable: false },
  REGISTRY_UNAVAILABLE: { retryable: true },
  RESTARTS_USED_UP: { retryable: false },
  SCHEMA_ID_UNKNOWN: { retryable: false },
  SCHEMA_REFUSED: { retryable: false },
  TIME_LIMIT: { retryable: true },
  TOPIC_MISSING: { retryable: false },
  TRANSITION_UNLISTED: { retryable: false },
  WORKER_LOST: { retryable: true },
  WORKER_OUT_OF_MEMORY: { retryable: true },
} as const satisfies Record<string, { readonly retryable: boolean }>

export type ErrorCode = keyof typeof errorCodes

export class TroupeError extends Error {
  override readonly name = 'TroupeError'
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    this.retryable = errorCodes[code].retryable
  }
}

/** The message of anything thrown, for a log line or a `cause` sentence. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
