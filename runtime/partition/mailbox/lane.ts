/** A lane: its work in order, one at a time. Only the first is out; the rest wait until it is finished. */

import type { HeldWork } from '../work.ts'
import { Fifo } from './fifo.ts'

export class Lane {
  #current: HeldWork | undefined
  readonly #queue = new Fifo<HeldWork>()

  /** Takes the work in. Answers it when the lane was free, so that it may go out at once. */
  offer(work: HeldWork): HeldWork | undefined {
    if (this.#current !== undefined) {
      this.#queue.push(work)
      return undefined
    }
    this.#current = work
    return work
  }

  /** The current work is finished. Answers the next, if there is one. */
  advance(): HeldWork | undefined {
    this.#current = this.#queue.shift()
    return this.#current
  }
}
