/**
 * Actor modules of a folder: `<folder>/<name>/<name>.ts` for an actor with files of its own, `<folder>/<name>.ts` for
 * one of a single file; `.js` and `.mjs` likewise. A broken one stops the start, with file, cause and remedy.
 */

import { readdir } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isActorDefinition, type ActorDefinition } from '../actor/index.ts'
import { messageOf, TroupeError } from '../errors.ts'

export interface DiscoveredActor {
  readonly definition: ActorDefinition
  readonly url: string
  readonly file: string
}

const extensions = ['.ts', '.js', '.mjs']
const isModule = (name: string): boolean =>
  extensions.includes(extname(name)) && !name.endsWith('.d.ts') && !/\.test\.\w+$/.test(name)

/** Sorted by actor name. Throws ACTOR_NOT_LOADED, also for an empty folder and for a name that two modules claim. */
export const discoverActors = async (folder: string): Promise<readonly DiscoveredActor[]> => {
  const files = await moduleFiles(resolve(folder))
  const actors: DiscoveredActor[] = []
  for (const file of files) actors.push(await load(file))
  checkNames(actors)
  if (actors.length === 0) {
    throw notLoaded(
      resolve(folder),
      'it holds no actor module',
      'put one in as <name>.ts or <name>/<name>.ts, or set ACTORS_DIR',
    )
  }
  return actors.toSorted((a, b) => (a.definition.name < b.definition.name ? -1 : 1))
}

const moduleFiles = async (folder: string): Promise<readonly string[]> => {
  const files: string[] = []
  for (const entry of await entriesOf(folder)) {
    if (entry.isDirectory()) {
      const inside = await entriesOf(join(folder, entry.name))
      const own = extensions
        .map((extension) => entry.name + extension)
        .find((name) => inside.some((e) => e.name === name))
      if (own !== undefined) files.push(join(folder, entry.name, own))
    } else if (isModule(entry.name)) files.push(join(folder, entry.name))
  }
  return files.toSorted()
}

const entriesOf = async (folder: string) => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    throw notLoaded(
      folder,
      `the folder cannot be read: ${messageOf(error)}`,
      'set ACTORS_DIR to the folder of your actors',
      error,
    )
  }
}

const load = async (file: string): Promise<DiscoveredActor> => {
  const url = pathToFileURL(file).href
  let module: { readonly default?: unknown }
  try {
    module = (await import(url)) as { readonly default?: unknown }
  } catch (error) {
    throw notLoaded(file, messageOf(error), 'mend the module, or take it out of the folder', error)
  }
  if (!isActorDefinition(module.default)) {
    throw notLoaded(file, 'its default export is no actor', 'write `export default defineActor({ … })`')
  }
  return { definition: module.default, url, file }
}

const checkNames = (actors: readonly DiscoveredActor[]): void => {
  const files = new Map<string, string>()
  for (const { definition, file } of actors) {
    const other = files.get(definition.name)
    if (other !== undefined) {
      throw notLoaded(
        file,
        `its actor is named '${definition.name}', as is that of ${basename(other)}`,
        'give one of them another name',
      )
    }
    files.set(definition.name, file)
  }
}

const notLoaded = (file: string, problem: string, remedy: string, cause?: unknown): TroupeError =>
  new TroupeError('ACTOR_NOT_LOADED', `${file}: ${problem}. Remedy: ${remedy}.`, { cause })
