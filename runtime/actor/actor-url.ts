/**
 * The URL of an actor module, with what operators set of it in its fragment: a worker that imports it gets a module of its
 * own for each version and each set of options, and applies them.
 *
 *   file:///actors/invoices.ts#troupe=<version>,<overrides as JSON, encoded>
 */

import type { DefinitionOverrides } from './overridden.ts'

const mark = '#troupe='

export const actorUrl = (file: string, version: string, overrides: DefinitionOverrides): string =>
  `${file}${mark}${version},${encodeURIComponent(JSON.stringify(overrides))}`

/** Empty for a URL without. */
export const overridesOf = (url: string): DefinitionOverrides => {
  const at = url.indexOf(mark)
  if (at === -1) return {}
  const written = url.slice(at + mark.length)
  return JSON.parse(decodeURIComponent(written.slice(written.indexOf(',') + 1))) as DefinitionOverrides
}
