/** What became of the records of this process, by unit and by version of the actor. Counts since the start; nothing is ever taken back. */

import { noCosts, type OutcomeStatus, type StageCosts } from '../control/index.ts'
import { noOutcomes, type OutcomeCounts, type RecordOutcome, type Unit } from '../delivery/index.ts'
import { Rate } from './rate.ts'

interface UnitSums {
  readonly unit: Unit
  readonly counts: Record<RecordOutcome, number>
  /** Of each outcome that occurred. */
  readonly rates: Map<RecordOutcome, Rate>
  retries: number
  readonly stages: Record<Stage, number>
  readonly stageRates: Map<Stage, Rate>
}

type Stage = keyof StageCosts

export interface VersionCounts {
  readonly version: string
  readonly counts: OutcomeCounts
}

interface VersionSums {
  readonly group: string
  readonly actor: string
  readonly version: string
  readonly counts: Record<RecordOutcome, number>
}

const outcomes = Object.keys(noOutcomes()) as RecordOutcome[]

export class Tally {
  readonly #now: () => number
  readonly #byUnit = new Map<string, UnitSums>()
  /** Of registered actors. */
  readonly #byVersion = new Map<string, VersionSums>()

  /** `now`: ms, never going back; for the rates. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Of one batch; `retries`: attempts of it that failed and are followed by another one. */
  add(unit: Unit, counts: OutcomeCounts, retries: number, version?: string): void {
    if (version !== undefined) this.#addToVersion(unit, version, counts)
    const sums = this.#sumsOf(unit)
    const now = this.#now()
    for (const outcome of outcomes) {
      if (counts[outcome] === 0) continue
      sums.counts[outcome] += counts[outcome]
      rateOf(sums.rates, outcome).add(counts[outcome], now)
    }
    sums.retries += retries
  }

  /** What a batch took, of the stages that are known. */
  spent(unit: Unit, times: Partial<StageCosts>): void {
    const { stages, stageRates } = this.#sumsOf(unit)
    const now = this.#now()
    for (const [stage, ms] of Object.entries(times) as [Stage, number][]) {
      stages[stage] += ms
      rateOf(stageRates, stage).add(ms, now)
    }
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
    return [...this.#byUnit.values()].map(({ unit, counts, retries, rates, stages, stageRates }) => {
      const perSecond = noOutcomes()
      for (const [outcome, rate] of rates) perSecond[outcome] = rate.perSecond(now)
      const msPerSecond = noCosts()
      for (const [stage, rate] of stageRates) msPerSecond[stage] = rate.perSecond(now)
      return {
        ...unit,
        counts: { ...counts },
        retries,
        rates: perSecond,
        stages: { ...stages },
        stageRates: msPerSecond,
      }
    })
  }

  /** Every version of the actor that this process had. */
  versions({ group, actor }: Pick<Unit, 'group' | 'actor'>): readonly VersionCounts[] {
    return [...this.#byVersion.values()]
      .filter((sums) => sums.group === group && sums.actor === actor)
      .map(({ version, counts }) => ({ version, counts: { ...counts } }))
  }

  #addToVersion({ group, actor }: Unit, version: string, counts: OutcomeCounts): void {
    const key = `${group}\n${actor}\n${version}`
    let sums = this.#byVersion.get(key)
    if (sums === undefined) this.#byVersion.set(key, (sums = { group, actor, version, counts: noOutcomes() }))
    for (const outcome of outcomes) sums.counts[outcome] += counts[outcome]
  }

  #sumsOf(unit: Unit): UnitSums {
    const { group, actor, topic, partition } = unit
    const key = `${group}\n${actor}\n${topic}\n${String(partition)}`
    let sums = this.#byUnit.get(key)
    if (sums === undefined) {
      sums = {
        unit: { group, actor, topic, partition },
        counts: noOutcomes(),
        rates: new Map(),
        retries: 0,
        stages: noCosts(),
        stageRates: new Map(),
      }
      this.#byUnit.set(key, sums)
    }
    return sums
  }
}

const rateOf = <Name>(rates: Map<Name, Rate>, name: Name): Rate => {
  let rate = rates.get(name)
  if (rate === undefined) rates.set(name, (rate = new Rate()))
  return rate
}
