/**
 * One run of a chunk, from its duplicates to its transaction: rules E1 to E5 of `handleWithEffects`. It applies all of it
 * or nothing; a chunk that is handled once more gets another one.
 */

import type { ApplyOutcome, EffectsStore, InboxHit, InteractiveTransaction } from '../delivery/effects.ts'
import {
  noOutcomes,
  rangesOf,
  replayCountsOf,
  sumOfCounts,
  type OutcomeCounts,
  type RetriedRecord,
  type Progress,
  type ReplayedPart,
  type SkippedRecord,
} from '../delivery/index.ts'
import type { OutboxRow } from '../delivery/outbox.ts'
import type { OutboxLetter } from '../delivery/outbox-letter.ts'
import { BatchOutcome } from './batch-outcome.ts'
import type { Offset } from '../topic-partition.ts'
import type { BatchWork } from './batch-work.ts'
import { callReceive } from './call-receive.ts'
import { ChunkParking } from './chunk-parking.ts'
import { isAway } from './conversation.ts'
import { settleTwins, sortByKey, withoutSeen } from './duplicates.ts'
import { KeyedStates } from './keyed-states.ts'
import { partedByRoom } from './letters-ahead.ts'
import type { Outgoing } from './outgoing.ts'
import type { OutgoingOrder } from './outgoing-order.ts'
import type { RecordContext } from './record-context.ts'
import { RecordRun, type RunRules } from './record-run.ts'
import { withinSavepoint } from './within-savepoint.ts'

/** Of a batch of parked records or of a replay, those that are finished though they are not handled. */
export interface PassedOver {
  readonly records: readonly RetriedRecord[]
  /** Offsets of a replay. */
  readonly replayed: readonly Offset[]
  readonly counts: OutcomeCounts
}

interface Leaving {
  readonly outbox: readonly OutboxRow[]
  readonly letters: readonly OutboxLetter[]
}

const nothingLeaves: Leaving = { outbox: [], letters: [] }

/** Wraps what `apply` threw when it was neither away nor in conflict. */
export class EffectsRefused extends Error {
  override readonly name = 'EffectsRefused'
}

/** One run of a chunk, from its duplicates to its transaction. */
export class ChunkAttempt {
  readonly outcome: BatchOutcome
  readonly #parking: ChunkParking
  readonly #mayBeParked: boolean
  readonly blocked: Set<string>
  stopped = false
  readonly #work: BatchWork
  readonly #store: EffectsStore
  readonly #outgoing: OutgoingOrder
  readonly #states: KeyedStates
  /** What the batch had done before its last chunk; undefined: this is not the last one. */
  readonly #before: { readonly total: BatchOutcome; readonly passedOver: PassedOver } | undefined
  readonly #fromBefore: readonly Outgoing[]
  #transaction: InteractiveTransaction | undefined

  /** `fromBefore`: what the batch has to leave already, and waits for a transaction. */
  constructor(
    work: BatchWork,
    store: EffectsStore,
    outgoing: OutgoingOrder,
    blocked: Set<string>,
    before: { readonly total: BatchOutcome; readonly passedOver: PassedOver } | undefined,
    mayBeParked: boolean,
    fromBefore: readonly Outgoing[],
  ) {
    this.#work = work
    this.#fromBefore = fromBefore
    this.#mayBeParked = mayBeParked
    this.#states = new KeyedStates(work.scope.actor.stateForm)
    this.#parking = new ChunkParking(work.scope, work.task)
    this.#before = before
    this.#store = store
    this.#outgoing = outgoing
    this.blocked = blocked
    this.outcome = new BatchOutcome(work.scope, work.circumstances, this.#parking)
  }

  async run(records: readonly RecordContext[]): Promise<ApplyOutcome> {
    const { scope } = this.#work
    const { firsts, twins } = sortByKey(records, scope.actor)
    const keys = [...firsts, ...this.#skipped()].flatMap(({ inboxKey }) => inboxKey ?? [])
    const hits = keys.length === 0 ? [] : await this.#patiently(() => this.#store.seen(scope.unit, keys))
    const isRetry = (record: RecordContext): boolean => this.#parking.retriedOf(record)?.inInbox === true
    const { replay } = this.#work.task
    const unseen = withoutSeen(firsts, hits, scope.unit, this.outcome, isRetry, replay?.dedupe)
    const ready = await this.#withoutParked(unseen)
    await this.#loadStates(ready)
    await this.#receive(ready)
    settleTwins(twins, this.outcome)
    this.#settle(records, hits)
    return this.#apply(await this.#leaving(), this.#replayed(records))
  }

  /** Gives up what was not applied. */
  async undo(): Promise<void> {
    const transaction = this.#transaction
    this.#transaction = undefined
    this.#work.scope.transaction = undefined
    // The connection may be what failed; the server undoes it then.
    await transaction?.rollback().catch(() => undefined)
  }

  /** PK2: those whose keys are parked wait behind them; answers the others. */
  async #withoutParked(records: readonly RecordContext[]): Promise<readonly RecordContext[]> {
    if (!this.#mayBeParked || this.#parking.isRetry || records.length === 0) return records
    const keys = [...new Set(records.map((record) => this.#parking.keyOf(record)))]
    this.#parking.know(await this.#patiently(() => this.#store.parkedAmong(this.#work.scope.unit, keys)))
    return records.filter((record) => {
      if (!this.#parking.isParked(record) || !this.outcome.waitsBehind(record)) return true
      record.close()
      return false
    })
  }

  #skipped(): readonly SkippedRecord[] {
    return this.#before === undefined ? [] : (this.#work.task.retry?.skipped ?? [])
  }

  /** Of records that were parked before. */
  #settle(records: readonly RecordContext[], hits: readonly InboxHit[]): void {
    if (!this.#parking.isRetry) return
    this.#parking.settle(records, this.outcome.unfinished, this.outcome.exhausted)
    for (const passed of this.#before?.passedOver.records ?? []) this.#parking.finished(passed, false)
    for (const skipped of this.#skipped()) {
      this.#parking.finished(skipped, false)
      this.outcome.leftOut(skipped, hits)
    }
  }

  async #loadStates(records: readonly RecordContext[]): Promise<void> {
    for (const record of records) {
      const { key, inboxKey, timer } = record
      const tenant = inboxKey?.tenant ?? timer?.tenant
      if (key !== undefined && tenant !== undefined) record.slot = this.#states.slot({ tenant, key })
    }
    const slots = this.#states.all()
    if (slots.length === 0) return
    const loaded = await this.#patiently(() => this.#store.loadStates(this.#work.scope.unit, slots))
    for (const [index, state] of loaded.entries()) slots[index]?.load(state)
  }

  async #receive(records: readonly RecordContext[]): Promise<void> {
    const { scope } = this.#work
    const { order, concurrency, sql } = scope.actor
    let call: RunRules['call'] = (record) => callReceive(scope, record)
    if (sql && records.length > 0) {
      const transaction = await this.#patiently(() => this.#store.begin())
      this.#transaction = transaction
      scope.transaction = transaction
      call = (record) => withinSavepoint(transaction, scope, record)
    }
    let at = 0
    const supply = {
      next: () => records[at++],
      leaveRest: () => {
        for (const { index, attempt } of records.slice(at)) this.outcome.left(index, attempt)
      },
    }
    const run = new RecordRun(
      scope,
      this.outcome,
      supply,
      { order, concurrency, keyed: order !== 'partition', call },
      this.blocked,
    )
    await this.#work.clock.timed('handleMs', () => run.run())
    this.stopped = run.stopped
  }

  /** E2. */
  async #leaving(): Promise<Leaving> {
    const { outgoing } = this.outcome
    if (this.#work.task.progress === undefined) {
      await this.#outgoing.acknowledged(outgoing)
      return nothingLeaves
    }
    const { ahead, within } = partedByRoom(outgoing)
    await this.#outgoing.acknowledged(ahead)
    return {
      outbox: await this.#outgoing.rows(within),
      letters: this.#outgoing.letters([...this.#fromBefore, ...within]),
    }
  }

  /** RP2. */
  #replayed(records: readonly RecordContext[]): ReplayedPart | undefined {
    const { replay } = this.#work.task
    if (replay === undefined) return undefined
    const left = new Set(this.outcome.unfinished.map(({ index }) => index))
    const finished = records.filter(({ index }) => !left.has(index)).map(({ offset }) => offset)
    const { replayed = [], counts = noOutcomes() } = this.#before?.passedOver ?? {}
    const done = rangesOf([...finished, ...replayed].map((offset) => ({ from: offset, to: offset + 1 })))
    if (done.length === 0) return undefined
    return { id: replay.id, done, counts: replayCountsOf(sumOfCounts(this.outcome.counts, counts)) }
  }

  async #apply({ outbox, letters }: Leaving, replayed: ReplayedPart | undefined): Promise<ApplyOutcome> {
    const { scope } = this.#work
    const { inbox, moves, duplicates, tracked } = this.outcome
    const { fired: firedTimers, postponed: postponedTimers, changes: timers } = this.outcome.timers
    const { records: parked, settled } = this.#parking
    const { released = [], answers = [] } = (this.#before && this.#work.task.retry) ?? {}
    const states = this.#states.writes()
    const transaction = this.#transaction
    const progress = this.#progress()
    const isSilent = progress === undefined || progress.ranges.length === 0
    const keyCount = inbox.length + moves.length
    const parkCount = parked.length + settled.length + released.length + answers.length
    const timerCount = firedTimers.length + postponedTimers.length + timers.length
    const effectCount =
      keyCount +
      parkCount +
      timerCount +
      duplicates.length +
      tracked.length +
      states.length +
      outbox.length +
      letters.length +
      (replayed === undefined ? 0 : 1)
    if (!transaction && isSilent && effectCount === 0) {
      return { kind: 'applied' }
    }
    const effects = {
      unit: scope.unit,
      inbox,
      moves,
      duplicates,
      states,
      tracked,
      applyTracked: scope.actor.applyTracked,
      parked,
      settled,
      released,
      answers,
      firedTimers,
      postponedTimers,
      timers,
      replayed,
      ...(progress && { progress, outbox, letters }),
    }
    const startMs = this.#work.circumstances.now()
    try {
      const applied = transaction
        ? await this.#work.clock.timed('storeMs', () => this.#store.apply(effects, transaction))
        : await this.#patiently(() => this.#store.apply(effects))
      if (applied.kind === 'applied' || applied.kind === 'already-done') {
        this.outcome.told.stored({ startMs, endMs: this.#work.circumstances.now() })
        this.#transaction = undefined
        scope.transaction = undefined
      }
      return applied
    } catch (error) {
      if (scope.discarded || isAway('postgres', error)) throw error
      throw new EffectsRefused('Postgres did not take the effects', { cause: error })
    }
  }

  /** E4. */
  #progress(): Progress | undefined {
    const { progress, isPart, replay } = this.#work.task
    if (progress === undefined) return undefined
    if (replay !== undefined) return { ...progress, ranges: [], counts: noOutcomes() } // RP1
    if (this.#parking.isRetry) return { ...progress, ranges: [], counts: this.#movedCounts() }
    const before = this.#before?.total
    const isEnd = !isPart && before?.unfinished.length === 0 && this.outcome.unfinished.length === 0
    if (!isEnd) return { ...progress, ranges: [], counts: noOutcomes() }
    return { ...progress, counts: [before.counts, this.outcome.counts].reduce(sumOfCounts, progress.counts) }
  }

  /** What became of parked records takes the place of `parked`. */
  #movedCounts(): OutcomeCounts {
    const passed = this.#before?.passedOver.counts ?? noOutcomes()
    return { ...sumOfCounts(this.outcome.counts, passed), parked: -this.#parking.report.settled }
  }

  #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, conversation } = this.#work
    return clock.timed('storeMs', () => conversation.patiently('postgres', attempt))
  }
}
