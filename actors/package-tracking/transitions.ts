/**
 * The states of a package, and what each carrier scan makes of each of them. This table is the business rule:
 * the actor asks it, the test walks all of it, and README.md shows it.
 *
 * T1: the table is closed under missing scans. Where the way from one state to another goes over several scans, the
 *     last of them alone leads on, too: carriers lose scans, and Kafka's producers tell some late. The unit test
 *     proves it for every pair, so that a new state cannot break it.
 */

import type { PackageState, ScanKind } from '../../schemas/types/index.ts'

export type { PackageState, ScanKind }

interface ScanRule {
  /** What the scan says by itself, whatever came before it: the state that the history shows. */
  readonly says: PackageState
  /** Which of two scans of the same moment came first: the lower one. Many carriers tell the minute only. */
  readonly step: number
}

export const scanRules = {
  LABEL_CREATED: { says: 'CREATED', step: 0 },
  PICKED_UP: { says: 'PICKED_UP', step: 1 },
  ARRIVED_AT_FACILITY: { says: 'IN_TRANSIT', step: 2 },
  DEPARTED_FACILITY: { says: 'IN_TRANSIT', step: 3 },
  OUT_FOR_DELIVERY: { says: 'OUT_FOR_DELIVERY', step: 4 },
  DELIVERY_FAILED: { says: 'DELIVERY_FAILED', step: 5 },
  RETURN_STARTED: { says: 'RETURNING', step: 6 },
  LOST: { says: 'LOST', step: 7 },
  DELIVERED: { says: 'DELIVERED', step: 8 },
  RETURNED: { says: 'RETURNED', step: 9 },
} as const satisfies Record<ScanKind, ScanRule>

type Transitions = Readonly<Partial<Record<ScanKind, PackageState>>>

/** What may still happen to a package that the carrier has and has not handed over. */
const underWay: Transitions = {
  ARRIVED_AT_FACILITY: 'IN_TRANSIT',
  DEPARTED_FACILITY: 'IN_TRANSIT',
  OUT_FOR_DELIVERY: 'OUT_FOR_DELIVERY',
  DELIVERY_FAILED: 'DELIVERY_FAILED',
  DELIVERED: 'DELIVERED',
  RETURN_STARTED: 'RETURNING',
  RETURNED: 'RETURNED',
  LOST: 'LOST',
}

/** State → scan → next state. What is not listed is impossible. */
export const transitions: Readonly<Record<PackageState, Transitions>> = {
  CREATED: { PICKED_UP: 'PICKED_UP', ...underWay },
  PICKED_UP: underWay,
  IN_TRANSIT: underWay,
  OUT_FOR_DELIVERY: underWay,
  DELIVERY_FAILED: underWay,
  // On its way back it passes facilities, too, and goes on being on its way back. A return can be called off.
  RETURNING: { ...underWay, ARRIVED_AT_FACILITY: 'RETURNING', DEPARTED_FACILITY: 'RETURNING' },
  // Lost packages turn up.
  LOST: underWay,
  DELIVERED: {},
  RETURNED: {},
}

/**
 * The state after `scan`; undefined: impossible. The first scan that is known of a package (`from` undefined) may be
 * any: the ones before it may be missing, or late.
 */
export const nextState = (from: PackageState | undefined, scan: ScanKind): PackageState | undefined =>
  from === undefined ? scanRules[scan].says : transitions[from][scan]
