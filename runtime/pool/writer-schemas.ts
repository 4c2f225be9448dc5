/**
 * The schemas records were written with, by id: fetched once for a batch before any of its records is handled, so
 * that reading a record costs no promise, and a registry that is away is met before anything has happened.
 */

import type { AvroSchema } from '../actor/event-type.ts'
import type { BatchReader } from '../batch/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { wireSchemaId, type DecoderCache } from '../serde/index.ts'

/** What a worker needs of the schema registry. */
export interface SchemaSource {
  /** Throws REGISTRY_UNAVAILABLE (come back later) or SCHEMA_ID_UNKNOWN. */
  schemaById(id: number): Promise<AvroSchema>
  /** The id of a schema under its subject; registered if it isn't yet. Throws REGISTRY_UNAVAILABLE, SCHEMA_REFUSED. */
  register(subject: string, schema: AvroSchema): Promise<number>
}

/** Ids that can't be read, for one batch: asked again with the next one, since a registry learns. */
export type UnreadableIds = ReadonlyMap<number, TroupeError>

export const noUnreadableIds: UnreadableIds = new Map()

/** Ids in the batch that are not known yet, without regard to whether anybody receives those records. */
export const unknownIds = (reader: BatchReader, decoders: DecoderCache): ReadonlySet<number> => {
  const unknown = new Set<number>()
  let last = -1
  reader.rewind()
  while (reader.next()) {
    const id = schemaIdHere(reader)
    if (id === last || id === undefined) continue
    last = id
    if (!decoders.hasWriter(id)) unknown.add(id)
  }
  reader.rewind()
  return unknown
}

/** Undefined where the value is not in the wire format: an outcome of that record, later. */
const schemaIdHere = ({ buffer, valueStart, valueLength }: BatchReader): number | undefined => {
  if (valueLength < 5 || buffer[valueStart] !== 0) return undefined
  return wireSchemaId(buffer, valueStart, valueLength)
}

/** Fetches and compiles. Throws REGISTRY_UNAVAILABLE only; every other failure is the answer for that id. */
export const learnWriters = async (
  ids: ReadonlySet<number>,
  source: SchemaSource,
  decoders: DecoderCache,
): Promise<UnreadableIds> => {
  if (ids.size === 0) return noUnreadableIds
  const unreadable = new Map<number, TroupeError>()
  await Promise.all(
    [...ids].map(async (id) => {
      try {
        const schema = await source.schemaById(id)
        if (!decoders.hasWriter(id)) decoders.addWriter(id, schema)
      } catch (error) {
        if (error instanceof TroupeError && error.code === 'REGISTRY_UNAVAILABLE') throw error
        unreadable.set(id, unreadableError(id, error))
      }
    }),
  )
  return unreadable
}

const unreadableError = (id: number, error: unknown): TroupeError =>
  error instanceof TroupeError
    ? error
    : new TroupeError('SCHEMA_ID_UNKNOWN', `no schema for id ${String(id)}: ${messageOf(error)}`, {
        cause: error,
      })
