/** The records of a simulated unit, drawn from a seed, and what must hold when one of them is settled. */

import type { FailureKind } from '../../../runtime/supervision/index.ts'
import { fates, must, policy, type Settled, type SimulatedRecord } from './simulated-unit.ts'

export class SimulatedLog {
  #random: number
  readonly #records: SimulatedRecord[] = []

  constructor(seed: number) {
    this.#random = seed
  }

  get end(): number {
    return this.#records.length
  }

  get unsettled(): readonly SimulatedRecord[] {
    return this.#records.filter(({ settled }) => settled === undefined)
  }

  at(offset: number): SimulatedRecord | undefined {
    return this.#records[offset]
  }

  between(from: number, to: number): readonly SimulatedRecord[] {
    return this.#records.slice(from, to)
  }

  append(): void {
    const fate = fates[this.#draw(fates.length)] ?? 'fine'
    const offset = this.end
    this.#records.push({ offset, key: this.#draw(4), fate, runs: 0, killedIn: undefined, settled: undefined })
  }

  /** Throws Violation. */
  settle({ record, as, attempt, kind }: Settled): void {
    const { offset, key, fate } = record
    must(record.settled === undefined, `${String(offset)} is settled twice`)
    must(
      this.unsettled.every((other) => other.offset >= offset || other.key !== key),
      `${String(offset)} comes before another of its key`,
    )
    record.settled = as
    must((as === 'rejected') === (fate === 'refused'), 'refused, and not by its actor')
    if (as !== 'dead') return
    must(blamed[kind ?? 'rejected']?.includes(fate) === true, `${fate}: given up for ${String(kind)}`)
    if (kind === 'handler-error') must(attempt === policy.attempts, 'given up before its attempts are used')
  }

  /** A linear congruential generator; POSIX's `rand` has these numbers. */
  #draw(below: number): number {
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) & 0x7fffffff
    return (this.#random >>> 8) % below
  }
}

const blamed: Partial<Record<FailureKind, readonly string[]>> = {
  'handler-error': ['exhausts'],
  'process-abort': ['aborts', 'aborts when parked'],
  'worker-lost': ['ends its thread'],
}
