/**
 * One actor's way through one assigned partition, from its assignment to its end: what it may drain, where it stands,
 * what it lets go of and takes up again.
 *
 * U1. Where the unit has a row nothing is dispatched before the row is taken, and what is done is told to it together
 *     with the effects.
 * U2. What answers after the epoch ended changes nothing: the partition actor refuses it (P3).
 * U3. Work that was lost with its worker is done again at once where its batch was kept: it counts once, whichever run of
 *     it commits (the ledger tells work by its ranges, the inbox records by their keys). Where the batch is lost too, and
 *     where work was given up, the unit rewinds to its frontier, in a new epoch of its row if it has one: what still runs
 *     of it somewhere cannot commit any more then.
 * U4. A drain ends as soon as no worker has anything of the unit in hand, however that came about.
 */

import { joinBatches, stampOf } from '../batch/index.ts'
import type { UnitStatus } from '../control/index.ts'
import type { RememberedLoss, Unit } from '../delivery/index.ts'
import { PartitionActor, type LaneBatch } from '../partition/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Offset } from '../topic-partition.ts'
import { BatchConversation } from './batch-conversation.ts'
import { BatchMeasures, type MeasurePorts } from './batch-measures.ts'
import type { ErrorSightings } from './error-sightings.ts'
import { LettersSent } from './letters-sent.ts'
import type { LoadedActor } from './loaded-actor.ts'
import { UnitDiscards, type DiscardPorts } from './unit-discards.ts'
import { UnitLosses, type LossPorts } from './unit-losses.ts'
import { UnitRow } from './unit-row.ts'
import type { UnitTake } from './unit-takes.ts'
import { asideOf, type AsideStores } from './unit-aside.ts'
import type { UnitTransactions } from './unit-transactions.ts'
import { UnitTroubles, type FencedOn } from './unit-troubles.ts'
import { UnitWork, type WorkPorts } from './unit-work.ts'

/** What a unit needs of the rest of the process. */
export interface UnitPorts extends MeasurePorts, WorkPorts, LossPorts, DiscardPorts, AsideStores {
  /** No task of this affinity will come any more. */
  forget(affinity: string): void
  readonly sightings: ErrorSightings
  readonly log: Log
}

export interface UnitLimits {
  readonly creditRecords: number
  readonly creditBytes: number
  /** Of one batch given to a worker. */
  readonly batchRecords: number
  readonly batchBytes: number
  /** A batch of so many bytes at most is kept while a worker has it. */
  readonly keptBatchBytes: number
}

export interface UnitEvents {
  /** Credit came back: the partition may drain again. */
  readonly progressed: () => void
  /** A buffer was lost: bring this unit back to its frontier after `afterMs`. */
  readonly lost: (afterMs: number) => void
  /** Trying on would not end: let go of all it has. It holds up nobody, and waits to be resumed. */
  readonly quarantined: () => void
  /** Its row is another owner's: let go at once of all it has, and take the row anew after `afterMs`. */
  readonly fenced: (afterMs: number) => void
  /** An attempt ended its worker: the row's next owner is to know. Throws POSTGRES_UNAVAILABLE. */
  readonly attemptLost: (epoch: number, loss: RememberedLoss) => Promise<unknown>
}

/** For workers to drop what they had of a partition that is gone. One that is blocked must not hold up the group. */
const discardWaitMs = 1_000

const noCredit = { records: 0, bytes: 0 }

export class UnitRun {
  readonly unit: Unit
  readonly lanes: number
  readonly row: UnitRow
  readonly troubles: UnitTroubles
  readonly #actor: PartitionActor
  readonly #ports: UnitPorts
  readonly #events: UnitEvents
  readonly #measures: BatchMeasures
  readonly #loaded: LoadedActor
  readonly #work: UnitWork
  readonly #losses: UnitLosses
  readonly #discards: UnitDiscards
  readonly #letters = new LettersSent()
  readonly #transactions: UnitTransactions | undefined
  #drained: (() => void) | undefined
  /** An operator wants it to stand still. */
  #paused = false

  /** `hasRow`: it must be `taken` before anything is dispatched. `transactions`: its effects are in Kafka. */
  constructor(
    loaded: LoadedActor,
    unit: Unit,
    epoch: number,
    limits: UnitLimits,
    ports: UnitPorts,
    events: UnitEvents,
    hasRow: boolean,
    transactions?: UnitTransactions,
  ) {
    this.unit = unit
    this.#transactions = transactions
    this.lanes = loaded.lanes
    this.#loaded = loaded
    this.#ports = ports
    this.#events = events
    this.#measures = new BatchMeasures(unit, ports, loaded.version)
    const log = ports.log.child({ actor: unit.actor, topic: unit.topic, partition: unit.partition })
    this.troubles = new UnitTroubles(unit, log, ports.sightings)
    this.#actor = new PartitionActor({
      order: loaded.definition.order,
      lanes: loaded.lanes,
      maxRecords: limits.creditRecords,
      maxBytes: limits.creditBytes,
      epoch,
      stampOf,
      joining: { maxRecords: limits.batchRecords, maxBytes: limits.batchBytes, join: joinBatches },
    })
    this.row = new UnitRow(unit, loaded.lanes, hasRow, this.#actor, {
      hasRoom: events.progressed,
      lost: () => this.#fenced('epoch'),
    })
    this.#discards = new UnitDiscards(unit, ports)
    this.#losses = new UnitLosses(loaded.definition.retry, this.troubles, ports, async (loss) => {
      if (this.row.epoch !== undefined) await events.attemptLost(this.row.epoch, loss)
    })
    this.#work = this.#makeWork(loaded, log, limits.keptBatchBytes)
    if (!hasRow) this.#actor.start()
  }

  get epoch(): number {
    return this.#actor.epoch
  }

  credit(): { readonly records: number; readonly bytes: number } {
    return this.row.isAtWork && !this.row.isFull ? this.#actor.credit() : noCredit
  }

  /** Its offsets are committed with what its records became, and not by themselves. */
  get isTransactional(): boolean {
    return this.#transactions !== undefined
  }

  /** Its lanes would have nothing to do soon. */
  get wantsMore(): boolean {
    return this.#actor.wantsMore
  }

  /** Everything below is finished; undefined: nothing is known yet, or it is over. */
  frontier(): Offset | undefined {
    return this.#actor.frontier()
  }

  /** Where the next drain should begin; undefined: where the group stands. */
  position(): Offset | undefined {
    return this.#actor.position
  }

  /** `start`: where it begins as far as that is known, until something is delivered. */
  status(start: Offset | undefined): UnitStatus {
    const actor = this.#actor
    const { standing } = this.row
    const credit = this.credit()
    return {
      actor: this.unit.actor,
      lifecycle: actor.lifecycle,
      position: actor.position ?? start ?? null,
      frontier: actor.frontier() ?? start ?? null,
      oldestUnfinishedAtMs: actor.oldestUnfinishedAtMs() ?? null,
      unfinishedRecords: actor.unfinishedRecords,
      unfinishedBytes: actor.unfinishedBytes,
      creditRecords: credit.records,
      creditBytes: credit.bytes,
      waitingFor: this.troubles.waitingFor,
      quarantine: standing.kind === 'quarantined' ? standing.message : null,
      parked: this.#work.parked?.survey ?? null,
    }
  }

  /** The answer to its row's claim: it goes to work in `epoch`, or not. What it had was let go before. */
  taken(take: UnitTake, epoch: number): void {
    const { lifecycle } = this.#actor
    if (lifecycle === 'draining' || lifecycle === 'revoked') return
    this.row.taken(take)
    this.troubles.rowTaken(take)
    if (take.kind !== 'begun') return
    this.#losses.suspects.remembered(take.losses)
    this.standAt(take.offset, epoch)
    if (lifecycle === 'assigned') {
      this.#actor.start()
      if (this.#paused) this.#actor.pause()
    }
    this.#beginAside()
  }

  get isPaused(): boolean {
    return this.#paused
  }

  /** Nothing more is given to workers; what is in their hands finishes. */
  pause(): void {
    this.#paused = true
    if (this.#actor.lifecycle === 'running') this.#actor.pause()
  }

  /** It may go on, once it was brought back to where it stands: the source has gone on without it. */
  goOn(): void {
    this.#paused = false
    if (this.#actor.lifecycle === 'paused') this.#actor.resume()
  }

  /** Out of quarantine, with a new budget of restarts. False: it is not in one, or not in one that ends like that. */
  resume(): boolean {
    const { standing } = this.row
    if (standing.kind !== 'quarantined' || !standing.isResumable) return false
    this.#losses.forgive()
    this.troubles.resumed()
    return true
  }

  /** It holds nothing, and goes on at `offset`. */
  standAt(offset: Offset, epoch: number): void {
    this.#actor.rewind(epoch, offset)
  }

  /** The log that it stood in is gone; it has no row, and goes on in the one that took its place. */
  async madeAnew(offset: Offset, nextEpoch: () => number): Promise<void> {
    this.troubles.startEvent({ kind: 'recreated', from: this.#actor.frontier(), to: offset })
    const forgotten = this.letGo(nextEpoch())
    this.standAt(offset, nextEpoch())
    await forgotten
  }

  deliver(epoch: number, views: readonly LaneBatch[], nextOffset: Offset | undefined): void {
    this.#measures.drained(views)
    if (this.#actor.deliver(epoch, views, nextOffset)) this.#work.dispatch()
  }

  /** Nothing new is dispatched. Resolves when nothing is in a worker's hands any more, or the signal says enough (U4). */
  async drain(signal: AbortSignal): Promise<void> {
    this.#actor.drain()
    if (this.#actor.idle || signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#drained = resolve
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
  }

  /** Resolves when nothing is left to be written of attempts that ended their worker. */
  async remembered(): Promise<void> {
    await this.#losses.written
  }

  /** The partition is gone. What still runs for it is aborted, and what workers kept for it is dropped. */
  async revoke(): Promise<void> {
    const { epoch } = this
    const { idle } = this.#actor
    this.#actor.revoke()
    this.#work.endEpoch()
    this.#drained?.()
    // Without work in a worker's hands there is nothing to drop.
    if (!idle) await this.#discards.tellWithin(discardWaitMs, epoch)
    for (let lane = 0; lane < this.lanes; lane += 1) this.#ports.forget(this.#work.affinity(lane))
  }

  /**
   * Everything held is dropped, and it stands at its frontier, in `epoch`; one with a row is to be taken anew (U3).
   * Resolves when workers know.
   */
  async letGo(epoch: number): Promise<void> {
    const from = this.#actor.frontier()
    const ended = this.#actor.epoch
    if (from === undefined) return
    this.#letters.passed(from)
    if (this.row.standing.kind !== 'quarantined') this.row.release()
    this.#actor.rewind(epoch, from)
    this.#work.endEpoch()
    await this.#discards.tell(ended)
    this.#checkDrained()
  }

  #beginAside(): void {
    const aside = asideOf(this.unit, this.#actor, this.#loaded, this.#ports, {
      offered: () => this.#work.dispatch(),
      away: ({ code, message }) => this.troubles.see(code, message),
      failed: (error) => this.#work.failed(error),
      gaveUp: (id, why) => this.troubles.replayGivenUp(id, why),
    })
    this.#work.beginAside(aside)
  }

  #makeWork(loaded: LoadedActor, log: Log, keptBytes: number): UnitWork {
    const conversation = new BatchConversation(
      this.#ports,
      this.troubles,
      this.#letters,
      log,
      this.#transactions,
    )
    return new UnitWork(
      loaded,
      this.#actor,
      this.row,
      this.#measures,
      this.troubles,
      this.#losses,
      conversation,
      this.#ports,
      {
        progressed: () => {
          this.#losses.progressed()
          this.#events.progressed()
        },
        lost: (afterMs) => {
          // Another batch of it was lost before, and that was enough.
          if (!this.row.isAtWork) return
          this.troubles.batchLost()
          this.#events.lost(afterMs)
        },
        hopeless: (reason) => {
          this.#quarantine(reason)
        },
        fenced: (on) => {
          this.#fenced(on)
        },
        ended: () => {
          this.#checkDrained()
        },
      },
      keptBytes,
      this.#transactions,
    )
  }

  #quarantine(reason: string): void {
    if (!this.row.quarantine(reason)) return
    this.troubles.quarantined(reason)
    this.#events.quarantined()
  }

  #fenced(on: FencedOn): void {
    this.row.release()
    this.#events.fenced(this.#losses.fenced(on))
  }

  #checkDrained(): void {
    if (this.#actor.idle) this.#drained?.()
  }
}
