/**
 * What an error from Postgres means for who asked. Decided by SQLSTATE, see
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 *
 * - again: the server undid the transaction for its own reasons; the same one may succeed at once.
 * - away: the database cannot serve now. Nobody's event is to blame; wait.
 * - refused: the database is well and says no to these very data, today and tomorrow.
 */

import { messageOf, TroupeError } from '../errors.ts'

export type FailureMeaning = 'again' | 'away' | 'refused'

const bySqlState: Readonly<Record<string, FailureMeaning>> = {
  '40001': 'again', // serialization_failure
  '40P01': 'again', // deadlock_detected
  '25006': 'away', // read_only_sql_transaction: a standby, or a primary that was one
  '25P03': 'away', // idle_in_transaction_session_timeout
  '55P03': 'away', // lock_not_available: lock_timeout
}

const byClass: Readonly<Record<string, FailureMeaning>> = {
  '08': 'away', // connection exceptions
  '28': 'away', // authorization: an operator's mistake, no event's
  '3D': 'away', // no such database
  '53': 'away', // too many connections, disk full, out of memory
  '57': 'away', // shut down, starting up, cancelled by statement_timeout
  '58': 'away', // the server's own system
  XX: 'away', // the server's own bug, damaged data
}

/** In statements of ours these say that the schema is not the one we expect: migrations are missing. */
const schemaStates = new Set(['3F000', '42P01', '42703', '42883', '42501', '42P10'])

export const meaningOf = (error: unknown, whose: 'ours' | 'author'): FailureMeaning => {
  const state = sqlStateOf(error)
  if (state === undefined) return isConnectionLoss(error) ? 'away' : 'refused'
  if (whose === 'ours' && schemaStates.has(state)) return 'away'
  return bySqlState[state] ?? byClass[state.slice(0, 2)] ?? 'refused'
}

/** Five characters, given by the server. Node's and postgres.js's own codes are words. */
export const sqlStateOf = (error: unknown): string | undefined => {
  const { code, severity } = (error ?? {}) as { readonly code?: unknown; readonly severity?: unknown }
  return typeof code === 'string' && severity !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** The connection is gone or unusable, whatever became of the statement. */
export const isConnectionLoss = (error: unknown): boolean => {
  if (error instanceof TroupeError) return error.code === 'POSTGRES_UNAVAILABLE'
  const state = sqlStateOf(error)
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P') || state === '25P03'
  const { code, syscall } = (error ?? {}) as { readonly code?: unknown; readonly syscall?: unknown }
  return syscall !== undefined || (typeof code === 'string' && connectionCodes.has(code))
}

const connectionCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
])

export const unavailable = (cause: unknown): TroupeError => {
  if (cause instanceof TroupeError && cause.code === 'POSTGRES_UNAVAILABLE') return cause
  const state = sqlStateOf(cause)
  const remedy = state !== undefined && schemaStates.has(state) ? '; have the migrations been run?' : ''
  return new TroupeError('POSTGRES_UNAVAILABLE', `Postgres cannot serve now: ${describe(cause)}${remedy}`, {
    cause,
  })
}

export const refused = (what: string, cause: unknown): TroupeError =>
  new TroupeError('EFFECTS_REFUSED', `Postgres refuses ${what}: ${describe(cause)}`, { cause })

/** Several addresses refused is an AggregateError whose message is empty. */
const describe = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  const state = sqlStateOf(error)
  return `${messageOf(error)}${state === undefined ? '' : ` (SQLSTATE ${state})`}`
}
