/**
 * What became of the records of one run through a batch (or a part of it): counted, left unfinished, on their way to
 * Kafka, to be written to the store. Nothing of it has happened yet; dropping the object undoes it all.
 */

import type { Rejection } from '../actor/rejection.ts'
import type { DuplicateSighting, InboxEntry, InboxHit, InboxKey, InboxMove } from '../delivery/effects.ts'
import {
  noOutcomes,
  retryRecord,
  retryTopicFor,
  type RecordOrigin,
  type RecordOutcome,
} from '../delivery/index.ts'
import { suppresses } from '../delivery/inbox-state.ts'
import { noReport, sumOfReports, type ParkingReport, type SkippedRecord } from '../delivery/parked-work.ts'
import type { TimersReport } from '../delivery/timers.ts'
import type { TrackedRow } from '../actor/context.ts'
import {
  longestDelayMs,
  isUnhandled,
  supervise,
  type Directive,
  type Failure,
  type LossKind,
} from '../supervision/index.ts'
import { identityWithoutEvent, sampledTrace, type EventIdentity } from '../serde/index.ts'
import { blockedMs, type ChunkParking } from './chunk-parking.ts'
import { ChunkTimers, noTimers, sumOfTimers } from './chunk-timers.ts'
import type { Circumstances } from './circumstances.ts'
import { copyOf, deadLetterOf, rejectionOf, type GivenUp, type RecordInBatch } from './given-up.ts'
import { failureData } from './failure-data.ts'
import type { FailureData, UnfinishedRecord } from './messages.ts'
import { invalidOutcome, isOutcome } from './outcome-check.ts'
import type { Outgoing } from './outgoing.ts'
import type { CursorHeaders } from './record-headers.ts'
import type { RecordContext } from './record-context.ts'
import type { PassedOver } from './record-source.ts'
import { asked, kindOfThrown, plainFailure, unsettled } from './returned-failure.ts'
import type { TaskScope } from './task-scope.ts'
import { ToldRecords } from './told-records.ts'

export class BatchOutcome implements PassedOver {
  readonly counts = noOutcomes()
  /** Attempts that failed and are followed by another one. */
  retries = 0
  readonly unfinished: UnfinishedRecord[] = []
  readonly outgoing: Outgoing[] = []
  readonly inbox: InboxEntry[] = []
  /** Of events that were redriven. */
  readonly moves: InboxMove[] = []
  readonly duplicates: DuplicateSighting[] = []
  readonly tracked: TrackedRow[] = []
  /** For the actor that wants to see them. */
  readonly rejections: Rejection[] = []
  readonly told: ToldRecords
  /** What the runs that it has taken in meant for parked keys. */
  report: ParkingReport = noReport
  timersReport: TimersReport = noTimers
  readonly timers = new ChunkTimers()
  /** Absent: nothing is parked, and nothing can be. */
  readonly parking: ChunkParking | undefined
  /** Given up after their attempts. */
  readonly exhausted = new Set<number>()
  readonly #scope: TaskScope
  readonly #circumstances: Circumstances

  constructor(scope: TaskScope, circumstances: Circumstances, parking?: ChunkParking) {
    this.#scope = scope
    this.#circumstances = circumstances
    this.parking = parking
    this.told = new ToldRecords(circumstances, scope.isObserved)
  }

  /** What `receive` returned or resolved to. True: the record is finished; false: it is to be handled again. */
  returned(record: RecordContext, returned: unknown): boolean {
    if (returned === undefined) return this.#committed(record)
    if (!isOutcome(returned)) return this.threw(record, invalidOutcome(this.#scope.actor.name, returned))
    switch (returned.kind) {
      case 'commit':
        return this.#committed(record)
      case 'retry':
        return this.#failed(record, asked(returned), plainFailure('Retry', returned.reason))
      case 'reject':
        return this.#failed(
          record,
          { kind: 'rejected', reason: returned.reason },
          plainFailure('Reject', returned.reason),
        )
      default:
        return returned satisfies never
    }
  }

  /** What `receive` threw or rejected with; `lost`: it was not called, because this attempt had ended its worker. */
  threw(record: RecordContext, thrown: unknown, lost?: LossKind): boolean {
    const failure = failureData(thrown)
    const { message: reason, class: errorClass, code: errorCode } = failure
    const kind = lost ?? (this.#scope.tellAway(thrown) ? 'dependency-away' : kindOfThrown(thrown))
    return this.#failed(record, { kind, reason, errorClass, errorCode }, failure)
  }

  /** The record under the cursor. */
  skipped(): void {
    this.counts.skipped++
    this.told.observation?.skipped(this.#scope)
  }

  /** A parked record that an operator leaves out: strangers with its key are its duplicates. */
  leftOut({ inboxKey }: SkippedRecord, hits: readonly InboxHit[]): void {
    this.counts.skipped++
    const row = hits.find(({ tenant, key }) => tenant === inboxKey?.tenant && key === inboxKey.key)
    if (inboxKey === undefined || row?.outcome !== 'parked') return
    this.moves.push({ ...inboxKey, from: 'parked', to: 'rejected', holder: row.holder })
  }

  left(index: number, attempt: number): void {
    this.unfinished.push({ index, attempt, afterMs: 0 })
  }

  /** It waits in its retry topic still. */
  notDue(index: number, attempt: number, afterMs: number): void {
    this.unfinished.push({ index, attempt, afterMs })
  }

  /** A record of its key before it is not finished: it waits for that one, parked or in its lane. */
  heldUp(record: RecordContext): void {
    if (this.parking?.isParked(record) === true) this.waitsBehind(record)
    else this.left(record.index, record.attempt)
    record.close()
  }

  /** Its key is parked. False: by the actor's limits it does not wait for it, and is to be handled. */
  waitsBehind(record: RecordContext): boolean {
    if (record.timer !== undefined) {
      this.timers.waitsForKey(record)
      return true
    }
    const verdict = this.parking?.waitsBehind(record) ?? 'block'
    if (verdict === 'release') return false
    if (verdict === 'park') this.#parked(record)
    else this.unfinished.push({ index: record.index, attempt: record.attempt, afterMs: blockedMs })
    return true
  }

  /** The record under the cursor. */
  undecodable(headers: CursorHeaders | undefined, error: unknown, origin?: RecordOrigin): void {
    const { reader, unit } = this.#scope
    const { offset, timestamp } = reader
    const place = origin ?? { topic: unit.topic, partition: unit.partition, offset, timestamp }
    const identity = identityWithoutEvent(headers ?? reader, '', place)
    const failure = failureData(error)
    this.told.observation?.undecodable(this.#scope.reader, failure)
    this.told.note(
      'undecodable',
      reader.offset,
      0,
      identity,
      failure,
      sampledTrace(headers ?? reader)?.traceId,
    )
    const trace = this.#scope.tracer?.begin(reader)
    if (trace !== undefined)
      this.told.endSpan({ trace, offset: reader.offset, attempt: 0 }, identity, 'undecodable', failure)
    const original = { origin: place, logOffset: offset, key: reader.key(), value: reader.value(), headers }
    const unread = { event: undefined, inboxKey: undefined }
    this.#giveUp(
      { outcome: 'undecodable', isUnhandled: false, attempts: 0, identity, failure, ...unread },
      original,
    )
  }

  /** Another record of this batch, or an earlier one, has its idempotency key. */
  duplicate(record: RecordContext, key: InboxKey): void {
    this.counts.duplicate++
    this.duplicates.push({ ...key, offset: record.offset })
    this.told.trace(record, 'duplicate')
    record.close()
  }

  /**
   * As `duplicate`, of an event that has not happened yet: it is parked or dead. Nothing runs for it either, since that
   * event's retry or redrive stands for both; people are told, who may wait for the effect of this one.
   */
  duplicateOfUnsettled(record: RecordContext, key: InboxKey, first: InboxHit): void {
    const { offset, attempt } = record
    this.told.note('duplicate', offset, attempt, record.identity(), unsettled(first), record.traceId())
    this.duplicate(record, key)
  }

  /** `state`: what the inbox says of it. One that is parked by now has its outcome still before it. */
  redelivered(record: RecordContext, state: InboxEntry['outcome']): void {
    const outcome = state === 'parked' && this.parking?.isRetry !== true ? 'parked' : 'redelivered'
    this.counts[outcome]++
    this.told.trace(record, outcome)
    record.close()
  }

  /** Takes in what another run has brought about. Only what counts once it has happened: not its effects. */
  include(other: BatchOutcome): void {
    for (const outcome of Object.keys(this.counts) as RecordOutcome[])
      this.counts[outcome] += other.counts[outcome]
    this.retries += other.retries
    this.told.include(other.told)
    this.unfinished.push(...other.unfinished)
    this.rejections.push(...other.rejections)
    this.timersReport = sumOfTimers(this.timersReport, other.timers.report(this.#circumstances.now()))
    if (other.parking !== undefined) this.report = sumOfReports(this.report, other.parking.report)
  }

  #committed(record: RecordContext): boolean {
    const before = this.told.observation && record.slot?.held()
    if (this.#scope.keepsEffects) {
      const state = record.stateAtEnd()
      let keep: (() => void) | undefined
      try {
        // Before anything else of the record is taken in: this may fail.
        if (state !== undefined && record.slot !== undefined) keep = record.slot.stage(state.value)
      } catch (error) {
        return this.threw(record, error)
      }
      keep?.()
      this.#rememberKey(record, 'done')
      if (record.tracked !== undefined) this.#track(record)
    }
    if (record.emissions !== undefined) {
      const { id: eventId } = record.identity()
      for (const emission of record.emissions)
        this.outgoing.push({ kind: 'event', id: emission.id, emission, eventId })
    }
    this.timers.committed(record)
    if (record.timer === undefined) this.counts.applied++
    this.told.trace(record, 'applied')
    this.told.observation?.committed(record, before)
    record.close()
    return true
  }

  #failed(record: RecordContext, failure: Failure, data: FailureData): boolean {
    const { actor } = this.#scope
    const directive = supervise(failure, {
      policy: actor.retry,
      attempt: failure.kind === 'dependency-away' ? this.#scope.timesAway() : record.attempt,
      records: 1,
      jitter: this.#circumstances.random(),
    })
    const identity = record.identity()
    if (directive.kind !== 'wait') this.told.observation?.failed(record, failure.kind, data)
    if (record.timer !== undefined && directive.kind !== 'wait')
      return this.#timerFailed(record, directive, identity, data)
    switch (directive.kind) {
      case 'retry':
      case 'park':
        this.retries++
        this.told.note('retry', record.logOffset, record.attempt, identity, data, record.traceId())
        this.told.trace(record, 'retry', data)
        this.#tryLater(record, directive, data)
        record.close()
        return false
      case 'dead-letter':
        this.#dead(
          record,
          { outcome: directive.outcome, isUnhandled: isUnhandled(failure.kind) },
          identity,
          data,
        )
        // What is behind it in the queue of its key waits for an operator.
        return this.parking?.isHeldBy(directive.outcome) !== true
      case 'wait':
        this.unfinished.push({ index: record.index, attempt: record.attempt, afterMs: directive.afterMs })
        record.close()
        return false
      case 'retry-topic':
        this.retries++
        this.told.note('retry', record.logOffset, record.attempt, identity, data, record.traceId())
        this.told.trace(record, 'retry', data)
        this.#toRetryTopic(record, directive)
        record.close()
        return true
      case 'isolate':
      case 'retake':
      case 'quarantine':
      case 'stop':
        throw new Error(`a record's failure (${failure.kind}) can't be answered by ${directive.kind}`)
      default:
        return directive satisfies never
    }
  }

  /** A timer is never given up, but where its handler refuses it. */
  #timerFailed(
    record: RecordContext,
    directive: Directive,
    identity: EventIdentity,
    data: FailureData,
  ): boolean {
    const isRefused = directive.kind === 'dead-letter' && directive.outcome === 'rejected'
    const outcome = isRefused ? 'rejected' : 'retry'
    this.told.note(outcome, record.offset, record.attempt, identity, data, undefined)
    if (isRefused) this.timers.refused(record)
    else {
      this.retries++
      const { maxDelayMs } = this.#scope.actor.retry
      const isLate = directive.kind === 'retry' || directive.kind === 'park'
      this.timers.failed(record, isLate ? directive.afterMs : maxDelayMs, data.message)
    }
    record.close()
    return isRefused
  }

  /** Parked where that is its mode, or where it is parked already; else its lane waits for it. */
  #tryLater(
    record: RecordContext,
    { kind, nextAttempt, afterMs }: Extract<Directive, { kind: 'retry' | 'park' }>,
    failure: FailureData,
  ): void {
    const { parking } = this
    if (parking !== undefined && (kind === 'park' || parking.isRetry)) {
      if (parking.failed(record, afterMs, failure)) {
        if (!parking.isRetry) this.#parked(record)
        return
      }
    }
    this.unfinished.push({ index: record.index, attempt: nextAttempt, afterMs, failure })
  }

  #parked(record: RecordContext): void {
    this.counts.parked++
    this.#rememberKey(record, 'parked')
  }

  #dead(
    record: RecordContext,
    { outcome, isUnhandled }: Pick<GivenUp, 'outcome' | 'isUnhandled'>,
    identity: EventIdentity,
    failure: FailureData,
  ): void {
    if (outcome === 'exhausted') this.exhausted.add(record.index)
    this.told.note(outcome, record.logOffset, record.attempt, identity, failure, record.traceId())
    this.told.trace(record, outcome, failure)
    const { attempt: attempts, event, inboxKey } = record
    const givenUp = { outcome, isUnhandled, attempts, identity, failure, event, inboxKey }
    this.#giveUp(givenUp, this.#inBatch(record))
    if (this.#scope.keepsEffects) this.#rememberKey(record, outcome === 'rejected' ? 'rejected' : 'dead')
    record.close()
  }

  /** RT1: counted as parked when the broker has it. */
  #toRetryTopic(
    record: RecordContext,
    { afterMs, nextAttempt: attempt }: Extract<Directive, { kind: 'retry-topic' }>,
  ): void {
    const { actor, unit, emissions } = this.#scope
    const inBatch = this.#inBatch(record)
    const { logOffset } = inBatch
    const topic = retryTopicFor(inBatch.origin.topic, unit.group, longestDelayMs(actor.retry), afterMs)
    const hop = { to: unit, attempt, dueAtMs: this.#circumstances.now() + afterMs }
    this.outgoing.push({
      kind: 'retry',
      id: `retry of offset ${String(logOffset)}`,
      record: retryRecord(topic, copyOf(inBatch, emissions.memory), hop, logOffset),
    })
    this.counts.parked++
  }

  #inBatch(record: RecordContext): RecordInBatch {
    const { topic, partition, offset, timestamp, valueStart, valueLength } = record
    return {
      origin: { topic, partition, offset, timestamp },
      logOffset: record.logOffset,
      key: record.keyView(),
      value: this.#scope.reader.buffer.subarray(valueStart, valueStart + valueLength),
      headers: record.cursorHeaders,
    }
  }

  #giveUp(givenUp: GivenUp, original: RecordInBatch): void {
    const { origin, logOffset } = original
    this.outgoing.push({
      kind: 'dead-letter',
      id: `dead-letter of offset ${String(logOffset)}`,
      logOffset,
      isUnhandled: givenUp.isUnhandled,
      letter: deadLetterOf(givenUp, original, this.#scope, this.#circumstances),
    })
    this.counts[givenUp.outcome]++
    if (this.#scope.actor.onReject !== undefined) this.rejections.push(rejectionOf(givenUp, origin))
  }

  #rememberKey({ inboxKey, inboxRow, offset }: RecordContext, outcome: InboxEntry['outcome']): void {
    if (inboxKey === undefined) return
    if (inboxRow === undefined) this.inbox.push({ ...inboxKey, offset, outcome })
    else if (inboxRow.state !== outcome || !suppresses(outcome)) {
      const { state: from, holder, isReplayed } = inboxRow
      this.moves.push({ ...inboxKey, from, to: outcome, holder, isReplayed })
    }
  }

  #track(record: RecordContext): void {
    const { tenant, id: eventId } = record.identity()
    for (const tracked of record.tracked ?? []) this.tracked.push({ ...tracked, tenant, eventId })
  }
}
