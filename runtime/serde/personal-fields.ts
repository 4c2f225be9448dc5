/**
 * Personal fields of an event left out. A schema marks them: `"pii": true` at a field, or at a type (docs/events.md).
 *
 * M1. In doubt it is left out: of a union every branch that a value could be of counts, and a mark in either schema does.
 * M2. What is left out was there: a null stays null.
 */

import type { AvroSchema } from '../actor/event-type.ts'

export interface Masked {
  readonly value: unknown
  /** Paths of what was left out: `location.city`, `lines[].name`. */
  readonly fields: readonly string[]
}

const leftOut = '***'

/** `schemas`: of its writer, and others of the same event. The value is not changed. */
export const maskPersonal = (value: unknown, schemas: readonly AvroSchema[]): Masked => {
  const fields = new Set<string>()
  const masked = schemas.reduce((now, schema) => new Walk(schema, fields).mask(now, schema, '', ''), value)
  return { value: masked, fields: [...fields].sort() }
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

class Walk {
  /** Full name → definition. */
  readonly #named = new Map<string, Fields>()
  readonly #found: Set<string>

  constructor(schema: AvroSchema, found: Set<string>) {
    this.#found = found
    this.#name(schema, '')
  }

  mask(value: unknown, schema: unknown, namespace: string, path: string): unknown {
    if (value === null || value === undefined) return value
    if (typeof schema === 'string') {
      const definition = this.#definition(schema, namespace)
      return definition === undefined ? value : this.mask(value, definition, namespace, path)
    }
    if (Array.isArray(schema)) return this.#union(value, schema as readonly unknown[], namespace, path)
    if (!isObject(schema)) return value
    if (schema['pii'] === true) return this.#leaveOut(path)
    const inner = namespaceOf(schema, namespace)
    switch (schema['type']) {
      case 'record':
      case 'error':
        return isObject(value) ? this.#record(value, schema, inner, path) : value
      case 'array':
        return Array.isArray(value)
          ? value.map((item) => this.mask(item, schema['items'], inner, `${path}[]`))
          : value
      case 'map':
        return isObject(value)
          ? Object.fromEntries(
              Object.entries(value).map(([key, one]) => [
                key,
                this.mask(one, schema['values'], inner, `${path}{}`),
              ]),
            )
          : value
      default:
        // A type within a type, as logical types and fields have it; else a name.
        return schema['type'] === undefined || isPrimitive(schema['type'])
          ? value
          : this.mask(value, schema['type'], inner, path)
    }
  }

  #record(value: Fields, schema: Fields, namespace: string, path: string): Fields {
    const fields = Array.isArray(schema['fields']) ? (schema['fields'] as readonly unknown[]) : []
    const masked: Record<string, unknown> = { ...value }
    for (const field of fields) {
      if (!isObject(field) || typeof field['name'] !== 'string' || !Object.hasOwn(value, field['name']))
        continue
      const { name } = field as { readonly name: string }
      const place = path === '' ? name : `${path}.${name}`
      const one = value[name]
      if (field['pii'] === true) masked[name] = one === null ? null : this.#leaveOut(place)
      else masked[name] = this.mask(one, field['type'], namespace, place)
    }
    return masked
  }

  /** Of branches that look alike the value is `{ 'branch.name': value }`. */
  #union(value: unknown, branches: readonly unknown[], namespace: string, path: string): unknown {
    let masked = value
    for (const branch of branches) {
      const name = this.#nameOf(branch, namespace)
      if (name !== undefined && isObject(masked) && Object.keys(masked).join() === name)
        masked = { [name]: this.mask(masked[name], branch, namespace, path) }
      masked = this.mask(masked, branch, namespace, path)
    }
    return masked
  }

  #leaveOut(path: string): string {
    this.#found.add(path === '' ? '.' : path)
    return leftOut
  }

  #nameOf(branch: unknown, namespace: string): string | undefined {
    if (typeof branch === 'string') return fullName(branch, namespace)
    if (!isObject(branch)) return undefined
    const { name, type } = branch
    return typeof name === 'string'
      ? fullName(name, namespaceOf(branch, namespace), true)
      : typeof type === 'string'
        ? type
        : undefined
  }

  #definition(name: string, namespace: string): Fields | undefined {
    return this.#named.get(fullName(name, namespace)) ?? this.#named.get(name)
  }

  #name(schema: unknown, namespace: string): void {
    if (Array.isArray(schema)) for (const branch of schema) this.#name(branch, namespace)
    if (!isObject(schema)) return
    const inner = namespaceOf(schema, namespace)
    const { name, type, items, values, fields } = schema
    if (typeof name === 'string' && typeof type === 'string' && !isPrimitive(type))
      this.#named.set(fullName(name, inner, true), schema)
    for (const part of [typeof type === 'object' ? type : undefined, items, values]) this.#name(part, inner)
    if (Array.isArray(fields))
      for (const field of fields) if (isObject(field)) this.#name(field['type'], inner)
  }
}

const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])
const isPrimitive = (type: unknown): boolean => typeof type === 'string' && primitives.has(type)

const namespaceOf = ({ name, namespace }: Fields, outer: string): string => {
  if (typeof name === 'string' && name.includes('.')) return name.slice(0, name.lastIndexOf('.'))
  return typeof namespace === 'string' ? namespace : outer
}

/** `isDefinition`: the namespace is the definition's own. */
const fullName = (name: string, namespace: string, isDefinition = false): string =>
  name.includes('.') || namespace === '' || (!isDefinition && primitives.has(name))
    ? name
    : `${namespace}.${name}`
