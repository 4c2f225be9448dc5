/** Tells workers that an epoch of a unit is over: what they have of it is dropped. */

import type { Unit } from '../delivery/index.ts'
import { backoffMs, waitPolicy } from '../supervision/index.ts'
import type { Pause } from './pause.ts'
import { isWorkerLost } from './unit-work.ts'

export interface DiscardPorts {
  /** Resolves when every worker knows that the unit's epoch is over; WORKER_LOST when one died over it. */
  discard(unit: Unit, epoch: number): Promise<void>
  readonly pause: Pause
  /** 0 to 1, for jitter. */
  random(): number
}

const never = new AbortController().signal

export class UnitDiscards {
  readonly #unit: Unit
  readonly #ports: DiscardPorts

  constructor(unit: Unit, ports: DiscardPorts) {
    this.#unit = unit
    this.#ports = ports
  }

  /** Resolves when they know. A worker that died keeps nothing, but the others must be told all the same. */
  async tell(epoch: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#ports.discard(this.#unit, epoch)
        return
      } catch (error) {
        if (!isWorkerLost(error)) throw error
        await this.#ports.pause(backoffMs(waitPolicy, tries, this.#ports.random()), never)
      }
    }
  }

  /** The same, and it is not waited for any longer than this. */
  async tellWithin(ms: number, epoch: number): Promise<void> {
    const told = new AbortController()
    await Promise.race([this.tell(epoch), this.#ports.pause(ms, told.signal)])
    told.abort()
  }
}
