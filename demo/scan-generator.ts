/**
 * A few thousand real-looking scans, with everything planted that goes wrong in a real feed: scans that come late,
 * twice, after the end, or as bytes nobody can read. Says of each what must become of it.
 */

import type { PackageScanned, PackageState } from '../schemas/types/index.ts'
import { carriers, cities, isOver, journeys, tenants } from './journeys.ts'
import { Random } from './random.ts'

/** What must become of a record. */
export type Plant = 'applied' | 'duplicate' | 'rejected' | 'undecodable'

export type Publication =
  | { readonly kind: 'scan'; readonly plant: Plant; readonly event: PackageScanned }
  /** Bytes that are no event, under an event's name, id and tenant. */
  | {
      readonly kind: 'garbage'
      readonly plant: 'undecodable'
      readonly eventId: string
      readonly tenant: string
      readonly key: string
      readonly value: Uint8Array
    }

export interface PlantedPackage {
  readonly tenant: string
  readonly trackingId: string
  readonly orderId: string
  readonly state: PackageState
}

export interface Feed {
  /** In the order in which they are produced; scans of one package keep theirs. */
  readonly publications: readonly Publication[]
  readonly packages: readonly PlantedPackage[]
}

const minute = 60_000

/** `now`: ms since the epoch; the journeys ended shortly before it. */
export const generateFeed = (packageCount: number, seed: number, now: number): Feed => {
  const random = new Random(seed)
  const packages: PlantedPackage[] = []
  const histories: Publication[][] = []
  for (let i = 0; i < packageCount; i += 1) {
    const tenant = random.pick(tenants)
    // Orders of up to three packages.
    const orderId = `ORD-${String(10_000 + Math.floor(i / 3))}-${tenant}`
    const { history, state, trackingId } = onePackage(random, tenant, orderId, now)
    packages.push({ tenant, trackingId, orderId, state })
    histories.push(history)
  }
  return { publications: interleave(random, histories), packages }
}

const onePackage = (random: Random, tenant: string, orderId: string, now: number) => {
  const trackingId = `TRP${String(random.below(1e9)).padStart(9, '0')}${tenant.slice(0, 2).toUpperCase()}`
  const carrier = random.pick(carriers)
  const journey = random.pick(journeys)
  let at = now - (48 + random.below(24)) * 60 * minute
  const scanOf = (scan: PackageScanned['scan'], message: string): PackageScanned => {
    at += (20 + random.below(180)) * minute
    return {
      eventId: random.uuid(),
      tenantId: tenant,
      correlationId: orderId,
      trackingId,
      orderId,
      carrier,
      scan,
      occurredAt: at,
      location: random.chance(0.9) ? random.pick(cities) : null,
      message,
    }
  }
  const history: Publication[] = journey.map(({ scan, message }) => ({
    kind: 'scan',
    plant: 'applied',
    event: scanOf(scan, message),
  }))
  const state = journey.at(-1)?.state ?? 'CREATED'
  if (random.chance(0.15)) comeLate(history)
  if (isOver(state) && random.chance(0.15)) {
    history.push({
      kind: 'scan',
      plant: 'rejected',
      event: scanOf('ARRIVED_AT_FACILITY', 'Scanned after the end'),
    })
  }
  if (random.chance(0.2)) repeat(random, history)
  if (random.chance(0.08))
    history.splice(random.below(history.length), 0, garbage(random, tenant, trackingId))
  return { history, state, trackingId }
}

/** The third scan is told after the fourth: it belongs into the history and changes no state. */
const comeLate = (history: Publication[]): void => {
  const [late] = history.splice(2, 1)
  if (late) history.splice(3, 0, late)
}

/** One of the scans is sent again, somewhere after the first time. */
const repeat = (random: Random, history: Publication[]): void => {
  const index = random.below(history.length)
  const original = history[index]
  if (original?.kind !== 'scan') return
  const place = index + 1 + random.below(history.length - index)
  history.splice(place, 0, { ...original, plant: 'duplicate' })
}

const garbage = (random: Random, tenant: string, key: string): Publication => {
  const kinds = [
    Uint8Array.from(Buffer.from('{"scan":"DELIVERED"}')),
    Uint8Array.from([0, 0, 0]),
    // A schema id that nobody registered, and one byte of content.
    Uint8Array.from([0, 0x7f, 0xff, 0xff, 0xff, 0x02]),
  ]
  return {
    kind: 'garbage',
    plant: 'undecodable',
    eventId: random.uuid(),
    tenant,
    key,
    value: random.pick(kinds),
  }
}

/** A random walk over the packages; what one of them goes through stays in order. */
const interleave = (
  random: Random,
  histories: readonly (readonly Publication[])[],
): readonly Publication[] => {
  const open = histories.map((history) => ({ history, next: 0 }))
  const publications: Publication[] = []
  while (open.length > 0) {
    // Among the first few hundred only: packages are under way at different times.
    const index = random.below(Math.min(open.length, 200))
    const walk = open[index]
    const publication = walk?.history[walk.next]
    if (walk === undefined || publication === undefined) open.splice(index, 1)
    else {
      publications.push(publication)
      walk.next += 1
    }
  }
  return publications
}
