/** Waiting that can be given up. Passed in where it is used: a test says when time has passed. */

import { setTimeout as delay } from 'node:timers/promises'

export type Pause = (ms: number, signal: AbortSignal) => Promise<boolean>

/** True when the time has passed, false when the signal came first. */
export const pause: Pause = async (ms, signal) => {
  try {
    await delay(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
