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
  const untilAllReady = async (doing: string): Promise<void> => {
    const deadline = performance.now() + readyWithinMs
    for (;;) {
      const waiting = slots.find(({ ready }) => !ready)
      if (waiting === undefined || stopping()) return
      if (performance.now() > deadline)
        throw new Error(
          `${doing}, process ${String(waiting.number)} was not ready within ${String(readyWithinMs / 1_000)} s: ${reasonOf(waiting)}`,
        )
      await delay(lookEveryMs)
    }
  }
  await untilAllReady('before it began')
  for (const slot of slots) {
    if (stopping()) return
    const { restarts } = slot
    await slot.stop()
    await untilAllReady(`after process ${String(slot.number)} was restarted`)
    if (!stopping() && slot.restarts > restarts + 1)
      throw new Error(`process ${String(slot.number)} ended again after it was restarted: ${slot.lastEnd}`)
  }
}

const reasonOf = (slot: ProcessSlot): string =>
  slot.latest?.ready.find(({ ready }) => !ready)?.reason ?? (slot.lastEnd || `it is ${slot.state}`)
