/** A sleeper who can be woken, and loses no wake that comes while it is up. One sleeper at a time. */

export class Wake {
  #woken = false
  #sleeper: (() => void) | undefined

  /** What was heard so far is dealt with. */
  reset(): void {
    this.#woken = false
  }

  wake(): void {
    this.#woken = true
    this.#sleeper?.()
  }

  /** Resolves when woken since the last `reset`, or after the time; Infinity waits for the wake alone. */
  async within(ms: number): Promise<void> {
    if (this.#woken || ms <= 0) return
    await new Promise<void>((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms)
      this.#sleeper = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#sleeper = undefined
  }
}
