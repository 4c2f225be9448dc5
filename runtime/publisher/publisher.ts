/**
 * How producers publish events: by name, typed, checked against the schema, acknowledged by all replicas.
 *
 *   const publisher = createPublisher({ kafka, registry: { url }, mapping, catalogue })
 *   await publisher.publish('shipping.package.scanned', scan, { key: scan.trackingId })
 *
 * PB1. Events leave in the order of the calls: one that waits – for the connection, the registry, or room – holds up
 *      those after it, so that what is waiting is bounded by what callers await.
 * PB2. Every call settles: acknowledged, or rejected with what is wrong. Nothing is dropped silently.
 */

import { randomUUID } from 'node:crypto'
import type { EventCatalogue, KnownEventName } from '../actor/index.ts'
import type { OutgoingHeader, OutgoingRecord } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { RecordProducer, type ProducerOptions, type RecordMetadata } from '../kafka/index.ts'
import { connectRegistry, type RegistryAddress } from '../registry/index.ts'
import type { TopicMapping } from '../routing/index.ts'
import {
  EncodeBuffer,
  fieldIdentity,
  identityHeaders,
  type Catalogue,
  type SubjectStrategy,
} from '../serde/index.ts'
import { EncodedEventTypes, type EncodedEventType } from './encoded-event-types.ts'

export interface PublisherOptions {
  readonly kafka: ProducerOptions
  readonly registry: RegistryAddress
  /** Event name → topic. */
  readonly mapping: TopicMapping
  /** Event name → schema. */
  readonly catalogue: Catalogue
  /** Default `topic-record`: several event types share a topic. */
  readonly subjects?: SubjectStrategy
  /** Register schemas that are not; default true. false: a schema that is not registered is an error. */
  readonly registerSchemas?: boolean
  /** Who publishes, for the header `source`. */
  readonly source?: string
}

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

export interface EventToPublish<Event> extends PublishOptions {
  readonly event: Event
}

export interface Publisher {
  /**
   * Resolves when all replicas have the event. Rejects with EVENT_INVALID (naming the failing path),
   * EVENT_TYPE_UNKNOWN, SCHEMA_REFUSED, REGISTRY_UNAVAILABLE, KAFKA_UNAVAILABLE, PRODUCE_FAILED, PRODUCE_REFUSED,
   * TOPIC_MISSING or PRODUCER_CLOSED. While the queue is full it waits; so await it, or count what you have open.
   */
  publish<Name extends KnownEventName>(
    name: Name,
    event: EventCatalogue[Name],
    options?: PublishOptions,
  ): Promise<RecordMetadata>
  /**
   * One promise for all, far cheaper than one each. Resolves when all are acknowledged. Every event is checked before
   * the first one is sent: a wrong one is EVENT_INVALID with its index, and none has left. Rejects with the first
   * error otherwise, when all are settled; then some may have arrived.
   */
  publishAll<Name extends KnownEventName>(
    name: Name,
    events: readonly EventToPublish<EventCatalogue[Name]>[],
  ): Promise<void>
  /** Resolves when everything published so far is settled; KAFKA_UNAVAILABLE at the deadline, default 30 s, and nothing is lost. */
  flush(timeoutMs?: number): Promise<void>
  /** Takes no more, waits for what is open, rejects what is not acknowledged at the deadline. Always ends. */
  close(timeoutMs?: number): Promise<void>
}

const defaultTimeoutMs = 30_000

/** Opens no connection yet: the first event does, and each one after a failure tries again. */
export const createPublisher = (options: PublisherOptions): Publisher => new KafkaPublisher(options)

class KafkaPublisher implements Publisher {
  readonly #options: PublisherOptions
  readonly #types: EncodedEventTypes
  readonly #buffer = new EncodeBuffer()
  #connecting: Promise<RecordProducer> | undefined
  #producer: RecordProducer | undefined
  /** Calls that wait, in order (PB1). */
  #line: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #closed: Promise<void> | undefined

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#types = new EncodedEventTypes({
      catalogue: options.catalogue,
      mapping: options.mapping,
      registry: connectRegistry(options.registry),
      subjects: options.subjects ?? 'topic-record',
      register: options.registerSchemas ?? true,
    })
  }

  publish<Name extends KnownEventName>(
    name: Name,
    event: EventCatalogue[Name],
    options: PublishOptions = {},
  ): Promise<RecordMetadata> {
    return this.#inLine(name, (producer, type) =>
      // Copied by the producer before it returns, since there is room: the buffer is free again.
      producer.produce(this.#record(name, type, event, options, this.#buffer)),
    )
  }

  publishAll<Name extends KnownEventName>(
    name: Name,
    events: readonly EventToPublish<EventCatalogue[Name]>[],
  ): Promise<void> {
    if (events.length === 0) return Promise.resolve()
    return this.#inLine(name, (producer, type) => {
      // Some of them may wait for room with their bytes: each has its own.
      const records = events.map(({ event, ...options }, index) => {
        try {
          return this.#record(name, type, event, options, new EncodeBuffer())
        } catch (error) {
          throw atIndex(error, index)
        }
      })
      return producer.produceAll(records)
    })
  }

  async flush(timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.#line
    await this.#producer?.flush(timeoutMs)
  }

  async close(timeoutMs = defaultTimeoutMs): Promise<void> {
    this.#closed ??= this.#close(timeoutMs)
    await this.#closed
  }

  async #close(timeoutMs: number): Promise<void> {
    await this.#line
    await this.#producer?.close(timeoutMs)
  }

  /** At once when everything is known, connected and there is room; else behind those that wait already (PB1). */
  #inLine<T>(
    name: string,
    send: (producer: RecordProducer, type: EncodedEventType) => Promise<T>,
  ): Promise<T> {
    if (this.#closed !== undefined) {
      return Promise.reject(new TroupeError('PRODUCER_CLOSED', 'the publisher is closed'))
    }
    const type = this.#types.get(name)
    const producer = this.#producer
    if (this.#waiting === 0 && type !== undefined && producer?.full === false) {
      try {
        return send(producer, type)
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(messageOf(error)))
      }
    }
    return this.#waitInLine(name, send)
  }

  async #waitInLine<T>(
    name: string,
    send: (producer: RecordProducer, type: EncodedEventType) => Promise<T>,
  ): Promise<T> {
    this.#waiting += 1
    const sent = this.#line.then(async () => {
      try {
        const producer = await this.#connected()
        const type = this.#types.get(name) ?? (await this.#types.learn(name))
        await producer.room()
        // In an object: the line goes on when it is handed over, not when it is acknowledged.
        return { delivery: send(producer, type) }
      } finally {
        this.#waiting -= 1
      }
    })
    this.#line = sent.catch(() => undefined)
    return await (
      await sent
    ).delivery
  }

  async #connected(): Promise<RecordProducer> {
    if (this.#producer !== undefined) return this.#producer
    this.#connecting ??= RecordProducer.connect(this.#options.kafka)
    try {
      this.#producer = await this.#connecting
      return this.#producer
    } finally {
      this.#connecting = undefined
    }
  }

  #record(
    name: string,
    { topic, encoder, schemaId }: EncodedEventType,
    event: unknown,
    options: PublishOptions,
    buffer: EncodeBuffer,
  ): OutgoingRecord {
    const { key, timestamp } = options
    return {
      topic,
      key: key === undefined ? null : typeof key === 'string' ? Buffer.from(key) : key,
      value: encoder.encodeFramed(schemaId, event, buffer),
      headers: this.#headers(name, event, options),
      ...(timestamp !== undefined && { timestamp }),
    }
  }

  #headers(name: string, event: unknown, options: PublishOptions): readonly OutgoingHeader[] {
    const own = fieldIdentity(event)
    const id = options.eventId ?? own.id ?? randomUUID()
    const headers = identityHeaders(
      {
        name,
        id,
        tenant: options.tenant ?? own.tenant ?? '',
        correlationId: options.correlationId ?? own.correlationId ?? id,
      },
      { source: this.#options.source, traceparent: options.traceparent },
    )
    if (options.headers !== undefined) headers.push(...Object.entries(options.headers))
    return headers
  }
}

const atIndex = (error: unknown, index: number): unknown =>
  error instanceof TroupeError
    ? new TroupeError(error.code, `event ${index}: ${error.message}`, { cause: error })
    : error
