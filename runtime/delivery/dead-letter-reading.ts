/**
 * A record of the dead-letter topic, read back as the letter it tells of: the twin of `deadLetter`. Letters of earlier
 * versions lack some headers, and a topic may hold records that are none: both are told apart here.
 *
 * What does not come back: whether a header without value had an empty one, and NULs in names of headers.
 */

import { arrayOf, carriedBack } from './carried-headers.ts'
import type { DeadLetterCause, DeadLetterHeader, OriginalRecord } from './dead-letter.ts'
import { deadLetterHeaders } from './dead-letter.ts'
import type { NewDeadLetter } from './dead-letter-index.ts'
import type { InboxKey } from './inbox-state.ts'
import { redrivesOf } from './redrive.ts'

export interface DeadLetterRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[]
}

/** Headers of the record's own, for letters whose producer did not write the event's. */
const eventHeaders = { id: 'event-id', type: 'event-type', tenant: 'tenant-id' } as const

const outcomes: readonly string[] = [
  'rejected',
  'undecodable',
  'exhausted',
] satisfies DeadLetterCause['outcome'][]

/** A text: why it is no dead letter of ours. */
export const readDeadLetter = (record: DeadLetterRecord): NewDeadLetter | string => {
  const texts = new Map(record.headers.map(([name, value]) => [name, value === null ? '' : text(value)]))
  const said = (header: DeadLetterHeader): string | undefined => texts.get(header) || undefined

  const topic = said('dlq-topic')
  const group = said('dlq-group')
  const actor = said('dlq-actor')
  if (topic === undefined || group === undefined || actor === undefined)
    return 'it has no headers that say of which topic, group and actor it is'
  if ([topic, group, actor].some((name) => name.length > longestName))
    return 'its headers hold names that nothing has'
  const partition = wholeNumber(said('dlq-partition'))
  const offset = wholeNumber(said('dlq-offset'))
  if (partition === undefined || partition > 0x7fff_ffff || offset === undefined)
    return 'its headers name no partition and offset'
  const outcome = said('dlq-outcome')
  if (!isOutcome(outcome))
    return `its outcome is ${JSON.stringify(outcome?.slice(0, 40) ?? '')}, which is none`
  const failedAtMs = timeOf(said('dlq-failed-at'))
  if (failedAtMs === undefined || Math.abs(failedAtMs) > latestMs)
    return 'its headers do not say when it failed'

  const own = ownHeaders(record.headers, said('dlq-base64-headers'))
  const ownText = (name: string): string | undefined => {
    const value = own.findLast(([each]) => each === name)?.[1]
    return value instanceof Uint8Array && value.length > 0 ? text(value) : undefined
  }
  return {
    original: {
      topic,
      partition,
      offset,
      timestamp: timeOf(said('dlq-timestamp')) ?? -1,
      key: record.key,
      value: record.value,
      headers: own,
    },
    cause: {
      group,
      actor,
      actorVersion: said('dlq-actor-version'),
      outcome,
      attempts: Math.min(wholeNumber(said('dlq-attempts')) ?? 0, 0x7fff_ffff),
      errorClass: said('dlq-error-class') ?? '',
      message: said('dlq-error-message') ?? '',
      stack: said('dlq-error-stack'),
      correlationId: said('dlq-correlation-id'),
      traceparent: traceparentOf(said('dlq-trace-id')),
      failedAtMs,
    },
    tenant: said('dlq-tenant') ?? ownText(eventHeaders.tenant) ?? '',
    eventId:
      said('dlq-event-id') ?? ownText(eventHeaders.id) ?? `${topic}-${String(partition)}-${String(offset)}`,
    eventType: said('dlq-event-type') ?? ownText(eventHeaders.type) ?? '',
    errorCode: said('dlq-error-code') ?? '',
    inboxKey: inboxKeyOf(said('dlq-inbox-key')),
    redrives: redrivesOf(ownText),
  }
}

/** Kafka's topics have 249 characters at most. */
const longestName = 500

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const text = (bytes: Uint8Array): string => utf8.decode(bytes)

const wholeNumber = (digits: string | undefined): number | undefined => {
  const number = /^\d{1,16}$/.test(digits ?? '') ? Number(digits) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

const isOutcome = (name: string | undefined): name is DeadLetterCause['outcome'] =>
  name !== undefined && outcomes.includes(name)

/** Of a Date; the index cannot hold a later one either. */
const latestMs = 8.64e15

/** ISO 8601, or plain ms where a Date does not hold them. */
const timeOf = (iso: string | undefined): number | undefined => {
  if (iso === undefined) return undefined
  const ms = /^-?\d{1,16}$/.test(iso) ? Number(iso) : Date.parse(iso)
  return Number.isSafeInteger(ms) ? ms : undefined
}

/** The index keeps the trace's id only. */
const traceparentOf = (traceId: string | undefined): string | undefined =>
  /^[0-9a-f]{32}$/.test(traceId ?? '') ? `00-${traceId ?? ''}-0000000000000000-00` : undefined

const inboxKeyOf = (json: string | undefined): InboxKey | undefined => {
  const [tenant, key, ...more] = arrayOf(json)
  return typeof tenant === 'string' && typeof key === 'string' && more.length === 0
    ? { tenant, key }
    : undefined
}

const ownHeaders = (
  headers: DeadLetterRecord['headers'],
  encodedNames: string | undefined,
): OriginalRecord['headers'] =>
  carriedBack(
    headers.filter(([name]) => !Object.hasOwn(deadLetterHeaders, name)),
    encodedNames,
  )
