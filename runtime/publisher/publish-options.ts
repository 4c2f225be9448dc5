/** What a caller may say of an event besides the event itself. */

export interface PublishOptions {
  /** Decides the partition, by murmur2 as Java's clients do. Without one, partitions take turns. */
  readonly key?: string | Uint8Array
  /** Headers of your own. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the event's field eventId, else a new UUID. The same id twice is handled once. */
  readonly eventId?: string
  /** Default: the event's field tenantId, else none. */
  readonly tenant?: string
  /** Default: the event's field correlationId, else the event id. */
  readonly correlationId?: string
  /** W3C trace context; it travels with everything that follows from the event. */
  readonly traceparent?: string
  /** ms since the epoch; default now. */
  readonly timestamp?: number
}
