/**
 * One actor's way through one assigned partition, at work: it takes what the partition actor decides, has a worker do
 * it, has the broker acknowledge what it emitted, and tells the partition actor what became of it.
 *
 * U1. Records leave for Kafka, and are acknowledged, before the work that made them is complete.
 * U2. What answers after the epoch ended changes nothing: the partition actor refuses it (P3).
 * U3. A buffer lost with its worker is fetched again: the unit rewinds to its frontier, in a new epoch.
 * U4. A drain ends as soon as no worker has anything of the unit in hand, however that came about.
 */

import { stampOf } from '../batch/index.ts'
import type { UnitStatus } from '../control/index.ts'
import type { UnfinishedRecord as RetriedRecord } from '../partition/index.ts'
import { PartitionActor, type LaneBatch, type LaneWork } from '../partition/index.ts'
import type { TaskResult, WorkerTask } from '../pool/index.ts'
import type { OutgoingRecord, Unit } from '../delivery/index.ts'
import { errorCodes, messageOf, TroupeError, type ErrorCode } from '../errors.ts'
import { backoffMs, waitPolicy } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Offset } from '../topic-partition.ts'
import { BatchMeasures, type MeasurePorts } from './batch-measures.ts'
import type { ErrorSightings } from './error-sightings.ts'
import type { LoadedActor } from './loaded-actor.ts'
import type { Pause } from './pause.ts'
import { UnitTroubles } from './unit-troubles.ts'

/** What a unit needs of the rest of the process. */
export interface UnitPorts extends MeasurePorts {
  run(task: WorkerTask, affinity: string): Promise<TaskResult>
  /** No task of this affinity will come any more. */
  forget(affinity: string): void
  /** Resolves when every worker knows that the unit's epoch is over; WORKER_LOST when one died over it. */
  discard(unit: Unit, epoch: number): Promise<void>
  /** Resolves when the broker has acknowledged all of them. */
  produceAll(records: readonly OutgoingRecord[]): Promise<void>
  readonly pause: Pause
  readonly sightings: ErrorSightings
  readonly log: Log
  /** 0 to 1, for jitter. */
  random(): number
  /** The process can't go on. */
  fatal(error: TroupeError): void
}

export interface UnitLimits {
  readonly creditRecords: number
  readonly creditBytes: number
}

export interface UnitEvents {
  /** Credit came back: the partition may drain again. */
  readonly progressed: () => void
  /** A buffer was lost: rewind this unit to its frontier after `afterMs`. */
  readonly lost: (afterMs: number) => void
}

/** For workers to drop what they had of a partition that is gone. One that is blocked must not hold up the group. */
const discardWaitMs = 1_000

export class UnitRun {
  readonly unit: Unit
  readonly lanes: number
  readonly #loaded: LoadedActor
  readonly #actor: PartitionActor
  readonly #ports: UnitPorts
  readonly #events: UnitEvents
  readonly #log: Log
  readonly #measures: BatchMeasures
  #epochOver = new AbortController()
  #drained: (() => void) | undefined
  /** Times in a row that a worker died on this unit's work. */
  #losses = 0
  readonly #troubles: UnitTroubles

  constructor(
    loaded: LoadedActor,
    unit: Unit,
    epoch: number,
    limits: UnitLimits,
    ports: UnitPorts,
    events: UnitEvents,
  ) {
    this.unit = unit
    this.lanes = loaded.lanes
    this.#loaded = loaded
    this.#ports = ports
    this.#events = events
    this.#measures = new BatchMeasures(unit, ports)
    this.#log = ports.log.child({ actor: unit.actor, topic: unit.topic, partition: unit.partition })
    this.#troubles = new UnitTroubles(unit, this.#log, ports.sightings)
    this.#actor = new PartitionActor({
      order: loaded.definition.order,
      lanes: loaded.lanes,
      maxRecords: limits.creditRecords,
      maxBytes: limits.creditBytes,
      epoch,
      stampOf,
    })
    this.#actor.start()
  }

  get epoch(): number {
    return this.#actor.epoch
  }

  credit(): { readonly records: number; readonly bytes: number } {
    return this.#actor.credit()
  }

  /** The offset to commit for this unit; undefined: nothing is known yet. */
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
    const credit = actor.credit()
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
      waitingFor: this.#troubles.waitingFor,
    }
  }

  deliver(epoch: number, views: readonly LaneBatch[], nextOffset: Offset | undefined): void {
    this.#measures.drained(views)
    if (this.#actor.deliver(epoch, views, nextOffset)) this.#dispatch()
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

  /** The partition is gone. What still runs for it is aborted, and what workers kept for it is dropped. */
  async revoke(): Promise<void> {
    const { epoch } = this
    const { idle } = this.#actor
    this.#actor.revoke()
    this.#epochOver.abort()
    this.#drained?.()
    // Without work in a worker's hands there is nothing to drop.
    if (!idle) await this.#discardWithin(discardWaitMs, epoch)
    for (let lane = 0; lane < this.lanes; lane += 1) this.#ports.forget(this.#affinity(lane))
  }

  /** Everything held is dropped; the way begins again at the frontier, in `epoch` (U3). Resolves when workers know. */
  async rewind(epoch: number): Promise<void> {
    const from = this.#actor.frontier()
    const ended = this.#actor.epoch
    if (from === undefined) return
    this.#actor.rewind(epoch, from)
    this.#epochOver.abort()
    this.#epochOver = new AbortController()
    await this.#discard(ended)
    this.#checkDrained()
  }

  async #discardWithin(ms: number, epoch: number): Promise<void> {
    const told = new AbortController()
    await Promise.race([this.#discard(epoch), this.#ports.pause(ms, told.signal)])
    told.abort()
  }

  /** A worker that died keeps nothing, but the others must be told all the same. */
  async #discard(epoch: number): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#ports.discard(this.unit, epoch)
        return
      } catch (error) {
        if (!isWorkerLost(error)) throw error
        await this.#pause(tries, never)
      }
    }
  }

  #checkDrained(): void {
    if (this.#actor.idle) this.#drained?.()
  }

  #dispatch(): void {
    for (let work = this.#actor.take(); work !== undefined; work = this.#actor.take()) {
      void this.#perform(work, this.#epochOver.signal)
    }
  }

  /** Never rejects. */
  async #perform(work: LaneWork, over: AbortSignal): Promise<void> {
    try {
      const startMs = this.#measures.dispatched(work)
      const result = await this.#converse(work, over)
      if (result !== undefined) this.#conclude(work, startMs, result, over)
    } catch (error) {
      if (!over.aborted) this.#failed(error)
    }
    this.#troubles.goesOn(work.workId)
    this.#checkDrained()
  }

  /** The conversation with the worker about one batch, to its end; undefined when the epoch ended before it. */
  async #converse(work: LaneWork, over: AbortSignal): Promise<TaskResult | undefined> {
    const affinity = this.#affinity(work.lane)
    const { workId, epoch, lane, batch, records, firstOffset } = work
    let result = await this.#ports.run(
      {
        kind: 'handle',
        actor: this.unit.actor,
        url: this.#loaded.url,
        unit: this.unit,
        epoch,
        lane,
        workId,
        batch,
        firstOffset,
        ...(records && { records }),
      },
      affinity,
    )
    for (let waits = 0; result.kind === 'produce' || result.kind === 'waiting';) {
      if (over.aborted) return undefined
      if (result.kind === 'produce') {
        if (!(await this.#produce(workId, result.outgoing, over))) return undefined
        waits = 0
      } else {
        if (waits === 0) this.#troubles.dependencyAway(result.for, result.reason)
        this.#troubles.waits(workId, result.for)
        waits += 1
        if (!(await this.#pause(waits, over))) return undefined
      }
      result = await this.#ports.run({ kind: 'resume', token: result.token }, affinity)
      if (result.kind !== 'waiting') this.#troubles.goesOn(workId)
    }
    return result
  }

  /** Until the broker has them (U1). False when the epoch ended first. */
  async #produce(workId: number, outgoing: readonly OutgoingRecord[], over: AbortSignal): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#ports.produceAll(outgoing)
        this.#troubles.goesOn(workId)
        return !over.aborted
      } catch (error) {
        // The broker may have some of them: emitted events and dead letters are at least once, with ids of their own.
        this.#log.error(`${outgoing.length} records could not be produced: ${messageOf(error)}`, {
          topics: [...new Set(outgoing.map(({ topic }) => topic))],
        })
        this.#troubles.see(error instanceof TroupeError ? error.code : 'PRODUCE_FAILED', messageOf(error))
        this.#troubles.waits(workId, 'broker')
        if (!(await this.#pause(tries, over))) return false
      }
    }
  }

  #conclude(work: LaneWork, startMs: number, result: TaskResult, over: AbortSignal): void {
    switch (result.kind) {
      case 'handled':
        for (const note of result.failures) this.#troubles.recordFailed(note)
        if (over.aborted) return
        this.#losses = 0
        this.#measures.handled(startMs, work, result)
        if (result.unfinished.length === 0) this.#actor.complete(work.epoch, work.workId)
        else if (result.batch === undefined)
          throw new TroupeError('BUG', 'a worker kept the batch of unfinished records')
        else this.#retryLater(work, result.unfinished, result.batch, over)
        this.#dispatch()
        this.#events.progressed()
        return
      case 'failed': {
        const { code, message, stack } = result.failure
        const own = code in errorCodes ? (code as ErrorCode) : 'BUG'
        throw new TroupeError(own, `a worker could not handle a batch: ${message}`, { cause: stack })
      }
      case 'discarded':
        // Not by us: its worker gave it up, and the buffer with it.
        if (!over.aborted) this.#lost('gave up a batch')
        return
      case 'done':
      case 'produce':
      case 'waiting':
        throw new TroupeError('BUG', `a worker answered ${result.kind} where an end was due`)
      default:
        result satisfies never
    }
  }

  /** The lane waits for its slowest record: block is the simplest order there is. */
  #retryLater(
    { epoch, workId }: LaneWork,
    unfinished: readonly (RetriedRecord & { readonly afterMs: number })[],
    batch: ArrayBuffer,
    over: AbortSignal,
  ): void {
    const records = unfinished.map(({ index, attempt }) => ({ index, attempt }))
    if (!this.#actor.retryLater(epoch, workId, records, batch)) return
    const afterMs = Math.max(...unfinished.map((record) => record.afterMs))
    void this.#ports.pause(afterMs, over).then((passed) => {
      if (passed && this.#actor.release(epoch, workId)) this.#dispatch()
    })
  }

  #failed(error: unknown): void {
    if (isWorkerLost(error)) {
      this.#lost(`died with a batch: ${error.message}`)
      return
    }
    const fatal =
      error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error })
    this.#ports.fatal(fatal)
  }

  #lost(how: string): void {
    this.#losses += 1
    this.#log.error(`a worker thread ${how}`, { losses: this.#losses })
    this.#troubles.see('WORKER_LOST', `a worker thread ${how}`)
    this.#events.lost(this.#backoff(this.#losses))
  }

  #affinity(lane: number): string {
    return `${this.unit.actor}/${this.unit.topic}/${this.unit.partition}/${lane}`
  }

  #backoff(times: number): number {
    return backoffMs(waitPolicy, times, this.#ports.random())
  }

  async #pause(times: number, over: AbortSignal): Promise<boolean> {
    return await this.#ports.pause(this.#backoff(times), over)
  }
}

const isWorkerLost = (error: unknown): error is TroupeError =>
  error instanceof TroupeError && error.code === 'WORKER_LOST'

const never = new AbortController().signal
