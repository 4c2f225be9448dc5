/** GraphQL's fields → the read model. What several fields ask for alike is asked by one query: loads.ts. */

import { eventById } from '../read-model/event-story.ts'
import { ordersById, ordersOf } from '../read-model/orders.ts'
import {
  historiesOf,
  packagesById,
  packagesOf,
  packagesOfOrders,
  type PackageRow,
} from '../read-model/tracking.ts'
import type {
  EventResolvers,
  OrderResolvers,
  PackageResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from './generated/resolver-types.ts'
import type { RequestContext } from './request-context.ts'

const packageOf = ({ together, sql, tenant }: RequestContext, trackingId: string) =>
  together().one('package', trackingId, (ids) => packagesById(sql, tenant, ids))

const orderOf = ({ together, sql, tenant }: RequestContext, orderId: string) =>
  together().one('order', orderId, (ids) => ordersById(sql, tenant, ids))

const Query: QueryResolvers = {
  package: (_, { trackingId }, context) => packageOf(context, trackingId),
  packages: (_, { first, after, ...filter }, { sql, tenant }) =>
    packagesOf(sql, tenant, filter, { first, after }),
  order: (_, { orderId }, context) => orderOf(context, orderId),
  orders: (_, { first, after, ...filter }, { sql, tenant }) =>
    ordersOf(sql, tenant, filter, { first, after }),
  event: (_, { id }, { sql, tenant }) => eventById(sql, tenant, id),
}

/** mercurius does not serve them: see api.ts. */
export const subscriptions = {
  package: {
    subscribe: (_, { trackingId }, { changes, tenant }) => changes.ofPackage(tenant, trackingId),
    resolve: (row: PackageRow) => row,
  },
  packageChanged: {
    subscribe: (_, { state }, { changes, tenant }) => changes.ofTenant(tenant, state ?? undefined),
    resolve: (row: PackageRow) => row,
  },
} satisfies SubscriptionResolvers

const Package: PackageResolvers = {
  order: ({ orderId }, _, context) => orderOf(context, orderId),
  history: ({ trackingId }, page, { loads, sql, tenant }) =>
    loads.one('history', { of: trackingId, page }, (asked) => historiesOf(sql, tenant, asked)),
}

const Order: OrderResolvers = {
  packages: ({ orderId }, page, { loads, sql, tenant }) =>
    loads.one('order-packages', { of: orderId, page }, (asked) => packagesOfOrders(sql, tenant, asked)),
}

const Event: EventResolvers = {
  package: ({ scan }, _, context) => (scan === undefined ? null : packageOf(context, scan.trackingId)),
}

export const resolvers = { Query, Package, Order, Event }
