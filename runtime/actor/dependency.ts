/** What an actor can't work without beside Kafka, the registry and its own Postgres: a partner's API, a second database. */

export interface Dependency {
  /**
   * Resolves when it is there. Rejects when it is away, with the reason; so does not ending within `timeoutMs`. Called
   * in a worker thread, again and again: it should be cheap and change nothing.
   */
  readonly check: (signal: AbortSignal) => Promise<unknown>
  /** For how long a good answer is believed; default 5,000. Higher: fewer checks. Lower: an outage costs fewer failed calls. */
  readonly everyMs?: number
  /** Default 2,000. */
  readonly timeoutMs?: number
}

/**
 * Thrown by a handler that finds a dependency of its actor away: the record waits with all others until its check
 * answers again, and no attempt is used.
 */
export class DependencyAway extends Error {
  override readonly name = 'DependencyAway'
  readonly dependency: string

  /** `dependency`: its name in the actor's `dependencies`. */
  constructor(dependency: string, options?: { readonly reason?: string; readonly cause?: unknown }) {
    super(options?.reason ?? `${dependency} is away`, { cause: options?.cause })
    this.dependency = dependency
  }
}
