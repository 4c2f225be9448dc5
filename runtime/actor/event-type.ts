/** Event types: a name, the Avro schema an actor reads it with, and the TypeScript type that follows from it. */

/** `{domain}.{entity}.{action}`, for example `shipping.package.scanned`. */
export type EventName = string

/** An Avro schema as parsed JSON. */
export type AvroSchema = string | readonly AvroSchema[] | Readonly<Record<string, unknown>>

/**
 * Filled by the types generated from `schemas/avro` (declaration merging): event name → TypeScript type. It gives
 * `ctx.emit` and `publisher.publish` their types.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- generated code adds the members
export interface EventCatalogue {}

export type KnownEventName = Extract<keyof EventCatalogue, string>

/** One event type. `Event` exists for the compiler only. */
export interface EventType<out Event = unknown> {
  readonly kind: 'event-type'
  readonly name: EventName
  readonly schema: AvroSchema
  /** Never set: carries the type. */
  readonly event?: Event
}

/** Several event types that one pattern receives. */
export interface EventFamily<out Event = unknown> {
  readonly kind: 'event-family'
  readonly members: readonly EventType<Event>[]
}

export type Receivable<Event = unknown> = EventType<Event> | EventFamily<Event>

export type EventOf<R> = R extends Receivable<infer Event> ? Event : never

export const eventType = <Event>(name: EventName, schema: AvroSchema): EventType<Event> => ({
  kind: 'event-type',
  name,
  schema,
})

/** `oneOf(PackageScanned, PackageReturned)`: what a pattern with a wildcard receives. */
export const oneOf = <Types extends readonly EventType[]>(
  ...members: Types
): EventFamily<EventOf<Types[number]>> => ({
  kind: 'event-family',
  members: members as readonly EventType<EventOf<Types[number]>>[],
})
