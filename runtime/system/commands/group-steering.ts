/** What commands do to the units that a group has given this process. */

import { isSelected, type UnitSelection } from '../../control/index.ts'
import type { Unit } from '../../delivery/index.ts'
import type { PartitionRun } from '../partition-run.ts'
import type { UnitRun } from '../unit-run.ts'

export type IsPaused = (unit: Unit) => boolean

export const neverPaused: IsPaused = () => false

interface HeldUnit {
  readonly run: PartitionRun
  readonly unit: UnitRun
}

export class GroupSteering {
  readonly #partitions: { readonly all: readonly PartitionRun[] }
  readonly #isPaused: IsPaused

  constructor(partitions: { readonly all: readonly PartitionRun[] }, isPaused: IsPaused) {
    this.#partitions = partitions
    this.#isPaused = isPaused
  }

  /** Units stand still, or go on, as pauses say now. */
  obeyPauses(): void {
    for (const { run, unit } of this.#units()) {
      const wanted = this.#isPaused(unit.unit)
      if (wanted && !unit.isPaused) run.pause(unit)
      else if (!wanted && unit.isPaused) run.goOn(unit)
    }
  }

  /** Those in quarantine take their rows anew, which decides again where they go on. */
  release(selection: UnitSelection): readonly Unit[] {
    const held = this.#units().filter(
      ({ unit }) => isSelected(selection, unit.unit) && unit.row.standing.kind === 'quarantined',
    )
    for (const { run, unit } of held) if (!run.resume(unit)) run.released(unit)
    return held.map(({ unit }) => unit.unit)
  }

  /** Units of the selection that are here. */
  selected(selection: UnitSelection): readonly UnitRun[] {
    return this.#units()
      .map(({ unit }) => unit)
      .filter(({ unit }) => isSelected(selection, unit))
  }

  #units(): readonly HeldUnit[] {
    return this.#partitions.all.flatMap((run) => run.units.map((unit) => ({ run, unit })))
  }
}
