/** What the scalars of both APIs let out. Their names and descriptions are the schemas'. */

import type { GraphQLScalarTypeConfig } from 'graphql'

type Behaviour<Out> = Pick<GraphQLScalarTypeConfig<unknown, Out>, 'serialize'>

export const DateTime: Behaviour<string> = {
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString()
    throw new TypeError(`DateTime from ${typeof value}`)
  },
}

export const SafeInt: Behaviour<number> = {
  serialize: (value) => {
    if (Number.isSafeInteger(value)) return value as number
    throw new TypeError(`SafeInt from ${typeof value}`)
  },
}
