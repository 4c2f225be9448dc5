/**
 * Wakes relays after commits: the first time at once, then at most once an interval for all that came meanwhile.
 * A wake is a courtesy: what goes wrong with it costs the relay's poll interval, and nobody hears of it.
 */

export const wakeIntervalMs = 10

export class RelayWaker {
  readonly #send: (slices: readonly number[]) => Promise<void>
  readonly #slices = new Set<number>()
  #under: Promise<void> | undefined
  #closed = false
  #endPause: () => void = () => undefined

  /** `send`: outside of any transaction. */
  constructor(send: (slices: readonly number[]) => Promise<void>) {
    this.#send = send
  }

  /** These have something committed. */
  wake(slice: number): void {
    if (this.#closed) return
    this.#slices.add(slice)
    this.#under ??= this.#run().finally(() => {
      this.#under = undefined
    })
  }

  /** What was asked for before is sent, if it can be. */
  async close(): Promise<void> {
    this.#closed = true
    this.#endPause()
    await this.#under
  }

  async #run(): Promise<void> {
    while (this.#slices.size > 0) {
      const slices = [...this.#slices]
      this.#slices.clear()
      await this.#send(slices).catch(() => undefined)
      if (!this.#closed) await this.#pause()
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, wakeIntervalMs)
    this.#endPause = resolve
    await promise
    clearTimeout(timer)
  }
}
