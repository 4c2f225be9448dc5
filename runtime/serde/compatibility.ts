/**
 * Can what one schema wrote be read with another? Strictly by the specification, as registries check it: an enum
 * symbol the reader lacks counts although our decoder would read the other symbols.
 */

import avro, { type Schema, type Type } from 'avsc'
import type { AvroSchema } from '../actor/event-type.ts'
import { messageOf } from '../errors.ts'

/** The reason why not; undefined when it can be read. Throws on what is no schema. */
export const unreadableReason = (reader: AvroSchema, writer: AvroSchema): string | undefined => {
  const readerType = strictType(reader)
  const writerType = strictType(writer)
  try {
    readerType.createResolver(writerType)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

const strictType = (schema: AvroSchema): Type => avro.Type.forSchema(schema as Schema)
