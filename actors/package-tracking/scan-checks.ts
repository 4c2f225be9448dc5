/**
 * Scans that say nothing we could track. They are rejected here, each by itself, because in the database a single
 * one of them would fail the statement, and with it the other packages of its batch.
 */

import type { ActorContext } from '../../runtime/actor/index.ts'
import type { PackageScanned } from '../../schemas/types/index.ts'

/** Longer ids are mistakes, and do not fit into an index. */
const maxIdLength = 200

/** A carrier's clock may be ahead of ours, its time zone wrong; more than that would make every later scan late. */
const maxAheadMs = 24 * 60 * 60 * 1_000

/** 1 January 2000: before it, a clock was not set. */
const earliest = Date.UTC(2000, 0, 1)

type Checked = Pick<ActorContext, 'tenant' | 'key' | 'timestamp' | 'eventId'>

/** The reason to reject; undefined: a scan we can follow. */
export const whyUnfit = (event: PackageScanned, ctx: Checked): string | undefined =>
  unfitId('event id', ctx.eventId) ??
  unfitId('tenant', ctx.tenant) ??
  unfitId('tracking id', event.trackingId) ??
  unfitId('order id', event.orderId) ??
  unfitText(event) ??
  strangers(event, ctx) ??
  unfitTime(event, ctx) ??
  unfitPlace(event)

const unfitId = (what: string, id: string): string | undefined => {
  if (id === '') return `the scan names no ${what}`
  if (id.length > maxIdLength) return `the ${what} has ${id.length} characters, allowed are ${maxIdLength}`
  return id.includes('\0') ? `the ${what} holds a NUL character` : undefined
}

const unfitText = ({ carrier, message, location }: PackageScanned): string | undefined =>
  [carrier, message, location?.city, location?.country].some((text) => text?.includes('\0'))
    ? 'a text of the scan holds a NUL character'
    : undefined

/** The record's own words and the event's must agree: state is kept by key and tenant. */
const strangers = (event: PackageScanned, ctx: Checked): string | undefined => {
  if (event.tenantId !== ctx.tenant)
    return `the record is of tenant ${ctx.tenant}, its event of ${event.tenantId}`
  if (event.trackingId !== ctx.key) return `the record's key is not the tracking id ${event.trackingId}`
  return undefined
}

const unfitTime = ({ occurredAt }: PackageScanned, { timestamp }: Checked): string | undefined => {
  if (!(occurredAt >= earliest)) return `${occurredAt} is no time of a scan`
  // Records without a timestamp have none to compare with.
  if (timestamp > 0 && occurredAt > timestamp + maxAheadMs)
    return 'the scan lies more than a day in the future'
  return occurredAt > 8.64e15 ? `${occurredAt} is no time of a scan` : undefined
}

const unfitPlace = ({ location }: PackageScanned): string | undefined => {
  if (location === null) return undefined
  const onEarth = Math.abs(location.lat) <= 90 && Math.abs(location.lon) <= 180
  return onEarth ? undefined : `latitude ${location.lat}, longitude ${location.lon} is no place`
}
