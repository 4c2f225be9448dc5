/**
 * Walks a batch and gives its records one by one, decoded, to be handled. What nobody receives and what can't be read
 * becomes an outcome here and is not given.
 */

import { identityRules, wireHeaderBytes, wireSchemaId } from '../serde/index.ts'
import { TroupeError, type ErrorCode } from '../errors.ts'
import type { EventRoute, EventRoutes } from './event-routes.ts'
import {
  includes,
  redriveOf,
  redriveTarget,
  type OffsetRanges,
  type RecordOrigin,
  type redriveHeaders,
} from '../delivery/index.ts'
import type { Timer } from '../actor/timer.ts'
import type { DueTimer } from '../delivery/timers.ts'
import type { LossKind } from '../supervision/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { HandleTask, LostAttempt, RecordAttempt } from './messages.ts'
import { CursorHeaders } from './record-headers.ts'
import { RecordContext } from './record-context.ts'
import { retriedRecords, type ReadRetried, type RetriedRecord } from './retried-record.ts'
import type { StageClock } from './stage-times.ts'
import type { TaskScope } from './task-scope.ts'
import type { UnreadableIds } from './writer-schemas.ts'

/** Told what became of records that are not given. */
export interface PassedOver {
  skipped(): void
  undecodable(headers: CursorHeaders | undefined, error: unknown, origin?: RecordOrigin): void
  /** It waits in its retry topic still. */
  notDue(index: number, attempt: number, afterMs: number): void
  /** Not reached: it stays with its attempt. */
  left(index: number, attempt: number): void
}

export class RecordSource {
  readonly #scope: TaskScope
  readonly #routes: EventRoutes
  readonly #unreadable: UnreadableIds
  /** Ascending by index; undefined: every record, first attempt. */
  readonly #due: readonly RecordAttempt[] | undefined
  readonly #firstOffset: Offset
  readonly #done: OffsetRanges | undefined
  readonly #timers: readonly DueTimer[] | undefined
  #nextDue = 0
  /** How the attempt ended that the record under the cursor is due for. */
  #lost: LostAttempt | undefined
  #lastId = -1
  #lastRoute: EventRoute | undefined
  #lastNameBytes: Buffer | undefined
  #lastName = ''
  #isLastReceived = false
  #lastNamedId = -1
  #lastNamedRoute: EventRoute | undefined
  #redriveTarget: Buffer | undefined
  readonly #readRetried: ReadRetried | undefined
  readonly #clock: StageClock
  #decoded = 0
  #timed = 0
  #timedMs = 0

  constructor(
    scope: TaskScope,
    routes: EventRoutes,
    unreadable: UnreadableIds,
    {
      records,
      firstOffset = 0,
      done,
      timers,
    }: Pick<HandleTask, 'records' | 'firstOffset' | 'done' | 'timers'>,
    clock: StageClock,
  ) {
    this.#clock = clock
    this.#scope = scope
    this.#readRetried = retriedRecords(scope.unit)
    this.#routes = routes
    this.#unreadable = unreadable
    this.#firstOffset = firstOffset
    this.#done = done
    this.#timers = timers
    this.#due = records?.toSorted((a, b) => a.index - b.index)
  }

  /** The next record to handle; undefined after the last. */
  next(outcome: PassedOver): RecordContext | undefined {
    const { reader } = this.#scope
    while (reader.next()) {
      let attempt = this.#attemptHere(reader.index)
      if (attempt === 0) continue
      let headers = reader.headerCount === 0 ? undefined : new CursorHeaders(reader)
      const timer = this.#timers?.[reader.index]
      if (timer !== undefined) return this.#firing(timer, attempt, headers)
      let origin: RecordOrigin | undefined
      if (this.#readRetried !== undefined) {
        const retried = this.#readRetried(reader, this.#scope.now())
        if (retried.kind !== 'due') {
          passOver(retried, reader.index, attempt, headers, outcome)
          continue
        }
        headers = retried.headers
        origin = retried.hop.origin
        attempt = Math.max(attempt, retried.hop.attempt)
      }
      try {
        const route = headers === undefined ? this.#routeByWriter() : this.#routeByHeaders()
        if (route.kind === 'skip' || (headers !== undefined && this.#isForAnother(headers))) {
          outcome.skipped()
          continue
        }
        this.#scope.underWay.entered(reader.offset, attempt)
        const event = this.#decoded++ % timedEvery === 0 ? this.#timedDecode(route) : this.#decode(route)
        this.#scope.underWay.left()
        const record = new RecordContext(
          this.#scope,
          route.name,
          event,
          route.decoder,
          attempt,
          headers,
          reader,
          origin,
        )
        if (headers !== undefined) {
          record.trace = this.#scope.tracer?.begin(reader)
          record.redrive = redriveOf((name) => headers.get(name))?.id
        }
        if (this.#lost !== undefined) record.failedBefore = lostAttempt(this.#lost)
        return record
      } catch (error) {
        this.#scope.underWay.left()
        if (!isAboutTheBytes(error)) throw error
        outcome.undecodable(headers, error, origin)
      }
    }
    return undefined
  }

  #firing(timer: DueTimer, attempt: number, headers: CursorHeaders | undefined): RecordContext {
    const record = new RecordContext(
      this.#scope,
      `timer ${timer.name}`,
      timerOf(timer),
      undefined,
      attempt,
      headers,
    )
    record.timer = timer
    return record
  }

  /** What decoding took, told from the records that were timed. */
  decodeMs(): number {
    return this.#timed === 0 ? 0 : (this.#timedMs / this.#timed) * this.#decoded
  }

  #decode({ decoder }: ReceivedRoute): unknown {
    const { buffer, valueStart, valueLength } = this.#scope.reader
    return decoder.decode(buffer, valueStart + wireHeaderBytes, valueStart + valueLength)
  }

  #timedDecode(route: ReceivedRoute): unknown {
    const began = this.#clock.now()
    const event = this.#decode(route)
    this.#timedMs += this.#clock.now() - began
    this.#timed++
    return event
  }

  /** The event anew: what an actor did to the first one must not be seen by the second run. */
  again(record: RecordContext): unknown {
    const { timer, decoder } = record
    if (timer !== undefined || decoder === undefined) return timer && timerOf(timer)
    const start = record.valueStart + wireHeaderBytes
    return decoder.decode(this.#scope.reader.buffer, start, record.valueStart + record.valueLength)
  }

  /** All records from here on are left as they are. */
  leaveRest(outcome: PassedOver): void {
    const { reader } = this.#scope
    while (reader.next()) {
      const attempt = this.#attemptHere(reader.index)
      if (attempt > 0) outcome.left(reader.index, attempt)
    }
  }

  /** 0: this record is not due. */
  #attemptHere(index: number): number {
    if (this.#due === undefined) {
      const { offset } = this.#scope.reader
      if (offset < this.#firstOffset) return 0
      return this.#done !== undefined && includes(this.#done, offset) ? 0 : 1
    }
    const due = this.#due[this.#nextDue]
    if (due?.index !== index) return 0
    this.#nextDue++
    this.#lost = due.lost
    return due.attempt
  }

  /** A redrive is for the actor whose dead letter it was. */
  #isForAnother(headers: CursorHeaders): boolean {
    const to = headers.header('troupe-redrive-to' satisfies keyof typeof redriveHeaders)
    if (to === undefined || to === null) return false
    this.#redriveTarget ??= Buffer.from(redriveTarget(this.#scope.unit))
    return to.length > 0 && !to.equals(this.#redriveTarget)
  }

  #routeByWriter(): EventRoute {
    const { buffer, valueStart, valueLength } = this.#scope.reader
    // A tombstone says nothing of any event type, so no actor receives it.
    if (valueLength < 0) return skipped
    const id = wireSchemaId(buffer, valueStart, valueLength)
    if (id === this.#lastId && this.#lastRoute !== undefined) return this.#lastRoute
    this.#assertReadable(id)
    this.#lastId = id
    return (this.#lastRoute = this.#routes.byWriter(id))
  }

  #routeByHeaders(): EventRoute {
    const { reader } = this.#scope
    const nameBytes = reader.header(identityRules.name.header)
    if (nameBytes === undefined || nameBytes === null || nameBytes.length === 0) return this.#routeByWriter()
    const { buffer, valueStart, valueLength } = reader
    // Neighbours mostly have the same name: comparing bytes costs less than making a string of them.
    const isSameName = this.#lastNameBytes !== undefined && nameBytes.equals(this.#lastNameBytes)
    if (!isSameName) {
      this.#lastNameBytes = nameBytes
      this.#lastName = nameBytes.toString('utf8')
      this.#lastNamedId = -1
      this.#isLastReceived = this.#routes.isReceived(this.#lastName)
    }
    if (!this.#isLastReceived) return skipped
    const id = wireSchemaId(buffer, valueStart, valueLength)
    if (id !== this.#lastNamedId || this.#lastNamedRoute === undefined) {
      this.#assertReadable(id)
      this.#lastNamedRoute = this.#routes.byName(this.#lastName, id)
      this.#lastNamedId = id
    }
    return this.#lastNamedRoute
  }

  #assertReadable(id: number): void {
    const error = this.#unreadable.get(id)
    if (error) throw error
  }
}

const passOver = (
  retried: Exclude<RetriedRecord, { kind: 'due' }>,
  index: number,
  attempt: number,
  headers: CursorHeaders | undefined,
  outcome: PassedOver,
): void => {
  switch (retried.kind) {
    case 'waits':
      outcome.notDue(index, attempt, retried.forMs)
      return
    case 'not-ours':
      outcome.skipped()
      return
    case 'foreign':
      outcome.undecodable(headers, retried.error)
      return
    default:
      retried satisfies never
  }
}

/** Each handler gets one of its own. */
const timerOf = ({ name, payload, dueAtMs }: DueTimer): Timer => ({
  name,
  payload: structuredClone(payload),
  dueAt: dueAtMs,
})

const skipped: EventRoute = { kind: 'skip' }

const lossCodes = {
  'worker-lost': 'WORKER_LOST',
  'worker-out-of-memory': 'WORKER_OUT_OF_MEMORY',
  'worker-stuck': 'TIME_LIMIT',
  'process-abort': 'PROCESS_ABORTED',
} as const satisfies Record<LossKind, ErrorCode>

const lostAttempt = ({ kind, reason }: LostAttempt): NonNullable<RecordContext['failedBefore']> => ({
  error: new TroupeError(lossCodes[kind], reason),
  kind,
})

type ReceivedRoute = Exclude<EventRoute, { kind: 'skip' }>

/** Two looks at the clock for each record would cost a tenth of handling it. */
const timedEvery = 64

const isAboutTheBytes = (error: unknown): boolean =>
  error instanceof TroupeError &&
  (error.code === 'RECORD_UNDECODABLE' ||
    error.code === 'SCHEMA_ID_UNKNOWN' ||
    error.code === 'SCHEMA_REFUSED')
