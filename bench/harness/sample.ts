/** One run of one contender, and what several of them come to. */

import { readFileSync } from 'node:fs'

export interface Sample {
  readonly recordsPerSecond: number
  readonly cpuSecondsPerMillion: number
  /** The most memory the process ever held, its threads included. */
  readonly peakRssMb: number
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

export interface Row {
  readonly id: string
  readonly recordsPerSecond: Spread
  /** Medians. */
  readonly cpuSecondsPerMillion: number
  /** Of the worst round. */
  readonly peakRssMb: number
  readonly samples: readonly Sample[]
}

/** What was used until now. */
export interface Used {
  readonly cpuUs: () => number
  readonly peakRssMb: () => number
}

const byThisProcess: Used = {
  cpuUs: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  peakRssMb: () => peakRssMb(),
}

/**
 * Measures from the first look that finds something done to the first that finds all done: what was done before the
 * clock ran does not count, so connecting, joining and waiting for the first fetch are left out.
 */
export class Meter {
  readonly #total: number
  readonly #used: Used
  #began: { readonly at: number; readonly done: number; readonly cpuUs: number } | undefined
  #sample: Sample | undefined

  /** `used`: what the processes use that are measured; default: this one. */
  constructor(total: number, used: Used = byThisProcess) {
    this.#total = total
    this.#used = used
  }

  /** `done`: records finished by now. The sample once all are. */
  look(done: number): Sample | undefined {
    if (done === 0 || this.#sample !== undefined) return this.#sample
    const at = performance.now()
    this.#began ??= { at, done, cpuUs: this.#used.cpuUs() }
    if (done < this.#total) return undefined
    const counted = done - this.#began.done
    this.#sample = {
      recordsPerSecond: Math.round(counted / ((at - this.#began.at) / 1_000)),
      cpuSecondsPerMillion: round((this.#used.cpuUs() - this.#began.cpuUs) / counted),
      peakRssMb: this.#used.peakRssMb(),
    }
    return this.#sample
  }
}

/** VmHWM of /proc/self/status, in kB there. */
export const peakRssMb = (): number => {
  const [, kb] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Math.round(Number(kb) / 1_024)
}

export const rowOf = (id: string, samples: readonly Sample[]): Row => ({
  id,
  recordsPerSecond: spreadOf(samples.map((sample) => sample.recordsPerSecond)),
  cpuSecondsPerMillion: spreadOf(samples.map((sample) => sample.cpuSecondsPerMillion)).median,
  peakRssMb: Math.max(...samples.map((sample) => sample.peakRssMb)),
  samples,
})

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? NaN
  const middle = (sorted.length - 1) / 2
  return {
    min: at(0),
    median: round((at(Math.floor(middle)) + at(Math.ceil(middle))) / 2),
    max: at(sorted.length - 1),
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
