/** What Postgres undoes for reasons of its own is run again; what else fails is told as our errors. */

import { TroupeError } from '../errors.ts'
import { meaningOf, refused, unavailable } from './postgres-failure.ts'
import type { PostgresSession } from './postgres-session.ts'
import type { SessionPool } from './session-pool.ts'

/** How often the same transaction is run. */
const maxRuns = 5

export const untilDone = async <T>(
  pool: SessionPool,
  work: (session: PostgresSession) => Promise<T>,
): Promise<T> => {
  for (let run = 1; ; run += 1) {
    try {
      return await pool.with(work)
    } catch (error) {
      if (meaningOf(error, 'ours') !== 'again') throw error
      if (run === maxRuns) throw unavailable(error)
    }
  }
}

export const wrapped = (error: unknown, what = "the batch's effects"): TroupeError => {
  if (error instanceof TroupeError) return error
  return meaningOf(error, 'ours') === 'refused' ? refused(what, error) : unavailable(error)
}

/** As `untilDone`; what fails is told as our error. `what`: what it says Postgres refuses. */
export const askedOf = async <T>(
  pool: SessionPool,
  what: string,
  work: (session: PostgresSession) => Promise<T>,
): Promise<T> => {
  try {
    return await untilDone(pool, work)
  } catch (error) {
    throw wrapped(error, what)
  }
}
