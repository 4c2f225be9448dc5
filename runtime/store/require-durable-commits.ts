/** For the start of a process whose effects are in Postgres: what is committed must be there after a crash. */

import { TroupeError } from '../errors.ts'
import { openDatabase } from './database.ts'

/**
 * Throws COMMITS_NOT_DURABLE naming where it is set and the remedy, or POSTGRES_UNAVAILABLE. Asked as a session sees
 * it, so that a setting of the role or the database counts too. `local` passes: a replica that lags is a limit of
 * failover, and this server keeps what it answered.
 */
export const requireDurableCommits = async (url: string): Promise<void> => {
  const database = openDatabase({ url, maxConnections: 1 })
  try {
    const [setting] = await database.sql<{ readonly value: string; readonly source: string }>`
      select setting as value, source from pg_settings where name = 'synchronous_commit'`
    if (setting?.value !== 'off') return
    throw new TroupeError(
      'COMMITS_NOT_DURABLE',
      `the database of DATABASE_URL has synchronous_commit = off (set by: ${setting.source}): after a crash of Postgres it would have forgotten effects that were committed, and offsets would run ahead of them. Set it to on, or have Troupe use a role or database where it is (alter role … set synchronous_commit = on), then start again`,
    )
  } finally {
    await database.close()
  }
}
