/** A schema registry as Troupe uses it. Every method's errors are those of the table below and no others. */

import type { AvroSchema } from '../actor/event-type.ts'

/**
 * - REGISTRY_UNAVAILABLE (retryable): away, too slow, an error of its own, or an answer that is none of a registry's.
 *   Says nothing about the schema asked for: nothing may be given up because of it.
 * - SCHEMA_ID_UNKNOWN: the registry has answered that it does not have this schema.
 * - SCHEMA_REFUSED: it does not take this schema, with its reasons; or it has one that is not Avro.
 */
export interface SchemaRegistry {
  /** The writer's schema, as it was registered. Kept: an id never changes its meaning. */
  schemaById(id: number): Promise<AvroSchema>
  /** Answers the id; the one it has if it was registered before. */
  register(subject: string, schema: AvroSchema): Promise<number>
  /** The id under which a schema is registered in this subject; SCHEMA_ID_UNKNOWN if it isn't. */
  idOf(subject: string, schema: AvroSchema): Promise<number>
  /** Ascending; empty for a subject nobody has registered anything in. */
  versions(subject: string): Promise<number[]>
  /** SCHEMA_ID_UNKNOWN if the subject has no such version any more. */
  schemaOfVersion(subject: string, version: number): Promise<AvroSchema>
  /** Would the subject's compatibility rule take it as its next version? */
  isCompatible(subject: string, schema: AvroSchema): Promise<boolean>
}
