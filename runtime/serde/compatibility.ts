/**
 * Can what one schema wrote be read with another? Strictly by the specification, as registries check it: an enum
 * symbol the reader lacks counts although our decoder would read the other symbols.
 */

import avro, { type Schema, type Type } from 'avsc'
import type { AvroSchema } from '../actor/event-type.ts'
import { messageOf } from '../errors.ts'
import { compileSchema } from './compiled-schema.ts'
import { mismatchOf } from './schema-mismatch.ts'

/** The reason why not, with the field; undefined when it can be read. Throws on what is no schema. */
export const unreadableReason = (reader: AvroSchema, writer: AvroSchema): string | undefined =>
  refusal(strictType(reader), strictType(writer))

/**
 * The same for an actor that is to read it, and also what its decoder refuses beyond the specification: schemas that could
 * hurt, decimals of another scale. Never throws for a writer.
 */
export const undecodableReason = (reader: AvroSchema, writer: AvroSchema): string | undefined => {
  let compiled: Type
  try {
    compiled = compileSchema(writer)
  } catch (error) {
    return messageOf(error)
  }
  return unreadableReason(reader, writer) ?? refusal(compileSchema(reader), compiled)
}

const refusal = (reader: Type, writer: Type): string | undefined => {
  try {
    reader.createResolver(writer)
    return undefined
  } catch (error) {
    return mismatchOf(reader, writer) ?? messageOf(error)
  }
}

const strictType = (schema: AvroSchema): Type => avro.Type.forSchema(schema as Schema)
