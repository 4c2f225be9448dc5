/** The memory twin of what transactions do of replays: the same compare-and-set. Its writes are part of `MemoryEffectsStore.apply`. */

import type { BatchEffects } from '../delivery/effects.ts'
import { overlaps, union, type OffsetRanges, type ReplayedPart } from '../delivery/index.ts'

export interface MemoryReplays {
  /** In the order they were applied. */
  readonly parts: readonly ReplayedPart[]
  fits(effects: BatchEffects): boolean
  apply(effects: BatchEffects): void
}

export const memoryReplays = (): MemoryReplays => {
  const done = new Map<number, OffsetRanges>()
  const parts: ReplayedPart[] = []
  return {
    parts,
    fits: ({ replayed }) => replayed === undefined || !overlaps(done.get(replayed.id) ?? [], replayed.done),
    apply: ({ replayed }) => {
      if (replayed === undefined) return
      done.set(replayed.id, union(done.get(replayed.id) ?? [], replayed.done))
      parts.push(replayed)
    },
  }
}
