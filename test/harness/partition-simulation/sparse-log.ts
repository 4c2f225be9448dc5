/** A partition's log as brokers keep it: offsets with holes, where compaction or transaction markers took some. */

export interface SimulatedRecord {
  /** Its place in the log, without the holes. */
  readonly index: number
  readonly offset: number
  readonly key: number
  readonly bytes: number
}

/** Endless, made as far as it is read; the same for the same seed. */
export class SparseLog {
  readonly #records: SimulatedRecord[] = []
  #random: number

  constructor(seed: number) {
    this.#random = seed
  }

  at(index: number): SimulatedRecord {
    for (let next = this.#records.length; next <= index; next += 1) {
      const previous = this.#records[next - 1]?.offset ?? -1
      const hole = this.#next(4) === 0 ? 1 + this.#next(6) : 0
      const bytes = this.#next(16) === 0 ? 200 : 1 + this.#next(40)
      this.#records.push({ index: next, offset: previous + 1 + hole, key: this.#next(7), bytes })
    }
    return this.#records[index]!
  }

  /** The first record at this offset or behind it. */
  indexFrom(offset: number): number {
    let index = 0
    while (this.at(index).offset < offset) index += 1
    return index
  }

  /** mulberry32, a public-domain generator by Tommy Ettinger; 0 to below `bound`. */
  #next(bound: number): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), this.#random | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}
