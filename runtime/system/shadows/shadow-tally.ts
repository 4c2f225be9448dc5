/** What is known of a shadow since it began here: counts, and the last that went wrong. */

import type { ShadowStatus } from '../../control/index.ts'
import type { ShadowVerdict, Unit } from '../../delivery/index.ts'

/** More classes than these are counted together. */
const mostClasses = 20
const otherClasses = '(others)'

export class ShadowTally {
  #handled = 0
  #failed = 0
  #differing = 0
  #dropped = 0
  readonly #failures = new Map<string, number>()
  #lastFailure: ShadowStatus['lastFailure'] = null
  #lastDifference: ShadowStatus['lastDifference'] = null

  status(ended: string | null): ShadowStatus {
    return {
      handled: this.#handled,
      failed: this.#failed,
      differing: this.#differing,
      dropped: this.#dropped,
      failures: Object.fromEntries(this.#failures),
      lastFailure: this.#lastFailure,
      lastDifference: this.#lastDifference,
      ended,
    }
  }

  add(unit: Unit, { handled, failed, differing, dropped, lastFailure, lastDifference }: ShadowVerdict): void {
    this.#handled += handled
    this.#differing += differing
    this.#dropped += dropped
    for (const [errorClass, count] of Object.entries(failed)) this.#fail(errorClass, count)
    if (lastFailure !== undefined) this.#lastFailure = { ...placeOf(unit), ...lastFailure }
    if (lastDifference !== undefined) this.#lastDifference = { ...placeOf(unit), ...lastDifference }
  }

  /** It had no room for them, or did not come to them. */
  drop(records: number): void {
    this.#dropped += records
  }

  #fail(errorClass: string, count: number): void {
    this.#failed += count
    const isKnown = this.#failures.has(errorClass) || this.#failures.size < mostClasses
    const name = isKnown ? errorClass : otherClasses
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + count)
  }
}

const placeOf = ({ topic, partition }: Unit): Pick<Unit, 'topic' | 'partition'> => ({ topic, partition })
