/** A package as operators see it. */

import type { Tone } from '../tone.ts'

export interface TrackedPackage {
  readonly trackingId: string
  readonly orderId: string
  readonly carrier: string
  readonly state: string
  readonly stateSince: string
  readonly updatedAt: string
}

export const packageFields = 'trackingId orderId carrier state stateSince updatedAt'

/** What a state means is the application's; those that end well or badly are seen by their name. */
export const toneOfState = (state: string): Tone => {
  if (state === 'DELIVERED') return 'good'
  return /LOST|RETURN|FAIL|EXCEPTION|DAMAGED/.test(state) ? 'bad' : 'busy'
}
