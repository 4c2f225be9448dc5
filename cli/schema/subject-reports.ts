/** Event types beside what the registry has of them, and which actor reads which version. */

import { resolve } from 'node:path'

import type { AvroSchema } from '../../runtime/actor/index.ts'
import type { Options } from '../../runtime/config/index.ts'
import { messageOf, TroupeError } from '../../runtime/errors.ts'
import { connectRegistry, type SchemaRegistry } from '../../runtime/registry/index.ts'
import { compilePatterns } from '../../runtime/routing/index.ts'
import { unreadableReason } from '../../runtime/serde/compatibility.ts'
import { recordName } from '../../runtime/serde/compiled-schema.ts'
import { compileSchema, subjectName } from '../../runtime/serde/index.ts'
import { loadApplication, type Application } from '../../runtime/system/application.ts'
import { registryUrl } from '../../runtime/system/registry-url.ts'

export interface SubjectReport {
  readonly event: string
  readonly subject: string
  /** Of the files in SCHEMAS_DIR. */
  readonly files: readonly number[]
  /** Versions that the registry has, of this event. */
  readonly registered: readonly number[]
  /** Whether the latest file is registered; where it is not, its first publisher does so. */
  readonly isLatestRegistered: boolean
  readonly readers: readonly { readonly actor: string; readonly group: string }[]
  /** What stands in the way of a publisher or a reader, in sentences. */
  readonly problems: readonly string[]
}

export const registryOf = ({
  schemaRegistryUrl: url,
  schemaRegistryUsername: username,
  schemaRegistryPassword: password,
}: Options): SchemaRegistry => connectRegistry({ url: registryUrl({ url, username, password }) })

/** Throws REGISTRY_UNAVAILABLE, and what stands in the way of loading actors and schemas. */
export const subjectReports = async (options: Options): Promise<readonly SubjectReport[]> => {
  const application = await loadApplication({ ...options, schemasDir: resolve(options.schemasDir) })
  const registry = registryOf(options)
  const reports: SubjectReport[] = []
  for (const event of application.catalogue.names) {
    reports.push(await reportOf(event, application, registry, options.schemaSubjects))
  }
  return reports
}

const reportOf = async (
  event: string,
  { catalogue, mapping, actors }: Application,
  registry: SchemaRegistry,
  subjects: Options['schemaSubjects'],
): Promise<SubjectReport> => {
  const subject = subjectName(subjects, mapping.topicOf(event), event)
  const latest = catalogue.latest(event)
  const { writers, problems: unusable } = await writersOf(event, subject, registry)
  const isLatestRegistered = await isRegistered(registry, subject, latest.schema)
  const readers = actors.flatMap(({ definition, group }) => {
    const type = compilePatterns(definition.receives)(event)
    return type === undefined ? [] : [{ actor: definition.name, group, schema: type.schema }]
  })
  return {
    event,
    subject,
    files: catalogue.versions(event).map(({ version }) => version),
    registered: writers.map(({ version }) => version),
    isLatestRegistered,
    readers: readers.map(({ actor, group }) => ({ actor, group })),
    problems: [
      ...unusable,
      ...(isLatestRegistered || (await registry.isCompatible(subject, latest.schema))
        ? []
        : [`${latest.path} breaks the compatibility rule of ${subject}: it cannot be published`]),
      ...readers.flatMap(({ actor, schema }) =>
        writers.flatMap(({ version, schema: writer }) => {
          const reason = unreadableReason(schema, writer)
          return reason === undefined
            ? []
            : [`actor ${actor} cannot read version ${String(version)} of ${subject}: ${reason}`]
        }),
      ),
    ],
  }
}

interface Writers {
  readonly writers: readonly { readonly version: number; readonly schema: AvroSchema }[]
  readonly problems: readonly string[]
}

/** A subject of a whole topic has versions of other events, too: they are left out. */
const writersOf = async (event: string, subject: string, registry: SchemaRegistry): Promise<Writers> => {
  const writers: { version: number; schema: AvroSchema }[] = []
  const problems: string[] = []
  for (const version of await registry.versions(subject)) {
    try {
      const schema = await registry.schemaOfVersion(subject, version)
      if (recordName(compileSchema(schema)) === event) writers.push({ version, schema })
    } catch (error) {
      if (!(error instanceof TroupeError && error.code === 'SCHEMA_REFUSED')) throw error
      problems.push(`version ${String(version)} of ${subject}: ${messageOf(error)}`)
    }
  }
  return { writers, problems }
}

const isRegistered = async (
  registry: SchemaRegistry,
  subject: string,
  schema: AvroSchema,
): Promise<boolean> => {
  try {
    await registry.idOf(subject, schema)
    return true
  } catch (error) {
    if (error instanceof TroupeError && error.code === 'SCHEMA_ID_UNKNOWN') return false
    throw error
  }
}
