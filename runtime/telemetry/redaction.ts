/**
 * What leaves as a log line, without secrets: wherever they are nested, and inside texts. A field is judged by its
 * name, a text by the forms in which passwords come along: in URLs, in `password=…`, in Authorization's values, and as
 * Troupe's own API keys.
 */

const censor = '***'

/** Ends of field names, as they are written in options, headers and errors of other libraries. */
const secretField =
  /(^|[a-z0-9_.-])(passwords?|passwd|passphrase|secrets?|tokens?|api[_-]?keys?|authorization|cookie|credentials?|private[_-]?key|database[_-]?url|key[_-]?password)$/i

/**
 * A user's password in a URL, up to the last @ before the path. Every repetition is bounded: texts come from outside,
 * and a line of a megabyte must not take seconds.
 */
const inUrl = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/?#@"'`]{0,256}):[^\s/?#"'`]{0,512}(?=@)/gi
/** Not escaped, a password may hold what ends an address; a port is none. */
const inWildUrl =
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/?#@"'`]{1,256}):(?!\d{1,5}(?:[/?#\s]|$))[^\s"'`]{0,512}(?=@)/gi
const assigned =
  /(password|passwd|passphrase|secret|token|api[_-]?key)(["']?\s{0,3}[=:]\s{0,3})("[^"]{0,512}"|'[^']{0,512}'|[^\s&;,"'})\]]{1,512})/gi
const authorization = /\b(Bearer|Basic)\s{1,3}[A-Za-z0-9._~+/=-]{6,}/gi
const ownKey = /\btrp_[A-Za-z0-9_-]+/g

export const withoutSecrets = (text: string): string => {
  // Most lines have nothing that could be one.
  if (!/[:=]|trp_|bearer|basic/i.test(text)) return text
  return text
    .replace(inUrl, `$1:${censor}`)
    .replace(inWildUrl, `$1:${censor}`)
    .replace(assigned, (_, field: string, sign: string) => `${field}${sign}${censor}`)
    .replace(authorization, `$1 ${censor}`)
    .replace(ownKey, `trp_${censor}`)
}

const deepest = 12
const mostItems = 1_000

/** A copy as plain data. Never throws: a line about a failure must not be the next one. */
export const redactedFields = (fields: object): object => {
  const copy = copyOf(fields, 0, [])
  return typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? copy : { value: copy }
}

const copyOf = (value: unknown, depth: number, above: readonly object[]): unknown => {
  if (typeof value === 'string') return withoutSecrets(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  return typeof value === 'object' && value !== null ? copyOfObject(value, depth, above) : value
}

const copyOfObject = (value: object, depth: number, above: readonly object[]): unknown => {
  if (above.includes(value)) return '[circular]'
  if (depth >= deepest) return '[deeper]'
  try {
    const path = [...above, value]
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
    if (value instanceof Map || value instanceof Set)
      return copyOf([...value].slice(0, mostItems), depth + 1, path)
    if (Array.isArray(value))
      return value.slice(0, mostItems).map((one: unknown) => copyOf(one, depth + 1, path))
    if (value instanceof Error) return copyOf(errorFields(value), depth + 1, path)
    if ('toJSON' in value && typeof value.toJSON === 'function')
      return copyOf((value.toJSON as () => unknown)(), depth + 1, path)
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]: [string, unknown]) => [
        name,
        isSecret(name, inner) ? censor : copyOf(inner, depth + 1, path),
      ]),
    )
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? withoutSecrets(error.message) : 'it threw'}]`
  }
}

/** What is not set tells that it is not set. */
const isSecret = (name: string, value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  typeof value !== 'boolean' &&
  secretField.test(name)

const errorFields = (error: Error): object => {
  const { name, message, stack, cause } = error
  return { ...(error as object), name, message, stack, ...(cause !== undefined && { cause }) }
}
