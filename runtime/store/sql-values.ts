/**
 * How values go into statements and come out of rows. postgres.js guesses a parameter's type from its first value;
 * here the server says the type from the statement, so that `${ids}::text[]` and `${flags}::boolean[]` mean what they
 * say, empty or not.
 *
 *  in:  undefined is NULL. An array is a Postgres array, its dates and bigints included. Text that is bound where JSON
 *       is expected is JSON text (postgres.js would make a JSON string of it).
 * out:  bigint is a number while that is exact, else a bigint; numeric stays text; timestamps are Date; json is parsed;
 *       arrays are arrays (a NULL in one comes out as the text NULL, postgres.js 3.4.9: unnest it to tell).
 */

import type postgres from 'postgres'

import type { SqlValue } from '../actor/context.ts'

/** 0: the server infers it. See pg_type for the numbers. */
const inferred = 0
const oid = { int8: 20, json: 114, jsonb: 3802 } as const

export const columnTypes = {
  int8: {
    to: oid.int8,
    from: [oid.int8],
    serialize: (value: number | bigint | string) => String(value),
    parse: (text: string): number | bigint => {
      const number = Number(text)
      return Number.isSafeInteger(number) ? number : BigInt(text)
    },
  },
  json: {
    to: oid.json,
    from: [oid.json, oid.jsonb],
    serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
    parse: (text: string): unknown => JSON.parse(text),
  },
}

export const bindAll = (
  client: postgres.Sql,
  values: readonly unknown[],
): postgres.ParameterOrFragment<never>[] => values.map((value) => bind(client, value as SqlValue))

const bind = (client: postgres.Sql, value: SqlValue): postgres.ParameterOrFragment<never> => {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return value
  const plain = Array.isArray(value)
    ? value.map(element)
    : scalar(value as Exclude<SqlValue, readonly unknown[]>)
  return client.typed(plain as never, inferred) as never
}

const scalar = (value: string | number | bigint | boolean | Date | null | undefined): unknown =>
  typeof value === 'bigint' ? String(value) : value

const element = (value: unknown): unknown => {
  if (value === undefined) return null
  return value instanceof Date ? value.toISOString() : typeof value === 'bigint' ? String(value) : value
}
