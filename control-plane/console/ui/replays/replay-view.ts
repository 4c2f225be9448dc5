/** A replay as the API tells it. */

import type { GoingOn } from '../steer/going-on.tsx'

export interface Replay {
  readonly id: string
  readonly state: Exclude<GoingOn, 'CANCELLED'>
  readonly trouble: string | null
  readonly groupName: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
  readonly fromOffset: number
  readonly toOffset: number
  readonly nextOffset: number
  readonly dedupe: 'KEEP' | 'REPLAY'
  readonly ratePerSecond: number
  readonly createdBy: string
  readonly createdAt: string
  readonly finishedAt: string | null
  readonly applied: number
  readonly passedOver: number
  readonly dead: number
  readonly skipped: number
  readonly gone: number
}

export const replayFields = `
  id state trouble groupName actor topic partition fromOffset toOffset nextOffset dedupe ratePerSecond
  createdBy createdAt finishedAt applied passedOver dead skipped gone`
