/**
 * The versions of an event type that a registry still has, and what of them an actor could not read. Records written with
 * any of them may lie in the log. Deleted ones, also those that are hidden only, are not live: registries do not list them.
 */

import type { AvroSchema } from '../../actor/index.ts'
import { TroupeError } from '../../errors.ts'
import type { SchemaRegistry } from '../../registry/index.ts'
import { undecodableReason } from '../../serde/compatibility.ts'

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
