/**
 * Values as their writers meant them, for people who look: each is read with the schema that it was written with, which is fetched
 * once. Actors read by the schemas of their own, with `DecoderCache` alone.
 */

import { eventType, type AvroSchema } from '../actor/event-type.ts'
import { TroupeError } from '../errors.ts'
import { DecoderCache } from './decoder-cache.ts'
import { wireHeaderBytes } from './wire-format.ts'

export interface WrittenType {
  /** Full name of the record; '' where it describes another kind of value. */
  readonly name: string
  readonly schema: AvroSchema
  /** Of what is in `[start, end)` of `buffer`, the five bytes of the wire format first. Throws RECORD_UNDECODABLE. */
  decode(buffer: Buffer, start: number, end: number): unknown
}

export class WrittenTypes {
  readonly #schemaById: (id: number) => Promise<AvroSchema>
  readonly #decoders = new DecoderCache()
  readonly #keepsUnknown: boolean
  /** What we refuse is kept, too: asking again changes nothing. */
  readonly #known = new Map<number, WrittenType | TroupeError>()

  /**
   * `schemaById` throws SCHEMA_ID_UNKNOWN, SCHEMA_REFUSED, or what says that the registry is away. `keepsUnknown`: an id that the
   * registry does not know is not asked for again, for those who read many records and then end.
   */
  constructor(schemaById: (id: number) => Promise<AvroSchema>, { keepsUnknown = false } = {}) {
    this.#schemaById = schemaById
    this.#keepsUnknown = keepsUnknown
  }

  /** Throws as `schemaById` does. */
  async of(id: number): Promise<WrittenType> {
    const known = this.#known.get(id) ?? (await this.#fetched(id))
    if (known instanceof TroupeError) throw known
    return known
  }

  async #fetched(id: number): Promise<WrittenType | TroupeError> {
    let found: WrittenType | TroupeError
    try {
      found = this.#writtenWith(id, await this.#schemaById(id))
    } catch (error) {
      // Else the next record asks again.
      if (!(error instanceof TroupeError) || !this.#isKept(error)) throw error
      found = error
    }
    this.#known.set(id, found)
    return found
  }

  #isKept({ code }: TroupeError): boolean {
    return code === 'SCHEMA_REFUSED' || (code === 'SCHEMA_ID_UNKNOWN' && this.#keepsUnknown)
  }

  #writtenWith(id: number, schema: AvroSchema): WrittenType {
    this.#decoders.addWriter(id, schema)
    const name = this.#decoders.writerName(id)
    const decoder = this.#decoders.decoder(id, eventType(name, schema))
    return {
      name,
      schema,
      decode: (buffer, start, end) => decoder.decode(buffer, start + wireHeaderBytes, end),
    }
  }
}
