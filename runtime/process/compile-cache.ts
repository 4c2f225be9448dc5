/**
 * Keeps what Node has compiled of our modules on disk, for the threads and processes that are started after the first: a
 * worker thread that takes the place of another is there in a third of the time.
 *
 * Code that is read from there is run, so the folder must be ours alone; where it is not, nothing is kept. Whoever sets
 * NODE_COMPILE_CACHE or NODE_DISABLE_COMPILE_CACHE has decided, and coverage is not exact with it.
 */

import { lstatSync, mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const groupAndOthersMayWrite = 0o022

/** `env`: the process's own; threads and processes to come read it there. */
export const useCompileCache = (env: NodeJS.ProcessEnv = process.env, parent = tmpdir()): void => {
  const isDecided = ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'].some(
    (name) => env[name] !== undefined,
  )
  if (isDecided) return
  const folder = ownFolder(parent)
  if (folder === undefined) return
  enableCompileCache(folder)
  env['NODE_COMPILE_CACHE'] = folder
}

/** Undefined: there can be none that is ours alone. */
const ownFolder = (parent: string): string | undefined => {
  const uid = process.getuid?.()
  if (uid === undefined) return undefined
  const folder = join(parent, `troupe-compiled-${String(uid)}`)
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true })
    const found = lstatSync(folder)
    const isOurs = found.isDirectory() && found.uid === uid && (found.mode & groupAndOthersMayWrite) === 0
    return isOurs ? folder : undefined
  } catch {
    return undefined
  }
}
