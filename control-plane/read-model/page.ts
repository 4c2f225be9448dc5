/** A page of a list, read by keyset: as fast in the middle as at the beginning, and stable under inserts. */

import { InputError } from './input-error.ts'

export const maxFirst = 100

/** As GraphQL gives it: the schema fills in `first`'s default. */
export interface PageArguments {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[]
  readonly nodes: readonly T[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** Throws InputError when `first` is out of bounds. */
export const boundedFirst = (first: number | null | undefined, fallback: number): number => {
  const wanted = first ?? fallback
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= maxFirst) return wanted
  throw new InputError(`"first" is ${wanted}; allowed is 1 to ${maxFirst}`)
}

/** `rows` were asked for with one more than `first`: whether it came tells whether more follows. */
export const pageOf = <T>(
  rows: readonly T[],
  first: number,
  after: string | null | undefined,
  cursorOf: (row: T) => string,
): Page<T> => {
  const nodes = rows.slice(0, first)
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }))
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: typeof after === 'string',
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}
