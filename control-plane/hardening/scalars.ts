/** What the scalars of both APIs let out. Their names and descriptions are the schemas'. */

import { GraphQLError, type GraphQLScalarTypeConfig, Kind } from 'graphql'

type Behaviour<In, Out> = Pick<GraphQLScalarTypeConfig<In, Out>, 'serialize' | 'parseValue' | 'parseLiteral'>

const written = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

const dateIn = (value: unknown): Date => {
  const date = typeof value === 'string' && written.test(value) ? new Date(value) : undefined
  if (date !== undefined && !Number.isNaN(date.getTime())) return date
  throw new GraphQLError('A DateTime is written so: "2025-06-02T12:00:00.000Z".')
}

export const DateTime = {
  parseValue: dateIn,
  parseLiteral: (node) => dateIn(node.kind === Kind.STRING ? node.value : undefined),
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString()
    throw new TypeError(`DateTime from ${typeof value}`)
  },
} satisfies Behaviour<Date, string>

const wholeIn = (value: unknown): number => {
  if (Number.isSafeInteger(value)) return value as number
  throw new GraphQLError('A SafeInt is a whole number up to 9007199254740991.')
}

export const SafeInt = {
  parseValue: wholeIn,
  parseLiteral: (node) => wholeIn(node.kind === Kind.INT ? Number(node.value) : undefined),
  serialize: (value) => {
    if (Number.isSafeInteger(value)) return value as number
    throw new TypeError(`SafeInt from ${typeof value}`)
  },
} satisfies Behaviour<number, number>
