/** A process of a trial that is killed, frozen and started again under the same name and identity. */

import type { LogLine, TroupeProcess } from '../troupe-process.ts'

type Launch = (name: string, env: Readonly<Record<string, string>>) => TroupeProcess

export class LastingProcess {
  readonly name: string
  readonly #launch: Launch
  readonly #env: Readonly<Record<string, string>>
  /** All its lives, the present one last. */
  readonly #lives: TroupeProcess[] = []

  /** Starts it; `untilRunning` waits for it. `launch`: of a trial. */
  constructor(name: string, launch: Launch, env: Readonly<Record<string, string>> = {}) {
    this.name = name
    this.#launch = launch
    // What tells a process from others, wherever it is told.
    this.#env = { NODE_NAME: name, ...env }
    this.start()
  }

  get life(): TroupeProcess {
    return this.#lives.at(-1)!
  }

  get pid(): number {
    return this.life.pid
  }

  get lives(): number {
    return this.#lives.length
  }

  async untilRunning(): Promise<LogLine> {
    return await this.life.says('running')
  }

  /** After it ended. */
  start(): void {
    if (this.#lives.length > 0 && !this.life.ended) throw new Error(`${this.name} is running`)
    // Each life has its own log: what a former one said is not said now.
    this.#lives.push(this.#launch(`${this.name}.${String(this.#lives.length + 1)}`, this.#env))
  }

  /** SIGKILL, and waits until it has ended. */
  async kill(): Promise<void> {
    await this.life.stop('SIGKILL')
  }

  /** SIGTERM, and waits until it has ended; the life that did. */
  async stop(): Promise<TroupeProcess> {
    await this.life.stop('SIGTERM')
    return this.life
  }

  async killAndRestart(): Promise<void> {
    await this.kill()
    this.start()
  }

  /** SIGSTOP: its connections stay open and silent. */
  freeze(): void {
    this.life.kill('SIGSTOP')
  }

  thaw(): void {
    this.life.kill('SIGCONT')
  }

  /** What its present life has of its group's partitions, told from its log. */
  partitions(): ReadonlySet<string> {
    const owned = new Set<string>()
    for (const { msg, partitions } of this.life.lines(/^partitions (assigned|revoked|lost)/)) {
      for (const partition of partitions as readonly string[]) {
        if (msg === 'partitions assigned') owned.add(partition)
        else owned.delete(partition)
      }
    }
    return owned
  }

  /** Of all lives. */
  lines(message: string | RegExp): readonly LogLine[] {
    return this.#lives.flatMap((life) => life.lines(message))
  }
}
