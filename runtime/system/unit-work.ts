/**
 * Gives a unit's work to workers and takes in what they answer: finished, to be retried, lost, or fenced. What it means
 * for the unit as a whole is the unit's. Work with a record that may end its worker goes out in parts.
 */

import type { Progress, RememberedLoss } from '../delivery/index.ts'
import { errorCodes, messageOf, TroupeError, type ErrorCode } from '../errors.ts'
import type { LaneWork, PartitionActor } from '../partition/index.ts'
import type { Offset } from '../topic-partition.ts'
import { underWayCells, WorkerLost, type HandleTask, type TaskResult } from '../pool/index.ts'
import type { Loss, Part } from '../supervision/index.ts'
import type { BatchConversation, ConversationPorts } from './batch-conversation.ts'
import type { BatchMeasures } from './batch-measures.ts'
import { dueRecords } from './due-records.ts'
import type { LoadedActor } from './loaded-actor.ts'
import type { ParkedKeys } from './parked-keys.ts'
import type { UnitLosses } from './unit-losses.ts'
import { UnitShadow, type UnitShadowPorts } from './shadows/unit-shadow.ts'
import type { UnitRow } from './unit-row.ts'
import type { Aside } from './unit-aside.ts'
import type { UnitTransactions } from './unit-transactions.ts'
import type { FencedOn, UnitTroubles } from './unit-troubles.ts'

export interface WorkPorts extends ConversationPorts, UnitShadowPorts {
  /** The process can't go on. */
  fatal(error: TroupeError): void
}

export interface WorkEvents {
  /** Something is finished, or waits. */
  readonly progressed: () => void
  /** A batch is lost: the unit is to be brought back to its frontier after so many ms. */
  readonly lost: (afterMs: number) => void
  /** Trying on would not end, for a reason that people can read. */
  readonly hopeless: (reason: string) => void
  readonly fenced: (on: FencedOn) => void
  /** Nothing of one work is in a worker's hands any more. */
  readonly ended: () => void
}

/** Work on its way to a worker. */
interface Sent {
  readonly work: LaneWork
  readonly progress: Progress | undefined
  /** Undefined: all of it. */
  readonly part: Part | undefined
  /** Its batch once more, for when its worker loses it; undefined: it is too large to be kept. */
  readonly kept: ArrayBuffer | undefined
  /** The actor's shadow is to have it, too. */
  readonly isObserved: boolean
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
  readonly #losses: UnitLosses
  readonly #ports: WorkPorts
  readonly #events: WorkEvents
  readonly #keptBytes: number
  readonly #shadow: UnitShadow
  readonly #transactions: UnitTransactions | undefined
  #epochOver = new AbortController()
  #aside: Aside | undefined

  constructor(
    loaded: LoadedActor,
    actor: PartitionActor,
    row: UnitRow,
    measures: BatchMeasures,
    troubles: UnitTroubles,
    losses: UnitLosses,
    conversation: BatchConversation,
    ports: WorkPorts,
    events: WorkEvents,
    keptBytes: number,
    transactions?: UnitTransactions,
  ) {
    this.#loaded = loaded
    this.#actor = actor
    this.#row = row
    this.#measures = measures
    this.#troubles = troubles
    this.#losses = losses
    this.#conversation = conversation
    this.#ports = ports
    this.#events = events
    this.#keptBytes = keptBytes
    this.#shadow = new UnitShadow(row.claim.unit, loaded.definition.timeLimitMs, ports)
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
  beginAside(aside: Aside): void {
    this.#aside = aside
  }

  get parked(): ParkedKeys | undefined {
    return this.#aside?.parked
  }

  /** What was given out until now counts no more. */
  endEpoch(): void {
    this.#aside?.parked?.end()
    this.#aside?.timers?.end()
    this.#aside?.replays?.end()
    this.#aside = undefined
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
    const kept = work.batch.byteLength <= this.#keptBytes ? work.batch.slice(0) : undefined
    const sent = { work, progress, kept, over, isObserved: this.#shadow.isWanted(work, kept) }
    const { suspects } = this.#losses
    if (!suspects.isAmong(work.firstOffset, work.lastOffset)) return { ...sent, part: undefined }
    const part = suspects.nextPart(dueRecords(work, this.#row.doneBefore(work)))
    return { ...sent, part: part.alone === undefined && part.rest.length === 0 ? undefined : part }
  }

  /** Never rejects. */
  async #perform(sent: Sent): Promise<void> {
    const { work, over } = sent
    try {
      const startMs = this.#measures.dispatched(work)
      const result = await this.#converse(sent)
      if (result !== undefined) this.#conclude(sent, startMs, result)
    } catch (error) {
      if (!over.aborted) this.failed(error, sent)
      else if (error instanceof WorkerLost)
        this.#losses.blamed(error.loss, this.#frontier, work.isAside === true)
    }
    this.#troubles.goesOn(work.workId)
    this.#events.ended()
  }

  #converse({ work, progress, part, over, isObserved }: Sent): Promise<TaskResult | undefined> {
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
        ...(isObserved && { isObserved }),
        ...(part && part.rest.length > 0 && { isPart: true }),
        ...(this.#row.isSuspect(work) && { isCautious: true }),
        ...(isRunAlone(part) && { isAlone: true }),
        ...this.#asideOf(work),
      },
      this.affinity(lane),
      over,
    )
  }

  #asideOf(work: LaneWork): Pick<HandleTask, 'parked' | 'retry' | 'timers' | 'replay'> {
    const retry = this.#aside?.parked?.workOf(work)
    if (retry !== undefined) return { retry }
    const replay = this.#aside?.replays?.workOf(work)
    if (replay !== undefined) return { replay }
    const parked = this.#aside?.parked?.situation
    const timers = this.#aside?.timers?.workOf(work)
    return { ...(parked && { parked }), ...(timers && { timers }) }
  }

  #conclude(sent: Sent, startMs: number, result: TaskResult): void {
    const { work, over } = sent
    switch (result.kind) {
      case 'handled':
        for (const note of result.failures) this.#troubles.recordFailed(note)
        if (over.aborted) return
        this.#measures.handled(startMs, work, result)
        this.#shadow.handled(sent.kept, result)
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
        if (!over.aborted) this.#lost(sent, 'gave up a batch', undefined)
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
    if (part?.alone !== undefined) this.#losses.suspects.settled(part.alone, result.unfinished[0]?.attempt)
    if (work.isAside === true) {
      this.#asideEnded(work, result, result.unfinished)
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
  #asideEnded(
    work: LaneWork,
    result: Pick<Handled, 'parking' | 'timers'>,
    unfinished: Handled['unfinished'],
    afterMs = longestOf(unfinished),
  ): void {
    const { parked, timers, replays } = this.#aside ?? {}
    if (timers?.workOf(work) !== undefined) timers.ended(work, result.timers, afterMs)
    else {
      if (replays?.workOf(work) === undefined) parked?.ended(work, result.parking, afterMs)
      else replays.ended(work, unfinished, afterMs)
      if (result.timers !== undefined) timers?.told(result.timers)
    }
    this.#actor.complete(work.epoch, work.workId)
  }

  /** What it parked and set waits for its time. */
  #tell({ parking, timers }: Handled): void {
    if (parking !== undefined) this.#aside?.parked?.told(parking)
    if (timers !== undefined) this.#aside?.timers?.told(timers)
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
    this.#releaseIn({ epoch, workId }, longestOf(unfinished), over)
  }

  #releaseIn(
    { epoch, workId }: Pick<LaneWork, 'epoch' | 'workId'>,
    afterMs: number,
    over: AbortSignal,
    remembered: Promise<unknown> = Promise.resolve(),
  ): void {
    void Promise.all([this.#ports.pause(afterMs, over), remembered]).then(([passed]) => {
      if (passed && this.#actor.release(epoch, workId)) this.dispatch()
    })
  }

  /** Not to be gone on with: the process ends, but for what a worker lost. */
  failed(error: unknown, sent?: Sent): void {
    if (isWorkerLost(error)) {
      const loss = error instanceof WorkerLost ? error.loss : undefined
      this.#lost(sent, `died with a batch: ${error.message}`, loss)
      return
    }
    this.#ports.fatal(
      error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error }),
    )
  }

  #lost(sent: Sent | undefined, how: string, loss: Loss | undefined): void {
    const aftermath = this.#losses.lost(how, loss, this.#frontier, sent?.work.isAside === true)
    switch (aftermath.kind) {
      case 'quarantine':
        this.#events.hopeless(aftermath.reason)
        return
      case 'again': {
        const { afterMs, remember } = aftermath
        const remembered = remember && this.#remembered(remember)
        if (sent?.kept === undefined) this.#events.lost(afterMs)
        else this.#again(sent, sent.kept, afterMs, remembered)
        return
      }
      default:
        aftermath satisfies never
    }
  }

  #remembered(loss: RememberedLoss): Promise<void> {
    return this.#losses.remember(loss, this.#epochOver.signal).catch((error: unknown) => {
      this.failed(error)
    })
  }

  /** Nothing of it is known to be handled: it goes out once more, as it was. */
  #again({ work, over }: Sent, kept: ArrayBuffer, afterMs: number, remembered?: Promise<unknown>): void {
    if (work.isAside === true) {
      this.#asideEnded(work, {}, [], afterMs)
      this.dispatch()
      return
    }
    this.#transactions?.forget(work.workId)
    if (!this.#actor.retryLater(work.epoch, work.workId, undefined, kept)) return
    this.#releaseIn(work, afterMs, over, remembered)
  }

  get #frontier(): Offset {
    return this.#actor.frontier() ?? 0
  }
}

/** One whose end of a worker is only told does not run, and need not wait for a thread of its own. */
const isRunAlone = (part: Part | undefined): boolean =>
  part?.alone !== undefined && part.records.every(({ lost }) => lost === undefined)

export const isWorkerLost = (error: unknown): error is TroupeError =>
  error instanceof TroupeError && error.code === 'WORKER_LOST'

const longestOf = (unfinished: Handled['unfinished']): number =>
  unfinished.reduce((most, { afterMs }) => Math.max(most, afterMs), 0)
