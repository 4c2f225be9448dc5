/**
 * What an actor sees of one record (`ctx`), and what it asked for while it was handled. One small object a record:
 * numbers copied from the batch's cursor, everything else worked out when it is first asked for.
 *
 * C1. A record's context collects only until its `receive` has ended. Afterwards every member that would collect
 *     throws CONTEXT_MISUSED, and so does one that would have to read the batch's bytes, which have left by then;
 *     what was read before stays readable.
 * C2. What is collected here belongs to this record alone until the record succeeds: dropping the object drops it.
 */

import { hash } from 'node:crypto'
import type { ActorContext, ActorLog, EmitOptions, RecordHeaders, Sql, Tracked } from '../actor/context.ts'
import { callKey } from '../delivery/call-key.ts'
import type { ActorDefinition } from '../actor/actor-definition.ts'
import type { TimerSetting } from '../actor/timer.ts'
import type { InboxKey, InboxRow } from '../delivery/effects.ts'
import type { RecordOrigin } from '../delivery/retry-topic.ts'
import type { DueTimer, TimerChange, TimerName } from '../delivery/timers.ts'
import {
  identityOf,
  sampledTrace,
  type Decoder,
  type EventIdentity,
  type HeaderSource,
} from '../serde/index.ts'
import type { LossKind } from '../supervision/index.ts'
import type { Offset } from '../topic-partition.ts'
import { closedError, misused, needsPostgres, wrongArgument } from './context-errors.ts'
import type { RecordTrace } from './batch-tracer.ts'
import type { Emission } from './emissions.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import type { StateSlot } from './keyed-states.ts'
import { noHeaders, type CursorHeaders } from './record-headers.ts'
import { RecordLog } from './record-log.ts'
import type { TaskScope } from './task-scope.ts'
import { timerSet } from './timer-setting.ts'

const decodeKey = new TextDecoder()

/** Where a record lies in its batch: what the cursor says while it stands on it. */
export interface RecordPosition {
  readonly index: number
  readonly offset: Offset
  readonly timestamp: number
  readonly keyStart: number
  readonly keyLength: number
  readonly valueStart: number
  readonly valueLength: number
}

export class RecordContext implements ActorContext, RecordPosition {
  /** Of its origin, as topic, partition and timestamp are; the batch knows it by `logOffset`. */
  readonly offset: Offset
  readonly timestamp: number
  readonly attempt: number
  /** The event's name by header or writer. */
  readonly eventType: string

  // Below: the host's side. Not part of ActorContext.
  readonly index: number
  readonly logOffset: Offset
  event: unknown
  emissions: Emission[] | undefined = undefined
  tracked: Tracked[] | undefined = undefined
  slot: StateSlot | undefined = undefined
  inboxKey: InboxKey | undefined = undefined
  timerChanges: TimerChange[] | undefined = undefined
  /** It is a timer that fires, and no record. */
  timer: DueTimer | undefined = undefined
  /** The redrive that brought it here. */
  redrive: string | undefined = undefined
  /** Its row in the inbox, which is moved on when it is handled. */
  inboxRow: InboxRow | undefined = undefined
  /** Set when the record failed before `receive` could be called. */
  failedBefore: { readonly error: unknown; readonly kind?: LossKind } | undefined = undefined
  /** Its span, where it has one of its own. */
  trace: RecordTrace | undefined = undefined
  readonly cursorHeaders: CursorHeaders | undefined
  readonly valueStart: number
  readonly valueLength: number
  readonly keyStart: number
  readonly keyLength: number
  /** Undefined: of a timer. */
  readonly decoder: Decoder | undefined

  readonly #scope: TaskScope
  /** Where it was read first, of one that was in a retry topic since. */
  readonly #origin: RecordOrigin | undefined
  #key: string | undefined = undefined
  #identity: EventIdentity | undefined = undefined
  #state: unknown = undefined
  #stateTouched = false
  #open = true
  #timeLimit: AbortController | undefined = undefined
  #signal: AbortSignal | undefined = undefined

  constructor(
    scope: TaskScope,
    eventType: string,
    event: unknown,
    decoder: Decoder | undefined,
    attempt: number,
    headers: CursorHeaders | undefined,
    place: RecordPosition = scope.reader,
    origin?: RecordOrigin,
  ) {
    this.logOffset = place.offset
    this.offset = origin?.offset ?? place.offset
    this.timestamp = origin?.timestamp ?? place.timestamp
    this.#origin = origin
    this.attempt = attempt
    this.eventType = eventType
    this.index = place.index
    this.event = event
    this.cursorHeaders = headers
    this.valueStart = place.valueStart
    this.valueLength = place.valueLength
    this.decoder = decoder
    this.#scope = scope
    this.keyStart = place.keyStart
    this.keyLength = place.keyLength
  }

  get topic(): string {
    return this.#origin?.topic ?? this.#scope.unit.topic
  }

  get partition(): number {
    return this.#origin?.partition ?? this.#scope.unit.partition
  }

  get key(): string | undefined {
    if (this.keyLength < 0) return undefined
    if (this.#key === undefined) {
      if (!this.#open) throw closedError('ctx.key')
      this.#key = decodeKey.decode(this.keyView())
    }
    return this.#key
  }

  get headers(): RecordHeaders {
    return this.cursorHeaders ?? noHeaders
  }

  get eventId(): string {
    return this.identity('ctx.eventId').id
  }

  get correlationId(): string {
    return this.identity('ctx.correlationId').correlationId
  }

  get tenant(): string {
    return this.identity('ctx.tenant').tenant
  }

  get isShadow(): boolean {
    return this.#scope.isShadow
  }

  get signal(): AbortSignal {
    this.#timeLimit ??= new AbortController()
    return (this.#signal ??= AbortSignal.any([this.#scope.signal, this.#timeLimit.signal]))
  }

  get log(): ActorLog {
    return new RecordLog(this.#scope, this)
  }

  get state(): unknown {
    if (!this.#scope.keepsEffects) throw needsPostgres('ctx.state')
    if (this.#stateTouched) return this.#state
    if (!this.#open) throw closedError('ctx.state')
    if (this.slot === undefined) return undefined
    this.#stateTouched = true
    return (this.#state = this.slot.read())
  }

  set state(value: unknown) {
    if (!this.#scope.keepsEffects) throw needsPostgres('ctx.state')
    if (!this.#open) throw closedError('ctx.state')
    if (this.slot === undefined)
      throw misused('ctx.state', 'is kept by record key, and this record has no key')
    this.#stateTouched = true
    this.#state = value
  }

  // Getters, so that `receive(event, { emit })` keeps what it belongs to.
  get emit(): ActorContext['emit'] {
    return (name: string, event: unknown, options?: EmitOptions) => {
      if (!this.#open) throw closedError('ctx.emit')
      const emission = this.#scope.emissions.make(this, name, event, options)
      ;(this.emissions ??= []).push(emission)
    }
  }

  get callKey(): ActorContext['callKey'] {
    return (name: string) => {
      if (typeof name !== 'string' || name === '')
        throw wrongArgument('ctx.callKey', 'the name of the call', name)
      const { unit, actor } = this.#scope
      const key = this.inboxKey ?? this.#keyOfCalls(actor)
      return callKey(unit, key, name, sha256Hex)
    }
  }

  get schedule(): ActorContext['schedule'] {
    return (name: string, setting: TimerSetting) => {
      const timer = this.#timerName('ctx.schedule', name)
      const key = this.keyView() ?? Buffer.alloc(0)
      ;(this.timerChanges ??= []).push(timerSet(timer, setting, key, this.#scope.now()))
    }
  }

  get cancelTimer(): ActorContext['cancelTimer'] {
    return (name: string) => {
      ;(this.timerChanges ??= []).push({ ...this.#timerName('ctx.cancelTimer', name), kind: 'cancel' })
    }
  }

  get track(): ActorContext['track'] {
    return (tracked: Tracked) => {
      if (!this.#scope.keepsEffects) throw needsPostgres('ctx.track')
      if (!this.#open) throw closedError('ctx.track')
      checkTracked(tracked)
      // A copy: what the author does with the object afterwards is not what was tracked.
      ;(this.tracked ??= []).push({ ...tracked })
    }
  }

  get sql(): Sql {
    return <Row extends object>(text: TemplateStringsArray, ...values: Parameters<Sql>[1][]) => {
      if (!this.#scope.keepsEffects) throw needsPostgres('ctx.sql')
      if (!this.#open) throw closedError('ctx.sql')
      const { transaction } = this.#scope
      if (this.#scope.isShadow)
        throw misused(
          'ctx.sql',
          'is not there in a shadow: its statements would hold locks that others wait for',
        )
      if (transaction === undefined)
        throw misused('ctx.sql', 'needs sql: true in the definition of the actor')
      return transaction.sql<Row>(text, ...values)
    }
  }

  /** Of the event; `member` names who asks, for the error. */
  identity(member = 'ctx.eventId'): EventIdentity {
    if (this.#identity === undefined) {
      if (!this.#open) throw closedError(member)
      this.#identity = identityOf(this.eventType, this.headerSource(), this.event, {
        topic: this.topic,
        partition: this.partition,
        offset: this.offset,
      })
    }
    return this.#identity
  }

  #keyOfCalls(actor: ActorDefinition): InboxKey {
    const identity = this.identity('ctx.callKey')
    return this.timer === undefined
      ? idempotencyKeyOf(this.event, identity, actor)
      : { tenant: identity.tenant, key: identity.id }
  }

  #timerName(member: string, name: unknown): TimerName {
    if (!this.#scope.keepsEffects) throw needsPostgres(member)
    if (!this.#open) throw closedError(member)
    if (this.#scope.actor.onTimer === undefined)
      throw misused(member, 'needs onTimer in the definition of the actor')
    if (typeof name !== 'string' || name === '') throw wrongArgument(member, 'the name of the timer', name)
    const { key } = this
    if (key === undefined)
      throw misused(member, 'is for the timers of a record key, and this record has no key')
    return { tenant: this.identity(member).tenant, key, name }
  }

  traceId(): string | undefined {
    return this.trace?.traceId ?? sampledTrace(this.headerSource())?.traceId
  }

  headerSource(): HeaderSource {
    return this.cursorHeaders ?? noHeaders
  }

  /** The key's bytes in the batch; undefined without a key. */
  keyView(): Buffer | undefined {
    if (this.keyLength < 0) return undefined
    return this.#scope.reader.buffer.subarray(this.keyStart, this.keyStart + this.keyLength)
  }

  /** The key's bytes as a map's key: exact, also for bytes that are no text. Undefined without a key. */
  keyBytesText(): string | undefined {
    return this.keyView()?.toString('latin1')
  }

  /** What `ctx.state` holds now that `receive` is over; undefined when nobody looked at it. */
  stateAtEnd(): { readonly value: unknown } | undefined {
    return this.#stateTouched ? { value: this.#state } : undefined
  }

  /** The cursor is about to move on while this record is still being handled, or waits for its turn. */
  capture(): this {
    this.cursorHeaders?.capture()
    return this
  }

  /** The same record to be handled afresh: nothing of what this one collected. Its headers must be captured. */
  anew(event: unknown): RecordContext {
    const { eventType, decoder, attempt, cursorHeaders } = this
    const again = new RecordContext(
      this.#scope,
      eventType,
      event,
      decoder,
      attempt,
      cursorHeaders?.anew(),
      this, // only of effects in Postgres, which have no retry topics
    )
    // The same attempt still: what it emits names the same span.
    again.trace = this.trace
    again.redrive = this.redrive
    again.timer = this.timer
    if (this.failedBefore?.kind !== undefined) again.failedBefore = this.failedBefore
    return again
  }

  /** C1: `receive` may still run, but it has failed. */
  timeIsUp(error: Error): void {
    this.identity() // is asked for when its failure is told
    this.#open = false
    this.#timeLimit ??= new AbortController()
    this.#timeLimit.abort(error)
  }

  /** C1: `receive` has ended. */
  close(): void {
    this.#open = false
    this.cursorHeaders?.close()
  }
}

const sha256Hex = (text: string): string => hash('sha256', text)

const checkTracked = (tracked: unknown): void => {
  if (typeof tracked !== 'object' || tracked === null) {
    throw wrongArgument('ctx.track', 'an object { entity, id, state, at }', tracked)
  }
  const row = tracked as Partial<Record<keyof Tracked, unknown>>
  for (const field of ['entity', 'id', 'state'] as const) {
    if (typeof row[field] !== 'string') throw wrongArgument(`ctx.track: ${field}`, 'a string', row[field])
  }
  if (!Number.isFinite(row.at)) throw wrongArgument('ctx.track: at', 'a number of ms since the epoch', row.at)
}
