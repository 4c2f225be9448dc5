/**
 * What an event is called, and whose it is. The one table of it (docs/events.md says the same in prose):
 *
 *   part           1. header         2. field of the event   3. else
 *   name           event-type        –                       the full name of the writer's record
 *   id             event-id          eventId                 <topic>-<partition>-<offset>
 *   tenant         tenant-id         tenantId                '' (no tenant)
 *   correlationId  correlation-id    correlationId           the event's id
 *   source         source            –                       none
 *   traceparent    traceparent       –                       none
 *
 * The last header of a name counts; a header or field that is null, empty or neither text nor number counts as absent. Fields are
 * those of the event as the actor reads it. The id's last resort is one that a redelivery repeats and that no other
 * record has.
 */

import type { OutgoingHeader } from '../delivery/outgoing.ts'
import type { Offset } from '../topic-partition.ts'

interface IdentityRule {
  readonly header: string
  readonly field: string | undefined
}

export const identityRules = {
  name: { header: 'event-type', field: undefined },
  id: { header: 'event-id', field: 'eventId' },
  tenant: { header: 'tenant-id', field: 'tenantId' },
  correlationId: { header: 'correlation-id', field: 'correlationId' },
  source: { header: 'source', field: undefined },
  traceparent: { header: 'traceparent', field: undefined },
} as const satisfies Record<string, IdentityRule>

export interface EventIdentity {
  /** `{domain}.{entity}.{action}` by convention. */
  readonly name: string
  readonly id: string
  /** '' when the event names none. */
  readonly tenant: string
  readonly correlationId: string
}

/** The record a cursor stands on, as far as identity needs it: what `BatchReader` has. */
export interface HeaderSource {
  readonly headerCount: number
  header(name: string): Uint8Array | null | undefined
}

export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: Offset
}

/** Known before decoding, so that a record nobody receives is not decoded. `writerName` '' where it is unknown. */
export const eventName = (record: HeaderSource, writerName: string): string =>
  record.headerCount === 0 ? writerName : (headerText(record, identityRules.name.header) ?? writerName)

/**
 * Of a decoded event. What headers say is read now, since the cursor moves on; what fields and place say is read
 * when asked for, since most records of most actors are never asked.
 */
export const identityOf = (
  name: string,
  record: HeaderSource,
  event: unknown,
  place: RecordPlace,
): EventIdentity => {
  if (record.headerCount === 0) return new RecordIdentity(name, event, place, undefined, undefined, undefined)
  return new RecordIdentity(
    name,
    event,
    place,
    headerText(record, identityRules.id.header),
    headerText(record, identityRules.tenant.header),
    headerText(record, identityRules.correlationId.header),
  )
}

/** What could be told of a record that cannot be decoded: headers and place. */
export const identityWithoutEvent = (
  record: HeaderSource,
  writerName: string,
  place: RecordPlace,
): EventIdentity => identityOf(eventName(record, writerName), record, undefined, place)

class RecordIdentity implements EventIdentity {
  readonly name: string
  readonly #event: unknown
  readonly #place: RecordPlace
  #id: string | undefined
  readonly #tenant: string | undefined
  readonly #correlationId: string | undefined

  constructor(
    name: string,
    event: unknown,
    place: RecordPlace,
    id: string | undefined,
    tenant: string | undefined,
    correlationId: string | undefined,
  ) {
    this.name = name
    this.#event = event
    this.#place = place
    this.#id = id
    this.#tenant = tenant
    this.#correlationId = correlationId
  }

  get id(): string {
    return (this.#id ??= fieldText(this.#event, identityRules.id.field) ?? idOfPlace(this.#place))
  }

  get tenant(): string {
    return this.#tenant ?? fieldText(this.#event, identityRules.tenant.field) ?? ''
  }

  get correlationId(): string {
    return this.#correlationId ?? fieldText(this.#event, identityRules.correlationId.field) ?? this.id
  }
}

/** Headers that say an event's identity to every consumer, whether it can decode the event or not. */
export const identityHeaders = (
  { name, id, tenant, correlationId }: EventIdentity,
  more: { readonly source?: string | undefined; readonly traceparent?: string | undefined } = {},
): OutgoingHeader[] => {
  const headers: OutgoingHeader[] = [
    [identityRules.name.header, name],
    [identityRules.id.header, sendable(id)],
    [identityRules.correlationId.header, sendable(correlationId)],
  ]
  if (tenant !== '') headers.push([identityRules.tenant.header, sendable(tenant)])
  if (more.source !== undefined) headers.push([identityRules.source.header, sendable(more.source)])
  if (more.traceparent !== undefined)
    headers.push([identityRules.traceparent.header, sendable(more.traceparent)])
  return headers
}

/** Producers end a header's text at a NUL, or refuse it: an id with one must not hold up what follows from its event. */
const sendable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text)

/** The id and tenant an event's own fields give it; undefined where they don't. For who publishes it. */
export const fieldIdentity = (
  event: unknown,
): {
  readonly id: string | undefined
  readonly tenant: string | undefined
  readonly correlationId: string | undefined
} => ({
  id: fieldText(event, identityRules.id.field),
  tenant: fieldText(event, identityRules.tenant.field),
  correlationId: fieldText(event, identityRules.correlationId.field),
})

const idOfPlace = ({ topic, partition, offset }: RecordPlace): string => `${topic}-${partition}-${offset}`

const headerText = (record: HeaderSource, name: string): string | undefined => {
  const bytes = record.header(name)
  if (bytes === null || bytes === undefined || bytes.length === 0) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

const fieldText = (event: unknown, field: string): string | undefined => {
  if (typeof event !== 'object' || event === null) return undefined
  const value = (event as Readonly<Record<string, unknown>>)[field]
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}
