/**
 * Headers of a record that goes on to another topic. Not every producer can send bytes that are no text, ours included:
 * those become base64, and whoever carries them says which. A header without value becomes an empty one.
 */

import type { OutgoingHeader } from './outgoing.ts'

/** As they came. */
export type Headers = readonly (readonly [name: string, value: Uint8Array | string | null])[]
type HeaderValue = Headers[number][1]

export interface CarriedHeaders {
  readonly carried: readonly OutgoingHeader[]
  /** Names of those that are base64. */
  readonly encoded: readonly string[]
}

export const carriedHeaders = (headers: Headers): CarriedHeaders => {
  // All of a name or none: a reader knows them by name.
  const encoded = new Set(headers.filter(([, value]) => !isText(value)).map(([name]) => withoutNul(name)))
  const carried = headers.map(([name, value]): OutgoingHeader => {
    const sent = withoutNul(name)
    return [sent, encoded.has(sent) ? base64(value) : (value ?? '')]
  })
  return { carried, encoded: [...encoded] }
}

/** `encodedNames`: a JSON array, or nothing. */
export const carriedBack = (headers: Headers, encodedNames: string | undefined): Headers => {
  const encoded = new Set(arrayOf(encodedNames))
  return encoded.size === 0
    ? headers
    : headers.map(([name, value]) => [name, encoded.has(name) ? unbase64(value) : value])
}

export const arrayOf = (json: string | undefined): readonly unknown[] => {
  try {
    const value: unknown = JSON.parse(json || '[]')
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/** Producers end a header's text at a NUL. */
export const withoutNul = (text: string): string => text.replaceAll('\0', '\uFFFD')

const strict = new TextDecoder('utf-8', { fatal: true })
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Text, or UTF-8 bytes, without NUL. */
const isText = (value: HeaderValue): boolean => {
  if (value === null) return true
  if (typeof value === 'string') return !value.includes('\0')
  if (value.includes(0)) return false
  try {
    strict.decode(value)
    return true
  } catch {
    return false
  }
}

const base64 = (value: HeaderValue): string => {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : (value ?? new Uint8Array())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** As it is where it is none. */
const unbase64 = (value: HeaderValue): HeaderValue => {
  if (value === null) return value
  try {
    const text = typeof value === 'string' ? value : utf8.decode(value)
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return value
  }
}
