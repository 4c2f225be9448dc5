/** What the publisher knows of each event name: its topic, its encoder, and the id the registry gave its schema. */

import { eventType } from '../actor/index.ts'
import { TroupeError } from '../errors.ts'
import type { SchemaRegistry } from '../registry/index.ts'
import type { TopicMapping } from '../routing/index.ts'
import { EventEncoder, subjectName, type Catalogue, type SubjectStrategy } from '../serde/index.ts'

export interface EncodedEventType {
  readonly topic: string
  readonly encoder: EventEncoder
  readonly schemaId: number
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
  readonly #known = new Map<string, EncodedEventType>()
  readonly #asked = new Map<string, Promise<EncodedEventType>>()

  constructor(sources: EventTypeSources) {
    this.#sources = sources
  }

  /** undefined: not known yet, `learn` it. No promise for what is known. */
  get(name: string): EncodedEventType | undefined {
    return this.#known.get(name)
  }

  /** Asks the registry once, however many ask; after a failure the next one asks again. */
  async learn(name: string): Promise<EncodedEventType> {
    let asked = this.#asked.get(name)
    if (asked === undefined) {
      asked = this.#ask(name)
      this.#asked.set(name, asked)
    }
    try {
      return await asked
    } finally {
      this.#asked.delete(name)
    }
  }

  async #ask(name: string): Promise<EncodedEventType> {
    const { catalogue, mapping, registry, subjects, register } = this.#sources
    const { schema } = catalogue.latest(name)
    const topic = mapping.topicOf(name)
    const subject = subjectName(subjects, topic, name)
    const schemaId = register
      ? await registry.register(subject, schema)
      : await this.#registered(subject, name)
    const known = { topic, encoder: new EventEncoder(eventType(name, schema)), schemaId }
    this.#known.set(name, known)
    return known
  }

  async #registered(subject: string, name: string): Promise<number> {
    const { catalogue, registry } = this.#sources
    try {
      return await registry.idOf(subject, catalogue.latest(name).schema)
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
