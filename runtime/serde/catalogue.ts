/**
 * The event types an application knows, by name and version. Pure: built from schemas that somebody has read; the
 * path of each is checked against what it says of itself, so that a file is found by its event's name.
 *
 *   <domain>/<entity>/<action>.v<version>.avsc   holds the record `<domain>.<entity>.<action>`
 */

import type { AvroSchema, EventName } from '../actor/event-type.ts'
import { TroupeError } from '../errors.ts'
import { compileSchema, recordName } from './compiled-schema.ts'

/** A schema and where it came from: the path below the folder of schemas, with forward slashes. */
export interface SchemaFile {
  readonly path: string
  readonly schema: AvroSchema
}

export interface SchemaVersion extends SchemaFile {
  readonly name: EventName
  /** From 1, as the file's name says. */
  readonly version: number
}

export interface Catalogue {
  /** Sorted. */
  readonly names: readonly EventName[]
  /** Oldest first; EVENT_TYPE_UNKNOWN when there is none of this name. */
  versions(name: EventName): readonly SchemaVersion[]
  /** What is published with this name, and what types are generated from. */
  latest(name: EventName): SchemaVersion
}

const pathForm = /^([a-z][a-z0-9_]*)\/([a-z][a-z0-9_]*)\/([a-z][a-z0-9_]*)\.v([1-9]\d*)\.avsc$/

/** Throws SCHEMA_REFUSED naming the file and what to change. */
export const catalogueOf = (files: readonly SchemaFile[]): Catalogue => {
  const byName = new Map<EventName, SchemaVersion[]>()
  for (const file of files) {
    const version = schemaVersion(file)
    const versions = byName.get(version.name) ?? []
    const same = versions.find((other) => other.version === version.version)
    if (same !== undefined) {
      throw new TroupeError(
        'SCHEMA_REFUSED',
        `${file.path} and ${same.path} are the same version of ${version.name}`,
      )
    }
    byName.set(
      version.name,
      [...versions, version].sort((a, b) => a.version - b.version),
    )
  }
  const names = [...byName.keys()].sort()

  const versions = (name: EventName): readonly SchemaVersion[] => {
    const found = byName.get(name)
    if (found === undefined) {
      const known = names.length === 0 ? 'there are no schemas' : `known are ${names.join(', ')}`
      throw new TroupeError('EVENT_TYPE_UNKNOWN', `No schema has the event name ${name}: ${known}`)
    }
    return found
  }
  return { names, versions, latest: (name) => versions(name).at(-1) as SchemaVersion }
}

const schemaVersion = ({ path, schema }: SchemaFile): SchemaVersion => {
  const [, domain, entity, action, version] = pathForm.exec(path) ?? []
  if (domain === undefined) {
    throw new TroupeError(
      'SCHEMA_REFUSED',
      `${path}: a schema's path is <domain>/<entity>/<action>.v<version>.avsc, in lower case`,
    )
  }
  const expected = `${domain}.${String(entity)}.${String(action)}`
  const name = fullNameIn(path, schema)
  if (name !== expected) {
    throw new TroupeError(
      'SCHEMA_REFUSED',
      `${path} holds the record ${name}; by its path it should be ${expected}`,
    )
  }
  return { path, schema, name, version: Number(version) }
}

const fullNameIn = (path: string, schema: AvroSchema): EventName => {
  try {
    const name = recordName(compileSchema(schema))
    if (name !== undefined) return name
  } catch (error) {
    if (error instanceof TroupeError)
      throw new TroupeError(error.code, `${path}: ${error.message}`, { cause: error })
    throw error
  }
  throw new TroupeError('SCHEMA_REFUSED', `${path}: an event is a record with a namespace and a name`)
}
