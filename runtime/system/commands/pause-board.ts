/** The pauses as this process last read them. */

import { isPaused, type Pause } from '../../control/index.ts'
import type { Unit } from '../../delivery/index.ts'

export class PauseBoard {
  #pauses: readonly Pause[] = []

  readonly isPaused = (unit: Unit): boolean => isPaused(this.#pauses, unit)

  /** False: they are what they were. */
  set(pauses: readonly Pause[]): boolean {
    const changed = JSON.stringify(pauses) !== JSON.stringify(this.#pauses)
    this.#pauses = pauses
    return changed
  }
}
