/**
 * How many wrong credentials an address may show in a minute. Past them it is not listened to until the minute is over.
 * Time is passed in.
 */

const windowMs = 60_000
/** The oldest are forgotten: who has so many addresses is not held up by this. */
const mostAddresses = 10_000

interface Count {
  readonly sinceMs: number
  readonly refused: number
}

export class RefusalBudget {
  readonly #most: number
  readonly #counts = new Map<string, Count>()

  constructor(most: number) {
    this.#most = most
  }

  /** Seconds until it is listened to again; 0: now. */
  waitFor(address: string, nowMs: number): number {
    const count = this.#counts.get(address)
    if (count === undefined || count.refused < this.#most) return 0
    return Math.max(0, Math.ceil((count.sinceMs + windowMs - nowMs) / 1_000))
  }

  note(address: string, nowMs: number): void {
    const known = this.#counts.get(address)
    const current = known !== undefined && nowMs < known.sinceMs + windowMs ? known : undefined
    this.#counts.delete(address)
    this.#counts.set(address, { sinceMs: current?.sinceMs ?? nowMs, refused: (current?.refused ?? 0) + 1 })
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > mostAddresses && oldest !== undefined) this.#counts.delete(oldest)
  }
}
