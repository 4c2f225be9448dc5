/**
 * Which field keeps a reader from reading a writer, and what to do about it. avsc says that they do not fit, and of types
 * within a record not where.
 */

import avro, { type Type } from 'avsc'

/** A sentence with the path of the innermost thing that does not fit; undefined when all fits. */
export const mismatchOf = (reader: Type, writer: Type): string | undefined =>
  within(reader, writer, '', new Set())

const fits = (reader: Type, writer: Type): boolean => {
  try {
    reader.createResolver(writer)
    return true
  } catch {
    return false
  }
}

/** `open`: pairs that are being looked at, further out: a record may hold itself, and what is wrong with it is said there. */
const within = (reader: Type, writer: Type, path: string, open: ReadonlySet<string>): string | undefined => {
  if (fits(reader, writer)) return undefined
  const pair = `${nameOf(reader)} ${nameOf(writer)}`
  if (reader.name !== undefined && open.has(pair)) return undefined
  const inner = new Set([...open, pair])
  const { ArrayType, MapType, RecordType } = avro.types
  if (isUnion(writer)) return firstOf(writer.types, (branch) => within(reader, branch, path, inner))
  if (isUnion(reader)) {
    const namesake = reader.types.find((branch) => nameOf(branch) === nameOf(writer))
    return namesake === undefined ? leaf(reader, writer, path) : within(namesake, writer, path, inner)
  }
  if (reader instanceof ArrayType && writer instanceof ArrayType)
    return within(reader.itemsType, writer.itemsType, `${path}[]`, inner)
  if (reader instanceof MapType && writer instanceof MapType)
    return within(reader.valuesType as Type, writer.valuesType as Type, `${path}{}`, inner)
  if (reader instanceof RecordType && writer instanceof RecordType && isNamesake(reader, writer))
    return firstOf(reader.fields, (field) => ofField(field, writer, path, inner))
  return leaf(reader, writer, path)
}

const isNamesake = ({ name, aliases }: Type, writer: Type): boolean =>
  [name, ...(aliases ?? [])].includes(writer.name)

const ofField = (
  field: avro.types.Field,
  writer: avro.types.RecordType,
  path: string,
  open: ReadonlySet<string>,
): string | undefined => {
  const names = [field.name, ...field.aliases]
  const written = writer.fields.find(({ name }) => names.includes(name))
  const at = path === '' ? field.name : `${path}.${field.name}`
  if (written !== undefined) return within(field.type, written.type, at, open)
  if (field.defaultValue() !== undefined) return undefined
  return `it has no field ${at}, and the reader has no default for it: give it one in the schema that the actor reads`
}

const leaf = (reader: Type, writer: Type, path: string): string => {
  const where = path === '' ? '' : `field ${path}: `
  const { EnumType } = avro.types
  if (reader instanceof EnumType && writer instanceof EnumType && reader.name === writer.name) {
    const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol))
    return `${where}the reader's ${String(reader.name)} lacks ${unknown.join(', ')}: add it there, or give the enum a default`
  }
  return `${where}${described(writer)} cannot be read as ${described(reader)}: read it as what it was written as, or make the other one a new event type`
}

const firstOf = <Each>(
  all: readonly Each[],
  reasonOf: (each: Each) => string | undefined,
): string | undefined => {
  for (const each of all) {
    const reason = reasonOf(each)
    if (reason !== undefined) return reason
  }
  return undefined
}

type UnionType = avro.types.UnwrappedUnionType | avro.types.WrappedUnionType

const isUnion = (type: Type): type is UnionType => avro.Type.isType(type, 'union')

const nameOf = (type: Type): string => type.name ?? type.typeName

const maxShownChars = 120

/** A record by its name, as its fields are many; others whole. */
const described = (type: Type): string => {
  if (type instanceof avro.types.RecordType) return `record ${nameOf(type)}`
  const text = JSON.stringify(type.schema({ exportAttrs: true }))
  return text.length > maxShownChars ? `${text.slice(0, maxShownChars)}…` : text
}
