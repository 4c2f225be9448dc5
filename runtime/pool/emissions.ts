/**
 * Events that actors emit. Each is encoded at once, so that a wrong one throws where it was made; its schema's id is
 * written into it at the end of the batch, when it is known that the event leaves at all.
 *
 * An emitted event's id follows from the actor, the id of the event it was made from, and its place among those the
 * record emitted: a record that is handled again emits the same ids, and who deduplicates by id sees each once.
 */

import { hash } from 'node:crypto'
import type { EmitOptions, RecordHeaders } from '../actor/context.ts'
import type { EventType } from '../actor/event-type.ts'
import { uuid8 } from '../delivery/uuid8.ts'
import type { OutgoingHeader, OutgoingRecord } from '../delivery/outgoing.ts'
import { TroupeError } from '../errors.ts'
import {
  EventEncoder,
  identityHeaders,
  identityRules,
  subjectName,
  traceparentOf,
  wireHeaderBytes,
  writeWireHeader,
  type EventIdentity,
  type SubjectStrategy,
} from '../serde/index.ts'
import type { RecordTrace } from './batch-tracer.ts'
import { wrongArgument } from './context-errors.ts'
import { OutgoingMemory } from './outgoing-memory.ts'

/** The record an event is made from. */
export interface EmissionSource {
  readonly headers: RecordHeaders
  /** Already emitted for it. */
  readonly emissions: readonly Emission[] | undefined
  /** Its span, which what it emits belongs to; undefined: the traceparent it came with goes on. */
  readonly trace: RecordTrace | undefined
  identity(member: string): EventIdentity
  /** The key's bytes; undefined without a key. */
  keyView(): Uint8Array | undefined
}

export interface EmissionRules {
  /** The event types that may be emitted; undefined: unknown. */
  eventType(name: string): EventType | undefined
  topicOf(name: string): string
  readonly subjectStrategy: SubjectStrategy
}

export interface Emission {
  readonly subject: string
  readonly type: EventType
  /** Names this emission whenever its record is handled. */
  readonly id: string
  readonly record: OutgoingRecord & { readonly value: Uint8Array }
}

/** The emission as it leaves. */
export const framed = ({ record }: Emission, schemaId: number): OutgoingRecord => {
  writeWireHeader(record.value, schemaId)
  return record
}

interface EmittedType {
  readonly type: EventType
  readonly encoder: EventEncoder
  readonly topic: string
  readonly subject: string
}

const ownHeaders: ReadonlySet<string> = new Set(Object.values(identityRules).map(({ header }) => header))

/** What a worker knows about emitted types; one for all tasks. */
export class EmittedTypes {
  readonly #rules: EmissionRules
  readonly #types = new Map<string, EmittedType>()

  constructor(rules: EmissionRules) {
    this.#rules = rules
  }

  /** Throws EVENT_TYPE_UNKNOWN, SCHEMA_REFUSED. */
  get(name: string): EmittedType {
    return this.#types.get(name) ?? this.#learn(name)
  }

  #learn(name: string): EmittedType {
    const type = this.#rules.eventType(name)
    if (type === undefined) {
      throw new TroupeError(
        'EVENT_TYPE_UNKNOWN',
        `no schema is known for the event ${name} that ctx.emit was given`,
      )
    }
    const topic = this.#rules.topicOf(name)
    const emitted = {
      type,
      encoder: new EventEncoder(type),
      topic,
      subject: subjectName(this.#rules.subjectStrategy, topic, type.name),
    }
    this.#types.set(name, emitted)
    return emitted
  }
}

/** Makes the emissions of one task. */
export class EmissionMaker {
  readonly memory = new OutgoingMemory()
  readonly #types: EmittedTypes
  readonly #actor: string

  constructor(types: EmittedTypes, actor: string) {
    this.#types = types
    this.#actor = actor
  }

  /** Throws EVENT_INVALID with the failing path, EVENT_TYPE_UNKNOWN, CONTEXT_MISUSED. */
  make(source: EmissionSource, name: unknown, event: unknown, options: unknown): Emission {
    if (typeof name !== 'string') throw wrongArgument('ctx.emit', 'an event name', name)
    const { key, headers } = checkedOptions(options)
    const { type, encoder, topic, subject } = this.#types.get(name)
    const identity = source.identity('ctx.emit')
    const id = emittedId(this.#actor, identity.tenant, identity.id, source.emissions?.length ?? 0)
    const payload = encoder.encode(event)
    const value = this.memory.take(wireHeaderBytes + payload.length)
    value.set(payload, wireHeaderBytes)
    const traceparent =
      source.trace === undefined
        ? headerText(source, identityRules.traceparent.header)
        : traceparentOf(source.trace.traceId, source.trace.spanId)
    return {
      subject,
      type,
      id,
      record: {
        topic,
        key: key === undefined ? ownKey(source) : Buffer.from(key),
        value,
        headers: [
          ...identityHeaders({ ...identityParts(identity), name, id }, { source: this.#actor, traceparent }),
          ...headers,
        ],
      },
    }
  }
}

const identityParts = ({ tenant, correlationId }: { tenant: string; correlationId: string }) => ({
  tenant,
  correlationId,
})

const ownKey = (source: EmissionSource): Uint8Array | null => {
  const key = source.keyView()
  return key === undefined ? null : Uint8Array.from(key)
}

const headerText = (source: EmissionSource, name: string): string | undefined =>
  source.headers.get(name) || undefined

/** A UUID of version 8 (RFC 9562, 5.8) made of the SHA-1 of what it follows from; lengths keep the parts apart. */
const emittedId = (actor: string, tenant: string, eventId: string, place: number): string =>
  uuid8(hash('sha1', JSON.stringify([actor, tenant, eventId, place]), 'hex'))

interface CheckedEmitOptions {
  readonly key: string | undefined
  readonly headers: readonly OutgoingHeader[]
}

const noOptions: CheckedEmitOptions = { key: undefined, headers: [] }

const checkedOptions = (options: unknown): CheckedEmitOptions => {
  if (options === undefined) return noOptions
  if (typeof options !== 'object' || options === null) {
    throw wrongArgument('ctx.emit: options', 'an object', options)
  }
  const { key, headers = {} } = options as Partial<Record<keyof EmitOptions, unknown>>
  if (key !== undefined && typeof key !== 'string')
    throw wrongArgument('ctx.emit: options.key', 'a string', key)
  if (typeof headers !== 'object' || headers === null) {
    throw wrongArgument('ctx.emit: options.headers', 'an object of strings', headers)
  }
  const list = Object.entries(headers as Record<string, unknown>)
  for (const [name, value] of list) {
    if (typeof value !== 'string' || `${name}${value}`.includes('\0')) {
      throw wrongArgument(`ctx.emit: options.headers['${name}']`, 'a string without NUL', value)
    }
    if (ownHeaders.has(name)) {
      throw wrongArgument(
        'ctx.emit: options.headers',
        'headers of your own',
        `${name}, which Troupe sets itself`,
      )
    }
  }
  return { key, headers: list as [string, string][] }
}
