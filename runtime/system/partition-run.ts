/**
 * One assigned partition: its queue is drained as far as the credit of its actors goes, and what came is given to
 * each of them. Nothing polls: a drain follows a wake of the queue, or credit that came back.
 *
 * R1. One drain at a time, so records reach the actors in the order of the log.
 * R2. No drain while a unit is away: before its row is taken, and between the moment it lets go of what it had and the
 *     moment the queue has moved to where it stands.
 * R3. A unit in quarantine holds up nobody, but of its partition nothing more is committed to Kafka.
 * R4. No drain while every lane of every unit has work under way and work waiting: it would only make more and shorter
 *     batches of what one drain brings later.
 * R5. A paused unit holds up nobody either: the others' records are drained past it, and when it goes on it is brought
 *     back to its frontier, as after a loss.
 */

import type { AssignmentStatus } from '../control/index.ts'
import type { Drained, SourceEvent } from '../kafka/index.ts'
import type { Offset, TopicPartition } from '../topic-partition.ts'
import { EndSightings } from './end-sightings.ts'
import { lagAt } from './lag.ts'
import { PartitionReturn, type ReturnPorts } from './partition-return.ts'
import type { UnitRun } from './unit-run.ts'

export interface PartitionPorts extends ReturnPorts {
  drain(limits: { records: number; bytes: number; lanes: readonly number[] }): Promise<Drained>
  event(event: SourceEvent): void
  failed(error: unknown): void
}

export interface DrainBounds {
  readonly batchRecords: number
  readonly batchBytes: number
}

export class PartitionRun {
  readonly at: TopicPartition
  readonly units: readonly UnitRun[]
  readonly #ports: PartitionPorts
  readonly #bounds: DrainBounds
  readonly #nextEpoch: () => number
  readonly #over = new AbortController()
  /** The partition will be given back: nothing is worth waiting for that would fetch again. */
  readonly #draining = new AbortController()
  /** Records may be waiting in the queue. */
  #woken = true
  #pumping = false
  /** R2. */
  readonly #return: PartitionReturn
  /** The source was told where to begin: from then on it is drained, and has to be moved. */
  #assigned = false
  #committed: Offset | undefined
  /** Where it begins, as far as that is known before something is delivered. */
  #start: Offset | undefined
  readonly #ends = new EndSightings()

  constructor(
    at: TopicPartition,
    makeUnits: (run: PartitionRun) => readonly UnitRun[],
    bounds: DrainBounds,
    ports: PartitionPorts,
    nextEpoch: () => number,
  ) {
    this.at = at
    this.#ports = ports
    this.#bounds = bounds
    this.#nextEpoch = nextEpoch
    this.units = makeUnits(this)
    this.#return = new PartitionReturn(
      this.units,
      ports,
      {
        position: () => (this.#assigned ? this.#leastPosition() : undefined),
        returned: () => {
          this.wake()
        },
        failed: (error) => {
          this.#failed(error)
        },
      },
      nextEpoch,
      this.#draining.signal,
    )
  }

  /** Some of its units have rows to take before anything is drained. */
  get mustBegin(): boolean {
    return this.#return.isDue
  }

  /** Takes the rows of its units. Resolves when they are taken, however long that takes, or when it is over. */
  async begin(): Promise<void> {
    await this.#return.begin(0)
  }

  /** Where the source should begin; undefined: where the group stands. From now on it is moved when need be. */
  assignedAt(): Offset | undefined {
    this.#assigned = true
    return this.mustBegin ? undefined : this.#leastPosition()
  }

  /** The queue has records, or a unit has credit again. */
  wake(): void {
    this.#woken = true
    void this.#pump()
  }

  progressed(): void {
    void this.#pump()
  }

  /** A unit lost a buffer: after `afterMs` the queue moves back to where the unit stands. */
  lost(unit: UnitRun, afterMs: number): void {
    this.#return.bring(unit, afterMs)
  }

  /** A unit's row is another's: it lets go of all it has at once, and takes the row anew after `afterMs`. */
  fenced(unit: UnitRun, afterMs: number): void {
    unit.letGo(this.#nextEpoch()).catch((error: unknown) => {
      this.#failed(error)
    })
    this.#return.bring(unit, afterMs)
  }

  /** Its topic was deleted and made again. `start`: where units go on that have no row to say so. */
  madeAnew(start: Offset): void {
    for (const unit of this.units) {
      unit.row.release() // also out of a quarantine
      if (unit.row.standing.kind === 'rowless') {
        unit.madeAnew(start, this.#nextEpoch).catch((error: unknown) => {
          this.#failed(error)
        })
        this.#return.bring(unit, 0)
      } else {
        this.fenced(unit, 0)
      }
    }
  }

  /** A unit is in quarantine: what it had in hand is dropped. */
  quarantined(unit: UnitRun): void {
    unit.letGo(this.#nextEpoch()).catch((error: unknown) => {
      this.#failed(error)
    })
    // It may have been what the others' drains waited for.
    this.progressed()
  }

  /** Takes a unit out of quarantine. False: it is not in one that ends like that. */
  resume(unit: UnitRun): boolean {
    if (!unit.resume()) return false
    this.released(unit)
    return true
  }

  /** A unit's row was reset, or was taken by somebody: it is out of quarantine, and takes the row anew. */
  released(unit: UnitRun): void {
    unit.row.release()
    this.#return.bring(unit, 0)
  }

  /** R5. What is in workers' hands finishes, what waits for them is dropped when it goes on. */
  pause(unit: UnitRun): void {
    unit.pause()
  }

  /** R5. */
  goOn(unit: UnitRun): void {
    unit.goOn()
    this.lost(unit, 0)
  }

  /** The least frontier of the units: what Kafka may forget. Undefined when it is the one that was told last. */
  takeCommittable(): Offset | undefined {
    const offset = this.committable()
    if (offset === undefined || offset === this.#committed) return undefined
    this.#committed = offset
    return offset
  }

  /** As far as it is in the rows, of the units that have one. Undefined: a unit does not tell, or commits itself. */
  committable(): Offset | undefined {
    if (this.units.some(({ isTransactional }) => isTransactional)) return undefined
    return least(this.units.map(({ row }) => row.committable()))
  }

  frontier(): Offset | undefined {
    return least(this.units.map((unit) => unit.frontier()))
  }

  /** Nobody knows yet where it begins. */
  get startUnknown(): boolean {
    return this.#start === undefined && this.frontier() === undefined
  }

  beginsAt(start: Offset): void {
    this.#start = start
  }

  /** What the broker said at `atMs`. */
  endsAt(end: Offset, atMs: number): void {
    this.#ends.note(end, atMs)
  }

  status(nowMs: number): AssignmentStatus {
    const units = this.units.map((unit) => unit.status(this.#start))
    return { ...this.at, ...lagAt(units, this.#ends, nowMs), units }
  }

  /** Nothing new is begun; resolves when all in flight is finished or `signal` says enough. */
  async drain(signal: AbortSignal): Promise<void> {
    this.#draining.abort()
    await Promise.all(this.units.map((unit) => unit.drain(signal)))
  }

  /** The partition is gone. */
  async revoke(): Promise<void> {
    this.#over.abort()
    this.#draining.abort()
    await Promise.all(this.units.map((unit) => unit.revoke()))
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#woken && this.#mayDrain()) {
        const units = this.units.filter(isDraining)
        const credit = this.#creditOf(units)
        if (credit.records === 0) return
        // R4
        if (!units.some((unit) => unit.wantsMore)) return
        this.#woken = false
        const epochs = units.map((unit) => unit.epoch)
        const drained = await this.#ports.drain({ ...credit, lanes: units.map(({ lanes }) => lanes) })
        if (drained.more) this.#woken = true
        for (const event of drained.events) this.#ports.event(event)
        if (this.#over.signal.aborted) return
        this.#standPausedAt(drained)
        units.forEach((unit, i) => {
          unit.deliver(epochs[i] ?? 0, drained.views[i] ?? [], drained.nextOffset)
        })
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#pumping = false
    }
  }

  #mayDrain(): boolean {
    return this.#assigned && !this.#over.signal.aborted && !this.#return.isDue
  }

  /** The smallest of the units': each gets its own copy of what is drained. */
  #creditOf(units: readonly UnitRun[]): { readonly records: number; readonly bytes: number } {
    if (units.length === 0) return { records: 0, bytes: 0 }
    let { batchRecords: records, batchBytes: bytes } = this.#bounds
    for (const unit of units) {
      const credit = unit.credit()
      records = Math.min(records, credit.records)
      bytes = Math.min(bytes, credit.bytes)
    }
    return { records, bytes }
  }

  /** R5. A unit that does not know where it begins stands where the others did. */
  #standPausedAt({ views }: Drained): void {
    const begins = views.flat().map(({ firstOffset }) => firstOffset)
    if (begins.length === 0) return
    for (const unit of this.units) {
      if (unit.isPaused && unit.row.isAtWork && unit.position() === undefined)
        unit.standAt(Math.min(...begins), this.#nextEpoch())
    }
  }

  /** Units that lost nothing pass over what they had: the queue goes back for the others' sake. */
  #leastPosition(): Offset | undefined {
    const positions = this.units
      .filter(isDraining)
      .map((unit) => unit.position())
      .filter((position) => position !== undefined)
    return positions.length === 0 ? undefined : Math.min(...positions)
  }

  /** What fails because the partition is gone is nobody's concern. */
  #failed(error: unknown): void {
    if (!this.#over.signal.aborted) this.#ports.failed(error)
  }
}

/** R3, R5. */
const isDraining = ({ row, isPaused }: UnitRun): boolean => row.isAtWork && !isPaused

/** Undefined where one of them is. */
const least = (offsets: readonly (Offset | undefined)[]): Offset | undefined =>
  offsets.includes(undefined) ? undefined : Math.min(...(offsets as Offset[]))
