/** How many a second, over about the last ten. Time is told with each call, in ms, and never goes back. */

const seconds = 10

export class Rate {
  /** Of the second that its place stands for; the sums of seconds long past are overwritten. */
  readonly #sums = new Float64Array(seconds + 1)
  #firstMs: number | undefined
  #latest = 0

  add(count: number, nowMs: number): void {
    this.#firstMs ??= nowMs
    this.#moveTo(nowMs)
    const place = this.#latest % this.#sums.length
    this.#sums[place] = (this.#sums[place] ?? 0) + count
  }

  perSecond(nowMs: number): number {
    if (this.#firstMs === undefined) return 0
    this.#moveTo(nowMs)
    const sum = this.#sums.reduce((total, one) => total + one, 0)
    // The second that is under way, and ten whole ones; fewer when it has only begun.
    const coveredMs = seconds * 1_000 + (nowMs % 1_000)
    return (sum * 1_000) / Math.max(1_000, Math.min(coveredMs, nowMs - this.#firstMs))
  }

  #moveTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000)
    const steps = Math.min(second - this.#latest, this.#sums.length)
    for (let step = 1; step <= steps; step += 1) this.#sums[(second - steps + step) % this.#sums.length] = 0
    if (steps > 0) this.#latest = second
  }
}
