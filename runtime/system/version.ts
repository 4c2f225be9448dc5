import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** Troupe's own version, from its package.json. */
export const troupeVersion = (): string => {
  const file = findPackageJSON(import.meta.url)
  if (file === undefined) return 'unknown'
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
