/**
 * From a module's name to its file in the actors folder, and to no other: the name is one of a file, not a path, and where
 * links lead is looked at.
 */

import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isModuleName } from '../../control/index.ts'
import { TroupeError } from '../../errors.ts'

export interface ModuleFile {
  readonly file: string
  /** The first characters of the SHA-256 of what is in it. */
  readonly version: string
}

const extensions = ['.ts', '.js', '.mjs']

/** Throws ACTOR_NOT_LOADED. */
export const moduleFile = async (folder: string, name: string): Promise<ModuleFile> => {
  if (!isModuleName(name))
    throw notLoaded(name, 'a module is named by letters, digits, "-" and "_", never by a path')
  const root = await realpath(folder).catch(() => {
    throw notLoaded(name, 'the actors folder of this process cannot be read')
  })
  for (const extension of extensions) {
    for (const path of [join(root, name, name + extension), join(root, name + extension)]) {
      const file = await realpath(path).catch(() => undefined)
      if (file === undefined) continue
      if (!file.startsWith(root + sep))
        throw notLoaded(name, 'its file is a link that leads out of the actors folder')
      const content = await readFile(file).catch((error: unknown) => {
        throw notLoaded(name, 'its file cannot be read', error)
      })
      // Where the folder is mounted by links, as it is on Kubernetes, the path that stays is the one to import.
      return { file: path, version: createHash('sha256').update(content).digest('hex').slice(0, 12) }
    }
  }
  throw notLoaded(name, 'the actors folder has neither <name>.ts nor <name>/<name>.ts, nor one in JavaScript')
}

/** The name is shortened: it comes from outside. */
const notLoaded = (name: string, reason: string, cause?: unknown): TroupeError =>
  new TroupeError('ACTOR_NOT_LOADED', `the module ${JSON.stringify(name.slice(0, 100))}: ${reason}`, {
    cause,
  })
