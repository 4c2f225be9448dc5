/** A process of Troupe, started as it is in production, with its log in a file. Steered by the pid we started. */

import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { waitUntil } from './wait-until.ts'

const root = resolve(import.meta.dirname, '../..')

export type LogLine = Readonly<Record<string, unknown>>

/** Several of them run on one machine. */
const freePorts = {
  TELEMETRY_PORT: '0',
  CONTROL_PLANE_TELEMETRY_PORT: '0',
  RELAY_TELEMETRY_PORT: '0',
  OPERATOR_API_PORT: '0',
}

export class TroupeProcess {
  readonly name: string
  readonly logFile: string
  readonly #child: ChildProcess

  /** `entry`: the module, from the project's folder. `from`: that folder, where it is not this one. */
  constructor(name: string, entry: string, env: NodeJS.ProcessEnv, folder: string, from = root) {
    this.name = name
    this.logFile = join(folder, `${name}.log`)
    const log = openSync(this.logFile, 'a')
    // A process group of its own: a Ctrl-C in the terminal is its starter's to pass on, in order.
    this.#child = spawn(process.execPath, [join(from, entry)], {
      cwd: from,
      env: { ...freePorts, ...env },
      stdio: ['ignore', log, log],
      detached: true,
    })
    closeSync(log)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** null while it runs, and when a signal ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode
  }

  /** Waits for a line of the log with this message; answers the first one. Throws with the log's end when the process ends first. */
  async says(message: string | RegExp): Promise<LogLine> {
    const line = await waitUntil(`${this.name} says "${String(message)}"`, () => {
      // Asked before its log is read: what it said before it ended counts.
      const { ended } = this
      return this.lines(message)[0] ?? (ended ? 'ended' : undefined)
    })
    if (line === 'ended') throw new Error(`${this.name} ended early. Its log ends with:\n${this.tail()}`)
    return line
  }

  /** The lines of its log with this message, so far. */
  lines(message: string | RegExp): readonly LogLine[] {
    const isMeant = (msg: unknown): boolean =>
      typeof message === 'string' ? msg === message : message.test(String(msg))
    return readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine)
      .filter(({ msg }) => isMeant(msg))
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.ended) this.#child.kill(signal)
  }

  /** Asks it to stop, and waits until it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.kill(signal)
    await waitUntil(`${this.name} has ended`, () => this.ended)
  }

  /** The end of its log, for people. */
  tail(lines = 15): string {
    return readFileSync(this.logFile, 'utf8')
      .split('\n')
      .slice(-lines - 1)
      .join('\n')
  }
}
