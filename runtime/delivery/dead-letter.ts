/**
 * A dead letter: the record as it was, key and value byte for byte, and headers that say where it came from and why.
 * They are replaced on each hop, never appended: a dead letter that fails again tells of its last failure only.
 */

import type { Offset } from '../topic-partition.ts'
import { carriedHeaders, withoutNul, type Headers } from './carried-headers.ts'
import type { InboxKey } from './inbox-state.ts'
import type { OutgoingHeader, OutgoingRecord } from './outgoing.ts'
import type { RecordOutcome } from './outcome.ts'

/** header → what it holds, as UTF-8 text. All begin with `dlq-`, and no header of the record's own may. */
export const deadLetterHeaders = {
  'dlq-topic': 'the topic the record was read from',
  'dlq-partition': 'its partition there',
  'dlq-offset': 'its offset there',
  'dlq-timestamp': "the record's own timestamp, ISO 8601 in UTC; absent when it has none",
  'dlq-group': 'the consumer group',
  'dlq-actor': 'the actor',
  'dlq-actor-version': "the actor's version; absent when it has none",
  'dlq-outcome': 'rejected, undecodable or exhausted',
  'dlq-attempts': 'how many attempts were made; 0 when it could not be decoded',
  'dlq-error-class': 'class of the error, or its code',
  'dlq-error-code': 'code of the error; absent when it has none',
  'dlq-error-message': 'message of the error, or the reason given; at most 2,000 characters',
  'dlq-error-stack': 'stack of the error; at most 8,000 characters; absent when there is none',
  'dlq-event-id': 'id of the event',
  'dlq-event-type': 'name of the event; absent when it could not be read',
  'dlq-tenant': 'tenant of the event; absent when it names none',
  'dlq-inbox-key':
    'tenant and idempotency key of the event as the inbox knows it, a JSON array; absent when the inbox does not know it',
  'dlq-correlation-id': 'correlation id of the event; absent when it could not be read',
  'dlq-trace-id': 'trace id out of its traceparent; absent when it has none',
  'dlq-failed-at': 'when it was given up, ISO 8601 in UTC',
  'dlq-base64-headers':
    "names of the record's own headers whose bytes are no text and stand here as base64, a JSON array; absent when there are none",
} as const

export type DeadLetterHeader = keyof typeof deadLetterHeaders

const headerPrefix = 'dlq-'
const longestMessage = 2_000
/** Classes, codes and ids are looked up by an index, whose entries are short. */
const longestName = 500
const longestStack = 8_000

/** The record as it was read. */
export interface OriginalRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: Offset
  /** ms since the epoch; negative: it has none. */
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: Headers
}

/** Why and by whom it was given up. */
export interface DeadLetterCause {
  readonly group: string
  readonly actor: string
  readonly actorVersion?: string | undefined
  readonly outcome: Extract<RecordOutcome, 'rejected' | 'undecodable' | 'exhausted'>
  readonly attempts: number
  readonly errorClass: string
  readonly message: string
  readonly stack?: string | undefined
  readonly correlationId?: string | undefined
  readonly traceparent?: string | undefined
  /** ms since the epoch. */
  readonly failedAtMs: number
}

/** What is known of its event beside the cause: for the index, where not everything of it is in the record's own headers. */
export interface DeadLetterEvent {
  /** '' where the event could not be read; so for the next two. */
  readonly tenant: string
  readonly eventId: string
  readonly eventType: string
  /** The code of the error, beside its class; '' when it has none. */
  readonly errorCode: string
  /** As the inbox knows the event; undefined: it does not. */
  readonly inboxKey: InboxKey | undefined
}

/**
 * `topic`: the dead-letter topic. The key decides the partition, so that a key's dead letters stay in order. Its
 * timestamp is the time of producing: with the record's own, an old one would be deleted by the topic's retention at
 * once, and a broker may refuse one in the future.
 */
export const deadLetter = (
  topic: string,
  original: OriginalRecord,
  cause: DeadLetterCause,
  event?: DeadLetterEvent,
): OutgoingRecord => ({
  topic,
  key: original.key,
  value: original.value,
  headers: [...ownHeaders(original), ...causeHeaders(original, cause, event)],
})

/**
 * What the record brought along, without the traces of an earlier hop. A header without value becomes an empty one;
 * one that is no text becomes base64, since not every producer can send its bytes, ours included.
 */
const ownHeaders = ({ headers }: OriginalRecord): readonly OutgoingHeader[] => {
  const own = headers.filter(([name]) => !name.toLowerCase().startsWith(headerPrefix))
  const { carried, encoded } = carriedHeaders(own)
  return encoded.length === 0 ? carried : [...carried, ['dlq-base64-headers', JSON.stringify(encoded)]]
}

const causeHeaders = (
  original: OriginalRecord,
  cause: DeadLetterCause,
  event: DeadLetterEvent | undefined,
): readonly OutgoingHeader[] => {
  const values: Readonly<Record<DeadLetterHeader, string | undefined>> = {
    'dlq-topic': original.topic,
    'dlq-partition': String(original.partition),
    'dlq-offset': String(original.offset),
    'dlq-timestamp': hasTimestamp(original) ? isoTime(original.timestamp) : undefined,
    'dlq-group': cause.group,
    'dlq-actor': cause.actor,
    'dlq-actor-version': cause.actorVersion,
    'dlq-outcome': cause.outcome,
    'dlq-attempts': String(cause.attempts),
    'dlq-error-class': capped(cause.errorClass, longestName),
    'dlq-error-message': capped(cause.message, longestMessage),
    'dlq-error-stack': capped(cause.stack, longestStack),
    'dlq-error-code': capped(event?.errorCode, longestName),
    'dlq-event-id': capped(event?.eventId, longestName),
    'dlq-event-type': capped(event?.eventType, longestMessage),
    'dlq-tenant': capped(event?.tenant, longestMessage),
    // Whole or not at all; JSON escapes what no header carries.
    'dlq-inbox-key': event?.inboxKey && JSON.stringify([event.inboxKey.tenant, event.inboxKey.key]),
    'dlq-correlation-id': capped(cause.correlationId, longestMessage),
    'dlq-trace-id': traceIdOf(cause.traceparent),
    'dlq-failed-at': isoTime(cause.failedAtMs),
    // Of the record's own headers: written with them.
    'dlq-base64-headers': undefined,
  }
  // An absent value and an empty one are the same here: an empty header does not survive every client.
  return Object.entries(values).filter((header): header is [string, string] => Boolean(header[1]))
}

const hasTimestamp = ({ timestamp }: OriginalRecord): boolean => timestamp >= 0

/** A record may carry any 64-bit number as its time; a Date holds less, and must not make a dead letter fail. */
const isoTime = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms))

/** Cut between characters, and without NUL: producers end a header's text there. */
const capped = (text: string | undefined, longest: number): string | undefined => {
  if (text === undefined) return undefined
  const clean = withoutNul(text.slice(0, longest))
  return text.length > longest ? clean.replace(/[\uD800-\uDBFF]$/, '') : clean
}

/** As headers and the index hold them. */
export const cappedName = (text: string): string => capped(text, longestName) ?? ''
export const cappedMessage = (text: string): string => capped(text, longestMessage) ?? ''
export const cappedStack = (text: string): string => capped(text, longestStack) ?? ''

/** The second field of a W3C traceparent: version-traceid-parentid-flags. */
export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1]
