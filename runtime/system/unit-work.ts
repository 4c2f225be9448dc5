/**
 * Gives a unit's work to workers and takes in what they answer: finished, to be retried, lost, or fenced. What it means
 * for the unit as a whole is the unit's. Work with a record that may end its worker goes out in parts.
 */

import type { Progress } from '../delivery/index.ts'
import { errorCodes, messageOf, TroupeError, type ErrorCode } from '../errors.ts'
import type { LaneWork, PartitionActor } from '../partition/index.ts'
import { underWayCells, WorkerLost, type HandleTask, type TaskResult } from '../pool/index.ts'
import type { Loss, Part, Suspects } from '../supervision/index.ts'
import type { BatchConversation, ConversationPorts } from './batch-conversation.ts'
import type { BatchMeasures } from './batch-measures.ts'
import { dueRecords } from './due-records.ts'
import type { LoadedActor } from './loaded-actor.ts'
import type { ParkedKeys } from './parked-keys.ts'
import type { UnitRow } from './unit-row.ts'
import type { UnitTimers } from './unit-timers.ts'
import type { UnitTransactions } from './unit-transactions.ts'
import type { UnitTroubles } from './unit-troubles.ts'

export interface WorkPorts extends ConversationPorts {
  /** The process can't go on. */
  fatal(error: TroupeError): void
}

export interface WorkEvents {
  /** Something is finished, or waits. */
  readonly progressed: () => void
  /** A worker lost what it had in hand; `loss`: what is known of its end. */
  readonly lost: (how: string, loss?: Loss) => void
  /** The same, of work that had been given up: its records are suspect all the same. */
  readonly blamed: (loss: Loss) => void
  readonly fenced: (on: Extract<TaskResult, { kind: 'fenced' }>['on']) => void
  /** Nothing of one work is in a worker's hands any more. */
  readonly ended: () => void
}

/** Work on its way to a worker. */
interface Sent {
  readonly work: LaneWork
  readonly progress: Progress | undefined
  /** Undefined: all of it. */
  readonly part: Part | undefined
  readonly over: AbortSignal
}

type Handled = Extract<TaskResult, { kind: 'handled' }>

export class UnitWork {
  readonly #loaded: LoadedActor
  readonly #actor: PartitionActor
  readonly #row: UnitRow
  readonly #measures: BatchMeasures
  readonly #conversation: BatchConversation
  readonly #troubles: UnitTroubles
  readonly #suspects: Suspects
  readonly #ports: WorkPorts
  readonly #events: WorkEvents
  readonly #transactions: UnitTransactions | undefined
  #epochOver = new AbortController()
  #parked: ParkedKeys | undefined
  #timers: UnitTimers | undefined

  constructor(
    loaded: LoadedActor,
    actor: PartitionActor,
    row: UnitRow,
    measures: BatchMeasures,
    troubles: UnitTroubles,
    suspects: Suspects,
    conversation: BatchConversation,
    ports: WorkPorts,
    events: WorkEvents,
    transactions?: UnitTransactions,
  ) {
    this.#loaded = loaded
    this.#actor = actor
    this.#row = row
    this.#measures = measures
    this.#troubles = troubles
    this.#suspects = suspects
    this.#conversation = conversation
    this.#ports = ports
    this.#events = events
    this.#transactions = transactions
  }

  /** Everything that may be given out. */
  dispatch(): void {
    for (let work = this.#actor.take(); work !== undefined; work = this.#actor.take()) {
      const progress = this.#row.progressOf(work)
      if (progress !== 'done') void this.#perform(this.#partly(work, progress))
      else if (this.#actor.complete(work.epoch, work.workId)) this.#events.progressed()
    }
  }

  /** Of the epoch that has begun. */
  beginAside(parked: ParkedKeys | undefined, timers: UnitTimers | undefined): void {
    this.#parked = parked
    this.#timers = timers
  }

  get parked(): ParkedKeys | undefined {
    return this.#parked
  }

  /** What was given out until now counts no more. */
  endEpoch(): void {
    this.#parked?.end()
    this.#parked = undefined
    this.#timers?.end()
    this.#timers = undefined
    this.#epochOver.abort()
    this.#epochOver = new AbortController()
    this.#transactions?.forget()
  }

  /** Of the worker that keeps what it has of a lane. */
  affinity(lane: number): string {
    const { actor, topic, partition } = this.#row.claim.unit
    return `${actor}/${topic}/${String(partition)}/${String(lane)}`
  }

  #partly(work: LaneWork, progress: Progress | undefined): Sent {
    const over = this.#epochOver.signal
    if (!this.#suspects.isAmong(work.firstOffset, work.lastOffset))
      return { work, progress, part: undefined, over }
    const part = this.#suspects.nextPart(dueRecords(work, this.#row.doneBefore(work)))
    return {
      work,
      progress,
      part: part.alone === undefined && part.rest.length === 0 ? undefined : part,
      over,
    }
  }

  /** Never rejects. */
  async #perform(sent: Sent): Promise<void> {
    const { work, over } = sent
    try {
      const startMs = this.#measures.dispatched(work)
      const result = await this.#converse(sent)
      if (result !== undefined) this.#conclude(sent, startMs, result)
    } catch (error) {
      if (!over.aborted) this.failed(error)
      else if (error instanceof WorkerLost) this.#events.blamed(error.loss)
    }
    this.#troubles.goesOn(work.workId)
    this.#events.ended()
  }

  #converse({ work, progress, part, over }: Sent): Promise<TaskResult | undefined> {
    const { unit } = this.#row.claim
    const { url, definition } = this.#loaded
    const { workId, epoch, lane, batch, firstOffset } = work
    const records = part?.records ?? work.records
    const done = this.#row.doneBefore(work)
    return this.#conversation.hold(
      {
        kind: 'handle',
        actor: unit.actor,
        url,
        unit,
        epoch,
        lane,
        workId,
        batch,
        firstOffset,
        timeLimitMs: definition.timeLimitMs,
        underWay: underWayCells(definition.concurrency),
        ...(records && { records }),
        ...(done && { done }),
        ...(progress && { progress }),
        ...(part && part.rest.length > 0 && { isPart: true }),
        ...(this.#row.isSuspect(work) && { isCautious: true }),
        ...(part?.alone !== undefined && { isAlone: true }),
        ...this.#asideOf(work),
      },
      this.affinity(lane),
      over,
    )
  }

  #asideOf(work: LaneWork): Pick<HandleTask, 'parked' | 'retry' | 'timers'> {
    const retry = this.#parked?.workOf(work)
    if (retry !== undefined) return { retry }
    const parked = this.#parked?.situation
    const timers = this.#timers?.workOf(work)
    return { ...(parked && { parked }), ...(timers && { timers }) }
  }

  #conclude(sent: Sent, startMs: number, result: TaskResult): void {
    const { work, over } = sent
    switch (result.kind) {
      case 'handled':
        for (const note of result.failures) this.#troubles.recordFailed(note)
        if (over.aborted) return
        this.#measures.handled(startMs, work, result)
        this.#handled(sent, result)
        this.dispatch()
        this.#events.progressed()
        return
      case 'failed': {
        const { code, message, stack } = result.failure
        const own = code in errorCodes ? (code as ErrorCode) : 'BUG'
        throw new TroupeError(own, `a worker could not handle a batch: ${message}`, { cause: stack })
      }
      case 'discarded':
        // Not by us: its worker gave it up, and the buffer with it.
        if (!over.aborted) this.#events.lost('gave up a batch')
        return
      case 'fenced':
        if (!over.aborted) this.#events.fenced(result.on)
        return
      case 'done':
      case 'produce':
      case 'waiting':
        throw new TroupeError('BUG', `a worker answered ${result.kind} where an end was due`)
      default:
        result satisfies never
    }
  }

  #handled({ work, progress, part, over }: Sent, result: Handled): void {
    if (part?.alone !== undefined) this.#suspects.settled(part.alone, result.unfinished[0]?.attempt)
    if (work.isAside === true) {
      this.#asideEnded(work, result)
      return
    }
    this.#tell(result)
    const rest = (part?.rest ?? []).map(({ index, attempt }) => ({ index, attempt, afterMs: 0 }))
    const unfinished = [...result.unfinished, ...rest]
    if (unfinished.length === 0) {
      if (this.#transactions === undefined) this.#finished(work, progress)
      else this.#transactions.finished(work, over, () => this.#committed(work))
      return
    }
    if (result.batch === undefined)
      throw new TroupeError('BUG', 'a worker kept the batch of unfinished records')
    this.#row.finishedInPart(work, result.counts)
    this.#retryLater(work, unfinished, result.batch, over)
  }

  /** What was put aside is over, whatever became of it: what is left of it is in Postgres, and due again. */
  #asideEnded(work: LaneWork, result: Handled): void {
    const afterMs = result.unfinished.reduce((most, record) => Math.max(most, record.afterMs), 0)
    if (this.#timers?.workOf(work) === undefined) {
      this.#parked?.ended(work, result.parking, afterMs)
      if (result.timers !== undefined) this.#timers?.told(result.timers)
    } else this.#timers.ended(work, result.timers, afterMs)
    this.#actor.complete(work.epoch, work.workId)
  }

  /** What it parked and set waits for its time. */
  #tell({ parking, timers }: Handled): void {
    if (parking !== undefined) this.#parked?.told(parking)
    if (timers !== undefined) this.#timers?.told(timers)
  }

  #finished(work: LaneWork, progress: Progress | undefined): void {
    this.#row.finished(work, progress)
    this.#actor.complete(work.epoch, work.workId)
  }

  /** Its transaction is. */
  #committed(work: LaneWork): void {
    this.#finished(work, undefined)
    this.dispatch()
    this.#events.progressed()
    this.#events.ended()
  }

  /** The lane waits for its slowest record: block is the simplest order there is. */
  #retryLater(
    { epoch, workId }: LaneWork,
    unfinished: Handled['unfinished'],
    batch: ArrayBuffer,
    over: AbortSignal,
  ): void {
    const records = unfinished.map(({ index, attempt }) => ({ index, attempt }))
    if (!this.#actor.retryLater(epoch, workId, records, batch)) return
    const afterMs = Math.max(...unfinished.map((record) => record.afterMs))
    void this.#ports.pause(afterMs, over).then((passed) => {
      if (passed && this.#actor.release(epoch, workId)) this.dispatch()
    })
  }

  /** Not to be gone on with: the process ends, but for what a worker lost. */
  failed(error: unknown): void {
    if (isWorkerLost(error)) {
      this.#events.lost(
        `died with a batch: ${error.message}`,
        error instanceof WorkerLost ? error.loss : undefined,
      )
      return
    }
    this.#ports.fatal(
      error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error }),
    )
  }
}

export const isWorkerLost = (error: unknown): error is TroupeError =>
  error instanceof TroupeError && error.code === 'WORKER_LOST'
