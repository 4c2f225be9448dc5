/**
 * Which dead letters are new. Ids are given before transactions commit: a letter may appear below others that were seen.
 * So those above a floor are looked at again, and the floor rises to what was the last one so long ago that every
 * transaction of then has ended.
 */

/** Longer than a transaction of a batch lives. */
const settledMs = 15_000

export class ArrivedLetters {
  readonly #known = new Set<number>()
  /** The last id at a time, oldest first. */
  readonly #marks: { readonly atMs: number; readonly latest: number }[] = []
  #latest = 0
  #floor = 0

  /** Those that are there at the beginning are not new. */
  begin(latest: number, ids: readonly number[]): void {
    this.#latest = latest
    this.#floor = Math.min(latest, ...ids) - (ids.length === 0 ? 0 : 1)
    for (const id of ids) this.#known.add(id)
  }

  get floor(): number {
    return this.#floor
  }

  /** Above the floor. */
  get known(): readonly number[] {
    return [...this.#known]
  }

  /** `ids` were read at `nowMs`, all that there were when `isAll`. */
  add(ids: readonly number[], isAll: boolean, nowMs: number): void {
    for (const id of ids) {
      this.#known.add(id)
      this.#latest = Math.max(this.#latest, id)
    }
    if (isAll && this.#marks.at(-1)?.latest !== this.#latest)
      this.#marks.push({ atMs: nowMs, latest: this.#latest })
    this.#raise(nowMs)
  }

  #raise(nowMs: number): void {
    let raised = false
    for (
      let mark = this.#marks[0];
      mark !== undefined && mark.atMs <= nowMs - settledMs;
      mark = this.#marks[0]
    ) {
      this.#floor = mark.latest
      this.#marks.shift()
      raised = true
    }
    if (raised) for (const id of this.#known) if (id <= this.#floor) this.#known.delete(id)
  }
}
