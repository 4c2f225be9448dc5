/**
 * Packages and their histories, as the public API shows them. Every query names the tenant first: there is no way to ask
 * for a row without one.
 */

import type { Sql } from './sql.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { boundedFirst, type Page, type PageArguments, pageOf } from './page.ts'
import { boundsOf, type ChangeTime, isPossibleId } from './tracking-filter.ts'

export interface PackageRow {
  readonly trackingId: string
  readonly orderId: string
  readonly carrier: string
  readonly state: string
  readonly stateSince: Date
  readonly updatedAt: Date
}

export interface PackageEventRow {
  readonly id: string
  readonly scan: string
  readonly state: string
  readonly step: number
  readonly time: Date
  readonly recordedAt: Date
  readonly message: string | null
  readonly location: object | null
}

/** One of several lists that are asked for together. */
export interface AskedList {
  /** Whose list: an order id, a tracking id. */
  readonly of: string
  readonly page: PageArguments
}

const defaults = { packages: 20, history: 25 } as const

/** Which packages of a tenant; what is left out is not asked for. */
export interface PackageFilter extends ChangeTime {
  readonly state?: string | null | undefined
  readonly orderId?: string | null | undefined
}

/** The last changed first; packages that changed in the same millisecond by tracking id. */
export const packagesOf = async (
  sql: Sql,
  tenant: string,
  { state, orderId, ...changed }: PackageFilter,
  { first, after }: PageArguments,
): Promise<Page<PackageRow>> => {
  const take = boundedFirst(first, defaults.packages)
  const [updatedAt, id] = decodeCursor('packages', after, [Infinity, ''])
  const { since, before } = boundsOf(changed)
  if (!isPossibleId(orderId ?? '')) return pageOf<PackageRow>([], take, after, () => '')
  // A statement for each form, so that each has its index.
  const rows =
    typeof orderId === 'string'
      ? await sql<PackageRow>`
          select tracking_id as "trackingId", order_id as "orderId", carrier, state,
            state_since as "stateSince", updated_at as "updatedAt"
          from tracking.packages
          where tenant = ${tenant} and order_id = ${orderId} and state = coalesce(${state}::text, state)
            and (updated_at, tracking_id) < (to_timestamp(${updatedAt}::float8 / 1000), ${id}::text)
            and updated_at >= to_timestamp(${since}::float8 / 1000) and updated_at < to_timestamp(${before}::float8 / 1000)
          order by updated_at desc, tracking_id desc
          limit ${take + 1}`
      : typeof state === 'string'
        ? await sql<PackageRow>`
            select tracking_id as "trackingId", order_id as "orderId", carrier, state,
              state_since as "stateSince", updated_at as "updatedAt"
            from tracking.packages
            where tenant = ${tenant} and state = ${state}
              and (updated_at, tracking_id) < (to_timestamp(${updatedAt}::float8 / 1000), ${id}::text)
              and updated_at >= to_timestamp(${since}::float8 / 1000) and updated_at < to_timestamp(${before}::float8 / 1000)
            order by updated_at desc, tracking_id desc
            limit ${take + 1}`
        : await sql<PackageRow>`
            select tracking_id as "trackingId", order_id as "orderId", carrier, state,
              state_since as "stateSince", updated_at as "updatedAt"
            from tracking.packages
            where tenant = ${tenant}
              and (updated_at, tracking_id) < (to_timestamp(${updatedAt}::float8 / 1000), ${id}::text)
              and updated_at >= to_timestamp(${since}::float8 / 1000) and updated_at < to_timestamp(${before}::float8 / 1000)
            order by updated_at desc, tracking_id desc
            limit ${take + 1}`
  return pageOf(rows, take, after, (row) =>
    encodeCursor('packages', [row.updatedAt.getTime(), row.trackingId]),
  )
}

/** Several packages in one query, in the order asked for; undefined where there is none. */
export const packagesById = async (
  sql: Sql,
  tenant: string,
  ids: readonly string[],
): Promise<readonly (PackageRow | undefined)[]> => {
  const rows = await sql<PackageRow>`
    select tracking_id as "trackingId", order_id as "orderId", carrier, state,
      state_since as "stateSince", updated_at as "updatedAt"
    from tracking.packages where tenant = ${tenant} and tracking_id = any (${ids.filter(isPossibleId)}::text[])`
  const byId = new Map(rows.map((row) => [row.trackingId, row]))
  return ids.map((id) => byId.get(id))
}

/** The packages of several orders in one query, by tracking id; one page for each asked, in their order. */
export const packagesOfOrders = async (
  sql: Sql,
  tenant: string,
  asked: readonly AskedList[],
): Promise<readonly Page<PackageRow>[]> => {
  const takes = asked.map(({ page }) => boundedFirst(page.first, defaults.packages))
  const afters = asked.map(({ page }) => decodeCursor('order-packages', page.after, [''])[0])
  const rows = await sql<PackageRow & { asked: number }>`
    select asked.number as asked, found.*
    from unnest(${asked.map(({ of }) => of)}::text[], ${afters}::text[], ${takes}::int[])
      with ordinality as asked (order_id, after, take, number)
    cross join lateral (
      select tracking_id as "trackingId", order_id as "orderId", carrier, state,
        state_since as "stateSince", updated_at as "updatedAt"
      from tracking.packages
      where tenant = ${tenant} and order_id = asked.order_id and tracking_id > asked.after
      order by tracking_id
      limit asked.take + 1
    ) as found
    order by asked.number, found."trackingId"`
  return pagesOf(rows, asked, takes, (row) => encodeCursor('order-packages', [row.trackingId]))
}

/** The histories of several packages in one query, in time order; one page for each asked, in their order. */
export const historiesOf = async (
  sql: Sql,
  tenant: string,
  asked: readonly AskedList[],
): Promise<readonly Page<PackageEventRow>[]> => {
  const takes = asked.map(({ page }) => boundedFirst(page.first, defaults.history))
  const afters = asked.map(({ page }) => decodeCursor('history', page.after, [-Infinity, 0, '']))
  const rows = await sql<PackageEventRow & { asked: number }>`
    select asked.number as asked, found.*
    from unnest(
      ${asked.map(({ of }) => of)}::text[],
      ${afters.map(([time]) => time)}::float8[],
      ${afters.map(([, step]) => step)}::smallint[],
      ${afters.map(([, , id]) => id)}::text[],
      ${takes}::int[]
    ) with ordinality as asked (tracking_id, time, step, event_id, take, number)
    cross join lateral (
      select event_id as id, scan, state, step, occurred_at as time, recorded_at as "recordedAt", message,
        case when location_city is not null then json_build_object(
          'city', location_city, 'country', location_country, 'latitude', location_lat, 'longitude', location_lon
        ) end as location
      from tracking.package_events
      where tenant = ${tenant} and tracking_id = asked.tracking_id
        and (occurred_at, step, event_id) > (to_timestamp(asked.time / 1000), asked.step, asked.event_id)
      order by occurred_at, step, event_id
      limit asked.take + 1
    ) as found
    order by asked.number, found.time, found.step, found.id`
  return pagesOf(rows, asked, takes, (row) => encodeCursor('history', [row.time.getTime(), row.step, row.id]))
}

const pagesOf = <T extends { readonly asked: number }>(
  rows: readonly T[],
  asked: readonly AskedList[],
  takes: readonly number[],
  cursorOf: (row: T) => string,
): readonly Page<T>[] => {
  const byNumber = Map.groupBy(rows, (row) => row.asked)
  return asked.map(({ page }, index) =>
    pageOf(byNumber.get(index + 1) ?? [], takes[index] ?? 0, page.after, cursorOf),
  )
}
