/** The processes of the demo, each started as it is in production, with its log in a file. */

import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { waitUntil } from '../test/harness/wait-until.ts'

const root = resolve(import.meta.dirname, '..')

export class DemoProcess {
  readonly name: string
  readonly logFile: string
  readonly #child: ChildProcess

  constructor(name: string, entry: string, env: NodeJS.ProcessEnv, folder: string) {
    this.name = name
    this.logFile = join(folder, `${name}.log`)
    const log = openSync(this.logFile, 'a')
    // A process group of its own: a Ctrl-C in the terminal is the demo's to pass on, in order.
    this.#child = spawn(process.execPath, [join(root, entry)], {
      cwd: root,
      env,
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

  /** Waits for a line of the log with this message; answers the line. Throws with the log's end when the process ends first. */
  async says(message: string): Promise<Readonly<Record<string, unknown>>> {
    const line = await waitUntil(`${this.name} says "${message}"`, () => this.ended || this.#line(message))
    if (line === true) throw new Error(`${this.name} ended early. Its log ends with:\n${this.#tail()}`)
    return line
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.ended) this.#child.kill(signal)
  }

  async stop(): Promise<void> {
    this.kill('SIGTERM')
    await waitUntil(`${this.name} has ended`, () => this.ended)
  }

  #line(message: string): Readonly<Record<string, unknown>> | undefined {
    return readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find(({ msg }) => msg === message)
  }

  #tail(): string {
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-15).join('\n')
  }
}
