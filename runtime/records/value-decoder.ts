/** A record's value → JSON for people, as its writer's schema describes it, personal fields left out where they must be. */

import type { AvroSchema } from '../actor/index.ts'
import type { DecodedValue } from '../control/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import type { SchemaRegistry } from '../registry/index.ts'
import { type Catalogue, maskPersonal, wireSchemaId, WrittenTypes } from '../serde/index.ts'

/** A value whose JSON is longer is not shown. */
const mostCharacters = 256 * 1024

export class ValueDecoder {
  readonly #catalogue: Catalogue
  readonly #written: WrittenTypes

  constructor(registry: Pick<SchemaRegistry, 'schemaById'>, catalogue: Catalogue) {
    this.#catalogue = catalogue
    this.#written = new WrittenTypes((id) => registry.schemaById(id))
  }

  /** Throws REGISTRY_UNAVAILABLE. */
  async decode(value: Uint8Array | null, masked: boolean): Promise<DecodedValue> {
    const shown: DecodedValue = {
      eventType: '',
      schemaId: null,
      json: null,
      unreadable: '',
      maskedFields: [],
    }
    if (value === null) return shown
    let known = shown
    try {
      const schemaId = wireSchemaId(value, 0, value.length)
      known = { ...known, schemaId }
      const writer = await this.#written.of(schemaId)
      known = { ...known, eventType: writer.name }
      const buffer = Buffer.from(value)
      const event = writer.decode(buffer, 0, buffer.length)
      const { value: whole, fields } = masked
        ? maskPersonal(event, [writer.schema, ...this.#ours(writer.name)])
        : { value: event, fields: [] }
      const json = JSON.stringify(printable(whole))
      return json.length > mostCharacters
        ? { ...known, unreadable: `it is ${String(json.length)} characters long, too long to show` }
        : { ...known, json, maskedFields: fields }
    } catch (error) {
      if (error instanceof TroupeError && error.code === 'REGISTRY_UNAVAILABLE') throw error
      return { ...known, unreadable: messageOf(error) }
    }
  }

  /** What a schema of ours marks counts for what was written before the mark. */
  #ours(name: string): readonly AvroSchema[] {
    return this.#catalogue.names.includes(name) ? [this.#catalogue.latest(name).schema] : []
  }
}

/** Bytes as base64. */
const printable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(printable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, printable(one)]))
}
