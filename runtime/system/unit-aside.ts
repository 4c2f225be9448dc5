/** What of a unit's work is not drained: parked keys, timers and replays, in one epoch of its owner. */

import type { ParkingStore, TimerStore, Unit } from '../delivery/index.ts'
import type { PartitionActor } from '../partition/index.ts'
import type { LoadedActor } from './loaded-actor.ts'
import { ParkedKeys, type ParkedKeysPorts } from './parked-keys.ts'
import { UnitReplays, type ReplaySources } from './replays/unit-replays.ts'
import { UnitTimers } from './unit-timers.ts'

export interface AsideStores {
  /** Absent: no unit has parked keys. */
  readonly parking?: ParkingStore | undefined
  /** Absent: no timer fires. */
  readonly timers?: TimerStore | undefined
  /** Absent: nothing is handled again. */
  readonly replays?: ReplaySources | undefined
}

type AsidePorts = AsideStores & Pick<ParkedKeysPorts, 'pause' | 'monotonicMs' | 'random'>

export interface Aside {
  readonly parked: ParkedKeys | undefined
  readonly timers: UnitTimers | undefined
  readonly replays: UnitReplays | undefined
}

export const asideOf = (
  unit: Unit,
  actor: PartitionActor,
  { lanes, definition: { order, onTimer } }: LoadedActor,
  { parking, timers, replays, ...ports }: AsidePorts,
  events: Pick<ParkedKeysPorts, 'offered' | 'away' | 'failed'> & { gaveUp(id: number, why: string): void },
): Aside => {
  const lane = [unit, actor, lanes, order !== 'none'] as const
  const { pause, monotonicMs } = ports
  const all = { pause, monotonicMs, random: () => ports.random(), ...events }
  return {
    parked: parking && new ParkedKeys(...lane, { ...all, store: parking }),
    replays: replays && new UnitReplays(unit, actor, { ...all, ...replays }),
    timers: onTimer && timers && new UnitTimers(...lane, { ...all, store: timers }),
  }
}
