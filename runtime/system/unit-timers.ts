/**
 * The timers of a unit, in one epoch of its owner: read by index when the first of them is due, and put into their keys'
 * lanes. Between one due time and the next nothing is asked.
 *
 * N1. A timer is in at most one batch in hand; what was read before it came back is not put into another.
 */

import { createHash } from 'node:crypto'
import { laneOf, writeBatch } from '../batch/index.ts'
import type { DueTimer, TimersReport, TimerStore, Unit } from '../delivery/index.ts'
import { uuid8 } from '../delivery/uuid8.ts'
import type { LaneWork, PartitionActor } from '../partition/index.ts'
import { identityHeaders } from '../serde/index.ts'
import { Lookout, type LookoutPorts } from './lookout.ts'

export interface UnitTimersPorts extends LookoutPorts {
  readonly store: TimerStore
  /** Something was put into a lane. */
  offered(): void
}

/** In hand, and of one look. */
const mostTimers = 200

/** Batches that end together are looked after together. */
const soonMs = 5

/** A batch that told nothing of its timers says nothing of when to try again. */
const nothingToldMs = 200

/** The clock that says what is due is Postgres's: it is asked anew at least so often before a far time. */
const longestMs = 3_600_000

export class UnitTimers {
  readonly #unit: Unit
  readonly #actor: PartitionActor
  readonly #lanes: number
  readonly #isKeyed: boolean
  readonly #ports: UnitTimersPorts
  readonly #epoch: number
  readonly #lookout: Lookout
  /** Given to a lane, by its work. */
  readonly #works = new Map<number, readonly DueTimer[]>()
  /** N1: by version. */
  readonly #inHand = new Set<number>()

  constructor(unit: Unit, actor: PartitionActor, lanes: number, isKeyed: boolean, ports: UnitTimersPorts) {
    this.#unit = unit
    this.#actor = actor
    this.#lanes = lanes
    this.#isKeyed = isKeyed
    this.#ports = ports
    this.#epoch = actor.epoch
    this.#lookout = new Lookout(ports, () => this.#lookOnce())
    this.#lookout.look()
  }

  /** For the task of a batch that was put aside here. */
  workOf({ workId }: LaneWork): readonly DueTimer[] | undefined {
    return this.#works.get(workId)
  }

  /** A batch was committed that set timers, or left some. */
  told({ nextDueMs }: TimersReport): void {
    if (nextDueMs !== undefined) this.#lookout.lookIn(Math.min(nextDueMs, longestMs))
  }

  /** A batch that was put aside here has ended. `afterMs`: what is left of it should wait so long. */
  ended({ workId }: LaneWork, report: TimersReport | undefined, afterMs: number): void {
    for (const { version } of this.#works.get(workId) ?? []) this.#inHand.delete(version)
    this.#works.delete(workId)
    if (report !== undefined) this.told(report)
    this.#lookout.lookIn(Math.max(afterMs, report === undefined ? nothingToldMs : soonMs))
  }

  /** The epoch is over. */
  end(): void {
    this.#lookout.end()
  }

  async #lookOnce(): Promise<void> {
    const dueInMs = await this.#ports.store.nextDueInMs(this.#unit)
    if (dueInMs === undefined) return
    if (dueInMs > 0) {
      this.#lookout.lookIn(Math.min(dueInMs, longestMs))
      return
    }
    const busy = new Set(this.#inHand)
    // Those in hand are the longest due, or nearly so: behind them there is a page of others.
    const due = await this.#ports.store.due(this.#unit, undefined, mostTimers + busy.size)
    const others = due.filter(({ version }) => !busy.has(version))
    this.#putAside(others.slice(0, mostTimers - busy.size))
    // All that is due is in hand: the first time after that is not known before it ends.
    if (this.#works.size === 0) this.#lookout.lookIn(nothingToldMs)
  }

  #putAside(due: readonly DueTimer[]): void {
    const byLane = Map.groupBy(due, ({ recordKey }) =>
      laneOf(this.#isKeyed ? (recordKey ?? undefined) : undefined, 0, this.#lanes),
    )
    for (const [lane, timers] of byLane) this.#give(lane, timers)
    if (byLane.size > 0) this.#ports.offered()
  }

  #give(lane: number, timers: readonly DueTimer[]): void {
    const workId = this.#actor.offerAside(this.#epoch, {
      lane,
      batch: writeBatch(timers.map((timer) => this.#packed(timer))),
      firstOffset: Math.min(...timers.map(offsetOf)),
      lastOffset: Math.max(...timers.map(offsetOf)),
      records: timers.map(({ attempts }, index) => ({ index, attempt: attempts + 1 })),
    })
    if (workId === undefined) return
    this.#works.set(workId, timers)
    for (const { version } of timers) this.#inHand.add(version)
  }

  /** As a record: its key, and the headers that tell whose it is. Its id is the same on every attempt. */
  #packed(timer: DueTimer): Parameters<typeof writeBatch>[0][number] {
    const { tenant, key, name, version, recordKey } = timer
    const { group, actor } = this.#unit
    const digest = createHash('sha256')
      .update(JSON.stringify(['troupe timer', 1, group, actor, tenant, key, name, version]))
      .digest('hex')
    const id = uuid8(digest)
    return {
      offset: offsetOf(timer),
      timestamp: -1,
      timestampType: 'none',
      key: recordKey ?? undefined,
      value: undefined,
      headers: identityHeaders({ name: `timer ${name}`, id, tenant, correlationId: id }).map(
        ([header, value]) => [header, Buffer.from(value)] as const,
      ),
    }
  }
}

/** Where no record is: a record that ends its worker is known by its offset, and so is a timer. */
const offsetOf = ({ version }: DueTimer): number => 2 ** 52 + version
