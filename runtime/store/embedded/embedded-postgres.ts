/** The Postgres of the embedded default: nothing to install, nothing left behind. */

import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { TroupeError } from '../../errors.ts'
import { embeddedBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { PostgresServer } from './postgres-server.ts'
import { isReachable, unprivilegedUser, type OsUser } from './unprivileged-user.ts'

export interface EmbeddedPostgresOptions {
  /** Where data stay between runs; absent: a temporary folder that goes with the server. */
  readonly folder?: string
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres {
  /** With a random password; the server listens on loopback only. */
  readonly url: string
  /** As `postgres --version` says. */
  readonly version: string
  close(): Promise<void>
}

/** Up in about a second. Works as root too: then the server runs as user postgres or nobody. */
export const startEmbeddedPostgres = async (
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> => {
  const runAs = unprivilegedUser()
  const binaries = await embeddedBinaries(runAs)
  const server = await startServer(binaries, runAs, options)
  return { url: server.url, version: binaries.version, close: () => server.close() }
}

const startServer = async (
  binaries: PostgresBinaries,
  runAs: OsUser | undefined,
  { folder, settings = {} }: EmbeddedPostgresOptions,
): Promise<PostgresServer> =>
  PostgresServer.start({
    binaries,
    runAs,
    folder: folder === undefined ? await temporaryFolder(runAs) : await keptFolder(folder, runAs),
    temporary: folder === undefined,
    settings: { max_connections: '200', ...settings },
  })

/** $TMPDIR of a root may be out of the server's reach; /var/tmp and /tmp are everybody's. */
export const temporaryFolder = async (runAs: OsUser | undefined): Promise<string> => {
  const places = [tmpdir(), '/var/tmp', '/tmp']
  const place = runAs ? places.find((candidate) => isReachable(join(candidate, 'x'), runAs)) : places[0]
  return mkdtemp(join(place ?? tmpdir(), 'troupe-postgres-'))
}

const keptFolder = async (folder: string, runAs: OsUser | undefined): Promise<string> => {
  const path = resolve(folder)
  await mkdir(path, { recursive: true })
  if (runAs && !isReachable(path, runAs)) {
    throw new TroupeError(
      'EMBEDDED_POSTGRES_FAILED',
      `Postgres runs as user ${runAs.name} (it refuses to run as root) and cannot reach ${path}: choose a folder below /var, or open the folders above it (chmod o+x).`,
    )
  }
  return path
}
