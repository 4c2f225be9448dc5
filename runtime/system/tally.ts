/** What became of the records of this process, by actor. Counts since the start; nothing is ever taken back. */

import { noOutcomes, type OutcomeCounts, type RecordOutcome } from '../delivery/index.ts'

export class Tally {
  readonly #byActor = new Map<string, Record<RecordOutcome, number>>()

  add(actor: string, counts: OutcomeCounts): void {
    let sums = this.#byActor.get(actor)
    if (sums === undefined) this.#byActor.set(actor, (sums = noOutcomes()))
    for (const outcome of Object.keys(counts) as RecordOutcome[]) sums[outcome] += counts[outcome]
  }

  /** actor → counts, as they are now. */
  snapshot(): Readonly<Record<string, OutcomeCounts>> {
    return Object.fromEntries([...this.#byActor].map(([actor, counts]) => [actor, { ...counts }]))
  }
}
