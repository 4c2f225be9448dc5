/** Where two values that JSON keeps are not the same. Keys of objects have no order, as in Postgres. */

/** `.total`, `.lines[2].price`, '' for the whole; undefined: they are the same. */
export const jsonDifference = (one: unknown, other: unknown, path = ''): string | undefined => {
  if (Object.is(one, other)) return undefined
  if (Array.isArray(one) && Array.isArray(other)) {
    const length = Math.max(one.length, other.length)
    return firstOf(Array.from({ length }, (_, at) => [one[at], other[at], `${path}[${String(at)}]`] as const))
  }
  if (!isObject(one) || !isObject(other)) return path
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()
  return firstOf(names.map((name) => [own(one, name), own(other, name), `${path}.${name}`] as const))
}

const firstOf = (pairs: readonly (readonly [unknown, unknown, string])[]): string | undefined => {
  for (const [one, other, path] of pairs) {
    const difference = jsonDifference(one, other, path)
    if (difference !== undefined) return difference
  }
  return undefined
}

const own = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
