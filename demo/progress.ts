/** A line a second: what was produced, what became of it, and how far behind the group is. On a terminal it stays one line. */

import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../runtime/errors.ts'
import type { Tally } from './accounts.ts'

export class Progress {
  readonly #produced: () => number
  readonly #tally: () => Promise<Tally>
  /** Records between the group's committed offsets and the ends of the partitions. */
  readonly lag: () => Promise<number>
  readonly #over = new AbortController()
  #lines: Promise<void> | undefined

  constructor(produced: () => number, tally: () => Promise<Tally>, lag: () => Promise<number>) {
    this.#produced = produced
    this.#tally = tally
    this.lag = lag
  }

  start(): void {
    this.#lines ??= this.#everySecond()
  }

  note(text: string): void {
    process.stdout.write(`${process.stdout.isTTY ? '\r\u001b[K' : ''}  -- ${text}\n`)
  }

  /** Prints the last line. */
  async stop(): Promise<void> {
    this.#over.abort()
    await this.#lines
    await this.#print()
    process.stdout.write('\n')
  }

  async #everySecond(): Promise<void> {
    const { signal } = this.#over
    try {
      for (;;) {
        await delay(1_000, undefined, { signal })
        await this.#print()
      }
    } catch (error) {
      if (!signal.aborted) this.note(`progress: ${messageOf(error)}`)
    }
  }

  async #print(): Promise<void> {
    const tally = await this.#tally()
    const lag = await this.lag()
    const line =
      `in ${this.#produced()} · applied ${tally.applied} · duplicates ${tally.duplicate} · ` +
      `rejected ${tally.rejected} · undecodable ${tally.undecodable} · lag ${lag}`
    process.stdout.write(process.stdout.isTTY ? `\r\u001b[K  ${line}` : `  ${line}\n`)
  }
}
