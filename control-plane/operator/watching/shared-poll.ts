/**
 * One read for all that watch: again and again while somebody does, never while nobody does.
 *
 * S1: what a read brings is told to those that watch then; who comes later begins with the next one.
 * S2: a read that fails tells nobody anything: the next one brings what was missed.
 */

import type { Log } from '../../../runtime/telemetry/index.ts'

export interface SharedPollOptions<T> {
  readonly read: () => Promise<T>
  readonly everyMs: number
  /** What is read, for the log. */
  readonly what: string
  readonly log: Log
}

export class SharedPoll<T> {
  readonly #options: SharedPollOptions<T>
  readonly #watchers = new Set<(value: T) => void>()
  #timer: NodeJS.Timeout | undefined
  #reading = false
  #failing = false
  #closed = false

  constructor(options: SharedPollOptions<T>) {
    this.#options = options
  }

  /** Until the answer is called. */
  watch(tell: (value: T) => void): () => void {
    this.#watchers.add(tell)
    this.#next(0)
    return () => {
      this.#watchers.delete(tell)
      if (this.#watchers.size === 0) this.#pause()
    }
  }

  close(): void {
    this.#closed = true
    this.#pause()
  }

  #pause(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #next(ms: number): void {
    if (this.#closed || this.#reading || this.#timer !== undefined || this.#watchers.size === 0) return
    this.#timer = setTimeout(() => void this.#read(), ms)
  }

  async #read(): Promise<void> {
    this.#timer = undefined
    this.#reading = true
    try {
      const value = await this.#options.read()
      this.#failing = false
      for (const tell of [...this.#watchers]) if (this.#watchers.has(tell)) tell(value)
    } catch (error) {
      const { log, what } = this.#options
      if (!this.#failing && !this.#closed)
        log.warn(`${what} cannot be read for subscriptions`, { err: error })
      this.#failing = true
    } finally {
      this.#reading = false
      this.#next(this.#options.everyMs)
    }
  }
}
