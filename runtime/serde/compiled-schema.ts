/**
 * An Avro schema made ready for use: refused when it could hurt, compiled by avsc with our arrays, maps, enums, longs
 * and decimals. Every schema, ours or the registry's, comes through here.
 *
 * What JavaScript sees of a value: unions are unwrapped unless two of their branches look alike (then
 * `{ 'branch.name': value }`), enums are strings, decimals exact strings, bytes and fixed are Buffers. The other
 * logical types stay what they are made of: timestamp-millis is a number, ms since the epoch (tracking, lag and SQL all
 * count so, and a Date per field costs more than the rest of a small event), date is a number of days, uuid is a string.
 */

import avro, { type ForSchemaOptions, type Schema } from 'avsc'
import type { AvroSchema } from '../actor/event-type.ts'
import { TroupeError, messageOf } from '../errors.ts'
import { BoundedArray, BoundedMap } from './bounded-collections.ts'
import { DecimalType } from './decimal.ts'
import { ExactLong } from './exact-long.ts'
import { ReadableEnum } from './readable-enum.ts'

/** Throws SCHEMA_REFUSED with the reason. */
export const compileSchema = (schema: AvroSchema): avro.Type => {
  let type: avro.Type
  try {
    type = avro.Type.forSchema(schema as Schema, {
      typeHook: ours,
      logicalTypes: { decimal: DecimalType },
      // Events are plain data: no avsc methods on them, and fields may have those methods' names.
      omitRecordMethods: true,
    })
  } catch (error) {
    throw new TroupeError('SCHEMA_REFUSED', `Avro cannot read this schema: ${messageOf(error)}`, {
      cause: error,
    })
  }
  refuseHarmful(type)
  return type
}

const ours: ForSchemaOptions['typeHook'] = (schema, options) => {
  if (typeof schema !== 'object' || !('type' in schema)) return undefined
  if (schema.type === 'array') return new BoundedArray(schema, options)
  if (schema.type === 'map') return new BoundedMap(schema, options)
  if (schema.type === 'enum') return new ReadableEnum(schema, options)
  if (schema.type === 'long') return new ExactLong()
  return undefined
}

/** The full name of a record; undefined for a schema of another kind. */
export const recordName = (type: avro.Type): string | undefined =>
  type instanceof avro.types.RecordType ? type.name : undefined

/** Items of no bytes let a message of five bytes ask for any number of them: such schemas are not taken in. */
const refuseHarmful = (root: avro.Type): void => {
  const visited = new Set<avro.Type>()
  const visit = (type: avro.Type, path: string): void => {
    if (visited.has(type)) return
    visited.add(type)
    if (type instanceof avro.types.LogicalType) visit(type.underlyingType, path)
    else if (type instanceof avro.types.ArrayType) visitItems(type.itemsType, `${path}[]`, 'array')
    else if (type instanceof avro.types.MapType) visitItems(type.valuesType as avro.Type, `${path}{}`, 'map')
    else if (isUnion(type)) for (const branch of type.types) visit(branch, path)
    else if (type instanceof avro.types.RecordType) {
      for (const field of type.fields) {
        if (field.name === '__proto__')
          throw new TroupeError('SCHEMA_REFUSED', `${path} has a field named __proto__`)
        visit(field.type, `${path}.${field.name}`)
      }
    }
  }
  const visitItems = (items: avro.Type, path: string, what: 'array' | 'map'): void => {
    // A map's entry has its key's byte at least; it is refused all the same, since nothing is lost by it.
    if (hasNoBytes(items, new Set())) {
      throw new TroupeError(
        'SCHEMA_REFUSED',
        `${path}: the items of this ${what} take no bytes, so that a tiny message could hold millions of them; give them a field`,
      )
    }
    visit(items, path)
  }
  visit(root, root.name ?? root.typeName)
}

type UnionType = avro.types.UnwrappedUnionType | avro.types.WrappedUnionType

const isUnion = (type: avro.Type): type is UnionType => avro.Type.isType(type, 'union')

/** Is every value of this type encoded in zero bytes? */
const hasNoBytes = (type: avro.Type, within: Set<avro.Type>): boolean => {
  if (type instanceof avro.types.LogicalType) return hasNoBytes(type.underlyingType, within)
  if (type.typeName === 'null') return true
  if (type instanceof avro.types.FixedType) return type.size === 0
  if (!(type instanceof avro.types.RecordType)) return false
  // A record that holds itself directly has no finite value: whatever is said here, none can be read.
  if (within.has(type)) return true
  within.add(type)
  const empty = type.fields.every((field) => hasNoBytes(field.type, within))
  within.delete(type)
  return empty
}
