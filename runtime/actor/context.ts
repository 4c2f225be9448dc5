/** What an actor sees of the record it receives, and what it may ask for while it does. */

import type { Offset } from '../topic-partition.ts'
import type { EventCatalogue, KnownEventName } from './event-type.ts'
import type { TimerSetting } from './timer.ts'

/** A row of `ctx.track`: which entity is in which state since when. Actors with tables of their own widen it. */
export interface Tracked {
  readonly entity: string
  readonly id: string
  readonly state: string
  /** When it happened, ms since the epoch. */
  readonly at: number
}

/** A tracked row as it is applied: with what the record says of itself. */
export type TrackedRow<T extends Tracked = Tracked> = T & {
  readonly tenant: string
  readonly eventId: string
}

/** A tagged template of SQL with its values bound; answers the rows. */
export type Sql = <Row extends object = Record<string, unknown>>(
  text: TemplateStringsArray,
  ...values: readonly SqlValue[]
) => Promise<readonly Row[]>

/** Arrays serve `unnest(${ids}::text[])`: one statement for a whole batch. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | undefined
  | readonly (string | number | boolean | Date | null)[]

export interface RecordHeaders {
  /** The last header of this name as UTF-8 text. */
  get(name: string): string | undefined
  bytes(name: string): Uint8Array | undefined
  names(): readonly string[]
}

export interface EmitOptions {
  /** The record key; default: the key of the record being handled. */
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface ActorLog {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}

export interface ActorContext<State = unknown, T extends Tracked = Tracked> {
  readonly topic: string
  readonly partition: number
  readonly offset: Offset
  /** The record key as UTF-8 text; undefined when the record has none. */
  readonly key: string | undefined
  /** ms since the epoch, as the record says. */
  readonly timestamp: number
  readonly headers: RecordHeaders
  readonly eventId: string
  readonly eventType: string
  readonly correlationId: string
  /** '' when the event names none. */
  readonly tenant: string
  /** 1 for the first. */
  readonly attempt: number
  /**
   * The actor is a shadow of the version that runs: it gets the same records, and nothing of what it does through the
   * context is kept. Calls to the outside are its own: leave them out where this is true.
   */
  readonly isShadow: boolean
  /** Aborted when the partition is given up or the process stops. */
  readonly signal: AbortSignal
  readonly log: ActorLog

  /** Durable state of this record's key, per actor and tenant. Undefined until set; set undefined to forget it. */
  state: State | undefined

  /**
   * An event. It leaves only if the record's outcome is commit. Checked against its schema here, so a wrong one
   * throws where it was made. Correlation id and traceparent pass to it by themselves.
   */
  emit<Name extends KnownEventName>(name: Name, event: EventCatalogue[Name], options?: EmitOptions): void

  /**
   * A key for a call to an outside service, which knows by it that it has had the call before: the same on every
   * attempt, redelivery and redrive of this event. `name` tells several calls of one handler apart. A UUID.
   */
  callKey(name: string): string

  /**
   * A durable timer of this record's key: `onTimer` of the actor gets it, in the key's order, when its time has come. It
   * is set if and only if the outcome is commit; one of the same name is moved. `effects: 'postgres'` only.
   */
  schedule(name: string, setting: TimerSetting): void

  /** The key's timer of this name does not fire, if there is one. */
  cancelTimer(name: string): void

  /** A row of tracking, applied in the transaction of the batch. */
  track(tracked: T): void

  /**
   * SQL in the batch's own transaction, open from the first use on. Such an actor handles its records one after
   * the other: declare `sql: true`. `effects: 'postgres'` only.
   */
  readonly sql: Sql
}
