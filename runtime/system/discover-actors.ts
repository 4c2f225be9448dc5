/**
 * Actor modules of a folder: `<folder>/<name>/<name>.ts` for an actor with files of its own, `<folder>/<name>.ts` for
 * one of a single file; `.js` and `.mjs` likewise. A broken one stops the start, with file, cause and remedy.
 */

import { readdir, stat } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isActorDefinition, type ActorDefinition } from '../actor/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { pause } from './pause.ts'

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
  for (const file of files) actors.push(await loadActor(file))
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
  for (const name of await namesIn(folder)) {
    const path = join(folder, name)
    // Followed where it is a link: mounted folders are full of them.
    if (!(await isFolder(path))) {
      if (isModule(name)) files.push(path)
      continue
    }
    const inside = await namesIn(path)
    const own = extensions.map((extension) => name + extension).find((file) => inside.includes(file))
    if (own !== undefined) files.push(join(path, own))
  }
  return files.toSorted()
}

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    throw notLoaded(
      folder,
      `the folder cannot be read: ${messageOf(error)}`,
      'set ACTORS_DIR to the folder of your actors',
      error,
    )
  }
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    throw notLoaded(
      path,
      `it cannot be read: ${messageOf(error)}`,
      'mend it, or take it out of the folder',
      error,
    )
  }
}

/** `url`: what is imported, with its version and overrides in its fragment. Throws ACTOR_NOT_LOADED. */
export const loadActor = async (file: string, url = pathToFileURL(file).href): Promise<DiscoveredActor> => {
  const module = await imported(file, url)
  if (!isActorDefinition(module.default)) {
    throw notLoaded(file, 'its default export is no actor', 'write `export default defineActor({ … })`')
  }
  return { definition: module.default, url, file }
}

const imported = async (file: string, url: string): Promise<{ readonly default?: unknown }> => {
  const inTime = new AbortController()
  try {
    const module = await Promise.race([
      import(url) as Promise<unknown>,
      pause(importTimeoutMs, inTime.signal),
    ])
    if (module !== true) return module as { readonly default?: unknown }
  } catch (error) {
    throw notLoaded(file, whereAndWhat(error, file), 'mend the module, or take it out of the folder', error)
  } finally {
    inTime.abort()
  }
  throw notLoaded(
    file,
    `its import did not end within ${importTimeoutMs} ms`,
    'await nothing at the top of the module that may never come',
  )
}

/** A module that awaits for ever would otherwise end the process without a word. */
const importTimeoutMs = 30_000

/** A syntax error may be in a module that this one imports; of JavaScript, Node tells its place to nobody but people. */
const whereAndWhat = (error: unknown, file: string): string => {
  if (!(error instanceof SyntaxError)) return messageOf(error)
  const place = /^file:\/\/\S+:\d+$/m.exec(error.stack ?? '')?.[0]
  return `${messageOf(error)} ${place === undefined ? `(\`node ${file}\` shows where)` : `at ${place}`}`
}

export const checkNames = (actors: readonly DiscoveredActor[]): void => {
  const files = new Map<string, string>()
  for (const { definition, file } of actors) {
    const other = files.get(definition.name)
    if (other !== undefined) {
      throw notLoaded(
        file,
        `its actor is named '${definition.name}', as is that of ${other}`,
        'give one of them another name',
      )
    }
    files.set(definition.name, file)
  }
}

const notLoaded = (file: string, problem: string, remedy: string, cause?: unknown): TroupeError =>
  new TroupeError('ACTOR_NOT_LOADED', `${file}: ${problem}. Remedy: ${remedy}.`, { cause })
