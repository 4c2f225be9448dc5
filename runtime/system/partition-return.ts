/**
 * Brings units of a partition back that let go of what they had: takes their rows, in a new epoch each, and moves the
 * partition's queue to where they stand. Until then nothing is drained for any unit of the partition.
 *
 * B1. One return at a time; a unit that joins it while it is under way is brought back with the others.
 * B2. While the partition drains nothing is brought back: the next owner fetches it.
 */

import type { UnitClaim } from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import { backoffMs, waitPolicy } from '../supervision/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { Pause } from './pause.ts'
import type { UnitRun } from './unit-run.ts'
import type { UnitTake } from './unit-takes.ts'

export interface ReturnPorts {
  /** Records come again from this offset on once it resolves. False: the partition was not given to the source yet. */
  rewind(offset: Offset): Promise<boolean>
  /** A new epoch of each row. Throws POSTGRES_UNAVAILABLE and KAFKA_UNAVAILABLE. */
  take(claims: readonly UnitClaim[]): Promise<readonly UnitTake[]>
  readonly pause: Pause
  /** 0 to 1, for jitter. */
  random(): number
}

export interface ReturnEvents {
  /** Where the queue should go on; undefined: it need not move, or was not told yet where to begin. */
  readonly position: () => Offset | undefined
  readonly returned: () => void
  readonly failed: (error: unknown) => void
}

/** Until the source has taken in that it was given the partition. */
const notGivenYetMs = 5

export class PartitionReturn {
  readonly #units: readonly UnitRun[]
  readonly #ports: ReturnPorts
  readonly #events: ReturnEvents
  readonly #nextEpoch: () => number
  /** B2. */
  readonly #draining: AbortSignal
  readonly #away: Set<UnitRun>
  #underWay = false

  /** `units`: of the partition, those without their row among them being away from the start. */
  constructor(
    units: readonly UnitRun[],
    ports: ReturnPorts,
    events: ReturnEvents,
    nextEpoch: () => number,
    draining: AbortSignal,
  ) {
    this.#units = units
    this.#ports = ports
    this.#events = events
    this.#nextEpoch = nextEpoch
    this.#draining = draining
    this.#away = new Set(units.filter(({ row }) => !row.isAtWork))
  }

  /** A unit is away. */
  get isDue(): boolean {
    return this.#away.size > 0
  }

  /** It let go of what it had, or is about to: after `afterMs` it is brought back. */
  bring(unit: UnitRun, afterMs: number): void {
    this.#away.add(unit)
    void this.begin(afterMs)
  }

  /** Resolves when no unit is away any more, or the partition is given back; at once where that is under way (B1). */
  async begin(afterMs: number): Promise<void> {
    if (this.#underWay) return
    this.#underWay = true
    try {
      if (afterMs > 0) await this.#ports.pause(afterMs, this.#draining)
      if (await this.#bringAll()) this.#events.returned()
    } catch (error) {
      this.#events.failed(error)
    } finally {
      this.#underWay = false
    }
  }

  /** False: it ended before (B2). */
  async #bringAll(): Promise<boolean> {
    for (let tries = 0; this.isDue;) {
      const away = [...this.#away]
      for (const unit of away) await unit.letGo(this.#nextEpoch())
      if (this.#draining.aborted) return false
      if (await this.#take(away)) {
        tries = 0
        await this.#moveSource()
        for (const unit of away) if (unit.row.standing.kind !== 'taking') this.#away.delete(unit)
      } else {
        tries += 1
        await this.#ports.pause(backoffMs(waitPolicy, tries, this.#ports.random()), this.#draining)
      }
    }
    return true
  }

  /** False: not all of them could be taken now. */
  async #take(away: readonly UnitRun[]): Promise<boolean> {
    const units = away.filter(({ row }) => row.standing.kind === 'taking')
    if (units.length === 0) return true
    let takes: readonly UnitTake[]
    try {
      takes = await this.#ports.take(units.map(({ row }) => row.claim))
    } catch (error) {
      if (!(error instanceof TroupeError && error.retryable)) throw error
      for (const unit of units) unit.troubles.rowAway(error)
      return false
    }
    units.forEach((unit, nth) => {
      const take = takes[nth]
      if (take === undefined) throw new TroupeError('BUG', 'a claim was not answered')
      unit.taken(take, this.#nextEpoch())
      if (take.kind === 'begun') this.#standRowlessAt(take.groupStart)
    })
    return takes.every(({ kind }) => kind !== 'taken-away')
  }

  /** Beside units with a row, those without must know where they begin: the source begins at the least of all. */
  #standRowlessAt(start: Offset): void {
    for (const unit of this.#units) {
      const isNew = unit.row.standing.kind === 'rowless' && unit.position() === undefined
      if (isNew) unit.standAt(start, this.#nextEpoch())
    }
  }

  async #moveSource(): Promise<void> {
    const offset = this.#events.position()
    if (offset === undefined) return
    while (!(await this.#ports.rewind(offset))) {
      if (!(await this.#ports.pause(notGivenYetMs, this.#draining))) return
    }
  }
}
