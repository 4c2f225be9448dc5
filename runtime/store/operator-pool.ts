/** Sessions for what operators ask: few, and given up after ten seconds. */

import type { SessionOptions } from './postgres-session.ts'
import { SessionPool } from './session-pool.ts'

export interface OperatorStoreOptions {
  readonly url: string
  /** As pg_stat_activity shows it, before what it is for; default troupe. */
  readonly applicationName?: string
  /** Default 2. */
  readonly maxConnections?: number
}

export const operatorSessions = (
  { url, applicationName = 'troupe' }: OperatorStoreOptions,
  purpose: string,
): SessionOptions => ({
  url,
  applicationName: `${applicationName}-${purpose}`,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 10_000,
  answerGraceMs: 5_000,
  lockTimeoutMs: 5_000,
  idleInTransactionTimeoutMs: 10_000,
})

export const operatorPool = (options: OperatorStoreOptions, purpose: string): SessionPool =>
  new SessionPool(operatorSessions(options, purpose), options.maxConnections ?? 2)
