/** A bounded number of sessions. Lost ones are dropped, and new ones opened when somebody asks. */

import { unavailable } from './postgres-failure.ts'
import { PostgresSession, type SessionOptions } from './postgres-session.ts'

export class SessionPool {
  readonly #options: SessionOptions
  readonly #maxSessions: number
  readonly #idle: PostgresSession[] = []
  readonly #lent = new Set<PostgresSession>()
  readonly #waiting: (() => void)[] = []
  #taken = 0
  #closed = false

  constructor(options: SessionOptions, maxSessions: number) {
    this.#options = options
    this.#maxSessions = maxSessions
  }

  /** Waits for its turn when all sessions are lent; POSTGRES_UNAVAILABLE when none can be opened. */
  async borrow(): Promise<PostgresSession> {
    while (this.#taken >= this.#maxSessions && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (this.#closed) throw unavailable(new Error('this store is closed'))
    this.#taken += 1
    try {
      const session = this.#takeIdle() ?? (await PostgresSession.open(this.#options))
      this.#lent.add(session)
      return session
    } catch (error) {
      this.#free()
      throw error
    }
  }

  giveBack(session: PostgresSession): void {
    if (!this.#lent.delete(session)) throw new Error('this session was given back before')
    if (this.#closed) void session.close()
    else if (!session.isLost) this.#idle.push(session)
    this.#free()
  }

  async with<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    const session = await this.borrow()
    try {
      return await work(session)
    } finally {
      this.giveBack(session)
    }
  }

  /** Also ends the sessions that are lent: what they have not committed is undone. */
  async close(): Promise<void> {
    this.#closed = true
    for (const wake of this.#waiting.splice(0)) wake()
    await Promise.all([...this.#idle.splice(0), ...this.#lent].map((session) => session.close()))
  }

  #takeIdle(): PostgresSession | undefined {
    for (;;) {
      const session = this.#idle.pop()
      if (!session?.isLost) return session
    }
  }

  #free(): void {
    this.#taken -= 1
    this.#waiting.shift()?.()
  }
}
