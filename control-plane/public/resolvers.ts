/** GraphQL's fields → the read model. Lists below other lists are loaders: one query for all of them, not one each. */

import type { Sql } from '../read-model/sql.ts'
import type { Page, PageArguments } from '../read-model/page.ts'
import {
  historiesOf,
  orderById,
  type OrderRow,
  packageById,
  type PackageEventRow,
  type PackageRow,
  packagesOf,
  packagesOfOrders,
} from '../read-model/tracking.ts'

/** What every resolver knows of its request. */
export interface RequestContext {
  readonly tenant: string
}

type Resolver<Arguments, Answer> = (
  parent: unknown,
  args: Arguments,
  context: RequestContext,
) => Promise<Answer>

/** All the askings for one field in one request, answered in their order. */
type Loader<Parent, Answer> = (
  queries: readonly { readonly obj: Parent; readonly params: PageArguments }[],
  context: RequestContext,
) => Promise<readonly Answer[]>

export interface QueryResolvers {
  readonly package: Resolver<{ readonly trackingId: string }, PackageRow | undefined>
  readonly packages: Resolver<PageArguments & { readonly state?: string | null }, Page<PackageRow>>
  readonly order: Resolver<{ readonly orderId: string }, OrderRow | undefined>
}

export const queryResolvers = (sql: Sql): QueryResolvers => ({
  package: (_, { trackingId }, { tenant }) => packageById(sql, tenant, trackingId),
  packages: (_, { state, ...page }, { tenant }) => packagesOf(sql, tenant, state, page),
  order: (_, { orderId }, { tenant }) => orderById(sql, tenant, orderId),
})

export interface FieldLoaders {
  readonly Package: { readonly history: Loader<PackageRow, Page<PackageEventRow>> }
  readonly Order: { readonly packages: Loader<OrderRow, Page<PackageRow>> }
}

export const fieldLoaders = (sql: Sql): FieldLoaders => ({
  Package: {
    history: (queries, { tenant }) =>
      historiesOf(
        sql,
        tenant,
        queries.map(({ obj, params }) => ({ of: obj.trackingId, page: params })),
      ),
  },
  Order: {
    packages: (queries, { tenant }) =>
      packagesOfOrders(
        sql,
        tenant,
        queries.map(({ obj, params }) => ({ of: obj.orderId, page: params })),
      ),
  },
})

/** The scalar's behaviour; its name and description are the schema's. */
export const DateTime = {
  serialize: (value: unknown): string => {
    if (value instanceof Date) return value.toISOString()
    throw new TypeError(`DateTime from ${typeof value}`)
  },
}
