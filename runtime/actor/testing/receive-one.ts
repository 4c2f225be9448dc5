/**
 * One event through an actor's `receive`, in memory: no broker, no database, no clock. What the actor asked for comes
 * back as data.
 *
 * It does not do what the runtime does around `receive`: no schema check of what is emitted, no deduplication, no
 * retries.
 */

import { commit, type Outcome } from '../outcome.ts'
import type { ActorContext, EmitOptions, RecordHeaders, Sql, Tracked } from '../context.ts'
import type { ActorDefinition } from '../actor-definition.ts'
import type { Timer, TimerSetting } from '../timer.ts'

/** What the record says of itself; everything has a default. */
export interface Given {
  /** Default undefined: nothing is known of this key. */
  readonly state?: unknown
  /** Default: the record has no key. */
  readonly key?: string
  /** Default: the event's `tenantId`, else ''. */
  readonly tenant?: string
  /** Default: the event's `eventId`, else 'event-1'. */
  readonly eventId?: string
  /** Default: the actor's only pattern. */
  readonly eventType?: string
  /** Default: the event's `correlationId`, else its event id. */
  readonly correlationId?: string
  /** ms since the epoch; default: the event's `occurredAt`, else 0. */
  readonly timestamp?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Default 1. */
  readonly attempt?: number
  /** Default false. */
  readonly isShadow?: boolean
  /** What `ctx.sql` answers; default: it throws. */
  readonly sql?: Sql
}

export interface Received {
  readonly outcome: Outcome
  /** After `receive`; what it was before unless the outcome is commit. */
  readonly state: unknown
  /** Empty unless the outcome is commit, as are `tracked`: only then would they be applied. */
  readonly emitted: readonly Emitted[]
  readonly tracked: readonly Tracked[]
  /** As `ctx.schedule` was given it; undefined: the timer was cancelled. */
  readonly scheduled: ReadonlyMap<string, TimerSetting | undefined>
}

export interface Emitted {
  readonly name: string
  readonly event: unknown
  readonly options: EmitOptions
}

/** Throws what `receive` throws. */
export const receiveOne = (actor: ActorDefinition, event: unknown, given: Given = {}): Promise<Received> =>
  handleOne(actor, event, given, (ctx) => actor.receive(event, ctx))

/** As `receiveOne`, for a timer of the key. Throws what `onTimer` throws. */
export const fireOne = (actor: ActorDefinition, timer: Timer, given: Given = {}): Promise<Received> =>
  handleOne(actor, timer, given, (ctx) => actor.onTimer?.(timer, ctx))

const handleOne = async (
  actor: ActorDefinition,
  event: unknown,
  given: Given,
  handle: (ctx: ActorContext) => ReturnType<ActorDefinition['receive']>,
): Promise<Received> => {
  const scheduled = new Map<string, TimerSetting | undefined>()
  const emitted: Emitted[] = []
  const tracked: Tracked[] = []
  const ctx: ActorContext = {
    ...recordOf(actor, event, given),
    state: given.state,
    emit: (name: string, sent: unknown, options: EmitOptions = {}) =>
      emitted.push({ name, event: sent, options }),
    track: (row) => tracked.push(row),
    schedule: (name, setting) => void scheduled.set(name, setting),
    cancelTimer: (name) => void scheduled.set(name, undefined),
    callKey: (name) => `call ${name} for ${keyOf(actor, event, given)}`,
  }
  const outcome = (await handle(ctx)) ?? commit()
  return outcome.kind === 'commit'
    ? { outcome, state: ctx.state, emitted, tracked, scheduled }
    : { outcome, state: given.state, emitted: [], tracked: [], scheduled: new Map() }
}

type RecordPart = Omit<ActorContext, 'state' | 'emit' | 'track' | 'callKey' | 'schedule' | 'cancelTimer'>

const eventIdOf = (event: unknown, given: Given): string =>
  given.eventId ?? fieldOf(event, 'eventId', 'string') ?? 'event-1'

const keyOf = ({ idempotencyKey }: ActorDefinition, event: unknown, given: Given): string =>
  idempotencyKey?.(event) ?? eventIdOf(event, given)

const recordOf = (actor: ActorDefinition, event: unknown, given: Given): RecordPart => {
  const eventId = eventIdOf(event, given)
  return {
    topic: 'test',
    partition: 0,
    offset: 0,
    key: given.key,
    timestamp: given.timestamp ?? fieldOf(event, 'occurredAt', 'number') ?? 0,
    headers: headersOf(given.headers ?? {}),
    eventId,
    eventType: given.eventType ?? Object.keys(actor.receives)[0] ?? '',
    correlationId: given.correlationId ?? fieldOf(event, 'correlationId', 'string') ?? eventId,
    tenant: given.tenant ?? fieldOf(event, 'tenantId', 'string') ?? '',
    attempt: given.attempt ?? 1,
    isShadow: given.isShadow ?? false,
    signal: new AbortController().signal,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    sql: given.sql ?? noSql,
  }
}

interface Fields {
  string: string
  number: number
}

const fieldOf = <K extends keyof Fields>(event: unknown, name: string, type: K): Fields[K] | undefined => {
  if (typeof event !== 'object' || event === null) return undefined
  const value = (event as Readonly<Record<string, unknown>>)[name]
  return typeof value === type ? (value as Fields[K]) : undefined
}

const headersOf = (headers: Readonly<Record<string, string>>): RecordHeaders => ({
  get: (name) => headers[name],
  bytes: (name) => (headers[name] === undefined ? undefined : new TextEncoder().encode(headers[name])),
  names: () => Object.keys(headers),
})

const ignore = (): void => undefined

const noSql: Sql = () => Promise.reject(new Error('this test gave no `sql` for ctx.sql to answer with'))
