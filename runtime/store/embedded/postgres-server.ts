/**
 * A Postgres server of our own: a data folder, a process, a port on loopback. Used by the embedded default and by the
 * tests that need a server they may kill.
 *
 * P1: the server is stopped by the pid we started, never by a name.
 * P2: it does not outlive us: a watchdog stops it when this process is gone, SIGKILL included, and removes temporary
 *     data.
 * P3: a Ctrl-C in the terminal goes to us, not to it: it has a process group of its own, so that we can stop in order.
 */

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import postgres from 'postgres'

import { messageOf, TroupeError } from '../../errors.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import type { OsUser } from './unprivileged-user.ts'
import { Watchdog } from './watchdog.ts'

const run = promisify(execFile)

/** What `pg_ctl stop -m` calls them, and the signals that mean them, see postgres(1). */
const stopSignals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const
export type StopMode = keyof typeof stopSignals

export interface PostgresServerOptions {
  readonly binaries: PostgresBinaries
  /** Holds `data`, `password` and `log`. It must be reachable by `runAs`. */
  readonly folder: string
  /** undefined: as this process's own user. */
  readonly runAs: OsUser | undefined
  /** The folder goes when the server is closed, and what it holds need not survive the machine: no fsync. */
  readonly temporary: boolean
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** A free one if absent. */
  readonly port?: number
  /** Default 30,000. */
  readonly startTimeoutMs?: number
  /** The server outlives this process: nobody watches, the caller remembers `pid`. Default false. */
  readonly detached?: boolean
}

const startTries = 5

export class PostgresServer {
  readonly port: number
  readonly #options: PostgresServerOptions
  readonly #password: string
  #process: ChildProcess | undefined
  readonly #watchdog: Watchdog | undefined

  private constructor(options: PostgresServerOptions, port: number, password: string) {
    this.#options = options
    this.port = port
    this.#password = password
    this.#watchdog = options.detached
      ? undefined
      : new Watchdog(options.temporary ? options.folder : undefined)
  }

  /** Makes the data folder where there is none, starts the server and waits until it answers. */
  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const password = await initialise(options)
    for (let attempt = 1; ; attempt += 1) {
      const server = new PostgresServer(options, options.port ?? (await freePort()), password)
      try {
        await server.#launch()
        return server
      } catch (error) {
        // Between asking for a free port and taking it another process may have taken it.
        server.#watchdog?.release()
        const taken = messageOf(error).includes('Address already in use')
        if (taken && options.port === undefined && attempt < startTries) continue
        if (options.temporary) await rm(options.folder, { recursive: true, force: true })
        throw error
      }
    }
  }

  get url(): string {
    return `postgres://postgres:${this.#password}@127.0.0.1:${String(this.port)}/postgres`
  }

  get pid(): number {
    const pid = this.#process?.pid
    if (pid === undefined) throw new Error('the Postgres server is not running')
    return pid
  }

  /** `fast` ends sessions and shuts down in order; `immediate` is a crash from which the next start recovers. */
  async stop(mode: StopMode = 'fast'): Promise<void> {
    await this.#end(stopSignals[mode])
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Again on the same port and data, after `stop` or `kill`. */
  async resume(): Promise<void> {
    await this.#launch()
  }

  async restart(mode: StopMode = 'fast'): Promise<void> {
    await this.stop(mode)
    await this.resume()
  }

  /** Stops it and, if it was temporary, removes its folder. */
  async close(): Promise<void> {
    await this.stop('fast')
    this.#watchdog?.release()
    if (this.#options.temporary) await rm(this.#options.folder, { recursive: true, force: true })
  }

  async #launch(): Promise<void> {
    const { binaries, folder, runAs, temporary, settings = {} } = this.#options
    const all: Record<string, string> = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: String(this.port),
      timezone: 'UTC',
      ...(temporary ? { fsync: 'off', full_page_writes: 'off' } : {}),
      ...settings,
    }
    const log = await open(join(folder, 'log'), 'a')
    try {
      const child = spawn(
        join(binaries.folder, 'postgres'),
        [
          '-D',
          join(folder, 'data'),
          ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ],
        {
          ...identity(runAs),
          cwd: folder,
          env: environment,
          detached: true,
          stdio: ['ignore', log.fd, log.fd],
        },
      )
      this.#process = child
      await once(child, 'spawn')
    } catch (cause) {
      this.#process = undefined
      throw startFailure(`${join(binaries.folder, 'postgres')}: ${messageOf(cause)}`, cause)
    } finally {
      await log.close()
    }
    this.#process.unref()
    this.#watchdog?.watch(this.pid)
    this.#process.once('exit', () => this.#watchdog?.watch(undefined))
    await this.#untilAnswering()
  }

  async #untilAnswering(): Promise<void> {
    const deadline = performance.now() + (this.#options.startTimeoutMs ?? 30_000)
    for (;;) {
      if (hasEnded(this.#process)) {
        throw startFailure(`it ended at once. Its log:\n${await this.#logTail()}`)
      }
      const sql = postgres(this.url, {
        max: 1,
        fetch_types: false,
        connect_timeout: 2,
        onnotice: () => undefined,
      })
      try {
        await sql`select 1`
        return
      } catch (error) {
        if (performance.now() > deadline) {
          await this.#end('SIGKILL')
          throw startFailure(
            `it does not answer: ${messageOf(error)}. Its log:\n${await this.#logTail()}`,
            error,
          )
        }
      } finally {
        await sql.end({ timeout: 1 })
      }
      await delay(20)
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || hasEnded(child)) return
    const ended = once(child, 'exit')
    child.ref()
    child.kill(signal)
    // A stopped (SIGSTOP) server does not hear of its end before it goes on.
    if (signal !== 'SIGKILL') child.kill('SIGCONT')
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(patience)
  }

  async #logTail(): Promise<string> {
    const log = await readFile(join(this.#options.folder, 'log'), 'utf8').catch(() => '(none)')
    return log.split('\n').slice(-12).join('\n').trim()
  }
}

/** The user's PGDATA, PGPORT and the like must not steer a server of ours. */
const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' }

const identity = (user: OsUser | undefined): { uid?: number; gid?: number } =>
  user ? { uid: user.uid, gid: user.gid } : {}

const hasEnded = (child: ChildProcess | undefined): boolean =>
  child?.exitCode !== null || child.signalCode !== null

const startFailure = (why: string, cause?: unknown): TroupeError =>
  new TroupeError('EMBEDDED_POSTGRES_FAILED', `Postgres does not start: ${why}`, { cause })

/** The password is made once for a data folder and kept beside it, readable by its owner only. */
const initialise = async ({ binaries, folder, runAs, temporary }: PostgresServerOptions): Promise<string> => {
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  if (existsSync(join(data, 'PG_VERSION'))) return (await readFile(passwordFile, 'utf8')).trim()

  const password = randomBytes(24).toString('base64url')
  try {
    await mkdir(data, { recursive: true, mode: 0o700 })
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
    if (runAs) for (const path of [folder, data, passwordFile]) await chown(path, runAs.uid, runAs.gid)
    await chmod(folder, 0o700)
    await run(
      join(binaries.folder, 'initdb'),
      [
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        ...(temporary ? ['--no-sync'] : []),
      ],
      { ...identity(runAs), cwd: folder, env: environment },
    )
  } catch (cause) {
    // initdb removes what it made; a folder without PG_VERSION is begun anew next time.
    throw startFailure(`its data folder ${data} cannot be made: ${messageOf(cause).trim()}`, cause)
  }
  return password
}

export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
