/** Waiting with an end. */

/** Callers who wait until a condition holds; it is looked at only when `wake` says that it may have changed. */
export class Waiting {
  readonly #waiters = new Set<() => void>()

  /** True when the condition holds, false when the time is over before. */
  until(condition: () => boolean, timeoutMs?: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const settle = (holds: boolean): void => {
        this.#waiters.delete(look)
        clearTimeout(timer)
        resolve(holds)
      }
      const look = (): void => {
        if (condition()) settle(true)
      }
      this.#waiters.add(look)
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(
              () => {
                settle(false)
              },
              Math.max(0, timeoutMs),
            )
    })
  }

  wake(): void {
    for (const look of this.#waiters) look()
  }
}

/** False: not in time. */
export const within = async (work: Promise<void>, timeoutMs: number): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => {
    resolve(false)
  }, timeoutMs)
  void work.then(
    () => {
      resolve(true)
    },
    () => {
      resolve(true)
    },
  )
  const inTime = await promise
  clearTimeout(timer)
  return inTime
}
