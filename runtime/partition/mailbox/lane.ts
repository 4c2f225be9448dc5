/** A lane: its work in order, one at a time. Only the first is out; the rest wait until it is finished. */

import type { Joining } from '../options.ts'
import type { HeldWork } from '../work.ts'
import { Fifo } from './fifo.ts'
import { joinTo } from './joining.ts'

export class Lane {
  #current: HeldWork | undefined
  readonly #queue = new Fifo<HeldWork>()
  readonly #joining: Joining | undefined
  /** Told of work that went into another. */
  readonly #joined: (work: HeldWork) => void

  constructor(joining: Joining | undefined, joined: (work: HeldWork) => void) {
    this.#joining = joining
    this.#joined = joined
  }

  /** Nothing waits behind what is under way. */
  get wantsMore(): boolean {
    return this.#current === undefined || this.#queue.size === 0
  }

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
    if (this.#current !== undefined && this.#joining !== undefined) {
      joinTo(this.#current, this.#queue, this.#joining).forEach(this.#joined)
    }
    return this.#current
  }
}
