/**
 * Writes the frontiers of units to their rows, before Kafka is told of them: an offset that Kafka has and the row has
 * not would be taken for a loss of Postgres. Also how an owner at rest learns that its row is another's.
 *
 * A1. One statement at a time; what is asked for meanwhile goes with the next one, with the frontiers of then.
 */

import type { ProgressStore, UnitAdvance } from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'

/** A unit as this needs it. */
export interface Advancing {
  /** What its row is to be told; undefined: it has none, or it is not ours now. `clean`: it is being given back. */
  advance(clean: boolean): UnitAdvance | undefined
  /** The row has it. */
  advanced(advance: UnitAdvance): void
  /** The row is another owner's. */
  fenced(advance: UnitAdvance): void
}

export class Advances {
  readonly #store: ProgressStore
  /** unit → whether it is being given back. */
  #waiting = new Map<Advancing, boolean>()
  #next: Promise<boolean> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: ProgressStore) {
    this.#store = store
  }

  /** Resolves when the rows have answered; false: Postgres is away. Rejects with bugs only. */
  advance(units: readonly Advancing[], clean: boolean): Promise<boolean> {
    for (const unit of units) this.#waiting.set(unit, clean || this.#waiting.get(unit) === true)
    if (this.#next === undefined) {
      const next = this.#last.then(() => this.#send())
      this.#next = next
      this.#last = next.catch(() => undefined)
    }
    return this.#next
  }

  async #send(): Promise<boolean> {
    this.#next = undefined
    const waiting = this.#waiting
    this.#waiting = new Map()
    const sent = [...waiting].flatMap(([unit, clean]) => {
      const advance = unit.advance(clean)
      return advance === undefined ? [] : [{ unit, advance }]
    })
    if (sent.length === 0) return true
    let accepted: readonly boolean[]
    try {
      accepted = await this.#store.advance(sent.map(({ advance }) => advance))
    } catch (error) {
      if (error instanceof TroupeError && error.retryable) return false
      throw error
    }
    sent.forEach(({ unit, advance }, nth) => {
      if (accepted[nth]) unit.advanced(advance)
      else unit.fenced(advance)
    })
    return true
  }
}
