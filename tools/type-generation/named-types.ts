/** Which TypeScript name each Avro record, enum and fixed gets. */

import avro from 'avsc'
import type { SchemaVersion } from '../../runtime/serde/catalogue.ts'

export interface Event {
  readonly version: SchemaVersion
  readonly type: avro.types.RecordType
}

/** A record or enum that becomes a declaration of its own. */
export interface NamedType {
  readonly tsName: string
  readonly type: avro.types.RecordType | avro.types.EnumType
  /** The event whose schema defines it; the first one, where several define the same. */
  readonly event: Event
}

/** Looks up a type of one event's schema. */
export type NameOf = (event: Event, type: NamedType['type']) => NamedType

export const pascalCase = (name: string): string =>
  name
    .split(/[._-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** `shipping.package.scanned` → PackageScanned; with the domain where two domains have the same entity and action. */
const eventTsNames = (events: readonly Event[]): Map<string, string> => {
  const short = (event: Event): string =>
    pascalCase(event.version.name.slice(event.version.name.indexOf('.') + 1))
  const count = Map.groupBy(events, short)
  return new Map(
    events.map((event) => [
      event.version.name,
      count.get(short(event))?.length === 1 ? short(event) : pascalCase(event.version.name),
    ]),
  )
}

/**
 * A nested type has its own name in Pascal case, shared by all events that define it alike; where that name means
 * different things it is preceded by the event's.
 */
export const nameTypes = (
  events: readonly Event[],
): { readonly all: readonly NamedType[]; readonly nameOf: NameOf } => {
  const eventNames = eventTsNames(events)
  const nested = events.flatMap((event) =>
    namedTypesIn(event.type)
      .filter((type) => type !== event.type)
      .map((type) => ({
        event,
        type,
        tsName: pascalCase(lastPart(String(type.name))),
        meaning: meaningOf(type),
      })),
  )
  const meanings = Map.groupBy(nested, ({ tsName }) => tsName)
  const taken = new Set(eventNames.values())
  const named = new Map<string, NamedType>()
  for (const event of events) {
    const tsName = String(eventNames.get(event.version.name))
    named.set(keyOf(event, event.type), { tsName, type: event.type, event })
  }
  for (const { event, type, tsName, meaning } of nested) {
    const alike = meanings.get(tsName) ?? []
    const clear = !taken.has(tsName) && alike.every((other) => other.meaning === meaning)
    const first = clear ? alike[0] : undefined
    named.set(
      keyOf(event, type),
      first === undefined
        ? { tsName: `${String(eventNames.get(event.version.name))}${tsName}`, type, event }
        : { tsName, type: first.type, event: first.event },
    )
  }
  const all = [...new Map([...named.values()].map((type) => [type.tsName, type])).values()]
  return {
    all,
    nameOf: (event, type) => {
      const found = named.get(keyOf(event, type))
      if (found === undefined) throw new Error(`${String(type.name)} is not a type of ${event.version.name}`)
      return found
    },
  }
}

const keyOf = (event: Event, type: NamedType['type']): string => `${event.version.name} ${String(type.name)}`
const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** Equal for types that mean the same: full name and whole structure. */
const meaningOf = (type: avro.Type): string => JSON.stringify(type.schema({ exportAttrs: true }))

/** Records and enums of a schema, each once, in the order in which they are met. */
const namedTypesIn = (root: avro.Type): NamedType['type'][] => {
  const found = new Set<NamedType['type']>()
  const visit = (type: avro.Type): void => {
    if (type instanceof avro.types.LogicalType) visit(type.underlyingType)
    else if (type instanceof avro.types.ArrayType) visit(type.itemsType)
    else if (type instanceof avro.types.MapType) visit(type.valuesType as avro.Type)
    else if (type instanceof avro.types.WrappedUnionType || type instanceof avro.types.UnwrappedUnionType) {
      type.types.forEach(visit)
    } else if (type instanceof avro.types.EnumType) found.add(type)
    else if (type instanceof avro.types.RecordType && !found.has(type)) {
      found.add(type)
      for (const field of type.fields) visit(field.type)
    }
  }
  visit(root)
  return [...found]
}
