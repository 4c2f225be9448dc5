/**
 * TypeScript for event types. It follows the types avsc has compiled, with the very options that decoding uses, so a
 * generated type says what a decoded event is: which unions are wrapped is asked, not guessed.
 */

import avro from 'avsc'
import type { AvroSchema } from '../../runtime/actor/event-type.ts'
import { type Catalogue, compileSchema } from '../../runtime/serde/index.ts'
import { type Event, type NameOf, type NamedType, nameTypes } from './named-types.ts'

const header =
  '// Generated from schemas/avro by `npm run generate-types`. Change the schema, not this file.\n'

/** File name → source, unformatted: a file for each domain, and the index. Deterministic. */
export const typeSources = (catalogue: Catalogue): ReadonlyMap<string, string> => {
  const events = catalogue.names.map((name): Event => {
    const version = catalogue.latest(name)
    const type = compileSchema(version.schema)
    if (!(type instanceof avro.types.RecordType)) throw new Error(`${version.path} is no record`)
    return { version, type }
  })
  const { all, nameOf } = nameTypes(events)
  const domains = [...new Set(events.map(domainOf))].sort()
  const sources = new Map(
    domains.map((domain) => [`${domain}.ts`, domainSource(domain, events, all, nameOf)] as const),
  )
  return sources.set(
    'index.ts',
    header + domains.map((domain) => `export * from './${domain}.ts'\n`).join(''),
  )
}

const domainOf = (event: Event): string => String(event.version.name.split('.')[0])

const domainSource = (
  domain: string,
  events: readonly Event[],
  all: readonly NamedType[],
  nameOf: NameOf,
): string => {
  const imported = new Map<string, string>()
  const reference = (event: Event, type: NamedType['type']): string => {
    const named = nameOf(event, type)
    const home = domainOf(named.event)
    if (home !== domain) imported.set(named.tsName, home)
    return named.tsName
  }
  const declarations = all
    .filter(({ event }) => domainOf(event) === domain)
    .map((named) => declaration(named, (type) => reference(named.event, type)))
  const own = events.filter((event) => domainOf(event) === domain)
  const values = own.map((event) => eventValue(event, nameOf(event, event.type).tsName))
  const members = own.map((event) => catalogueMember(event, nameOf(event, event.type).tsName))
  return [
    header,
    `import { eventType } from '../../runtime/actor/event-type.ts'`,
    ...[...imported].sort().map(([name, home]) => `import type { ${name} } from './${home}.ts'`),
    '',
    ...declarations,
    ...values,
    `declare module '../../runtime/actor/event-type.ts' { interface EventCatalogue { ${members.join('\n')} } }`,
    '',
  ].join('\n')
}

type Reference = (type: NamedType['type']) => string

const declaration = ({ tsName, type, event }: NamedType, reference: Reference): string => {
  const doc = docComment(type.doc)
  if (type instanceof avro.types.EnumType) {
    return `${doc}export type ${tsName} = ${type.symbols.map(quoted).join(' | ')}\n`
  }
  const notes = fieldNotes(event.version.schema, String(type.name))
  const fields = type.fields.map(
    (field) =>
      `${docComment(notes.get(field.name))}readonly ${field.name}: ${typeText(field.type, reference)}`,
  )
  return `${doc}export interface ${tsName} {\n${fields.join('\n')}\n}\n`
}

/** The type of a decoded value. */
const typeText = (type: avro.Type, reference: Reference): string => {
  if (type instanceof avro.types.LogicalType) return 'string'
  if (type instanceof avro.types.RecordType || type instanceof avro.types.EnumType) return reference(type)
  if (type instanceof avro.types.ArrayType) return `readonly (${typeText(type.itemsType, reference)})[]`
  if (type instanceof avro.types.MapType) {
    return `Readonly<Record<string, ${typeText(type.valuesType as avro.Type, reference)}>>`
  }
  if (type instanceof avro.types.UnwrappedUnionType) {
    return nullLast(type.types)
      .map((branch) => typeText(branch, reference))
      .join(' | ')
  }
  if (type instanceof avro.types.WrappedUnionType) {
    return nullLast(type.types)
      .map((branch) => wrappedBranch(branch, reference))
      .join(' | ')
  }
  const text = primitives[type.typeName]
  if (text === undefined) throw new Error(`No TypeScript type for Avro's ${type.typeName}`)
  return text
}

const nullLast = (branches: readonly avro.Type[]): avro.Type[] =>
  branches.toSorted((a, b) => Number(a.typeName === 'null') - Number(b.typeName === 'null'))

const wrappedBranch = (branch: avro.Type, reference: Reference): string =>
  branch.typeName === 'null'
    ? 'null'
    : `{ readonly ${quoted(String(branch.branchName))}: ${typeText(branch, reference)} }`

const primitives: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Buffer',
  fixed: 'Buffer',
}

const eventValue = (event: Event, tsName: string): string =>
  `export const ${tsName} = eventType<${tsName}>(${quoted(event.version.name)}, ${JSON.stringify(event.version.schema)})\n`

/** Fields with a default may be left out of an event that is published; a decoded one has them all. */
const catalogueMember = (event: Event, tsName: string): string => {
  const optional = event.type.fields.filter((field) => field.defaultValue() !== undefined)
  const names = optional.map(({ name }) => quoted(name)).join(' | ')
  const published = names === '' ? tsName : `Omit<${tsName}, ${names}> & Partial<Pick<${tsName}, ${names}>>`
  return `${quoted(event.version.name)}: ${published}`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const docComment = (text: string | undefined): string =>
  text === undefined || text === ''
    ? ''
    : `/** ${text.replaceAll('*/', '*∕').replaceAll(/\s*\n\s*/g, ' ')} */\n`

const units: Readonly<Record<string, string>> = {
  'timestamp-millis': 'ms since the epoch.',
  'timestamp-micros': 'µs since the epoch.',
  'local-timestamp-millis': 'ms since 1970-01-01 00:00 local time.',
  'local-timestamp-micros': 'µs since 1970-01-01 00:00 local time.',
  date: 'Days since 1970-01-01.',
  'time-millis': 'ms since midnight.',
  'time-micros': 'µs since midnight.',
  uuid: 'A UUID.',
  decimal: "A decimal number as text, exact: '12.50'.",
}

/** What a record's fields say of themselves, with the unit of their logical type. avsc keeps neither. */
const fieldNotes = (schema: AvroSchema, recordName: string): ReadonlyMap<string, string> => {
  const notes = new Map<string, string>()
  for (const field of fieldsOf(schema, recordName, '')) {
    const unit = unitOf(field['type'])
    const note = [field['doc'], unit].filter((part) => typeof part === 'string').join(' ')
    if (note !== '') notes.set(String(field['name']), note)
  }
  return notes
}

type JsonObject = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsOf = (schema: unknown, recordName: string, namespace: string): readonly JsonObject[] => {
  if (Array.isArray(schema)) return schema.flatMap((branch) => fieldsOf(branch, recordName, namespace))
  if (!isObject(schema)) return []
  const name = typeof schema['name'] === 'string' ? schema['name'] : ''
  const inner = name.includes('.')
    ? name.slice(0, name.lastIndexOf('.'))
    : typeof schema['namespace'] === 'string'
      ? schema['namespace']
      : namespace
  const fields = Array.isArray(schema['fields']) ? schema['fields'].filter(isObject) : []
  const fullName = name.includes('.') || inner === '' ? name : `${inner}.${name}`
  if (fields.length > 0 && fullName === recordName) return fields
  return [schema['type'], schema['items'], schema['values'], ...fields].flatMap((part) =>
    fieldsOf(part, recordName, inner),
  )
}

const unitOf = (type: unknown): string | undefined => {
  if (Array.isArray(type)) return type.map(unitOf).find((unit) => unit !== undefined)
  return isObject(type) ? units[String(type['logicalType'])] : undefined
}
