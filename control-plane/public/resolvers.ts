/** GraphQL's fields → the read model. Lists below other lists are loaders: one query for all of them, not one each. */

import type { PageArguments } from '../read-model/page.ts'
import type { Sql } from '../read-model/sql.ts'
import { historiesOf, orderById, packageById, packagesOf, packagesOfOrders } from '../read-model/tracking.ts'
import type {
  QueryResolvers,
  RequireFields,
  ResolversParentTypes,
  ResolversTypes,
  OrderPackagesArgs,
  PackageHistoryArgs,
} from './generated/resolver-types.ts'
import type { RequestContext } from './request-context.ts'

/** All the askings for one field in one request, answered in their order. */
type Loader<Parent, Arguments extends PageArguments, Answer> = (
  queries: readonly { readonly obj: Parent; readonly params: RequireFields<Arguments, 'first'> }[],
  context: RequestContext,
) => Promise<readonly Awaited<Answer>[]>

export const queryResolvers = (sql: Sql) =>
  ({
    package: (_, { trackingId }, { tenant }) => packageById(sql, tenant, trackingId),
    packages: (_, { state, ...page }, { tenant }) => packagesOf(sql, tenant, state, page),
    order: (_, { orderId }, { tenant }) => orderById(sql, tenant, orderId),
  }) satisfies QueryResolvers

export interface FieldLoaders {
  readonly Package: {
    readonly history: Loader<
      ResolversParentTypes['Package'],
      PackageHistoryArgs,
      ResolversTypes['PackageEventConnection']
    >
  }
  readonly Order: {
    readonly packages: Loader<
      ResolversParentTypes['Order'],
      OrderPackagesArgs,
      ResolversTypes['PackageConnection']
    >
  }
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
