/** An actor: as its author writes it, and as the runtime reads it, with every default filled in. */

import type { ActorContext, Sql, Tracked, TrackedRow } from './context.ts'
import type { Dependency } from './dependency.ts'
import type { EventOf, Receivable } from './event-type.ts'
import type { ParkingLimits } from '../delivery/parking.ts'
import type { Outcome } from './outcome.ts'
import type { Rejection } from './rejection.ts'
import type { StateForm, StateType } from './state-type.ts'
import type { ActorOnTimer } from './timer-handler.ts'

/** `partition`: one batch in flight a partition. `key`: records of one key in order. `none`: no order. */
export type Order = 'partition' | 'key' | 'none'

/**
 * `none`: at least once. `postgres`: effects in one transaction a batch. `kafka`: what it emits, its dead letters and its
 * offsets in one transaction of Kafka; for readers of committed records each record has what it became once.
 */
export type Effects = 'none' | 'postgres' | 'kafka'

export type StartFrom = 'earliest' | 'latest'

/** How long a record waits for its next attempt, and how many it has. */
export interface RetryTimes {
  /** Attempts in all, the first one counted. Default 5. Higher: what waits for the record waits longer. */
  readonly attempts: number
  /**
   * `exponential`: doubled each time, up to `maxDelayMs`; the wait is anything up to that, by chance, so that what
   * failed together does not come back together. `fixed`: always `firstDelayMs`. Default exponential.
   */
  readonly backoff: 'exponential' | 'fixed'
  /** Default 200. */
  readonly firstDelayMs: number
  /** Default 60,000. */
  readonly maxDelayMs: number
}

export interface RetryPolicy extends RetryTimes {
  /**
   * What waits while a record waits for its next attempt:
   *  - `block`: its lane. Strict order, nothing else needed. The default elsewhere.
   *  - `park`: its key alone, in Postgres; order per key stays. Needs effects postgres, order key or none; the default
   *    with effects postgres and order key.
   *  - `topic`: nothing: it goes to a retry topic, and order is given up. Needs effects none, order none, startFrom earliest.
   */
  readonly mode: 'block' | 'park' | 'topic'
  /**
   * Class (`RateLimited`) or code (`ECONNRESET`) of an error → what is different for it; a code goes before a class.
   * `{ CardDeclined: { attempts: 1 } }`: dead-lettered at once.
   */
  readonly byClass?: Readonly<Record<string, Partial<RetryTimes>>>
  /** How many records may be parked, for how long, and what comes then. For `mode: 'park'`. */
  readonly parking?: Partial<ParkingLimits>
}

export type ActorReceive<Event, State, T extends Tracked> = (
  event: Event,
  ctx: ActorContext<State, T>,
) => Outcome | undefined | void | Promise<Outcome | undefined | void>

export interface ActorOptions<R extends Receivables, State, T extends Tracked> {
  /** Unique within the application: `[a-z0-9-]`. It names the actor's progress, state and metrics. */
  readonly name: string
  /** Event-name pattern (`shipping.package.scanned`, `order.*`, `*.status_changed`, `*`) → what it reads. */
  readonly receives: R
  /** `stateOf<Parcel>()`: the type of `ctx.state`. For the compiler; it needs effects postgres, which keep the state. */
  readonly state?: StateType<State>
  readonly receive: ActorReceive<EventOf<R[keyof R]>, State, T>
  /**
   * Gets the timers that `ctx.schedule` set, in their key's order. One that fails is tried again as `retry` says, and
   * after its attempts each `maxDelayMs`: a timer is never given up. Effects postgres only.
   */
  readonly onTimer?: ActorOnTimer<State, T>
  /** Consumer group; default the application's (KAFKA_GROUP_ID). */
  readonly group?: string
  /** Where a group without committed offsets begins; default earliest, so that nothing before the first join is lost. */
  readonly startFrom?: StartFrom
  /** Default partition. */
  readonly order?: Order
  /**
   * Records of different keys that one batch handles side by side; default 16, 1 with `sql`. For order `key` and
   * `none`. Higher: handlers that wait finish sooner, and more outside calls are open at once.
   */
  readonly concurrency?: number
  /** Default none. For `kafka`: KafkaActorOptions. */
  readonly effects?: Exclude<Effects, 'kafka'>
  /** What makes two events the same one; default the event id. */
  readonly idempotencyKey?: (event: EventOf<R[keyof R]>) => string
  readonly retry?: Partial<RetryPolicy>
  /**
   * How long one attempt may take, in ms; default 300,000. Past it `ctx.signal` is aborted and the attempt has failed,
   * whatever the handler still does; one that holds its thread has the thread ended under it. Only `receive` counts:
   * not what a batch waits for. Higher: a handler that never ends holds up its lane for longer. Lower: slow is failed.
   */
  readonly timeLimitMs?: number
  /**
   * Name → what the actor can't work without. While one is away its records wait: no attempt is used, nothing is
   * dead-lettered, and its status says for what it waits. A handler that finds it away throws `DependencyAway`.
   */
  readonly dependencies?: Readonly<Record<string, Dependency>>
  /**
   * Sees every record that is given up, once it is in the dead-letter topic: for a metric, a notice to somebody. It
   * changes nothing; what it throws is logged, and a process that dies in between has told nobody.
   */
  readonly onReject?: (rejection: Rejection<EventOf<R[keyof R]>>) => unknown
  /**
   * The actor uses `ctx.sql`: its records are handled one after the other in an open transaction. Default false.
   * Effects postgres only.
   */
  readonly sql?: boolean
  /**
   * Applies a batch's `ctx.track` rows in its transaction; default: into the table `tracked`. Effects postgres only.
   * Its rows' type is what `ctx.track` takes.
   */
  readonly applyTracked?: (sql: Sql, rows: readonly TrackedRow<T>[]) => Promise<void>
}

/** What there is of the context with effects: 'kafka', where nothing is in Postgres. */
export type KafkaContext = Omit<ActorContext<never>, 'state' | 'track' | 'sql' | 'schedule' | 'cancelTimer'>

/**
 * With effects: 'kafka'. Its topics are its own within its group, and each partition is one lane. Kafka's transactions
 * promise less than the outbox: docs/guarantees.md.
 */
export interface KafkaActorOptions<R extends Receivables> extends Omit<
  ActorOptions<R, never, Tracked>,
  'effects' | 'receive' | 'state' | 'onTimer' | 'sql' | 'applyTracked' | 'retry'
> {
  readonly effects: 'kafka'
  readonly receive: (
    event: EventOf<R[keyof R]>,
    ctx: KafkaContext,
  ) => Outcome | undefined | void | Promise<Outcome | undefined | void>
  readonly retry?: Partial<Omit<RetryPolicy, 'mode' | 'parking'>> & { readonly mode?: 'block' }
}

export type Receivables = Readonly<Record<string, Receivable>>

/** An actor with every default filled in; types of events and state are the author's business from here on. */
export interface ActorDefinition {
  readonly kind: 'troupe-actor'
  readonly name: string
  readonly receives: Receivables
  readonly receive: ActorReceive<unknown, unknown, Tracked>
  readonly onTimer: ActorOnTimer<unknown, Tracked> | undefined
  readonly stateForm: StateForm
  readonly group: string | undefined
  readonly startFrom: StartFrom
  readonly order: Order
  readonly concurrency: number
  readonly effects: Effects
  readonly idempotencyKey: ((event: unknown) => string) | undefined
  readonly retry: RetryPolicy
  readonly timeLimitMs: number
  readonly dependencies: Readonly<Record<string, Required<Dependency>>>
  readonly onReject: ((rejection: Rejection) => unknown) | undefined
  readonly sql: boolean
  readonly applyTracked: ((sql: Sql, rows: readonly TrackedRow[]) => Promise<void>) | undefined
}
