/** How far behind the end of a partition its actors are, in records and in time. */

import type { AssignmentStatus } from '../control/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { EndSightings } from './end-sightings.ts'

/** Where one actor stands in a partition. */
export interface Standing {
  readonly frontier: Offset | null
  readonly position: Offset | null
  /** Of its first delivered record that is not finished; null: there is none, or it has no timestamp. */
  readonly oldestUnfinishedAtMs: number | null
}

/**
 * Of the actor that is farthest behind, and oldest. Records that were delivered have an age by their timestamp. Of
 * those that were not only a lower bound is known: for how long they have been seen at the broker.
 */
export const lagAt = (
  standings: readonly Standing[],
  ends: EndSightings,
  nowMs: number,
): Pick<AssignmentStatus, 'position' | 'frontier' | 'end' | 'lagRecords' | 'lagMs'> => {
  const frontier = least(standings.map((standing) => standing.frontier))
  const position = least(standings.map((standing) => standing.position))
  // What was delivered is below the end, however old the broker's answer is.
  const known = [ends.latest, ...standings.map((standing) => standing.position ?? undefined)]
  const end = known.reduce((most, offset) => (most === undefined || (offset ?? -1) > most ? offset : most))
  const ages = standings.map((standing) => ageOf(standing, ends, nowMs))
  if (frontier !== null) ends.forgetBelow(frontier)
  return {
    position,
    frontier,
    end: ends.latest === undefined ? null : (end ?? null),
    lagRecords: frontier === null || ends.latest === undefined ? null : Math.max(0, (end ?? 0) - frontier),
    lagMs: ages.length === 0 || ages.includes(null) ? null : Math.max(...(ages as number[])),
  }
}

const ageOf = (
  { frontier, position, oldestUnfinishedAtMs }: Standing,
  ends: EndSightings,
  nowMs: number,
): number | null => {
  // A producer's clock may be ahead of ours.
  if (oldestUnfinishedAtMs !== null) return Math.max(0, nowMs - oldestUnfinishedAtMs)
  if (frontier === null || ends.latest === undefined) return null
  const isFinished = frontier >= (position ?? frontier)
  if (isFinished && frontier >= ends.latest) return 0
  const since = ends.thereSince(frontier)
  return since === undefined ? null : Math.max(0, nowMs - since)
}

/** null where one is not known. */
const least = (offsets: readonly (Offset | null)[]): Offset | null =>
  offsets.length === 0 || offsets.includes(null) ? null : Math.min(...(offsets as Offset[]))
