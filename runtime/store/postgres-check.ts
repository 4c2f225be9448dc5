/** Is Postgres there? One small question over a connection of its own, kept between the questions. */

import type { HealthCheck } from '../control/index.ts'
import { unavailable } from './postgres-failure.ts'
import { SessionPool } from './session-pool.ts'

/** Opens no connection yet; one at most. */
export const postgresCheck = (url: string, applicationName = 'troupe'): HealthCheck => {
  const pool = new SessionPool(
    {
      url,
      applicationName: `${applicationName}-health`,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: 2_000,
      answerGraceMs: 1_000,
      lockTimeoutMs: 1_000,
      idleInTransactionTimeoutMs: 5_000,
    },
    1,
  )
  return {
    name: 'postgres',
    check: async () => {
      try {
        await pool.with(({ sql }) => sql`select 1`)
      } catch (error) {
        throw unavailable(error)
      }
    },
    close: () => pool.close(),
  }
}
