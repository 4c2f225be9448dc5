// A carrier's scan moves a package on, is written into its history, and is told to whoever listens.
// The test to copy for an actor of your own: one event in, and out come outcome, state, tracked rows and events.

import t from 'tap'

import { receiveOne } from '../../../runtime/actor/testing/index.ts'
import type { PackageScanned } from '../../../schemas/types/index.ts'
import type { Package } from '../package.ts'
import packageTracking from '../package-tracking.ts'

const noon = Date.UTC(2025, 5, 2, 12)

const scan: PackageScanned = {
  eventId: 'scan-2',
  tenantId: 'acme',
  correlationId: null,
  trackingId: 'PKG-1',
  orderId: 'ORDER-1',
  carrier: 'DHL',
  scan: 'OUT_FOR_DELIVERY',
  occurredAt: noon,
  location: { city: 'Lyon', country: 'FR', lat: 45.76, lon: 4.84 },
  message: 'On the van',
}

const inTransit: Package = {
  orderId: 'ORDER-1',
  carrier: 'DHL',
  state: 'IN_TRANSIT',
  stateSince: noon - 3_600_000,
  lastScan: { eventId: 'scan-1', scan: 'DEPARTED_FACILITY', occurredAt: noon - 3_600_000 },
}

t.test('a package in transit goes out for delivery', async (t) => {
  // given: what is known of the package; when: its next scan comes
  const { outcome, state, tracked, emitted } = await receiveOne(packageTracking, scan, {
    key: 'PKG-1',
    state: inTransit,
  })

  // then
  t.same(outcome, { kind: 'commit' })
  t.match(state, { state: 'OUT_FOR_DELIVERY', stateSince: noon, lastScan: { eventId: 'scan-2' } })
  t.match(tracked, [
    { id: 'PKG-1', state: 'OUT_FOR_DELIVERY', scan: { kind: 'OUT_FOR_DELIVERY', message: 'On the van' } },
  ])
  t.match(emitted, [
    {
      name: 'shipping.package.state_changed',
      event: { from: 'IN_TRANSIT', to: 'OUT_FOR_DELIVERY', causeEventId: 'scan-2' },
    },
  ])
})

t.test('a delivered package cannot go out again: rejected, with a reason for people', async (t) => {
  const delivered: Package = { ...inTransit, state: 'DELIVERED' }

  const { outcome, tracked } = await receiveOne(packageTracking, scan, { key: 'PKG-1', state: delivered })

  t.same(outcome, {
    kind: 'reject',
    reason: 'a package that is DELIVERED cannot be scanned OUT_FOR_DELIVERY',
  })
  t.same(tracked, [])
})

t.test('a scan that comes late enters the history and leaves the package as it is', async (t) => {
  const late = { ...scan, scan: 'PICKED_UP', occurredAt: noon - 7_200_000 }

  const { outcome, state, tracked, emitted } = await receiveOne(packageTracking, late, {
    key: 'PKG-1',
    state: inTransit,
  })

  t.same(outcome, { kind: 'commit' })
  t.same(state, inTransit)
  t.match(tracked, [{ state: 'IN_TRANSIT', scan: { says: 'PICKED_UP', occurredAt: late.occurredAt } }])
  t.same(emitted, [])
})
