/** What the operators' API reads and writes in Postgres beside status reports, each with its own few connections. */

import type { DeadLetterIndex, ParkingStore, RedriveStore, ReplayStore } from '../../runtime/control/index.ts'
import {
  openCommandDesk,
  openDeadLetterIndex,
  openParkingStore,
  openRedriveStore,
  openReplayStore,
  type CommandDesk,
} from '../../runtime/store/index.ts'

export interface OperatorStores {
  readonly desk: CommandDesk
  readonly letters: DeadLetterIndex
  readonly redrives: RedriveStore
  readonly parking: ParkingStore
  readonly replays: ReplayStore
  close(): Promise<void>
}

/** Opens no connection yet. */
export const openOperatorStores = (url: string): OperatorStores => {
  const options = { url, applicationName: 'troupe-control-plane' }
  const desk = openCommandDesk(options)
  const letters = openDeadLetterIndex(options)
  const redrives = openRedriveStore(options)
  const parking = openParkingStore({ ...options, maxConnections: 1 })
  const replays = openReplayStore({ ...options, maxConnections: 1 })
  return {
    desk,
    letters,
    redrives,
    parking,
    replays,
    close: async () => {
      await Promise.all([desk, letters, redrives, parking, replays].map((store) => store.close()))
    },
  }
}
