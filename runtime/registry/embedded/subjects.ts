/**
 * What a registry knows: schemas by id, subjects with their versions, compatibility rules. In memory; ids count up
 * from 1 in the order of registration, so that the same registrations give the same ids. A schema has one id,
 * whatever subjects it is registered in.
 */

import type { AvroSchema } from '../../actor/event-type.ts'
import { messageOf } from '../../errors.ts'
import { compileSchema } from '../../serde/index.ts'
import { type CompatibilityLevel, incompatibilities, isCompatibilityLevel } from './compatibility-level.ts'
import { RegistryError } from './registry-error.ts'

export interface Version {
  readonly subject: string
  readonly version: number
  readonly id: number
  readonly schema: AvroSchema
}

export class Subjects {
  readonly #schemas = new Map<number, AvroSchema>()
  readonly #ids = new Map<string, number>()
  /** Deleted ones, too: their numbers are not given again. */
  readonly #versions = new Map<string, Version[]>()
  readonly #deleted = new Set<Version>()
  readonly #levels = new Map<string, CompatibilityLevel>()
  #level: CompatibilityLevel = 'BACKWARD'

  register(subject: string, text: unknown): Version {
    const schema = readSchema(text)
    const versions = this.#versions.get(subject) ?? []
    const live = this.#live(subject)
    const content = contentOf(schema)
    const known = live.find((version) => contentOf(version.schema) === content)
    if (known !== undefined) return known
    const reasons = this.#reasonsAgainst(subject, schema, live)
    if (reasons.length > 0) throw new RegistryError('incompatible', reasons.join('; '))
    const id = this.#ids.get(content) ?? this.#schemas.size + 1
    this.#ids.set(content, id)
    this.#schemas.set(id, schema)
    const version = { subject, version: versions.length + 1, id, schema }
    this.#versions.set(subject, [...versions, version])
    return version
  }

  /** The version of a subject that holds this very schema. */
  lookUp(subject: string, text: unknown): Version {
    const content = contentOf(readSchema(text))
    const found = this.versions(subject).find((version) => contentOf(version.schema) === content)
    if (found === undefined) throw new RegistryError('schemaNotFound', 'Schema not found')
    return found
  }

  schema(id: number): AvroSchema {
    const schema = this.#schemas.get(id)
    if (schema === undefined) throw new RegistryError('schemaNotFound', `Schema ${id} not found`)
    return schema
  }

  /** Where a schema is registered. */
  versionsOfSchema(id: number): readonly Version[] {
    this.schema(id)
    return this.names()
      .flatMap((subject) => this.#live(subject))
      .filter((version) => version.id === id)
  }

  names(): string[] {
    return [...this.#versions.keys()].filter((subject) => this.#live(subject).length > 0).sort()
  }

  /** Oldest first, never empty. */
  versions(subject: string): readonly Version[] {
    const versions = this.#live(subject)
    if (versions.length === 0) throw new RegistryError('subjectNotFound', `Subject '${subject}' not found`)
    return versions
  }

  /** `version`: a number from 1, or `latest`; −1 is the latest too. */
  version(subject: string, version: string): Version {
    const versions = this.versions(subject)
    if (version === 'latest' || version === '-1') return versions.at(-1) as Version
    if (!/^[1-9]\d*$/.test(version)) {
      throw new RegistryError(
        'versionInvalid',
        `The version '${version}' is neither a number from 1 nor "latest"`,
      )
    }
    const found = versions.find((each) => each.version === Number(version))
    if (found === undefined) throw new RegistryError('versionNotFound', `Version ${version} not found`)
    return found
  }

  /** Softly, as registries do unless they are told otherwise: it is listed no more, its schema is still found by id. */
  delete(subject: string, version: string): Version {
    const found = this.version(subject, version)
    this.#deleted.add(found)
    return found
  }

  /** Why the schema could not be registered; empty when it could. `version`: compare with this one only. */
  check(subject: string, text: unknown, version: string | undefined): string[] {
    const schema = readSchema(text)
    const compared = version === undefined ? this.versions(subject) : [this.version(subject, version)]
    return this.#reasonsAgainst(subject, schema, compared)
  }

  /** Of one subject (undefined when it has none of its own), or of all that have none. */
  level(subject: string): CompatibilityLevel | undefined {
    return this.#levels.get(subject)
  }

  get globalLevel(): CompatibilityLevel {
    return this.#level
  }

  /** `subject` undefined: for all subjects that have none of their own. */
  setLevel(subject: string | undefined, level: unknown): CompatibilityLevel {
    const named = typeof level === 'string' ? level.toUpperCase() : level
    if (!isCompatibilityLevel(named)) {
      throw new RegistryError('levelInvalid', `Invalid compatibility level ${JSON.stringify(level)}`)
    }
    if (subject === undefined) this.#level = named
    else this.#levels.set(subject, named)
    return named
  }

  dropLevel(subject: string): CompatibilityLevel {
    const level = this.#levels.get(subject)
    if (level === undefined) throw levelNotFound(subject)
    this.#levels.delete(subject)
    return level
  }

  #live(subject: string): readonly Version[] {
    return (this.#versions.get(subject) ?? []).filter((version) => !this.#deleted.has(version))
  }

  #reasonsAgainst(subject: string, schema: AvroSchema, earlier: readonly Version[]): string[] {
    return incompatibilities(
      this.level(subject) ?? this.#level,
      schema,
      earlier.map((version) => version.schema),
    )
  }
}

export const levelNotFound = (subject: string): RegistryError =>
  new RegistryError(
    'levelNotFound',
    `Subject '${subject}' does not have subject-level compatibility configured`,
  )

/** The text of a request's field `schema`. */
const readSchema = (text: unknown): AvroSchema => {
  if (typeof text !== 'string' || text === '')
    throw new RegistryError('schemaInvalid', 'The schema is missing')
  try {
    const schema = JSON.parse(text) as AvroSchema
    compileSchema(schema)
    return schema
  } catch (error) {
    throw new RegistryError('schemaInvalid', `Invalid schema: ${messageOf(error)}`)
  }
}

/** Equal for schemas that differ in the order of properties only. */
const contentOf = (schema: AvroSchema): string =>
  JSON.stringify(schema, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
