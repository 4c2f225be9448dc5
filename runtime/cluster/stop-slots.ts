/**
 * How a node stops. Dynamic members go one at a time: each leaves its groups, and its partitions go on elsewhere while
 * the others of the node still work. Static members go together: nothing of theirs moves, so waiting for each other
 * would only make their partitions rest for longer.
 */

import type { ProcessSlot } from './process-slot.ts'

export interface StopBounds {
  /** How long one at a time; then the rest go together. 0: all do. */
  readonly oneByOneMs: number
  /** Aborted: nobody waits for anybody, and a process has `hastenedMs` left. */
  readonly hastened: AbortSignal
  readonly hastenedMs: number
}

/** Resolves when no process runs any more; each is cut off in its time. */
export const stopSlots = async (slots: readonly ProcessSlot[], bounds: StopBounds): Promise<void> => {
  const { hastened, hastenedMs } = bounds
  for (const slot of slots) slot.close()
  const together = Promise.withResolvers<void>()
  const timer = setTimeout(together.resolve, bounds.oneByOneMs)
  const hasten = (): void => {
    together.resolve()
    for (const slot of slots) {
      void slot.stop()
      slot.killAfter(hastenedMs)
    }
  }
  if (hastened.aborted) hasten()
  else hastened.addEventListener('abort', hasten)
  if (bounds.oneByOneMs === 0) together.resolve()
  // The last one first: who has waited longest for the group goes last.
  for (const slot of slots.toReversed()) {
    await Promise.race([slot.stop(), together.promise])
  }
  await Promise.all(slots.map((slot) => slot.stop()))
  clearTimeout(timer)
  hastened.removeEventListener('abort', hasten)
}
