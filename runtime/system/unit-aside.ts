/** What of a unit's work is not drained: parked keys and timers, in one epoch of its owner. */

import type { ParkingStore, TimerStore, Unit } from '../delivery/index.ts'
import type { PartitionActor } from '../partition/index.ts'
import type { LoadedActor } from './loaded-actor.ts'
import { ParkedKeys, type ParkedKeysPorts } from './parked-keys.ts'
import { UnitTimers } from './unit-timers.ts'

export interface AsideStores {
  /** Absent: no unit has parked keys. */
  readonly parking?: ParkingStore | undefined
  /** Absent: no timer fires. */
  readonly timers?: TimerStore | undefined
}

type AsidePorts = AsideStores & Pick<ParkedKeysPorts, 'pause' | 'monotonicMs' | 'random'>

export interface Aside {
  readonly parked: ParkedKeys | undefined
  readonly timers: UnitTimers | undefined
}

export const asideOf = (
  unit: Unit,
  actor: PartitionActor,
  { lanes, definition: { order, onTimer } }: LoadedActor,
  { parking, timers, ...ports }: AsidePorts,
  events: Pick<ParkedKeysPorts, 'offered' | 'away' | 'failed'>,
): Aside => {
  const lane = [unit, actor, lanes, order !== 'none'] as const
  const { pause, monotonicMs } = ports
  const all = { pause, monotonicMs, random: () => ports.random(), ...events }
  return {
    parked: parking && new ParkedKeys(...lane, { ...all, store: parking }),
    timers: onTimer && timers && new UnitTimers(...lane, { ...all, store: timers }),
  }
}
