/**
 * Package tracking: what carriers scan becomes what customers see.
 *
 * Receives `shipping.package.scanned`, keyed by tracking id, so that the scans of one package come in order and those
 * of different packages side by side. Keeps the package, writes its history and its order, and says so with
 * `shipping.package.state_changed` whenever the state changes. The rules are in README.md.
 */

import { type ActorContext, commit, defineActor, reject, stateOf } from '../../runtime/actor/index.ts'
import { PackageScanned } from '../../schemas/types/index.ts'
import { follow, type Package } from './package.ts'
import { whyUnfit } from './scan-checks.ts'
import { applyTracked, type TrackedScan } from './tables.ts'
import { scanRules } from './transitions.ts'

/** A carrier's sentence, not a document: the rest is cut. */
const maxMessageLength = 1_000

type Context = ActorContext<Package, TrackedScan>

export default defineActor({
  name: 'package-tracking',
  receives: { 'shipping.package.scanned': PackageScanned },
  order: 'key',
  concurrency: 64,
  effects: 'postgres',
  state: stateOf<Package>(),
  applyTracked,

  receive(event, ctx) {
    const unfit = whyUnfit(event, ctx)
    if (unfit !== undefined) return reject(unfit)

    const followed = follow(ctx.state, { ...event, eventId: ctx.eventId })
    switch (followed.kind) {
      case 'impossible':
        return reject(followed.reason)
      case 'repeated':
        return commit()
      case 'late':
        track(event, followed.now, ctx)
        return commit()
      case 'applied':
        ctx.state = followed.now
        track(event, followed.now, ctx)
        if (followed.from !== followed.now.state) emitChange(event, followed.from, followed.now, ctx)
        return commit()
    }
  },
})

/** One row for the tables: the scan as it goes into the history, and the package as it is now. */
const track = (event: PackageScanned, now: Package, ctx: Context): void => {
  const { says, step } = scanRules[event.scan]
  ctx.track({
    entity: 'package',
    id: event.trackingId,
    state: now.state,
    at: now.stateSince,
    orderId: now.orderId,
    carrier: now.carrier,
    lastScanAt: now.lastScan.occurredAt,
    scan: {
      kind: event.scan,
      says,
      step,
      occurredAt: event.occurredAt,
      message: event.message?.slice(0, maxMessageLength) ?? null,
      location: event.location,
    },
  })
}

const emitChange = (
  event: PackageScanned,
  from: Package['state'] | undefined,
  now: Package,
  ctx: Context,
): void => {
  ctx.emit('shipping.package.state_changed', {
    // Made from the scan's id: handled again, the scan makes the same event again, and readers drop the second.
    eventId: `${ctx.eventId}/state-changed`,
    tenantId: ctx.tenant,
    correlationId: ctx.correlationId,
    trackingId: event.trackingId,
    orderId: now.orderId,
    from: from ?? null,
    to: now.state,
    occurredAt: event.occurredAt,
    causeEventId: ctx.eventId,
  })
}
