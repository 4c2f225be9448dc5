#!/usr/bin/env node
/**
 * Puts the application folder of the image together: `deploy/image/assemble.ts TARGET`. The Dockerfile runs it; so can
 * anybody without a container engine. TARGET must be empty or absent. The project must be installed and built.
 */

import { chmodSync, constants, copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { imageFiles } from './image-files.ts'

const project = resolve(import.meta.dirname, '../..')

export interface Assembled {
  readonly files: number
  readonly bytes: number
}

/** Modes do not depend on this machine's umask: everybody may read, nobody but the owner may write. */
export const assemble = (target: string, root = project): Assembled => {
  const makeFolder = folderMaker()
  makeFolder(target)
  if (readdirSync(target).length > 0)
    throw new Error(`${target} is not empty: remove it, or name another folder`)
  const files = imageFiles(root)
  let bytes = 0
  for (const { from, to, isExecutable } of files) {
    const destination = join(target, to)
    makeFolder(dirname(destination))
    copyFileSync(join(root, from), destination, constants.COPYFILE_FICLONE)
    chmodSync(destination, isExecutable ? 0o755 : 0o644)
    bytes += statSync(destination).size
  }
  return { files: files.length, bytes }
}

/** Makes a folder and those above it that are missing, and opens what it made to all who read. */
const folderMaker = (): ((folder: string) => void) => {
  const made = new Set<string>()
  return (folder) => {
    if (made.has(folder)) return
    const first = mkdirSync(folder, { recursive: true })
    for (let path = folder; first !== undefined && path.length >= first.length; path = dirname(path)) {
      chmodSync(path, 0o755)
    }
    made.add(folder)
  }
}

if (import.meta.main) {
  const [target, ...rest] = process.argv.slice(2)
  if (target === undefined || rest.length > 0) {
    console.error('usage: deploy/image/assemble.ts TARGET')
    process.exit(2)
  }
  try {
    const { files, bytes } = assemble(resolve(target))
    console.log(`${files} files, ${(bytes / 1e6).toFixed(1)} MB in ${target}`)
  } catch (error) {
    console.error(`assemble: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  }
}
