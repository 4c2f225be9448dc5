/**
 * A registry that speaks Confluent's REST API, over the network. Opens no connection until it is asked.
 * https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */

import type { AvroSchema } from '../actor/event-type.ts'
import { TroupeError } from '../errors.ts'
import { type RegistryAddress, type RegistryAnswer, RegistryRequests } from './registry-requests.ts'
import type { SchemaRegistry } from './schema-registry.ts'

export const connectRegistry = (address: RegistryAddress): SchemaRegistry => new RegistryOverHttp(address)

/** Confluent's error codes: what its answers of status 404 mean. */
const notFound = { subject: 40401, version: 40402, schema: 40403 } as const

class RegistryOverHttp implements SchemaRegistry {
  readonly #requests: RegistryRequests
  readonly #schemas = new Map<number, Promise<AvroSchema>>()
  readonly #registered = new Map<string, Promise<number>>()

  constructor(address: RegistryAddress) {
    this.#requests = new RegistryRequests(address)
  }

  schemaById(id: number): Promise<AvroSchema> {
    return once(this.#schemas, id, async () => {
      const answer = await this.#requests.get(`/schemas/ids/${id}`)
      if (isMissing(answer, notFound.schema)) {
        throw new TroupeError(
          'SCHEMA_ID_UNKNOWN',
          `The schema registry at ${this.#requests.address} has no schema with id ${id}`,
        )
      }
      return this.#schemaIn(answer, `with id ${id}`)
    })
  }

  register(subject: string, schema: AvroSchema): Promise<number> {
    const path = `${subjectPath(subject)}/versions`
    return once(this.#registered, `${subject}\n${JSON.stringify(schema)}`, async () =>
      this.#idIn(await this.#post(path, subject, schema)),
    )
  }

  async idOf(subject: string, schema: AvroSchema): Promise<number> {
    const answer = await this.#post(subjectPath(subject), subject, schema)
    if (isMissing(answer, notFound.subject, notFound.schema)) {
      throw new TroupeError('SCHEMA_ID_UNKNOWN', `The registry does not have this schema as ${subject}`)
    }
    return this.#idIn(answer)
  }

  async versions(subject: string): Promise<number[]> {
    const answer = await this.#requests.get(`${subjectPath(subject)}/versions`)
    if (isMissing(answer, notFound.subject)) return []
    const { status, body } = answer
    if (status !== 200 || !isIntegers(body)) throw this.#strange(answer)
    return body.toSorted((a, b) => a - b)
  }

  async schemaOfVersion(subject: string, version: number): Promise<AvroSchema> {
    const answer = await this.#requests.get(`${subjectPath(subject)}/versions/${version}`)
    if (isMissing(answer, notFound.subject, notFound.version)) {
      throw new TroupeError('SCHEMA_ID_UNKNOWN', `The registry has no version ${version} of ${subject}`)
    }
    return this.#schemaIn(answer, `version ${version} of ${subject}`)
  }

  async isCompatible(subject: string, schema: AvroSchema): Promise<boolean> {
    const path = `/compatibility${subjectPath(subject)}/versions/latest`
    const answer = await this.#post(path, subject, schema)
    // Nothing is registered yet: there is nothing it could disagree with.
    if (isMissing(answer, notFound.subject, notFound.version)) return true
    const compatible = fieldOf(answer.body, 'is_compatible')
    if (answer.status !== 200 || typeof compatible !== 'boolean') throw this.#strange(answer)
    return compatible
  }

  /** Throws SCHEMA_REFUSED where the registry objects to the schema. */
  async #post(path: string, subject: string, schema: AvroSchema): Promise<RegistryAnswer> {
    const answer = await this.#requests.post(path, { schema: JSON.stringify(schema) })
    const reason = fieldOf(answer.body, 'message')
    if ((answer.status === 409 || answer.status === 422) && typeof reason === 'string') {
      throw new TroupeError(
        'SCHEMA_REFUSED',
        `The registry does not take it as ${subject}: ${shortened(reason)}`,
      )
    }
    return answer
  }

  /** `which`: of a schema, for messages. */
  #schemaIn(answer: RegistryAnswer, which: string): AvroSchema {
    const text = fieldOf(answer.body, 'schema')
    if (answer.status !== 200 || typeof text !== 'string') throw this.#strange(answer)
    const kind = fieldOf(answer.body, 'schemaType') ?? 'AVRO'
    if (kind !== 'AVRO') {
      throw new TroupeError(
        'SCHEMA_REFUSED',
        `The schema ${which} is ${JSON.stringify(kind)}; only AVRO is read`,
      )
    }
    const references = fieldOf(answer.body, 'references')
    if (Array.isArray(references) && references.length > 0) {
      throw new TroupeError('SCHEMA_REFUSED', `The schema ${which} refers to others, which is not supported`)
    }
    try {
      return JSON.parse(text) as AvroSchema
    } catch {
      throw this.#strange(answer)
    }
  }

  #idIn(answer: RegistryAnswer): number {
    const id = fieldOf(answer.body, 'id')
    if (answer.status === 200 && Number.isInteger(id)) return id as number
    throw this.#strange(answer)
  }

  #strange({ status, body }: RegistryAnswer): TroupeError {
    const shown = body === undefined ? 'no JSON' : shortened(JSON.stringify(body))
    return this.#requests.unavailable(`status ${status} with an answer that is not a registry's: ${shown}`)
  }
}

const subjectPath = (subject: string): string => `/subjects/${encodeURIComponent(subject)}`

/** Only a registry's own word counts: any web server answers 404 to a wrong address. */
const isMissing = ({ status, body }: RegistryAnswer, ...codes: readonly number[]): boolean =>
  status === 404 && codes.includes(fieldOf(body, 'error_code') as number)

const fieldOf = (body: unknown, field: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>)[field] : undefined

const isIntegers = (body: unknown): body is number[] =>
  Array.isArray(body) && body.every((version) => Number.isInteger(version))

/** Reasons list every incompatibility with both schemas: enough of it to act on, not enough to drown a log. */
const maxReasonChars = 1_000
const shortened = (text: string): string =>
  text.length > maxReasonChars ? `${text.slice(0, maxReasonChars)}…` : text

/** For answers that never change: one request however many ask; a failure is asked again. */
const once = <Key, Value>(
  kept: Map<Key, Promise<Value>>,
  key: Key,
  fetch: () => Promise<Value>,
): Promise<Value> => {
  let value = kept.get(key)
  if (value === undefined) {
    value = fetch()
    kept.set(key, value)
    value.catch(() => kept.delete(key))
  }
  return value
}
