/** From produce to handled, of the records after a warm-up. An event carries when it was produced, in µs since 1970. */

export interface LatencySample {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1_000)

/** At the rate of the run some 15 s, in which whoever joined late has caught up, and compilers have come to rest. */
export const warmUpRecords = 150_000
export const measuredRecords = 100_000

export class Latencies {
  readonly #us = new Float64Array(measuredRecords)
  #seen = 0

  /** True: that was the last one. */
  add(us: number): boolean {
    const at = this.#seen - warmUpRecords
    if (at >= 0 && at < measuredRecords) this.#us[at] = us
    this.#seen += 1
    return this.#seen === warmUpRecords + measuredRecords
  }

  sample(): LatencySample {
    const sorted = this.#us.toSorted()
    const ms = (share: number): number =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN) / 10) / 100
    return { p50Ms: ms(0.5), p99Ms: ms(0.99), maxMs: ms(1) }
  }
}

/** Of a contender on Node: counts, and ends the process with its sample. */
export const latencyCounter = (): ((producedAtUs: number) => void) => {
  const latencies = new Latencies()
  return (producedAtUs) => {
    if (!latencies.add(nowUs() - producedAtUs)) return
    console.log(JSON.stringify(latencies.sample()))
    process.exit(0)
  }
}
