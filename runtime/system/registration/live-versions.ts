/**
 * The versions of an event type that a registry still has, and what of them an actor could not read. Records written with
 * any of them may lie in the log. Deleted ones, also those that are hidden only, are not live: registries do not list them.
 */

import type { AvroSchema } from '../../actor/index.ts'
import type { Options } from '../../config/index.ts'
import { TroupeError } from '../../errors.ts'
import type { SchemaRegistry } from '../../registry/index.ts'
import type { TopicMapping } from '../../routing/index.ts'
import { undecodableReason } from '../../serde/compatibility.ts'
import { subjectName } from '../../serde/index.ts'

export interface LiveVersion {
  readonly version: number
  readonly schema: AvroSchema
}

export interface LiveVersions {
  readonly live: readonly LiveVersion[]
  /** What is no Avro schema that stands by itself, in sentences. */
  readonly unusable: readonly string[]
}

/** Throws REGISTRY_UNAVAILABLE. */
export const liveVersions = async (
  registry: Pick<SchemaRegistry, 'versions' | 'schemaOfVersion'>,
  subject: string,
  event: string,
): Promise<LiveVersions> => {
  const live: LiveVersion[] = []
  const unusable: string[] = []
  for (const version of await registry.versions(subject)) {
    try {
      const schema = await registry.schemaOfVersion(subject, version)
      if (isOf(event, schema)) live.push({ version, schema })
    } catch (error) {
      if (!(error instanceof TroupeError)) throw error
      if (error.code === 'SCHEMA_REFUSED')
        unusable.push(`version ${String(version)} of ${subject}: ${error.message}`)
      // It was deleted in between.
      else if (error.code !== 'SCHEMA_ID_UNKNOWN') throw error
    }
  }
  return { live, unusable }
}

/** A sentence for each version that the reader's schema cannot read. */
export const unreadableVersions = (
  reader: AvroSchema,
  subject: string,
  live: readonly LiveVersion[],
): readonly string[] =>
  live.flatMap(({ version, schema }) => {
    const reason = undecodableReason(reader, schema)
    return reason === undefined ? [] : [`version ${String(version)} of ${subject}, which is live: ${reason}`]
  })

/** A subject of a whole topic has other events, too. */
const isOf = (event: string, schema: AvroSchema): boolean => {
  if (typeof schema !== 'object' || Array.isArray(schema)) return true
  const { name: own, namespace } = schema as { readonly name?: unknown; readonly namespace?: unknown }
  if (typeof own !== 'string') return true
  return (typeof namespace === 'string' && !own.includes('.') ? `${namespace}.${own}` : own) === event
}

export interface ReadablePorts {
  readonly schemas: Pick<SchemaRegistry, 'versions' | 'schemaOfVersion'>
  readonly mapping: TopicMapping
  readonly options: Pick<Options, 'schemaSubjects'>
}

/** What was checked, a line each. Throws SCHEMA_REFUSED for what an actor receives and could not read, or REGISTRY_UNAVAILABLE. */
export const requireReadable = async (
  { schemas, mapping, options }: ReadablePorts,
  reads: readonly { readonly name: string; readonly schema: AvroSchema }[],
): Promise<readonly string[]> => {
  const lines: string[] = []
  for (const { name, schema } of reads) {
    const subject = subjectName(options.schemaSubjects, mapping.topicOf(name), name)
    const { live, unusable } = await liveVersions(schemas, subject, name)
    const problems = [...unusable, ...unreadableVersions(schema, subject, live)]
    if (problems.length > 0) throw new TroupeError('SCHEMA_REFUSED', `it cannot read ${told(problems)}`)
    lines.push(`reads ${String(live.length)} live versions of ${subject}`)
  }
  return lines
}

const mostTold = 3

const told = (problems: readonly string[]): string => {
  const rest = problems.length - mostTold
  const more = rest > 0 ? `; and ${String(rest)} more` : ''
  return `${problems.slice(0, mostTold).join('; ')}${more}. A version that no record in the log is left of can be deleted in the registry`
}
