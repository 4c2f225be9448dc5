/**
 * How long until what is there is worked through, at the rate of the last ten seconds and as if nothing more came. Pure.
 * A group's partitions are worked on side by side, and so are a partition's actors: the slowest one tells.
 */

import type { AssignmentStatus } from '../../../runtime/control/index.ts'

/** Records an actor finishes a second in the partition. */
export type FinishedPerSecond = (actor: string) => number

/** ms; null: not known, or one with something to do does nothing. */
export const drainMsOf = (
  { end, lagRecords, units }: AssignmentStatus,
  perSecond: FinishedPerSecond,
): number | null => {
  if (lagRecords === 0) return 0
  if (end === null || lagRecords === null) return null
  return slowest(
    units.map(({ actor, frontier }) => {
      if (frontier === null) return null
      const left = Math.max(0, end - frontier)
      const rate = perSecond(actor)
      if (left === 0) return 0
      return rate > 0 ? Math.round((left * 1_000) / rate) : null
    }),
  )
}

/** null as soon as one is not known, and of nothing. */
export const slowest = (estimates: readonly (number | null)[]): number | null =>
  estimates.reduce<number | null>(
    (worst, one) => (worst === null || one === null ? null : Math.max(worst, one)),
    estimates.length === 0 ? null : 0,
  )
