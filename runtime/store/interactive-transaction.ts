/** The transaction that `ctx.sql` works in: one session, one statement sequence, a savepoint a record. */

import type { Sql } from '../actor/context.ts'
import type { InteractiveTransaction } from '../delivery/effects.ts'
import type { PostgresSession } from './postgres-session.ts'

export class PostgresTransaction implements InteractiveTransaction {
  readonly #session: PostgresSession
  readonly #release: () => void
  #savepoint: Savepoint | undefined
  #over = false

  constructor(session: PostgresSession, release: () => void) {
    this.#session = session
    this.#release = release
  }

  /** Errors of the author's own statements keep their SQLSTATE; a lost connection is POSTGRES_UNAVAILABLE. */
  readonly sql: Sql = <Row extends object>(text: TemplateStringsArray, ...values: Parameters<Sql>[1][]) => {
    if (this.#over)
      return Promise.reject(new Error('this transaction is over: ctx.sql works only during receive'))
    const statement = this.#session.run<Row>(text, values)
    this.#savepoint?.track(statement)
    return statement
  }

  /**
   * Savepoints on one connection are a stack: two at once would undo each other's work. The caller handles one record
   * after the other; here it is only made sure.
   */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    if (this.#savepoint)
      throw new Error('a savepoint is open already: its records must be handled one after the other')
    const savepoint = new Savepoint()
    this.#savepoint = savepoint
    try {
      await this.#session.sql`savepoint record`
      try {
        const answer = await work()
        await savepoint.settled()
        await this.#session.sql`release savepoint record`
        return answer
      } catch (error) {
        await savepoint.settled().catch(() => undefined)
        if (!this.#session.isLost) await this.#session.sql`rollback to savepoint record`
        throw error
      }
    } finally {
      this.#savepoint = undefined
    }
  }

  async rollback(): Promise<void> {
    if (this.#over) return
    await this.finish((session) => session.rollback())
  }

  /** The last thing done in it; its session is given back whatever comes. */
  async finish<T>(last: (session: PostgresSession) => Promise<T>): Promise<T> {
    if (this.#over) throw new Error('this transaction is over')
    this.#over = true
    try {
      return await last(this.#session)
    } finally {
      this.#release()
    }
  }
}

/** Statements of one record: also those that nobody awaited, and errors that somebody swallowed. */
class Savepoint {
  readonly #pending: Promise<unknown>[] = []

  track(statement: Promise<unknown>): void {
    this.#pending.push(statement)
    statement.catch(() => undefined) // it is reported by `settled`, not as unhandled
  }

  /** Throws the first failure: after it Postgres ignores every statement up to the savepoint, so it can't be overlooked. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending)
    await Promise.all(this.#pending)
  }
}
