/**
 * How producers publish events: by name, typed, checked against the schema, acknowledged by all replicas.
 *
 *   const publisher = createPublisher({ kafka, registry: { url }, mapping, catalogue })
 *   await publisher.publish('shipping.package.scanned', scan, { key: scan.trackingId })
 *
 * PB1. Events leave in the order of the calls: one that waits – for the connection, the registry, or room – holds up
 *      those after it, so that what is waiting is bounded by what callers await.
 * PB2. Every call settles: acknowledged, or rejected with what is wrong. Nothing is dropped silently. Those that wait
 *      for the same connection or schema share its failure, so that each hears of it within one time-out.
 * PB3. Events are encoded and copied before a call returns: the caller may change its object and use its memory again.
 */

import type { EventCatalogue, KnownEventName } from '../actor/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import {
  PackedRecords,
  RecordProducer,
  within,
  type ProducerOptions,
  type RecordMetadata,
} from '../kafka/index.ts'
import { connectRegistry, type RegistryAddress } from '../registry/index.ts'
import type { TopicMapping } from '../routing/index.ts'
import { publishSpan } from '../telemetry/publish-span.ts'
import { EncodeBuffer, writeWireHeader, type Catalogue, type SubjectStrategy } from '../serde/index.ts'
import { ByteSlab } from './byte-slab.ts'
import { EncodedEventTypes, type EncodedEventType } from './encoded-event-types.ts'
import { outgoingEvent, packEvent, type EncodedRecord } from './outgoing-event.ts'
import type { PublishOptions } from './publish-options.ts'
import { SharedAttempts } from './shared-attempts.ts'

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

export interface EventToPublish<Event> extends PublishOptions {
  readonly event: Event
}

export interface Publisher {
  /**
   * Resolves when all replicas have the event. Rejects with EVENT_INVALID (naming the failing path),
   * EVENT_TYPE_UNKNOWN, SCHEMA_REFUSED, REGISTRY_UNAVAILABLE, KAFKA_UNAVAILABLE, KAFKA_UNAUTHORIZED,
   * KAFKA_FATAL, PRODUCE_FAILED, PRODUCE_REFUSED, TOPIC_MISSING or PRODUCER_CLOSED. While the queue is full it waits; so await it, or count what you have open.
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
  /**
   * Takes no more, waits for what is open, rejects what is not acknowledged at the deadline: PRODUCE_FAILED when it may
   * have arrived, PRODUCER_CLOSED when it was not sent. Always ends.
   */
  close(timeoutMs?: number): Promise<void>
}

const defaultTimeoutMs = 30_000

/** Opens no connection yet: the first event does, and each one after a failure tries again. */
export const createPublisher = (options: PublisherOptions): Publisher => new KafkaPublisher(options)

class KafkaPublisher implements Publisher {
  readonly #options: PublisherOptions
  readonly #types: EncodedEventTypes
  readonly #buffer = new EncodeBuffer()
  readonly #packed = new PackedRecords()
  #producer: RecordProducer | undefined
  /** Ends when the last call that waits is handed over (PB1). Never rejects. */
  #line: Promise<void> = Promise.resolve()
  /** Calls that wait, in order. */
  readonly #waiting = new Set<WaitingCall>()
  /** Serial of the latest call that had to wait. */
  #calls = 0
  readonly #attempts = new SharedAttempts(() => this.#calls)
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
    try {
      const type = this.#typeOf(name)
      const { traceparent } = options
      const span = publishSpan({ topic: type.topic, event: name, count: 1, traceparent })
      if (span === undefined) return this.#publish(type, event, options)
      return span.endsWith(this.#publish(type, event, { ...options, traceparent: span.traceparent }))
    } catch (error) {
      return rejected(error)
    }
  }

  publishAll<Name extends KnownEventName>(
    name: Name,
    events: readonly EventToPublish<EventCatalogue[Name]>[],
  ): Promise<void> {
    try {
      const type = this.#typeOf(name)
      if (events.length === 0) return Promise.resolve()
      const span = publishSpan({ topic: type.topic, event: name, count: events.length })
      if (span === undefined) return this.#publishAll(type, events)
      const { traceparent } = span
      // One that has a trace of its own stays in it.
      return span.endsWith(
        this.#publishAll(
          type,
          events.map((one) => ({ ...one, traceparent: one.traceparent ?? traceparent })),
        ),
      )
    } catch (error) {
      return rejected(error)
    }
  }

  #publish(type: EncodedEventType, event: unknown, options: PublishOptions): Promise<RecordMetadata> {
    try {
      const producer = this.#free(type)
      // With room the producer copies it before it returns: the buffer is free again.
      const keep = producer === undefined ? copied : asItIs
      const record = outgoingEvent(type, event, options, this.#options.source, this.#buffer, keep)
      if (producer !== undefined) return producer.produce(record)
      return this.#inLine(type, [record], (connected) => connected.produce(record))
    } catch (error) {
      return rejected(error)
    }
  }

  #publishAll(type: EncodedEventType, events: readonly EventToPublish<unknown>[]): Promise<void> {
    try {
      const free = this.#free(type)
      if (free !== undefined) return this.#publishPacked(free, type, events)
      // They wait with their bytes, long after the buffer is used again.
      const slab = new ByteSlab()
      const keep = (bytes: Buffer): Buffer => slab.keep(bytes)
      const records = events.map((one, index) => {
        try {
          return outgoingEvent(type, one.event, one, this.#options.source, this.#buffer, keep)
        } catch (error) {
          throw atIndex(error, index)
        }
      })
      return this.#inLine(type, records, (connected) => connected.produceAll(records))
    } catch (error) {
      return rejected(error)
    }
  }

  #publishPacked(
    producer: RecordProducer,
    type: EncodedEventType,
    events: readonly EventToPublish<unknown>[],
  ): Promise<void> {
    const schemaId = idOf(type)
    this.#packed.clear()
    for (const [index, one] of events.entries()) {
      try {
        packEvent(this.#packed, type, schemaId, one.event, one, this.#options.source, this.#buffer)
      } catch (error) {
        throw atIndex(error, index)
      }
    }
    return producer.producePacked(this.#packed)
  }

  async flush(timeoutMs = defaultTimeoutMs): Promise<void> {
    const left = timeLeft(timeoutMs)
    if (!(await within(this.#line, left()))) {
      throw new TroupeError(
        'KAFKA_UNAVAILABLE',
        `after ${String(timeoutMs)} ms calls still wait for the connection, the registry or room`,
      )
    }
    await this.#producer?.flush(left())
  }

  async close(timeoutMs = defaultTimeoutMs): Promise<void> {
    this.#closed ??= this.#close(timeoutMs)
    await this.#closed
  }

  async #close(timeoutMs: number): Promise<void> {
    const left = timeLeft(timeoutMs)
    if (!(await within(this.#line, left()))) this.#giveUp()
    await this.#producer?.close(left())
  }

  /** The deadline has come for those that wait still: nothing of them has left. */
  #giveUp(): void {
    const error = new TroupeError(
      'PRODUCER_CLOSED',
      'the publisher was closed while the event waited for the connection, the registry or room: it was not sent',
    )
    for (const call of this.#waiting) call.reject(error)
    this.#waiting.clear()
    // A connection that comes after its time.
    void this.#line.then(() => this.#producer?.close(0))
  }

  #typeOf(name: string): EncodedEventType {
    if (this.#closed !== undefined) throw new TroupeError('PRODUCER_CLOSED', 'the publisher is closed')
    return this.#types.of(name)
  }

  /** The producer, when everything is known, connected and there is room; undefined: behind those that wait (PB1). */
  #free(type: EncodedEventType): RecordProducer | undefined {
    const mayGo = this.#waiting.size === 0 && type.schemaId !== undefined && this.#producer?.full === false
    return mayGo ? this.#producer : undefined
  }

  #inLine<T>(
    type: EncodedEventType,
    records: readonly EncodedRecord[],
    send: (producer: RecordProducer) => Promise<T>,
  ): Promise<T> {
    const call = Promise.withResolvers<T>()
    const serial = (this.#calls += 1)
    const encodedWithId = type.schemaId !== undefined
    this.#waiting.add(call)
    this.#line = this.#line.then(async () => {
      // Given up.
      if (!this.#waiting.has(call)) return
      try {
        const producer = await this.#ready(type, serial)
        if (!this.#waiting.has(call)) return
        if (!encodedWithId) for (const { value } of records) writeWireHeader(value, idOf(type))
        // The line goes on when it is handed over, not when it is acknowledged.
        call.resolve(send(producer))
      } catch (error) {
        call.reject(error)
      } finally {
        this.#waiting.delete(call)
      }
    })
    return call.promise
  }

  /** Connected, with room, and the type's schema has its id. */
  async #ready(type: EncodedEventType, serial: number): Promise<RecordProducer> {
    if (type.schemaId === undefined) {
      await this.#attempts.make(`schema of ${type.name}`, serial, () => this.#types.learn(type.name))
    }
    this.#producer ??= await this.#attempts.make('connection', serial, () =>
      RecordProducer.connect(this.#options.kafka),
    )
    await this.#producer.room()
    return this.#producer
  }
}

/** A call that is not handed over yet. */
type WaitingCall = Pick<PromiseWithResolvers<never>, 'reject'>

const asItIs = (bytes: Buffer): Buffer => bytes
const copied = (bytes: Buffer): Buffer => Buffer.from(bytes)

const idOf = ({ name, schemaId }: EncodedEventType): number => {
  if (schemaId === undefined) throw new TroupeError('BUG', `the schema of ${name} has no id`)
  return schemaId
}

/** A timer of more would end at once. */
const longestTimerMs = 2 ** 31 - 1

const timeLeft = (timeoutMs: number): (() => number) => {
  const deadline = performance.now() + timeoutMs
  return () => Math.min(Math.max(0, deadline - performance.now()), longestTimerMs)
}

const rejected = (error: unknown): Promise<never> =>
  Promise.reject(error instanceof Error ? error : new Error(messageOf(error)))

const atIndex = (error: unknown, index: number): unknown =>
  error instanceof TroupeError
    ? new TroupeError(error.code, `event ${index}: ${error.message}`, { cause: error })
    : error
