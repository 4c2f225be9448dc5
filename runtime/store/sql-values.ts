/**
 * How values go into statements and come out of rows. postgres.js guesses a parameter's type from its first value;
 * here the server says the type from the statement, so that `${ids}::text[]` and `${flags}::boolean[]` mean what they
 * say, empty or not. Nor is postgres.js asked to look up array types: a connection that ends under that look-up ends
 * the process with an unhandled rejection (3.4.9).
 *
 *  in:  undefined is NULL. An array is a Postgres array, its dates and NULLs included. Text that is bound where JSON is
 *       expected is JSON text (postgres.js would make a JSON string of it).
 * out:  bigint is a number while that is exact, else a bigint; numeric stays text; timestamps are Date; json is parsed;
 *       arrays of these are arrays, of other types the server's text.
 */

import type postgres from 'postgres'

import type { SqlValue } from '../actor/context.ts'
import { arrayLiteral, parseArray } from './sql-arrays.ts'

/** 0: the server infers it. */
const inferred = 0

const asText = (text: string): string => text
const asDate = (text: string): Date => new Date(text)
const asJson = (text: string): unknown => JSON.parse(text)
const asBoolean = (text: string): boolean => text === 't'
const asExact = (text: string): number | bigint => {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/** Type, type of its arrays (oid and typarray of pg_type), how it is read. */
const arrayTypes: readonly (readonly [oid: number, array: number, parse: (text: string) => unknown])[] = [
  [16, 1000, asBoolean], // bool
  [20, 1016, asExact], // int8
  [21, 1005, Number], // int2
  [23, 1007, Number], // int4
  [25, 1009, asText], // text
  [114, 199, asJson], // json
  [700, 1021, Number], // float4
  [701, 1022, Number], // float8
  [1042, 1014, asText], // bpchar
  [1043, 1015, asText], // varchar
  [1082, 1182, asDate], // date
  [1114, 1115, asDate], // timestamp
  [1184, 1185, asDate], // timestamptz
  [1700, 1231, asText], // numeric
  [2950, 2951, asText], // uuid
  [3802, 3807, asJson], // jsonb
]

/** As postgres.js wants them; its own hold where there is none here. */
export const columnTypes: Record<string, postgres.PostgresType> = {
  int8: { to: 20, from: [20], serialize: String, parse: asExact },
  json: {
    to: 114,
    from: [114, 3802],
    serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
    parse: asJson,
  },
  ...Object.fromEntries(
    arrayTypes.map(([, array, parse]) => [
      `array${String(array)}`,
      { to: array, from: [array], serialize: asText, parse: (text: string) => parseArray(text, parse) },
    ]),
  ),
}

export const bindAll = (
  client: postgres.Sql,
  values: readonly unknown[],
): postgres.ParameterOrFragment<never>[] => values.map((value) => bind(client, value as SqlValue))

const bind = (client: postgres.Sql, value: SqlValue): postgres.ParameterOrFragment<never> => {
  if (value === undefined || value === null) return null
  if (value instanceof Date) return value
  return client.typed(plain(value) as never, inferred) as never
}

const plain = (value: Exclude<SqlValue, Date | null | undefined>): string | number | boolean => {
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'object' ? arrayLiteral(value) : value
}
