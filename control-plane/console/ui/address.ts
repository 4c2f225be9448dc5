/**
 * Addresses of pages: `#/letters/12?actor=tracking`. All that a page shows is in its address, so that it can be sent to a
 * colleague and found again in the browser's history.
 */

import { useEffect, useState } from 'preact/hooks'

export interface Address {
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
}

/** What was not encoded by us may be no encoding at all. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const addressOf = (hash: string): Address => {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  return {
    path: path.split('/').filter(Boolean).map(decoded),
    query: Object.fromEntries(new URLSearchParams(query)),
  }
}

/** Without what is empty. */
export const hrefOf = (
  path: readonly (string | number)[],
  query: Readonly<Record<string, string | undefined>> = {},
): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const asked = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${asked}`
}

export const goTo = (...where: Parameters<typeof hrefOf>): void => {
  location.hash = hrefOf(...where)
}

export const useAddress = (): Address => {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = (): void => setHash(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return addressOf(hash)
}
