/** For the start of a process: refuses a database whose tables are older than the statements that will meet them. */

import { TroupeError } from '../errors.ts'
import { pendingMigrations } from './migrations.ts'

/** Throws MIGRATION_PENDING naming the files and the remedy, POSTGRES_UNAVAILABLE, or MIGRATION_FAILED. */
export const requireMigrated = async (url: string): Promise<void> => {
  const pending = await pendingMigrations(url)
  if (pending.length === 0) return
  throw new TroupeError(
    'MIGRATION_PENDING',
    `the database of DATABASE_URL lacks ${String(pending.length)} migrations (${pending.join(', ')}): run npm run migrate, then start again`,
  )
}
