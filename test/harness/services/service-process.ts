/**
 * A server that tests start, freeze, kill and start again on the same port and data. It is steered by the pid we
 * started; a watchdog ends it and removes its folder when the test process dies.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { Watchdog } from '../../../runtime/store/embedded/watchdog.ts'
import { waitUntil } from '../wait-until.ts'

/** What every real service can do. */
export interface Service {
  readonly pid: number
  /** In order; data stay. */
  stop(): Promise<void>
  /** SIGKILL; data stay. */
  kill(): Promise<void>
  /** SIGSTOP: connections stay open, nothing answers. */
  freeze(): void
  thaw(): void
  /** On the same port and data, also after `stop` or `kill`. */
  restart(): Promise<void>
  /** Stops it for good and removes its data. */
  close(): Promise<void>
}

export interface ServiceProcessOptions {
  /** As messages call it. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Its own: data and `log`. Removed on close. */
  readonly folder: string
  /** Does it answer in its own protocol? A port that is open says little. */
  readonly isReady: () => Promise<boolean>
  /** It outlives this process: nobody watches it. */
  readonly detached: boolean
}

const startTimeoutMs = 90_000
const stopTimeoutMs = 30_000

export class ServiceProcess implements Service {
  readonly #options: ServiceProcessOptions
  readonly #watchdog: Watchdog | undefined
  #child: ChildProcess | undefined

  private constructor(options: ServiceProcessOptions) {
    this.#options = options
    this.#watchdog = options.detached ? undefined : new Watchdog(options.folder)
  }

  static async start(options: ServiceProcessOptions): Promise<ServiceProcess> {
    const service = new ServiceProcess(options)
    try {
      await service.#launch()
      return service
    } catch (error) {
      await service.close()
      throw error
    }
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error(`${this.#options.name} is not running`)
    return pid
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  freeze(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.#launch()
  }

  async close(): Promise<void> {
    await this.#end('SIGTERM')
    this.#watchdog?.release()
    await rm(this.#options.folder, { recursive: true, force: true })
  }

  async #launch(): Promise<void> {
    const { name, command, args, env = {}, folder, isReady } = this.#options
    const log = await open(join(folder, 'log'), 'a')
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      detached: true, // a Ctrl-C in the terminal is for us, not for it
      stdio: ['ignore', log.fd, log.fd],
    })
    try {
      await once(child, 'spawn')
    } finally {
      await log.close()
    }
    this.#child = child
    child.unref()
    this.#watchdog?.watch(child.pid)
    child.once('exit', () => this.#watchdog?.watch(undefined))

    const state = await waitUntil(
      `${name} answers`,
      async () => (hasEnded(child) ? 'ended' : (await isReady()) ? 'ready' : undefined),
      { timeoutMs: startTimeoutMs, everyMs: 50 },
    ).catch(async (error: unknown) => {
      throw new Error(`${name} does not answer. ${await this.#logTail()}`, { cause: error })
    })
    if (state === 'ended') throw new Error(`${name} ended while it started. ${await this.#logTail()}`)
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || hasEnded(child)) return
    child.ref()
    const ended = once(child, 'exit')
    child.kill(signal)
    child.kill('SIGCONT') // a frozen one hears of it only when it goes on
    const patience = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    await ended
    clearTimeout(patience)
  }

  async #logTail(): Promise<string> {
    const log = await readFile(join(this.#options.folder, 'log'), 'utf8').catch(() => '')
    return `Its log ends with:\n${log.slice(-3_000)}`
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null
