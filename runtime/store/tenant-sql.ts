/**
 * Statements of one tenant: read-only, as the role troupe_tenant, which Postgres shows that tenant's rows alone
 * (schemas/sql/080). The application filters too; this holds where it forgets to.
 *
 * T1: role and tenant are set for the transaction, never for the session: sessions go from one tenant to the next.
 * T2: all is sent at once. Where role or tenant cannot be set the transaction has failed, and the statement with it.
 */

import type { Sql } from '../actor/context.ts'
import type { PostgresSession } from './postgres-session.ts'

export const runForTenant = async <Row extends object>(
  session: PostgresSession,
  tenant: string,
  text: TemplateStringsArray,
  values: readonly Parameters<Sql>[1][],
): Promise<readonly Row[]> => {
  const begun = session.sql`begin transaction read only`
  const taken = session.sql`select set_config('app.tenant', ${tenant}, true), set_config('role', 'troupe_tenant', true)`
  const answered = session.run<Row>(text, values)
  const ended = session.sql`commit`
  const [first, second, rows, last] = await Promise.allSettled([begun, taken, answered, ended])
  // The first to fail says why; those behind it only that something before them had.
  for (const result of [first, second, rows, last]) if (result.status === 'rejected') throw result.reason
  return await answered
}
