/** Orders, as the public API shows them: as in tracking.ts, never without a tenant. */

import { decodeCursor, encodeCursor } from './cursor.ts'
import { boundedFirst, type Page, type PageArguments, pageOf } from './page.ts'
import type { Sql } from './sql.ts'
import { boundsOf, type ChangeTime, isPossibleId } from './tracking-filter.ts'

export interface OrderRow {
  readonly orderId: string
  readonly state: string
  readonly updatedAt: Date
}

export interface OrderFilter extends ChangeTime {
  readonly state?: string | null | undefined
}

const defaultFirst = 20

/** Several orders in one query, in the order asked for; undefined where there is none. */
export const ordersById = async (
  sql: Sql,
  tenant: string,
  ids: readonly string[],
): Promise<readonly (OrderRow | undefined)[]> => {
  const rows = await sql<OrderRow>`
    select order_id as "orderId", state, updated_at as "updatedAt"
    from tracking.orders where tenant = ${tenant} and order_id = any (${ids.filter(isPossibleId)}::text[])`
  const byId = new Map(rows.map((row) => [row.orderId, row]))
  return ids.map((id) => byId.get(id))
}

/** The last changed first; orders that changed in the same millisecond by order id. */
export const ordersOf = async (
  sql: Sql,
  tenant: string,
  { state, ...changed }: OrderFilter,
  { first, after }: PageArguments,
): Promise<Page<OrderRow>> => {
  const take = boundedFirst(first, defaultFirst)
  const [updatedAt, id] = decodeCursor('orders', after, [Infinity, ''])
  const { since, before } = boundsOf(changed)
  // Two statements, so that each has its index.
  const rows =
    typeof state === 'string'
      ? await sql<OrderRow>`
          select order_id as "orderId", state, updated_at as "updatedAt"
          from tracking.orders
          where tenant = ${tenant} and state = ${state}
            and (updated_at, order_id) < (to_timestamp(${updatedAt}::float8 / 1000), ${id}::text)
            and updated_at >= to_timestamp(${since}::float8 / 1000) and updated_at < to_timestamp(${before}::float8 / 1000)
          order by updated_at desc, order_id desc
          limit ${take + 1}`
      : await sql<OrderRow>`
          select order_id as "orderId", state, updated_at as "updatedAt"
          from tracking.orders
          where tenant = ${tenant}
            and (updated_at, order_id) < (to_timestamp(${updatedAt}::float8 / 1000), ${id}::text)
            and updated_at >= to_timestamp(${since}::float8 / 1000) and updated_at < to_timestamp(${before}::float8 / 1000)
          order by updated_at desc, order_id desc
          limit ${take + 1}`
  return pageOf(rows, take, after, (row) => encodeCursor('orders', [row.updatedAt.getTime(), row.orderId]))
}
