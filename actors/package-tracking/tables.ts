/**
 * Tracked scans → the tables packages, package_events and orders of schema tracking, in bulk and in the transaction of their batch.
 *
 * W1: a scan whose id is in package_events already changes nothing, in no table (primary key of package_events).
 * W2: everybody takes rows in one order: events, orders, packages, each sorted. So two transactions wait for each
 *     other, and never both.
 * W3: an order's state is worked out from all its packages while its row is locked. The row is locked before they are
 *     read, so a concurrent transaction's packages are seen by whichever comes second.
 * W4: a package goes forward only: a row written with an older last scan is not taken.
 */

import type { Sql, Tracked, TrackedRow } from '../../runtime/actor/index.ts'
import { orderState } from './order-state.ts'
import type { PackageState, ScanKind } from './transitions.ts'

/** What `ctx.track` takes: `id` is the tracking id, `state` the package's state now, `at` since when. */
export interface TrackedScan extends Tracked {
  readonly entity: 'package'
  readonly state: PackageState
  readonly orderId: string
  readonly carrier: string
  /** When the last applied scan happened, ms since the epoch; a late scan does not move it. */
  readonly lastScanAt: number
  readonly scan: {
    readonly kind: ScanKind
    readonly says: PackageState
    readonly step: number
    readonly occurredAt: number
    readonly message: string | null
    readonly location: Location | null
  }
}

interface Location {
  readonly city: string
  readonly country: string
  readonly lat: number
  readonly lon: number
}

type Row = TrackedRow<TrackedScan>

interface OrderKey {
  readonly tenant: string
  readonly orderId: string
}

export const applyTracked = async (sql: Sql, rows: readonly Row[]): Promise<void> => {
  const fresh = await insertEvents(sql, rows)
  if (fresh.length === 0) return
  const orders = unique(fresh, ({ tenant, orderId }) => [tenant, orderId])
  await lockOrders(sql, orders)
  await upsertPackages(sql, fresh)
  await updateOrderStates(sql, orders)
}

/** Answers the rows whose scan was not known yet, in the order of `rows`. */
const insertEvents = async (sql: Sql, rows: readonly Row[]): Promise<readonly Row[]> => {
  const events = unique(rows, ({ tenant, eventId }) => [tenant, eventId])
  const inserted = await sql<{ tenant: string; event_id: string }>`
    insert into tracking.package_events (
      tenant, event_id, tracking_id, scan, state, step, occurred_at, message,
      location_city, location_country, location_lat, location_lon
    )
    select tenant, event_id, tracking_id, scan, state, step, to_timestamp(occurred_at / 1000), message, city, country, lat, lon
    from unnest(
      ${events.map((row) => row.tenant)}::text[],
      ${events.map((row) => row.eventId)}::text[],
      ${events.map((row) => row.id)}::text[],
      ${events.map((row) => row.scan.kind)}::text[],
      ${events.map((row) => row.scan.says)}::text[],
      ${events.map((row) => row.scan.step)}::smallint[],
      ${events.map((row) => row.scan.occurredAt)}::float8[],
      ${events.map((row) => row.scan.message)}::text[],
      ${events.map((row) => row.scan.location?.city ?? null)}::text[],
      ${events.map((row) => row.scan.location?.country ?? null)}::text[],
      ${events.map((row) => row.scan.location?.lat ?? null)}::float8[],
      ${events.map((row) => row.scan.location?.lon ?? null)}::float8[]
    ) as scanned (tenant, event_id, tracking_id, scan, state, step, occurred_at, message, city, country, lat, lon)
    order by tenant collate "C", event_id collate "C"
    on conflict (tenant, event_id) do nothing
    returning tenant, event_id`
  const known = new Set(inserted.map((row) => keyOf(row.tenant, row.event_id)))
  return events.filter((row) => known.has(keyOf(row.tenant, row.eventId)))
}

/** Makes the missing ones and locks them all: a conflicting row is locked even though its update does nothing. */
const lockOrders = async (sql: Sql, orders: readonly OrderKey[]): Promise<void> => {
  await sql`
    insert into tracking.orders (tenant, order_id, state)
    select tenant, order_id, ${orderState([])}
    from unnest(
      ${orders.map((order) => order.tenant)}::text[],
      ${orders.map((order) => order.orderId)}::text[]
    ) as named (tenant, order_id)
    order by tenant collate "C", order_id collate "C"
    on conflict (tenant, order_id) do update set state = excluded.state where false`
}

/** A package's last row tells what it is now; rows come in the order in which its scans were handled. */
const upsertPackages = async (sql: Sql, rows: readonly Row[]): Promise<void> => {
  const packages = unique(rows.toReversed(), ({ tenant, id }) => [tenant, id])
  await sql`
    insert into tracking.packages (tenant, tracking_id, order_id, carrier, state, state_since, last_scan_at)
    select tenant, tracking_id, order_id, carrier, state, to_timestamp(state_since / 1000), to_timestamp(last_scan_at / 1000)
    from unnest(
      ${packages.map((row) => row.tenant)}::text[],
      ${packages.map((row) => row.id)}::text[],
      ${packages.map((row) => row.orderId)}::text[],
      ${packages.map((row) => row.carrier)}::text[],
      ${packages.map((row) => row.state)}::text[],
      ${packages.map((row) => row.at)}::float8[],
      ${packages.map((row) => row.lastScanAt)}::float8[]
    ) as tracked (tenant, tracking_id, order_id, carrier, state, state_since, last_scan_at)
    order by tenant collate "C", tracking_id collate "C"
    on conflict (tenant, tracking_id) do update set
      carrier = excluded.carrier,
      state = excluded.state,
      state_since = excluded.state_since,
      last_scan_at = excluded.last_scan_at,
      updated_at = now()
    where packages.last_scan_at <= excluded.last_scan_at`
}

const updateOrderStates = async (sql: Sql, orders: readonly OrderKey[]): Promise<void> => {
  const found = await sql<{ tenant: string; order_id: string; states: readonly PackageState[] }>`
    select tenant, order_id, array_agg(distinct state) as states
    from tracking.packages
    where (tenant, order_id) in (
      select * from unnest(
        ${orders.map((order) => order.tenant)}::text[],
        ${orders.map((order) => order.orderId)}::text[]
      )
    )
    group by tenant, order_id`
  await sql`
    update tracking.orders set state = derived.state, updated_at = now()
    from unnest(
      ${found.map((order) => order.tenant)}::text[],
      ${found.map((order) => order.order_id)}::text[],
      ${found.map((order) => orderState(order.states))}::text[]
    ) as derived (tenant, order_id, state)
    where orders.tenant = derived.tenant and orders.order_id = derived.order_id and orders.state <> derived.state`
}

/** A separator that no id holds: NUL is refused before. */
const keyOf = (...parts: readonly string[]): string => parts.join('\0')

/** The first row of each key. */
const unique = <T>(rows: readonly T[], key: (row: T) => readonly string[]): readonly T[] => {
  const firsts = new Map<string, T>()
  for (const row of rows) {
    const name = keyOf(...key(row))
    if (!firsts.has(name)) firsts.set(name, row)
  }
  return [...firsts.values()]
}
