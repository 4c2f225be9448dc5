/** Sessions for what operators ask: few, and given up after ten seconds. */

import { SessionPool } from './session-pool.ts'

export interface OperatorStoreOptions {
  readonly url: string
  /** As pg_stat_activity shows it, before what it is for; default troupe. */
  readonly applicationName?: string
  /** Default 2. */
  readonly maxConnections?: number
}

export const operatorPool = (
  { url, applicationName = 'troupe', maxConnections = 2 }: OperatorStoreOptions,
  purpose: string,
): SessionPool =>
  new SessionPool(
    {
      url,
      applicationName: `${applicationName}-${purpose}`,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 10_000,
      answerGraceMs: 5_000,
      lockTimeoutMs: 5_000,
      idleInTransactionTimeoutMs: 10_000,
    },
    maxConnections,
  )
