/** A unit's side of the shadow of its actor: which batches it is to have, and what it is given of them afterwards. */

import type { Unit } from '../../delivery/index.ts'
import type { LaneWork } from '../../partition/index.ts'
import type { TaskResult } from '../../pool/index.ts'
import type { ShadowRun } from './shadow-run.ts'

export interface UnitShadowPorts {
  /** Absent: there never is one. */
  readonly shadowOf?: ((unit: Unit) => ShadowRun | undefined) | undefined
}

type Handled = Extract<TaskResult, { kind: 'handled' }>

export class UnitShadow {
  readonly #unit: Unit
  readonly #ports: UnitShadowPorts
  readonly #timeLimitMs: number

  constructor(unit: Unit, timeLimitMs: number, ports: UnitShadowPorts) {
    this.#unit = unit
    this.#timeLimitMs = timeLimitMs
    this.#ports = ports
  }

  /** Whether its worker is to tell what the records of it come to. `kept`: its copy, without which the shadow has nothing. */
  isWanted({ isAside, count, records }: LaneWork, kept: ArrayBuffer | undefined): boolean {
    const shadow = isAside === true ? undefined : this.#ports.shadowOf?.(this.#unit)
    if (shadow === undefined) return false
    if (kept !== undefined && shadow.takes(this.#unit, kept.byteLength)) return true
    // What is tried again was counted with its first attempt.
    if (records === undefined) shadow.drop(this.#unit, count)
    return false
  }

  /** `kept`: nobody else needs it any more. */
  handled(kept: ArrayBuffer | undefined, { observed }: Handled): void {
    if (observed === undefined || kept === undefined) return
    this.#ports
      .shadowOf?.(this.#unit)
      ?.offer({ unit: this.#unit, batch: kept, observed, timeLimitMs: this.#timeLimitMs })
  }
}
