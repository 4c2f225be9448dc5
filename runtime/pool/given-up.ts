/** A record that will not be handled any more: as its dead letter, and as its actor's hook sees it. */

import { hash } from 'node:crypto'
import type { Rejection } from '../actor/rejection.ts'
import type { InboxKey } from '../delivery/effects.ts'
import {
  deadLetter,
  redrivesOf,
  type NewDeadLetter,
  type OriginalRecord,
  type OutgoingRecord,
  type RecordOrigin,
} from '../delivery/index.ts'
import { letterRow, type OutboxLetter } from '../delivery/outbox-letter.ts'
import type { OutboxRow } from '../delivery/outbox.ts'
import { uuid8 } from '../delivery/uuid8.ts'
import { errorCodes } from '../errors.ts'
import { identityRules, type EventIdentity } from '../serde/index.ts'
import type { DeadOutcome } from '../supervision/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { Circumstances, LetterTopics } from './circumstances.ts'
import type { FailureData } from './messages.ts'
import type { Outgoing } from './outgoing.ts'
import type { OutgoingMemory } from './outgoing-memory.ts'
import type { CursorHeaders } from './record-headers.ts'
import type { TaskScope } from './task-scope.ts'

export interface GivenUp {
  readonly outcome: DeadOutcome
  /** Of an exception that nobody declared. */
  readonly isUnhandled: boolean
  readonly attempts: number
  readonly identity: EventIdentity
  readonly failure: FailureData
  /** Undefined when it could not be read. */
  readonly event: unknown
  /** As the inbox knows it; undefined: it does not. */
  readonly inboxKey: InboxKey | undefined
}

/** Its bytes are those of the batch: they are copied. */
export interface RecordInBatch {
  readonly origin: RecordOrigin
  /** Where it was read now. */
  readonly logOffset: Offset
  readonly key: Buffer | undefined
  readonly value: Buffer | undefined
  readonly headers: CursorHeaders | undefined
}

export const deadLetterOf = (
  { outcome, attempts, identity, failure, inboxKey }: GivenUp,
  record: RecordInBatch,
  { unit: { group, actor }, emissions }: TaskScope,
  circumstances: Circumstances,
): NewDeadLetter => ({
  original: copyOf(record, emissions.memory),
  cause: {
    group,
    actor,
    outcome,
    attempts,
    // Troupe's own errors share one class: their code tells more.
    errorClass:
      Object.hasOwn(errorCodes, failure.code) && failure.class === 'TroupeError'
        ? failure.code
        : failure.class,
    message: failure.message,
    stack: failure.stack,
    correlationId: identity.correlationId,
    traceparent: record.headers?.get(identityRules.traceparent.header),
    failedAtMs: circumstances.now(),
  },
  tenant: identity.tenant,
  eventId: identity.id,
  eventType: identity.name,
  errorCode: failure.code,
  inboxKey,
  redrives: redrivesOf((name) => record.headers?.get(name)),
})

/** Copies: the batch itself may be handed back, or dropped. */
export const copyOf = (
  { origin, key, value, headers }: RecordInBatch,
  memory: OutgoingMemory,
): OriginalRecord => ({
  ...origin,
  key: key === undefined ? null : Uint8Array.from(key),
  value: value === undefined ? null : memory.copyOf(value),
  headers: (headers?.list() ?? []).map(
    ([name, bytes]) => [name, bytes === null ? null : Uint8Array.from(bytes)] as const,
  ),
})

type OutgoingLetter = Extract<Outgoing, { readonly kind: 'dead-letter' }>

/** As it goes to its topics, with what names each of them whenever its record is handled again. */
export const letterRecords = (
  { id, letter, logOffset, isUnhandled }: OutgoingLetter,
  { deadLetterTopic, unhandledTopic }: LetterTopics,
): readonly (readonly [id: string, record: OutgoingRecord])[] => {
  const to = (topic: string): OutgoingRecord => ({
    ...deadLetter(topic, letter.original, letter.cause, letter),
    letterOf: logOffset,
  })
  const dead = [id, to(deadLetterTopic)] as const
  return isUnhandled && unhandledTopic !== undefined
    ? [dead, [`unhandled ${id}`, to(unhandledTopic)]]
    : [dead]
}

/** As it goes to its topics by the outbox. */
export const letterForOutbox = (
  { letter, isUnhandled }: OutgoingLetter,
  { deadLetterTopic, unhandledTopic }: LetterTopics,
): OutboxLetter => {
  const { cause, original } = letter
  const named = [cause.group, cause.actor, original.topic, original.partition, original.offset]
  const rowFor = (what: 'dead-letter' | 'unhandled', topic: string): OutboxRow =>
    letterRow(
      uuid8(hash('sha1', JSON.stringify([what, ...named]), 'hex')),
      deadLetter(topic, original, cause, letter),
    )
  return {
    letter,
    row: rowFor('dead-letter', deadLetterTopic),
    ...(isUnhandled && unhandledTopic !== undefined && { unhandled: rowFor('unhandled', unhandledTopic) }),
  }
}

export const rejectionOf = (
  { outcome, attempts, identity, failure, event }: GivenUp,
  { topic, partition, offset }: RecordOrigin,
): Rejection => ({
  outcome,
  event,
  reason: failure.message,
  errorClass: failure.class,
  attempts,
  topic,
  partition,
  offset,
  eventId: identity.id,
  correlationId: identity.correlationId,
  tenant: identity.tenant,
})
