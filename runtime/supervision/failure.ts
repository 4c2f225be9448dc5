/**
 * What can go wrong with a record, a batch or what they need, and what each kind means. `direct` asks this table.
 *
 *   retry        the record is tried again, until its attempts are used up; then it is dead-lettered as exhausted
 *   dead-letter  no attempt will succeed: at once
 *   wait         a dependency is away: no attempt is used, nothing is dead-lettered, however long it takes
 *   rewind       the buffer is gone with its worker: the batch is fetched again, as often as the restart budget allows
 *   stop         a bug or a wrong installation: the process ends and says why
 */

import type { RecordOutcome } from '../delivery/outcome.ts'

interface FailureRule {
  readonly does: 'retry' | 'dead-letter' | 'wait' | 'rewind' | 'stop'
  /** The outcome under which the record is dead-lettered, where it is. */
  readonly outcome?: Extract<RecordOutcome, 'rejected' | 'undecodable' | 'exhausted'>
  readonly meaning: string
}

export const failureRules = {
  'retry-asked': { does: 'retry', outcome: 'exhausted', meaning: 'the handler returned retry' },
  'handler-error': { does: 'retry', outcome: 'exhausted', meaning: 'the handler threw' },
  'time-limit': { does: 'retry', outcome: 'exhausted', meaning: 'the handler did not end in time' },
  rejected: { does: 'dead-letter', outcome: 'rejected', meaning: 'the handler returned reject' },
  undecodable: { does: 'dead-letter', outcome: 'undecodable', meaning: 'the bytes do not fit their schema' },
  'schema-unknown': {
    does: 'dead-letter',
    outcome: 'undecodable',
    meaning: 'the registry answers, and has no schema of this id',
  },
  'registry-away': { does: 'wait', meaning: 'the schema registry does not answer, or not with a schema' },
  'postgres-away': { does: 'wait', meaning: 'Postgres does not answer' },
  'kafka-away': { does: 'wait', meaning: 'the broker did not acknowledge what was emitted or dead-lettered' },
  'worker-lost': { does: 'rewind', meaning: 'the worker thread ended with the batch in its hands' },
  'worker-out-of-memory': { does: 'rewind', meaning: 'the worker thread used up its heap' },
  'batch-damaged': { does: 'stop', meaning: 'a packed batch cannot be read: writer and reader disagree' },
  'actor-broken': {
    does: 'stop',
    meaning: 'a worker could not load the actor that the main thread had loaded',
  },
} as const satisfies Record<string, FailureRule>

export type FailureKind = keyof typeof failureRules

export interface Failure {
  readonly kind: FailureKind
  /** For people: what the handler, the decoder or the dependency said. */
  readonly reason: string
  /** The wait the handler asked for; it goes before the policy's, also above its `maxDelayMs`. */
  readonly afterMs?: number | undefined
}

/** The rule of a kind, with the optional parts every rule may have. */
export const ruleOf = (kind: FailureKind): FailureRule => failureRules[kind]
