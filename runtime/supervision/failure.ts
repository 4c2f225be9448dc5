/**
 * What can go wrong with a record, a batch, a unit or what they need, and what each kind means. `supervise` asks this
 * table; nobody else decides what a failure leads to.
 *
 *   retry        the record is tried again, by the actor's policy, until its attempts are used up; then it is
 *                dead-lettered as exhausted
 *   dead-letter  no attempt will succeed: at once
 *   isolate      something in the batch ended its worker or makes all of it fail: the batch is halved, or the record
 *                that was under way is tried alone; alone, it is an attempt of that record
 *   wait         a dependency is away: no attempt is used, nothing is dead-lettered, however long it takes
 *   retake       somebody else owns the unit: caches and work are dropped; a new epoch only while it is assigned to us
 *   quarantine   going on would lose or repeat something: the partition stands still and says why
 *   stop         a bug or a wrong installation: the process ends and says why
 */

import type { RecordOutcome } from '../delivery/outcome.ts'
import type { LossKind } from '../delivery/remembered-loss.ts'

export type DeadOutcome = Extract<RecordOutcome, 'rejected' | 'undecodable' | 'exhausted'>

export interface FailureRule {
  readonly does: 'retry' | 'dead-letter' | 'isolate' | 'wait' | 'retake' | 'quarantine' | 'stop'
  /** The outcome under which the record is dead-lettered, where it is. */
  readonly outcome?: DeadOutcome
  /** Attempts that a record has, whatever its policy allows. */
  readonly mostAttempts?: number
  /** Nobody said that this may happen: a dead letter that comes of it is told as an unhandled exception too. */
  readonly isUnhandled?: boolean
  /** The worker is gone, or must be made anew: its restart budget pays for it, unless the record is known. */
  readonly worker?: 'restart'
  readonly meaning: string
}

export const failureRules = {
  'retry-asked': { does: 'retry', outcome: 'exhausted', meaning: 'the handler returned retry' },
  'handler-error': { does: 'retry', outcome: 'exhausted', isUnhandled: true, meaning: 'the handler threw' },
  'time-limit': {
    does: 'retry',
    outcome: 'exhausted',
    isUnhandled: true,
    meaning: 'the handler did not end in time',
  },
  'worker-stuck': {
    does: 'isolate',
    outcome: 'exhausted',
    isUnhandled: true,
    mostAttempts: 2,
    worker: 'restart',
    meaning: 'the handler held its thread past the time limit, and the thread was ended',
  },
  rejected: { does: 'dead-letter', outcome: 'rejected', meaning: 'the handler returned reject' },
  undecodable: { does: 'dead-letter', outcome: 'undecodable', meaning: 'the bytes do not fit their schema' },
  'schema-unknown': {
    does: 'dead-letter',
    outcome: 'undecodable',
    meaning: 'the registry answers, and has no schema of this id',
  },
  'effects-refused': {
    does: 'isolate',
    outcome: 'exhausted',
    isUnhandled: true,
    mostAttempts: 1,
    meaning: 'Postgres is well and refuses the effects, today and tomorrow',
  },
  'produce-refused': {
    does: 'isolate',
    outcome: 'exhausted',
    isUnhandled: true,
    mostAttempts: 1,
    meaning: 'the broker is well and refuses for ever what was emitted',
  },
  'dead-letter-refused': {
    does: 'quarantine',
    meaning: 'the broker refuses the dead letter for ever: passing the record would lose it',
  },
  'registry-away': { does: 'wait', meaning: 'the schema registry does not answer, or not with a schema' },
  'postgres-away': { does: 'wait', meaning: 'Postgres does not answer' },
  'kafka-away': { does: 'wait', meaning: 'the broker did not acknowledge what was emitted or dead-lettered' },
  'dependency-away': { does: 'wait', meaning: 'something that the actor declared to need is away' },
  fenced: { does: 'retake', meaning: 'the row of the unit has the epoch of another owner' },
  'worker-lost': {
    does: 'isolate',
    outcome: 'exhausted',
    isUnhandled: true,
    mostAttempts: 2,
    worker: 'restart',
    meaning: 'the worker thread ended with the batch in its hands',
  },
  'worker-out-of-memory': {
    does: 'isolate',
    outcome: 'exhausted',
    isUnhandled: true,
    mostAttempts: 2,
    worker: 'restart',
    meaning: 'the worker thread used up its heap',
  },
  'process-abort': {
    does: 'isolate',
    outcome: 'exhausted',
    isUnhandled: true,
    mostAttempts: 1,
    meaning: 'the record, alone in a process of its own, ended that process',
  },
  'start-refused': {
    does: 'quarantine',
    meaning: 'the row of the unit and the log do not fit together, and no policy says how to go on',
  },
  'batch-damaged': { does: 'stop', meaning: 'a packed batch cannot be read: writer and reader disagree' },
  'actor-broken': {
    does: 'stop',
    meaning: 'a worker could not load the actor that the main thread had loaded',
  },
} as const satisfies Record<string, FailureRule> & Record<LossKind, FailureRule>

export type FailureKind = keyof typeof failureRules

/** Each way in which a worker ends has its rule. */
export type { LossKind }

export interface Failure {
  readonly kind: FailureKind
  /** For people: what the handler, the decoder or the dependency said. */
  readonly reason: string
  /** The wait the handler asked for; it goes before the policy's, also above its `maxDelayMs`. */
  readonly afterMs?: number | undefined
  /** Class and code of what was thrown, for `byClass` of the policy. */
  readonly errorClass?: string | undefined
  readonly errorCode?: string | undefined
}

/** The rule of a kind, with the optional parts every rule may have. */
export const ruleOf = (kind: FailureKind): FailureRule => failureRules[kind]

export const isUnhandled = (kind: FailureKind): boolean => ruleOf(kind).isUnhandled === true

/** Timers hold no longer delay: 24 days. */
const longestDelayMs = 2 ** 31 - 1

/** What authors pass in plain JavaScript is not always a number of milliseconds. */
export const waitAsked = ({ afterMs }: Failure): number | undefined =>
  afterMs === undefined || Number.isNaN(afterMs) ? undefined : Math.min(Math.max(afterMs, 0), longestDelayMs)
