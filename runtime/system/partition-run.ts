/**
 * One assigned partition: its queue is drained as far as the credit of its actors goes, and what came is given to
 * each of them. Nothing polls: a drain follows a wake of the queue, or credit that came back.
 *
 * R1. One drain at a time, so records reach the actors in the order of the log.
 * R2. No drain between the moment a unit rewinds and the moment the queue has moved to its frontier.
 */

import type { AssignmentStatus } from '../control/index.ts'
import type { Drained, SourceEvent } from '../kafka/index.ts'
import type { Offset, TopicPartition } from '../topic-partition.ts'
import { EndSightings } from './end-sightings.ts'
import { lagAt } from './lag.ts'
import type { Pause } from './pause.ts'
import type { UnitRun } from './unit-run.ts'

export interface PartitionPorts {
  drain(limits: { records: number; bytes: number; lanes: readonly number[] }): Promise<Drained>
  /** Records come again from this offset on once it resolves. */
  rewind(offset: Offset): Promise<void>
  readonly pause: Pause
  event(event: SourceEvent): void
  failed(error: unknown): void
}

export interface DrainBounds {
  readonly batchRecords: number
  readonly batchBytes: number
}

export class PartitionRun {
  readonly at: TopicPartition
  readonly #units: readonly UnitRun[]
  readonly #ports: PartitionPorts
  readonly #bounds: DrainBounds
  readonly #nextEpoch: () => number
  readonly #over = new AbortController()
  /** The partition will be given back: nothing is worth waiting for that would fetch again. */
  readonly #draining = new AbortController()
  /** Records may be waiting in the queue. */
  #woken = true
  #pumping = false
  /** Units whose buffers were lost (U3); while there are any, nothing is drained (R2). */
  readonly #lost = new Set<UnitRun>()
  #rewinding = false
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
    this.#units = makeUnits(this)
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
    this.#lost.add(unit)
    void this.#rewindLost(afterMs)
  }

  /** The least frontier of the units: what Kafka may forget. Undefined when it is the one that was told last. */
  takeCommittable(): Offset | undefined {
    const frontier = this.frontier()
    if (frontier === undefined || frontier === this.#committed) return undefined
    this.#committed = frontier
    return frontier
  }

  frontier(): Offset | undefined {
    const frontiers = this.#units.map((unit) => unit.frontier())
    return frontiers.includes(undefined) ? undefined : Math.min(...(frontiers as Offset[]))
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
    const units = this.#units.map((unit) => unit.status(this.#start))
    return { ...this.at, ...lagAt(units, this.#ends, nowMs), units }
  }

  /** Nothing new is begun; resolves when all in flight is finished or `signal` says enough. The frontier to commit. */
  async drain(signal: AbortSignal): Promise<Offset | undefined> {
    this.#draining.abort()
    await Promise.all(this.#units.map((unit) => unit.drain(signal)))
    return this.frontier()
  }

  /** The partition is gone. */
  async revoke(): Promise<void> {
    this.#over.abort()
    this.#draining.abort()
    await Promise.all(this.#units.map((unit) => unit.revoke()))
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#woken && this.#mayDrain()) {
        const credit = this.#credit()
        if (credit.records === 0) return
        this.#woken = false
        const epochs = this.#units.map((unit) => unit.epoch)
        const drained = await this.#ports.drain({ ...credit, lanes: this.#units.map(({ lanes }) => lanes) })
        if (drained.more) this.#woken = true
        for (const event of drained.events) this.#ports.event(event)
        if (this.#over.signal.aborted) return
        this.#units.forEach((unit, i) => {
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
    return !this.#over.signal.aborted && this.#lost.size === 0
  }

  /** The smallest of the units': each gets its own copy of what is drained. */
  #credit(): { readonly records: number; readonly bytes: number } {
    let { batchRecords: records, batchBytes: bytes } = this.#bounds
    for (const unit of this.#units) {
      const credit = unit.credit()
      records = Math.min(records, credit.records)
      bytes = Math.min(bytes, credit.bytes)
    }
    return { records, bytes }
  }

  async #rewindLost(afterMs: number): Promise<void> {
    if (this.#rewinding) return
    this.#rewinding = true
    try {
      await this.#ports.pause(afterMs, this.#draining.signal)
      while (this.#lost.size > 0) {
        const lost = [...this.#lost]
        for (const unit of lost) await unit.rewind(this.#nextEpoch())
        // While it drains the rewind only lets go of what was lost: the next owner fetches it.
        if (!this.#draining.signal.aborted) await this.#ports.rewind(this.#leastPosition())
        for (const unit of lost) this.#lost.delete(unit)
      }
      this.wake()
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#rewinding = false
    }
  }

  /** Units that lost nothing pass over what they had: the queue goes back for the others' sake. */
  #leastPosition(): Offset {
    const positions = this.#units.map((unit) => unit.position()).filter((position) => position !== undefined)
    return Math.min(...positions)
  }

  /** What fails because the partition is gone is nobody's concern. */
  #failed(error: unknown): void {
    if (!this.#over.signal.aborted) this.#ports.failed(error)
  }
}
