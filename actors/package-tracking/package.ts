/**
 * What is known of one package, and what one scan changes in it. Pure: the same package and scan give the same
 * answer, however often they are asked.
 */

import { nextState, type PackageState, scanRules, type ScanKind } from './transitions.ts'

/** The durable state of the actor, one for each tracking id. */
export interface Package {
  readonly orderId: string
  readonly carrier: string
  readonly state: PackageState
  /** When the scan happened that brought `state`, ms since the epoch. */
  readonly stateSince: number
  /** The last scan that was applied: later ones go on from it, earlier ones are late. */
  readonly lastScan: ScanMoment
}

/** Where a scan stands in a package's life. */
export interface ScanMoment {
  readonly eventId: string
  readonly scan: ScanKind
  /** When it happened, ms since the epoch. */
  readonly occurredAt: number
}

export interface Scan extends ScanMoment {
  readonly orderId: string
  readonly carrier: string
}

export type Followed =
  /** Applied; `from` undefined: this is the first that is known of the package. */
  | { readonly kind: 'applied'; readonly from: PackageState | undefined; readonly now: Package }
  /** It happened before the last applied one: it belongs into the history, and the package stays what it is. */
  | { readonly kind: 'late'; readonly now: Package }
  /** The very scan that was applied last. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'impossible'; readonly reason: string }

export const follow = (known: Package | undefined, scan: Scan): Followed => {
  if (known === undefined) return apply(undefined, scan)
  if (known.orderId !== scan.orderId) {
    return {
      kind: 'impossible',
      reason: `the package belongs to order ${known.orderId}, the scan says ${scan.orderId}`,
    }
  }
  const order = compareMoments(scan, known.lastScan)
  if (order === 0) return { kind: 'repeated' }
  // A late scan is not held against the table: the package has since got further, so what the carrier says happened
  // before can change nothing; and refusing it would tear a hole into the history.
  return order < 0 ? { kind: 'late', now: known } : apply(known, scan)
}

const apply = (known: Package | undefined, scan: Scan): Followed => {
  const from = known?.state
  const state = nextState(from, scan.scan)
  if (state === undefined) {
    return { kind: 'impossible', reason: `a package that is ${String(from)} cannot be scanned ${scan.scan}` }
  }
  const { eventId, occurredAt, orderId, carrier } = scan
  const stateSince = known !== undefined && state === from ? known.stateSince : occurredAt
  return {
    kind: 'applied',
    from,
    now: { orderId, carrier, state, stateSince, lastScan: { eventId, scan: scan.scan, occurredAt } },
  }
}

/**
 * By time, then by a package's usual way, then by id: a total order, so that a scan that comes a second time is never
 * taken for a new one, and the history reads the same in whatever order its scans came. 0 is the same scan.
 */
export const compareMoments = (a: ScanMoment, b: ScanMoment): number =>
  a.occurredAt - b.occurredAt ||
  scanRules[a.scan].step - scanRules[b.scan].step ||
  compareIds(a.eventId, b.eventId)

const compareIds = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
