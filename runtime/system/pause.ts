/** Waiting that can be given up: the only timers of the consume path. */

import { setTimeout as delay } from 'node:timers/promises'

/** True when the time has passed, false when the signal came first. */
export const pause = async (ms: number, signal: AbortSignal): Promise<boolean> => {
  try {
    await delay(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
