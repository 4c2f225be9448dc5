/**
 * The ledger of a unit: which offsets beyond its frontier are finished, lane by lane.
 *
 * An actor with order `key` or `none` splits a partition into lanes, and the records of a lane's batch lie between
 * those of the other lanes. "Lane L has done [a, b)" therefore says of the records of L alone that all those from a
 * to before b are finished. Within a lane such ranges follow each other and grow together: each work of a lane covers
 * from where the one before it ended to the end of its own drain, whether a record of the lane is there or not.
 *
 * L1: everything of the unit below the frontier is finished, in all lanes; ranges are kept from there on only.
 * L2: with another number of lanes a record is in another lane: what then counts is what every lane has done.
 */

import type { Offset } from '../topic-partition.ts'
import {
  atOrAbove,
  difference,
  includes,
  intersection,
  overlaps,
  union,
  type OffsetRange,
  type OffsetRanges,
} from './offset-ranges.ts'

export interface Ledger {
  readonly frontier: Offset
  /** One entry a lane. */
  readonly done: readonly OffsetRanges[]
}

export const emptyLedger = (lanes: number, frontier: Offset): Ledger => ({
  frontier,
  done: Array.from({ length: lanes }, () => []),
})

export const isDone = ({ frontier, done }: Ledger, lane: number, offset: Offset): boolean =>
  offset < frontier || includes(doneOf(done, lane), offset)

/** `ranges` of the lane are finished, and all of the unit below `frontier`, which never goes back. */
export const withDone = (
  ledger: Ledger,
  lane: number,
  ranges: OffsetRanges,
  frontier: Offset = ledger.frontier,
): Ledger => {
  doneOf(ledger.done, lane)
  return withFrontier(
    {
      frontier: ledger.frontier,
      done: ledger.done.map((old, nth) => (nth === lane ? union(old, ranges) : old)),
    },
    frontier,
  )
}

/** L1. */
export const withFrontier = (ledger: Ledger, frontier: Offset): Ledger => {
  const furthest = Math.max(ledger.frontier, frontier)
  return { frontier: furthest, done: ledger.done.map((ranges) => atOrAbove(ranges, furthest)) }
}

/** L2. */
export const withLanes = (ledger: Ledger, lanes: number): Ledger => {
  if (lanes === ledger.done.length) return ledger
  const [first = [], ...others] = ledger.done
  const all = others.reduce(intersection, first)
  return { frontier: ledger.frontier, done: Array.from({ length: lanes }, () => all) }
}

/**
 * What of `range` a work of this lane adds once it is finished: the rest an earlier owner has done. This is what the
 * work sends with its effects.
 */
export const newlyDone = ({ frontier, done }: Ledger, lane: number, range: OffsetRange): OffsetRanges =>
  atOrAbove(difference([range], doneOf(done, lane)), frontier)

/** Whether these ranges are, in part, done already. */
export const isDoneInPart = ({ frontier, done }: Ledger, lane: number, ranges: OffsetRanges): boolean =>
  ranges.length > 0 && (overlaps(doneOf(done, lane), ranges) || atOrAbove(ranges, frontier).length === 0)

/** Whether nothing is left to do of them. */
export const isDoneWholly = ({ frontier, done }: Ledger, lane: number, ranges: OffsetRanges): boolean =>
  difference(atOrAbove(ranges, frontier), doneOf(done, lane)).length === 0

/** In one lane: 10,000 would cost 13 ms an update. */
const mostRanges = 1_000

/** A unit whose ledger is full gets no credit until its oldest work ends and the frontier moves on. */
export const isFull = ({ done }: Ledger): boolean => done.some((ranges) => ranges.length >= mostRanges)

const doneOf = (done: Ledger['done'], lane: number): OffsetRanges => {
  const ranges = done[lane]
  if (ranges === undefined) throw new RangeError(`no lane ${String(lane)} among ${String(done.length)}`)
  return ranges
}
