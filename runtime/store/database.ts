/** Statements one at a time, for readers such as the control plane: no transactions, sessions from a pool. */

import type { Sql } from '../actor/context.ts'
import { meaningOf, unavailable } from './postgres-failure.ts'
import type { PostgresSession } from './postgres-session.ts'
import { SessionPool } from './session-pool.ts'
import { runForTenant } from './tenant-sql.ts'

export interface DatabaseOptions {
  readonly url: string
  /** Default 4. */
  readonly maxConnections?: number
  readonly applicationName?: string
  /** Default 10,000: a reader's question that takes longer is given up. */
  readonly statementTimeoutMs?: number
}

export interface Database {
  /** Throws POSTGRES_UNAVAILABLE (retryable) when the database is away; other errors keep their SQLSTATE in `code`. */
  readonly sql: Sql
  /** The same for what a tenant may see: Postgres itself shows it no other rows. Each statement is a transaction. */
  readonly tenantSql: (tenant: string) => Sql
  close(): Promise<void>
}

/** Opens no connection yet. */
export const openDatabase = (options: DatabaseOptions): Database => {
  const pool = new SessionPool(
    {
      url: options.url,
      applicationName: options.applicationName ?? 'troupe',
      connectTimeoutMs: 5_000,
      statementTimeoutMs: options.statementTimeoutMs ?? 10_000,
      answerGraceMs: 5_000,
      lockTimeoutMs: 5_000,
      idleInTransactionTimeoutMs: 10_000,
    },
    options.maxConnections ?? 4,
  )
  const ask = <Row extends object>(work: (session: PostgresSession) => Promise<readonly Row[]>) =>
    pool.with(async (session) => {
      try {
        return await work(session)
      } catch (error) {
        throw meaningOf(error, 'author') === 'away' ? unavailable(error) : error
      }
    })
  return {
    sql: <Row extends object>(text: TemplateStringsArray, ...values: Parameters<Sql>[1][]) =>
      ask((session) => session.run<Row>(text, values)),
    tenantSql:
      (tenant) =>
      <Row extends object>(text: TemplateStringsArray, ...values: Parameters<Sql>[1][]) =>
        ask((session) => runForTenant<Row>(session, tenant, text, values)),
    close: () => pool.close(),
  }
}
