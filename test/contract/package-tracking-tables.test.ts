// Tracked scans reach packages, package_events and orders once, whatever runs twice or at the same time.

import t from 'tap'

import { applyTracked, type TrackedScan } from '../../actors/package-tracking/tables.ts'
import type { TrackedRow } from '../../runtime/actor/index.ts'
import type { EffectsStore } from '../../runtime/delivery/index.ts'
import { migrate, openDatabase, openEffectsStore, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { ScanKind } from '../../schemas/types/index.ts'
import { noon, scanned, Tracker } from '../harness/tracked-scans.ts'
import { waitUntil } from '../harness/wait-until.ts'

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const store = openEffectsStore({ url: server.url, maxConnections: 8 })
const database = openDatabase({ url: server.url })
t.teardown(async () => {
  await store.close()
  await database.close()
  await server.close()
})
t.beforeEach(async () => {
  await database.sql`truncate tracking.orders, tracking.packages, tracking.package_events`
})

type Rows = readonly TrackedRow<TrackedScan>[]

const unit = { group: 'g', actor: 'package-tracking', topic: 'shipping', partition: 0 }
const nothing = { unit, inbox: [], duplicates: [], states: [], tracked: [], applyTracked: undefined }

/** A transaction of its own, without the store's own retries: a deadlock would be seen. */
const commitAlone = async (rows: Rows): Promise<void> => {
  const transaction = await store.begin()
  try {
    await applyTracked(transaction.sql, rows)
  } catch (error) {
    await transaction.rollback()
    throw error
  }
  await store.apply(nothing, transaction)
}

const tables = async (): Promise<object> => ({
  orders: await database.sql`select tenant, order_id, state from tracking.orders order by 1, 2`,
  packages: await database.sql`
    select tenant, tracking_id, order_id, carrier, state, state_since, last_scan_at
    from tracking.packages order by 1, 2`,
  events: await database.sql`
    select tenant, event_id, tracking_id, scan, state, step, occurred_at, message, location_city, location_country,
      location_lat, location_lon
    from tracking.package_events order by tenant, tracking_id, occurred_at, step, event_id`,
})

const orderStates = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (
      await database.sql<{ order_id: string; state: string }>`select order_id, state from tracking.orders`
    ).map(({ order_id, state }) => [order_id, state]),
  )

const way: readonly ScanKind[] = [
  'LABEL_CREATED',
  'PICKED_UP',
  'ARRIVED_AT_FACILITY',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
]

t.test('a batch through the store: all three tables, to the last column', async (t) => {
  const rows = await new Tracker().track(
    scanned({ trackingId: 'P1', scan: 'PICKED_UP', eventId: 'e1', occurredAt: noon + 1 }),
    scanned({
      trackingId: 'P1',
      scan: 'DELIVERED',
      eventId: 'e2',
      occurredAt: noon + 999,
      message: 'Left with “Zoë” 🎁',
      location: { city: 'Lyon', country: 'FR', lat: 45.76, lon: -4.84 },
    }),
    scanned({ trackingId: 'P1', scan: 'LABEL_CREATED', eventId: 'e0', occurredAt: noon - 5 }),
  )
  const outcome = await store.apply({
    ...nothing,
    tracked: rows,
    applyTracked: applyTracked as EffectsStoreApply,
  })
  t.same(outcome, { kind: 'applied' })
  t.same(await tables(), {
    orders: [{ tenant: 'acme', order_id: 'ORDER-1', state: 'DELIVERED' }],
    packages: [
      {
        tenant: 'acme',
        tracking_id: 'P1',
        order_id: 'ORDER-1',
        carrier: 'DHL',
        state: 'DELIVERED',
        state_since: new Date(noon + 999),
        last_scan_at: new Date(noon + 999),
      },
    ],
    events: [
      { ...event('e0', 'LABEL_CREATED', 'CREATED', 0, noon - 5) },
      { ...event('e1', 'PICKED_UP', 'PICKED_UP', 1, noon + 1) },
      {
        ...event('e2', 'DELIVERED', 'DELIVERED', 8, noon + 999),
        message: 'Left with “Zoë” 🎁',
        location_city: 'Lyon',
        location_country: 'FR',
        location_lat: 45.76,
        location_lon: -4.84,
      },
    ],
  })
})

type EffectsStoreApply = Parameters<EffectsStore['apply']>[0]['applyTracked']

const event = (id: string, scan: string, state: string, step: number, at: number): object => ({
  tenant: 'acme',
  event_id: id,
  tracking_id: 'P1',
  scan,
  state,
  step,
  occurred_at: new Date(at),
  message: null,
  location_city: null,
  location_country: null,
  location_lat: null,
  location_lon: null,
})

t.test('the same rows again, whole, in part or twice in one batch, change nothing', async (t) => {
  const rows = await new Tracker().track(
    ...way.map((scan, index) => scanned({ trackingId: 'P1', scan, occurredAt: noon + index })),
  )
  await commitAlone([...rows, ...rows])
  const once = await tables()
  for (const again of [rows, rows.slice(0, 2), rows.slice(3), []]) {
    await commitAlone(again)
    t.same(await tables(), once)
  }
})

t.test('W1: an event id that is known changes nothing, even of another package', async (t) => {
  await commitAlone(
    await new Tracker().track(scanned({ trackingId: 'P1', scan: 'PICKED_UP', eventId: 'e1' })),
  )
  const before = await tables()
  await commitAlone(
    await new Tracker().track(
      scanned({ trackingId: 'P1', scan: 'DELIVERED', eventId: 'e1', occurredAt: noon + 1 }),
      scanned({ trackingId: 'P2', scan: 'LOST', eventId: 'e1', orderId: 'ORDER-2' }),
    ),
  )
  t.same(await tables(), before)
})

t.test('an old row that comes after a newer one does not take the package back', async (t) => {
  const rows = await new Tracker().track(
    ...way.map((scan, index) => scanned({ trackingId: 'P1', scan, occurredAt: noon + index })),
  )
  await commitAlone(rows.slice(3))
  await commitAlone(rows.slice(0, 3))
  t.match(await tables(), { packages: [{ state: 'DELIVERED' }], orders: [{ state: 'DELIVERED' }] })
  t.equal((await database.sql`select 1 from tracking.package_events`).length, 5)
})

t.test('the same ids in two tenants are two packages and two events', async (t) => {
  const both = ['acme', 'umbrella'].map((tenantId) =>
    scanned({ tenantId, trackingId: 'P1', eventId: 'e1', scan: tenantId === 'acme' ? 'DELIVERED' : 'LOST' }),
  )
  await commitAlone(await new Tracker().track(...both))
  t.match(await tables(), {
    packages: [
      { tenant: 'acme', state: 'DELIVERED' },
      { tenant: 'umbrella', state: 'LOST' },
    ],
    orders: [
      { tenant: 'acme', state: 'DELIVERED' },
      { tenant: 'umbrella', state: 'NEEDS_ATTENTION' },
    ],
  })
})

t.test('an order follows its packages over batches', async (t) => {
  const tracker = new Tracker()
  const steps: [trackingId: string, scan: ScanKind, expected: string][] = [
    ['P1', 'LABEL_CREATED', 'CREATED'],
    ['P2', 'LABEL_CREATED', 'CREATED'],
    ['P1', 'PICKED_UP', 'SHIPPED'],
    ['P1', 'DELIVERED', 'PARTLY_DELIVERED'],
    ['P2', 'DELIVERY_FAILED', 'NEEDS_ATTENTION'],
    ['P2', 'OUT_FOR_DELIVERY', 'PARTLY_DELIVERED'],
    ['P2', 'DELIVERED', 'DELIVERED'],
  ]
  for (const [index, [trackingId, scan, expected]] of steps.entries()) {
    await commitAlone(await tracker.track(scanned({ trackingId, scan, occurredAt: noon + index })))
    t.same(await orderStates(), { 'ORDER-1': expected }, `${trackingId} ${scan}`)
  }
})

t.test(
  'W3: two transactions with the two packages of one order, the second waits and sees the first',
  async (t) => {
    await commitAlone(await new Tracker().track(scanned({ trackingId: 'P0', scan: 'DELIVERED' })))
    const first = await store.begin()
    const second = await store.begin()
    await applyTracked(first.sql, await new Tracker().track(scanned({ trackingId: 'P1', scan: 'DELIVERED' })))
    const applied = applyTracked(
      second.sql,
      await new Tracker().track(scanned({ trackingId: 'P2', scan: 'DELIVERED' })),
    )

    await waitUntil('the second waits for a lock', async () => {
      const waiting = await database.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'`
      return waiting.length === 1
    })
    await store.apply(nothing, first)
    await applied
    await store.apply(nothing, second)

    t.same(await orderStates(), { 'ORDER-1': 'DELIVERED' })
  },
)

t.test('W2: many transactions over the same orders, in any order of rows, never deadlock', async (t) => {
  const orders = 20
  const workers = 8
  const scansOf = (worker: number, round: number) =>
    Array.from({ length: orders }, (_, index) => {
      // Each worker goes through the orders from another end.
      const order = worker % 2 === 0 ? index : orders - 1 - index
      return scanned({
        trackingId: `P${order}-${worker}`,
        orderId: `ORDER-${order}`,
        scan: way[round] ?? 'DELIVERED',
        occurredAt: noon + round,
      })
    })
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const tracker = new Tracker()
      for (let round = 0; round < way.length; round += 1) {
        const rows = await tracker.track(...scansOf(worker, round))
        // Both shapes of overlap: the same events twice at once, and different packages of the same orders.
        await Promise.all([commitAlone(rows), ...(worker === 0 ? [commitAlone(rows.toReversed())] : [])])
      }
    }),
  )
  const states = await orderStates()
  t.equal(Object.keys(states).length, orders)
  t.same(new Set(Object.values(states)), new Set(['DELIVERED']))
  t.equal((await database.sql`select 1 from tracking.package_events`).length, orders * workers * way.length)
})

t.test('ten thousand rows in one batch', async (t) => {
  const scans = Array.from({ length: 2_000 }, (_, index) =>
    way.map((scan, step) =>
      scanned({ trackingId: `P${index}`, orderId: `O${index % 300}`, scan, occurredAt: noon + step }),
    ),
  ).flat()
  await commitAlone(await new Tracker().track(...scans))
  t.equal((await database.sql`select 1 from tracking.packages where state = 'DELIVERED'`).length, 2_000)
  t.equal((await database.sql`select 1 from tracking.orders where state = 'DELIVERED'`).length, 300)
})
