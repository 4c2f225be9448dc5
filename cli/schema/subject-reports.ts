/** Event types beside what the registry has of them, and which actor reads which version. */

import { resolve } from 'node:path'

import type { AvroSchema } from '../../runtime/actor/index.ts'
import type { Options } from '../../runtime/config/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import { connectRegistry, type SchemaRegistry } from '../../runtime/registry/index.ts'
import { compilePatterns } from '../../runtime/routing/index.ts'
import { subjectName } from '../../runtime/serde/index.ts'
import { loadApplication, type Application } from '../../runtime/system/application.ts'
import { liveVersions, unreadableVersions } from '../../runtime/system/registration/live-versions.ts'
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
  const { live, unusable } = await liveVersions(registry, subject, event)
  const isLatestRegistered = await isRegistered(registry, subject, latest.schema)
  const readers = actors.flatMap(({ definition, group }) => {
    const type = compilePatterns(definition.receives)(event)
    return type === undefined ? [] : [{ actor: definition.name, group, schema: type.schema }]
  })
  return {
    event,
    subject,
    files: catalogue.versions(event).map(({ version }) => version),
    registered: live.map(({ version }) => version),
    isLatestRegistered,
    readers: readers.map(({ actor, group }) => ({ actor, group })),
    problems: [
      ...unusable,
      ...(isLatestRegistered || (await registry.isCompatible(subject, latest.schema))
        ? []
        : [`${latest.path} breaks the compatibility rule of ${subject}: it cannot be published`]),
      ...readers.flatMap(({ actor, schema }) =>
        unreadableVersions(schema, subject, live).map((problem) => `actor ${actor} cannot read ${problem}`),
      ),
    ],
  }
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
