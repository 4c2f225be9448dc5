/** What poison does to the events behind it: how long they waited, by what they were behind, and whether they went by. */

import { lengthMs, type Wait } from './waits.ts'

/** A record that was given up. */
export interface PoisonedPlace {
  readonly what: string
  readonly partition: number
  readonly offset: number
  /** When it was, ms since the epoch. */
  readonly givenUpAt: number
}

/** Of the events whose nearest poison before them, in their partition, is of one kind. */
export interface WaitsBehind {
  readonly longestMs: number
  /** So many were done before it was given up. */
  readonly wentBy: number
}

export const waitsBehind = (
  waits: Iterable<Wait>,
  places: readonly PoisonedPlace[],
): ReadonlyMap<string, WaitsBehind> => {
  const byPartition = Map.groupBy(
    places.toSorted((a, b) => a.offset - b.offset),
    ({ partition }) => partition,
  )
  const found = new Map<string, WaitsBehind>()
  for (const wait of waits) {
    const before = byPartition.get(wait.partition)?.findLast(({ offset }) => offset < wait.offset)
    if (before === undefined) continue
    const { longestMs, wentBy } = found.get(before.what) ?? { longestMs: 0, wentBy: 0 }
    found.set(before.what, {
      longestMs: Math.max(longestMs, lengthMs(wait)),
      wentBy: wentBy + (wait.to < before.givenUpAt ? 1 : 0),
    })
  }
  return found
}
