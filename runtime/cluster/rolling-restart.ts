/**
 * A new process in every slot, one after the other; the next only when the last is ready. Where that does not come,
 * the rest stay as they are: what is wrong with the new one would be wrong with all.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { ProcessSlot } from './process-slot.ts'

export interface RollingBounds {
  readonly readyWithinMs: number
  readonly stopping: () => boolean
}

const lookEveryMs = 50

/** Rejects with why it was given up. A stop of the node ends it silently. */
export const rollingRestart = async (
  slots: readonly ProcessSlot[],
  { readyWithinMs, stopping }: RollingBounds,
): Promise<void> => {
  const untilAllReady = async (restarted?: ProcessSlot): Promise<void> => {
    const deadline = performance.now() + readyWithinMs
    const { restarts } = restarted ?? { restarts: 0 }
    for (;;) {
      const waiting = slots.find(({ ready }) => !ready)
      if (waiting === undefined || stopping()) return
      const when =
        restarted === undefined
          ? 'before it began'
          : `after process ${String(restarted.number)} was restarted`
      if (restarted !== undefined && (restarted.state === 'waiting' || restarted.restarts > restarts))
        throw new Error(`process ${String(restarted.number)} ended again: ${restarted.lastEnd}`)
      if (performance.now() > deadline)
        throw new Error(
          `${when}, process ${String(waiting.number)} was not ready within ${String(readyWithinMs / 1_000)} s: ${reasonOf(waiting)}`,
        )
      await delay(lookEveryMs)
    }
  }
  await untilAllReady()
  for (const slot of slots) {
    if (stopping()) return
    // Its successor is started as soon as it has ended.
    await slot.stop()
    await untilAllReady(slot)
  }
}

const reasonOf = (slot: ProcessSlot): string =>
  slot.latest?.ready.find(({ ready }) => !ready)?.reason ?? (slot.lastEnd || `it is ${slot.state}`)
