/**
 * Keeps the inbox's partitions a day ahead: whoever is the first to write on a day sees to it, before its transaction.
 * In between it costs a look at a clock that nobody can set.
 */

import type { SessionPool } from './session-pool.ts'
import { keepInbox } from './inbox-statements.ts'
import { untilDone, wrapped } from './run-again.ts'
import { sqlStateOf } from './postgres-failure.ts'

/** Also asked again after this time, since a suspended machine's clock may have stood still. */
const longestMs = 3_600_000

export class InboxDays {
  readonly daysKept: number
  readonly #pool: SessionPool
  #dueAtMs = -Infinity
  #keeping: Promise<void> | undefined

  constructor(pool: SessionPool, daysKept: number) {
    this.#pool = pool
    this.daysKept = daysKept
  }

  async ready(): Promise<void> {
    if (performance.now() < this.#dueAtMs) return
    this.#keeping ??= this.#keep().finally(() => {
      this.#keeping = undefined
    })
    await this.#keeping
  }

  /** The database's day is not the one it was: asks again at the next write. */
  forget(): void {
    this.#dueAtMs = -Infinity
  }

  async #keep(): Promise<void> {
    try {
      const ms = await untilDone(this.#pool, ({ sql }) => keepInbox(sql, this.daysKept))
      this.#dueAtMs = performance.now() + Math.min(ms, longestMs)
    } catch (error) {
      throw wrapped(error, 'to keep the days of the inbox')
    }
  }
}

/** An insert found no partition for its day. */
export const isMissingDay = (error: unknown): boolean => {
  const { table_name: table } = (error ?? {}) as { readonly table_name?: unknown }
  return sqlStateOf(error) === '23514' && table === 'inbox'
}
