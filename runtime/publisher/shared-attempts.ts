/**
 * Things that are tried for everyone who waits for them: when one fails, it has failed for all who called before its
 * end. Tried anew for each of them, a hundred callers would wait a hundred time-outs for the same answer.
 */
export class SharedAttempts {
  /** The serial of the latest call. */
  readonly #latest: () => number
  readonly #failures = new Map<string, { readonly upTo: number; readonly error: unknown }>()

  constructor(latest: () => number) {
    this.#latest = latest
  }

  /** On behalf of the call with this serial; throws what `attempt` throws, or threw when it was made for this call too. */
  async make<T>(what: string, serial: number, attempt: () => Promise<T>): Promise<T> {
    const failure = this.#failures.get(what)
    if (failure !== undefined && serial <= failure.upTo) throw failure.error
    try {
      return await attempt()
    } catch (error) {
      this.#failures.set(what, { upTo: this.#latest(), error })
      throw error
    }
  }
}
