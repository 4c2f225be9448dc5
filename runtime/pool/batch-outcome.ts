/**
 * What became of the records of one run through a batch (or a part of it): counted, left unfinished, on their way to
 * Kafka, to be written to the store. Nothing of it has happened yet; dropping the object undoes it all.
 */

import type { Outcome } from '../actor/outcome.ts'
import type { Rejection } from '../actor/rejection.ts'
import type { DuplicateSighting, InboxEntry, InboxHit, InboxKey, InboxMove } from '../delivery/effects.ts'
import { noOutcomes, type OutgoingRecord, type RecordOutcome } from '../delivery/index.ts'
import type { TimeSpan, TracedRecord } from '../delivery/traced-record.ts'
import type { TrackedRow } from '../actor/context.ts'
import { TroupeError } from '../errors.ts'
import { supervise, type DeadOutcome, type Failure, type LossKind } from '../supervision/index.ts'
import { identityWithoutEvent, sampledTrace, type EventIdentity } from '../serde/index.ts'
import type { RecordTrace } from './batch-tracer.ts'
import type { Circumstances } from './circumstances.ts'
import type { Emission } from './emissions.ts'
import { deadLetterOf, rejectionOf, type GivenUp, type OriginalRecord } from './given-up.ts'
import { failureData } from './failure-data.ts'
import type { FailureData, FailureNote, UnfinishedRecord } from './messages.ts'
import { invalidOutcome, isOutcome } from './outcome-check.ts'
import type { CursorHeaders } from './record-headers.ts'
import type { RecordContext } from './record-context.ts'
import type { PassedOver } from './record-source.ts'
import type { TaskScope } from './task-scope.ts'

/** Notes are for logs: more of them from one batch would tell nothing more. */
const mostNotes = 100

/** An emission, or a dead letter as it is. `id` names it whenever its record is handled again. */
export type Outgoing =
  | {
      readonly kind: 'event'
      readonly id: string
      readonly emission: Emission
      /** Of the event it was made from. */
      readonly eventId: string
    }
  | { readonly kind: 'dead-letter'; readonly id: string; readonly record: OutgoingRecord }

export class BatchOutcome implements PassedOver {
  readonly counts = noOutcomes()
  /** Attempts that failed and are followed by another one. */
  retries = 0
  readonly unfinished: UnfinishedRecord[] = []
  readonly failures: FailureNote[] = []
  readonly outgoing: Outgoing[] = []
  readonly inbox: InboxEntry[] = []
  /** Of events that were redriven. */
  readonly moves: InboxMove[] = []
  readonly duplicates: DuplicateSighting[] = []
  readonly tracked: TrackedRow[] = []
  /** For the actor that wants to see them. */
  readonly rejections: Rejection[] = []
  /** Of sampled records, one for each attempt. */
  traced: TracedRecord[] = []
  readonly #scope: TaskScope
  readonly #circumstances: Circumstances

  constructor(scope: TaskScope, circumstances: Circumstances) {
    this.#scope = scope
    this.#circumstances = circumstances
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
    const kind = lost ?? (this.#scope.tellAway(thrown) ? 'dependency-away' : kindOf(thrown))
    return this.#failed(record, { kind, reason, errorClass, errorCode }, failure)
  }

  skipped(): void {
    this.counts.skipped++
  }

  left(index: number, attempt: number): void {
    this.unfinished.push({ index, attempt, afterMs: 0 })
  }

  /** The record under the cursor. */
  undecodable(headers: CursorHeaders | undefined, error: unknown): void {
    const { reader, unit } = this.#scope
    const place = { topic: unit.topic, partition: unit.partition, offset: reader.offset }
    const identity = identityWithoutEvent(headers ?? reader, '', place)
    const failure = failureData(error)
    this.#note('undecodable', reader.offset, 0, identity, failure, sampledTrace(headers ?? reader)?.traceId)
    const trace = this.#scope.tracer?.begin(reader)
    if (trace !== undefined)
      this.#endSpan({ trace, offset: reader.offset, attempt: 0 }, identity, 'undecodable', failure)
    const original = {
      offset: reader.offset,
      timestamp: reader.timestamp,
      key: reader.key(),
      value: reader.value(),
      headers,
    }
    const unread = { event: undefined, inboxKey: undefined }
    this.#giveUp({ outcome: 'undecodable', attempts: 0, identity, failure, ...unread }, original)
  }

  /** Another record of this batch, or an earlier one, has its idempotency key. */
  duplicate(record: RecordContext, key: InboxKey): void {
    this.counts.duplicate++
    this.duplicates.push({ ...key, offset: record.offset })
    this.#trace(record, 'duplicate')
    record.close()
  }

  /**
   * As `duplicate`, of an event that has not happened yet: it is parked or dead. Nothing runs for it either, since that
   * event's retry or redrive stands for both; people are told, who may wait for the effect of this one.
   */
  duplicateOfUnsettled(record: RecordContext, key: InboxKey, first: InboxHit): void {
    const { topic, partition, offset, outcome } = first
    const at = `${topic}/${String(partition)} at ${String(offset)}`
    this.#note(
      'duplicate',
      record.offset,
      record.attempt,
      record.identity(),
      {
        code: outcome === 'parked' ? 'DUPLICATE_OF_PARKED' : 'DUPLICATE_OF_DEAD',
        class: 'Duplicate',
        message: `its event is ${outcome}, at ${at}: it happens when that one is ${outcome === 'parked' ? 'released' : 'redriven'}`,
        stack: '',
      },
      record.traceId(),
    )
    this.duplicate(record, key)
  }

  redelivered(record: RecordContext): void {
    this.counts.redelivered++
    this.#trace(record, 'redelivered')
    record.close()
  }

  /** The transaction of this run is committed: the spans of what is finished by it end here. */
  stored(store: TimeSpan): void {
    this.traced = this.traced.map((record) =>
      record.outcome === 'retry' ? record : { ...record, store, endMs: store.endMs },
    )
  }

  /** Takes in what another run has brought about. Only what counts once it has happened: not its effects. */
  include(other: BatchOutcome): void {
    for (const outcome of Object.keys(this.counts) as RecordOutcome[])
      this.counts[outcome] += other.counts[outcome]
    this.retries += other.retries
    this.traced.push(...other.traced)
    this.unfinished.push(...other.unfinished)
    this.rejections.push(...other.rejections)
    this.failures.push(...other.failures.slice(0, mostNotes - this.failures.length))
  }

  #committed(record: RecordContext): boolean {
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
    this.counts.applied++
    this.#trace(record, 'applied')
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
    switch (directive.kind) {
      case 'retry':
        this.retries++
        this.#note('retry', record.offset, record.attempt, identity, data, record.traceId())
        this.#trace(record, 'retry', data)
        this.unfinished.push({
          index: record.index,
          attempt: directive.nextAttempt,
          afterMs: directive.afterMs,
          failure: data,
        })
        record.close()
        return false
      case 'dead-letter':
        this.#dead(record, directive.outcome, identity, data)
        return true
      case 'wait':
        this.unfinished.push({ index: record.index, attempt: record.attempt, afterMs: directive.afterMs })
        record.close()
        return false
      case 'park':
      case 'retry-topic':
      case 'isolate':
      case 'retake':
      case 'quarantine':
      case 'stop':
        throw new Error(`a record's failure (${failure.kind}) can't be answered by ${directive.kind}`)
      default:
        return directive satisfies never
    }
  }

  #dead(record: RecordContext, outcome: DeadOutcome, identity: EventIdentity, data: FailureData): void {
    this.#note(outcome, record.offset, record.attempt, identity, data, record.traceId())
    this.#trace(record, outcome, data)
    const { buffer } = this.#scope.reader
    const original = {
      offset: record.offset,
      timestamp: record.timestamp,
      key: record.keyView(),
      value: buffer.subarray(record.valueStart, record.valueStart + record.valueLength),
      headers: record.cursorHeaders,
    }
    const { attempt: attempts, event, inboxKey } = record
    this.#giveUp({ outcome, attempts, identity, failure: data, event, inboxKey }, original)
    if (this.#scope.keepsEffects) this.#rememberKey(record, outcome === 'rejected' ? 'rejected' : 'dead')
    record.close()
  }

  #giveUp(givenUp: GivenUp, original: OriginalRecord): void {
    const { offset } = original
    this.outgoing.push({
      kind: 'dead-letter',
      id: `dead-letter of offset ${String(offset)}`,
      record: deadLetterOf(givenUp, original, this.#scope, this.#circumstances),
    })
    this.counts[givenUp.outcome]++
    if (this.#scope.actor.onReject !== undefined)
      this.rejections.push(rejectionOf(givenUp, offset, this.#scope.unit))
  }

  #rememberKey({ inboxKey, deadRow, offset }: RecordContext, outcome: InboxEntry['outcome']): void {
    if (inboxKey === undefined) return
    if (deadRow === undefined) this.inbox.push({ ...inboxKey, offset, outcome })
    else this.moves.push({ ...inboxKey, from: 'dead', to: outcome, holder: deadRow.holder })
  }

  #track(record: RecordContext): void {
    const { tenant, id: eventId } = record.identity()
    for (const tracked of record.tracked ?? []) this.tracked.push({ ...tracked, tenant, eventId })
  }

  #note(
    outcome: FailureNote['outcome'],
    offset: number,
    attempt: number,
    { id, correlationId, name }: EventIdentity,
    failure: FailureData,
    traceId: string | undefined,
  ): void {
    if (this.failures.length >= mostNotes) return
    this.failures.push({
      outcome,
      offset,
      attempt,
      eventId: id,
      correlationId,
      ...(traceId !== undefined && { traceId }),
      eventType: name,
      failure,
    })
  }

  #trace(record: RecordContext, outcome: TracedRecord['outcome'], failure?: FailureData): void {
    const { trace, offset, attempt } = record
    if (trace !== undefined) this.#endSpan({ trace, offset, attempt }, record.identity(), outcome, failure)
  }

  #endSpan(
    { trace, ...record }: Pick<TracedRecord, 'offset' | 'attempt'> & { readonly trace: RecordTrace },
    { id, correlationId, name }: EventIdentity,
    outcome: TracedRecord['outcome'],
    failure: FailureData | undefined,
  ): void {
    this.traced.push({
      ...trace,
      ...record,
      endMs: this.#circumstances.now(),
      eventId: id,
      eventType: name,
      correlationId,
      outcome,
      ...(failure && { error: { type: failure.class, message: failure.message } }),
    })
  }
}

const kindOf = (thrown: unknown): 'time-limit' | 'handler-error' =>
  thrown instanceof TroupeError && thrown.code === 'TIME_LIMIT' ? 'time-limit' : 'handler-error'

const asked = ({ reason, afterMs }: Extract<Outcome, { kind: 'retry' }>): Failure => ({
  kind: 'retry-asked',
  reason,
  afterMs,
})

/** A failure that nobody threw: the actor returned it. */
const plainFailure = (name: 'Retry' | 'Reject', reason: string): FailureData => ({
  code: name === 'Retry' ? 'RETRY_ASKED' : 'REJECTED',
  class: name,
  message: reason,
  stack: '',
})
