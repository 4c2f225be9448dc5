/** A copy of Postgres's programs where the user who runs them can reach it: made once, shared by later starts. */

import { randomUUID } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'

import { messageOf, TroupeError } from '../../errors.ts'

/**
 * A copy is made beside its place and renamed into it, so that nobody ever sees half of one. /var/tmp belongs to
 * everybody: a folder found there is used only if it is ours and nobody else may write to it, since what is in it
 * gets executed. One that no longer works, because somebody tidied up in it, is made again.
 */
export const copyBinaries = async (
  native: string,
  copy: string,
  owner: number,
  works: (folder: string) => Promise<boolean>,
): Promise<void> => {
  if (await isOurs(copy, owner)) {
    if (await works(join(copy, 'bin'))) return
    await rm(copy, { recursive: true, force: true })
  }
  const draft = `${copy}.${randomUUID()}`
  try {
    await mkdir(draft)
    await cp(native, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    })
    await openToAll(draft)
    await linkLibraries(draft)
    await rename(draft, copy)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    if (await isOurs(copy, owner)) return // another process was quicker
    throw new TroupeError(
      'EMBEDDED_POSTGRES_FAILED',
      `The embedded Postgres could not be copied to ${copy}, where the user it runs as can reach it: ${messageOf(cause)}. If that folder is there already and belongs to somebody else, remove it, or set DATABASE_URL.`,
      { cause },
    )
  }
}

const isOurs = async (folder: string, owner: number): Promise<boolean> => {
  try {
    const found = await lstat(folder)
    return found.isDirectory() && found.uid === owner && (found.mode & 0o022) === 0
  } catch {
    return false
  }
}

/** Whatever umask npm ran with: others may read and enter, and run what is in `bin`; nobody but us may write. */
const openToAll = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

/** npm packages hold no symbolic links: the package lists them, and its install script (often left out) makes them. */
const linkLibraries = async (native: string): Promise<void> => {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of list as readonly { source: string; target: string }[]) {
    const at = join(native, relative('native', target))
    const points = join(relative(dirname(target), dirname(source)), basename(source))
    await symlink(points, at).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
  }
}
