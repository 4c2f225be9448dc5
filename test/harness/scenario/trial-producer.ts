/** Produces the events of a scenario, to a partition where that matters, and remembers where each one landed. */

import type { AvroSchema, EventType } from '../../../runtime/actor/index.ts'
import { RecordProducer, type KafkaSettings, type RecordMetadata } from '../../../runtime/kafka/index.ts'
import { connectRegistry, type SchemaRegistry } from '../../../runtime/registry/index.ts'
import { EventEncoder, identityHeaders, subjectName } from '../../../runtime/serde/index.ts'
import { ThingHappened } from '../../scenario/schemas/things.ts'

export type Happening = Partial<ThingHappened> &
  Pick<ThingHappened, 'thing' | 'n'> & {
    readonly partition?: number
    /** When it says it was made; default: now. */
    readonly timestampMs?: number
    /** What is sent instead of its bytes. */
    readonly damage?: (value: Buffer) => Uint8Array
  }

/** Bytes that no encoder of ours would make. */
export interface RawValue {
  readonly key: string
  readonly value: Uint8Array | null
  readonly partition?: number
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly timestamp?: number
}

export class TrialProducer {
  readonly published: RecordMetadata[] = []
  readonly #topic: string
  readonly #producer: RecordProducer
  readonly #registry: SchemaRegistry
  /** The version of the event that is written now. */
  #written: EventType<ThingHappened> = ThingHappened
  readonly #encoders = new Map<
    EventType,
    Promise<{ readonly schemaId: number; readonly encoder: EventEncoder }>
  >()

  private constructor(topic: string, producer: RecordProducer, registry: SchemaRegistry) {
    this.#topic = topic
    this.#producer = producer
    this.#registry = registry
  }

  static async connect(kafka: KafkaSettings, registryUrl: string, topic: string): Promise<TrialProducer> {
    return new TrialProducer(
      topic,
      await RecordProducer.connect(kafka),
      connectRegistry({ url: registryUrl }),
    )
  }

  /** Resolves when the broker has all of them; where they landed, in their order. */
  async publish(happenings: readonly Happening[]): Promise<readonly RecordMetadata[]> {
    const { schemaId, encoder } = await this.#encoderOf(this.#written)
    const records = happenings.map(({ partition, timestampMs, damage, ...given }): RawValue => {
      const event: ThingHappened = {
        eventId: `${given.thing}-${String(given.n)}`,
        holdMs: 0,
        gate: '',
        failures: 0,
        exits: false,
        ...given,
      }
      const identity = {
        name: ThingHappened.name,
        id: event.eventId,
        tenant: '',
        correlationId: event.eventId,
      }
      // Copied: the encoder's buffer is used again for the next one.
      const value = Buffer.from(encoder.encodeFramed(schemaId, event))
      return {
        key: event.thing,
        value: damage?.(value) ?? value,
        headers: identityHeaders(identity, {}) as [string, string][],
        ...(partition !== undefined && { partition }),
        ...(timestampMs !== undefined && { timestamp: timestampMs }),
      }
    })
    return await this.publishRaw(records)
  }

  /** From now on events are written in this version of their schema, which the registry has then. */
  async write(version: EventType<ThingHappened>): Promise<void> {
    await this.#encoderOf(version)
    this.#written = version
  }

  async publishRaw(records: readonly RawValue[]): Promise<readonly RecordMetadata[]> {
    const landed = await Promise.all(
      records.map(({ key, headers = [], ...rest }) =>
        this.#producer.produce({ topic: this.#topic, key: Buffer.from(key), headers, ...rest }),
      ),
    )
    this.published.push(...landed)
    return landed
  }

  /** The id of an event type's schema, registered if it isn't yet. */
  async schemaIdOf(type: EventType): Promise<number> {
    return (await this.#encoderOf(type)).schemaId
  }

  /** A schema that is not ours, as another producer registers it. */
  async register(
    name: string,
    schema: AvroSchema,
  ): Promise<{ readonly id: number; readonly schema: AvroSchema }> {
    return {
      id: await this.#registry.register(subjectName('topic-record', this.#topic, name), schema),
      schema,
    }
  }

  async close(): Promise<void> {
    await this.#producer.close(5_000)
  }

  #encoderOf(type: EventType): Promise<{ readonly schemaId: number; readonly encoder: EventEncoder }> {
    let known = this.#encoders.get(type)
    if (known === undefined) {
      const subject = subjectName('topic-record', this.#topic, type.name)
      known = this.#registry
        .register(subject, type.schema)
        .then((schemaId) => ({ schemaId, encoder: new EventEncoder(type) }))
      this.#encoders.set(type, known)
    }
    return known
  }
}
