/**
 * What leaves for Kafka from a run: acknowledged by the broker, each once however often its batch is handled again here;
 * or as rows of the outbox, which leave with the run's effects.
 */

import { hash } from 'node:crypto'
import { outboxRowOf, type OutboxRow } from '../delivery/outbox.ts'
import type { OutboxLetter } from '../delivery/outbox-letter.ts'
import type { OutgoingRecord } from '../delivery/outgoing.ts'
import type { Outgoing } from './outgoing.ts'
import type { Conversation } from './conversation.ts'
import { framed, type Emission } from './emissions.ts'
import type { LetterTopics } from './circumstances.ts'
import { letterForOutbox, letterRecords } from './given-up.ts'
import type { OutgoingMemory } from './outgoing-memory.ts'
import type { SchemaSource } from './writer-schemas.ts'

/** Ids of the schemas this worker's actors emit; one for all tasks. */
export class EmittedSchemaIds {
  readonly #source: SchemaSource
  readonly #ids = new Map<string, number>()

  constructor(source: SchemaSource) {
    this.#source = source
  }

  known(emission: Emission): number | undefined {
    return this.#ids.get(nameOf(emission))
  }

  /** Throws REGISTRY_UNAVAILABLE, SCHEMA_REFUSED. */
  async learn(emission: Emission): Promise<void> {
    if (this.known(emission) !== undefined) return
    const id = await this.#source.register(emission.subject, emission.type.schema)
    this.#ids.set(nameOf(emission), id)
  }
}

/** By topic alone a subject holds several types. */
const nameOf = ({ subject, type }: Emission): string => `${subject} ${type.name}`

export class OutgoingOrder {
  readonly #conversation: Conversation
  readonly #ids: EmittedSchemaIds
  readonly #memory: OutgoingMemory
  readonly #topics: LetterTopics
  /**
   * What the broker has, by id and content. Handling again emits the same ids; only what has changed in content goes
   * out once more. What was acknowledged and is not emitted the second time stays on the topic: what does not go through
   * the outbox is at least once.
   */
  readonly #acknowledged: Map<string, string> | undefined

  /** `repeats`: the batch may be handled again in this conversation. */
  constructor(
    conversation: Conversation,
    ids: EmittedSchemaIds,
    memory: OutgoingMemory,
    topics: LetterTopics,
    repeats: boolean,
  ) {
    this.#conversation = conversation
    this.#topics = topics
    this.#ids = ids
    this.#memory = memory
    this.#acknowledged = repeats ? new Map() : undefined
  }

  /** Resolves when all of it is acknowledged. The values have left this thread then. Throws Discarded. */
  async acknowledged(outgoing: readonly Outgoing[]): Promise<void> {
    if (outgoing.length === 0) return
    await this.#learnSchemas(outgoing)
    const digests: (readonly [id: string, digest: string])[] = []
    const records: OutgoingRecord[] = []
    for (const [id, record] of outgoing.flatMap((one) => this.#recordsOf(one))) {
      if (this.#acknowledged !== undefined) {
        const digest = hash('sha1', record.value ?? '')
        if (this.#acknowledged.get(id) === digest) continue
        digests.push([id, digest])
      }
      records.push(record)
    }
    if (records.length === 0) return
    this.#memory.handedOver()
    await this.#conversation.ask({ kind: 'produce', outgoing: records })
    for (const [id, digest] of digests) this.#acknowledged?.set(id, digest)
  }

  /** The events among these. Nothing is sent: the values stay in this thread. Throws Discarded. */
  async rows(outgoing: readonly Outgoing[]): Promise<readonly OutboxRow[]> {
    await this.#learnSchemas(outgoing)
    return outgoing.flatMap((one) => {
      if (one.kind !== 'event') return []
      const record = this.#framed(one.emission)
      return [outboxRowOf({ ...one.emission, record }, one)]
    })
  }

  /** The dead letters among these. */
  letters(outgoing: readonly Outgoing[]): readonly OutboxLetter[] {
    return outgoing.flatMap((one) => (one.kind === 'dead-letter' ? [letterForOutbox(one, this.#topics)] : []))
  }

  #recordsOf(one: Outgoing): readonly (readonly [id: string, record: OutgoingRecord])[] {
    switch (one.kind) {
      case 'event':
        return [[one.id, this.#framed(one.emission)]]
      case 'dead-letter':
        return letterRecords(one, this.#topics)
      case 'retry':
        return [[one.id, one.record]]
      default:
        return one satisfies never
    }
  }

  #framed(emission: Emission): OutgoingRecord {
    const id = this.#ids.known(emission)
    if (id === undefined) throw new Error(`the schema of ${emission.type.name} was not learnt`)
    return framed(emission, id)
  }

  async #learnSchemas(outgoing: readonly Outgoing[]): Promise<void> {
    for (const one of outgoing) {
      if (one.kind !== 'event' || this.#ids.known(one.emission) !== undefined) continue
      await this.#conversation.patiently('registry', () => this.#ids.learn(one.emission))
    }
  }
}
