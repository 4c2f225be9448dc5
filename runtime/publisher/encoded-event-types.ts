/** What the publisher knows of each event name: its topic, its encoder, and the id the registry gave its schema. */

import { eventType, type AvroSchema } from '../actor/index.ts'
import { TroupeError } from '../errors.ts'
import type { SchemaRegistry } from '../registry/index.ts'
import type { TopicMapping } from '../routing/index.ts'
import { EventEncoder, subjectName, type Catalogue, type SubjectStrategy } from '../serde/index.ts'

export interface EncodedEventType {
  readonly name: string
  readonly topic: string
  readonly subject: string
  readonly schema: AvroSchema
  readonly encoder: EventEncoder
  /** undefined: the registry has not told it yet, `learn` it. */
  readonly schemaId: number | undefined
}

export interface EventTypeSources {
  readonly catalogue: Catalogue
  readonly mapping: TopicMapping
  readonly registry: SchemaRegistry
  readonly subjects: SubjectStrategy
  /** false: the schema must have been registered by somebody else. */
  readonly register: boolean
}

export class EncodedEventTypes {
  readonly #sources: EventTypeSources
  readonly #types = new Map<
    string,
    { -readonly [Field in keyof EncodedEventType]: EncodedEventType[Field] }
  >()

  constructor(sources: EventTypeSources) {
    this.#sources = sources
  }

  /** Throws EVENT_TYPE_UNKNOWN when no schema has this name, or no topic its domain. */
  of(name: string): EncodedEventType {
    const known = this.#types.get(name)
    if (known !== undefined) return known
    const { catalogue, mapping, subjects } = this.#sources
    const { schema } = catalogue.latest(name)
    const topic = mapping.topicOf(name)
    const type = {
      name,
      topic,
      subject: subjectName(subjects, topic, name),
      schema,
      encoder: new EventEncoder(eventType(name, schema)),
      schemaId: undefined,
    }
    this.#types.set(name, type)
    return type
  }

  /** Asks the registry. Throws SCHEMA_REFUSED or REGISTRY_UNAVAILABLE. */
  async learn(name: string): Promise<void> {
    const { subject, schema } = this.of(name)
    const schemaId = this.#sources.register
      ? await this.#sources.registry.register(subject, schema)
      : await this.#registered(name)
    const type = this.#types.get(name)
    if (type !== undefined) type.schemaId = schemaId
  }

  async #registered(name: string): Promise<number> {
    const { subject, schema } = this.of(name)
    try {
      return await this.#sources.registry.idOf(subject, schema)
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code !== 'SCHEMA_ID_UNKNOWN') throw error
      throw new TroupeError(
        'SCHEMA_REFUSED',
        `the schema of ${name} is not registered in subject ${subject}: register it, or let the publisher (registerSchemas)`,
        { cause: error },
      )
    }
  }
}
