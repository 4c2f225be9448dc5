/**
 * Kinds of options. Each knows how to read its text and says, in words, what it allows: the same words go into the
 * error, the generated docs and Helm's values schema.
 */

/** What a value may be, as JSON Schema says it. Where a rule can't be said in it, the schema allows more than `read`. */
export type ValueSchema =
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'string'; readonly enum: readonly string[] }
  | { readonly type: 'string'; readonly pattern: string }

export interface Option<T> {
  readonly variable: string
  /** undefined: optional, absent unless given. */
  readonly fallback: T
  /** One or two sentences: what it is, and what grows worse when it is raised and when it is lowered. */
  readonly doc: string
  /** What is allowed, in words. */
  readonly allowed: string
  readonly unit?: 'ms' | 'bytes' | 'records'
  /** Never printed. */
  readonly secret: boolean
  /** Of a value in Helm's values, where flags and numbers are not text. */
  readonly schema: ValueSchema
  /** The value that `text` stands for; undefined when it is not allowed. */
  readonly read: (text: string) => T | undefined
}

interface Described {
  readonly variable: string
  readonly doc: string
  readonly secret?: boolean
}

export const flag = (option: Described & { readonly fallback: boolean }): Option<boolean> => ({
  secret: false,
  ...option,
  allowed: 'true or false',
  schema: { type: 'boolean' },
  read: (text) => ({ true: true, false: false, 1: true, 0: false })[text.toLowerCase()],
})

/** Absent unless given: what it means then depends on something else. */
export const optionalFlag = (option: Described): Option<boolean | undefined> => ({
  ...flag({ ...option, fallback: false }),
  fallback: undefined,
})

export const wholeNumber = (
  option: Described & {
    readonly fallback: number
    readonly min: number
    readonly max: number
    readonly unit?: 'ms' | 'bytes' | 'records'
  },
): Option<number> => {
  const { min, max, ...rest } = option
  return {
    secret: false,
    ...rest,
    allowed: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    read: (text) => {
      const value = /^-?\d+$/.test(text) ? Number(text) : NaN
      return value >= min && value <= max ? value : undefined
    },
  }
}

export const oneOf = <const T extends string>(
  option: Described & { readonly fallback: T; readonly values: readonly T[] },
): Option<T> => {
  const { values, ...rest } = option
  return {
    secret: false,
    ...rest,
    allowed: values.join(', '),
    schema: { type: 'string', enum: values },
    read: (value) => values.find((allowed) => allowed === value),
  }
}

/** A text that `pattern` matches. Without a fallback it is optional. */
export const text = <T extends string | undefined>(
  option: Described & { readonly fallback: T; readonly allowed: string; readonly pattern: RegExp },
): Option<string | T> => {
  const { pattern, ...rest } = option
  return {
    secret: false,
    ...rest,
    schema: { type: 'string', pattern: pattern.source },
    read: (value) => (pattern.test(value) ? value : undefined),
  }
}

export const url = <T extends string | undefined>(
  option: Described & { readonly fallback: T; readonly protocols: readonly string[] },
): Option<string | T> => {
  const { protocols, ...rest } = option
  return {
    secret: false,
    ...rest,
    allowed: `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    schema: { type: 'string', pattern: `^(${protocols.join('|')})//.` },
    read: (value) => (URL.canParse(value) && protocols.includes(new URL(value).protocol) ? value : undefined),
  }
}

const address = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})$/
const oneAddress = address.source.slice(1, -1)

/** Comma-separated host:port pairs. */
export const addresses = (
  option: Described & { readonly fallback: readonly string[] },
): Option<readonly string[]> => ({
  secret: false,
  ...option,
  allowed: 'host:port, several separated by commas',
  schema: { type: 'string', pattern: `^ *${oneAddress}( *, *${oneAddress})* *$` },
  read: (value) => {
    const parts = value.split(',').map((part) => part.trim())
    const good = parts.every((part) => {
      const port = Number(address.exec(part)?.[2])
      return port >= 1 && port <= 65_535
    })
    return good ? parts : undefined
  },
})
