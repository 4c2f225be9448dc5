/** What became of the records of this process, by unit. Counts since the start; nothing is ever taken back. */

import type { OutcomeStatus } from '../control/index.ts'
import { noOutcomes, type OutcomeCounts, type RecordOutcome, type Unit } from '../delivery/index.ts'
import { Rate } from './rate.ts'

interface UnitSums {
  readonly unit: Unit
  readonly counts: Record<RecordOutcome, number>
  /** Of each outcome that occurred. */
  readonly rates: Map<RecordOutcome, Rate>
  retries: number
}

const outcomes = Object.keys(noOutcomes()) as RecordOutcome[]

export class Tally {
  readonly #now: () => number
  readonly #byUnit = new Map<string, UnitSums>()

  /** `now`: ms, never going back; for the rates. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Of one batch; `retries`: attempts of it that failed and are followed by another one. */
  add(unit: Unit, counts: OutcomeCounts, retries: number): void {
    const sums = this.#sumsOf(unit)
    const now = this.#now()
    for (const outcome of outcomes) {
      if (counts[outcome] === 0) continue
      sums.counts[outcome] += counts[outcome]
      rateOf(sums, outcome).add(counts[outcome], now)
    }
    sums.retries += retries
  }

  /** actor → counts, as they are now. */
  snapshot(): Readonly<Record<string, OutcomeCounts>> {
    const byActor: Record<string, Record<RecordOutcome, number>> = {}
    for (const { unit, counts } of this.#byUnit.values()) {
      const sums = (byActor[unit.actor] ??= noOutcomes())
      for (const outcome of outcomes) sums[outcome] += counts[outcome]
    }
    return byActor
  }

  /** Every unit that this process had, as they are now. */
  units(): readonly OutcomeStatus[] {
    const now = this.#now()
    return [...this.#byUnit.values()].map(({ unit, counts, retries, rates }) => {
      const perSecond = noOutcomes()
      for (const [outcome, rate] of rates) perSecond[outcome] = rate.perSecond(now)
      return { ...unit, counts: { ...counts }, retries, rates: perSecond }
    })
  }

  #sumsOf(unit: Unit): UnitSums {
    const { group, actor, topic, partition } = unit
    const key = `${group}\n${actor}\n${topic}\n${String(partition)}`
    let sums = this.#byUnit.get(key)
    if (sums === undefined) {
      sums = { unit: { group, actor, topic, partition }, counts: noOutcomes(), rates: new Map(), retries: 0 }
      this.#byUnit.set(key, sums)
    }
    return sums
  }
}

const rateOf = ({ rates }: UnitSums, outcome: RecordOutcome): Rate => {
  let rate = rates.get(outcome)
  if (rate === undefined) rates.set(outcome, (rate = new Rate()))
  return rate
}
