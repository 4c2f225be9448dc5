/**
 * A lane: its work in order, one out at a time. Only the first is out; the rest wait until it is finished. While it
 * waits for its retry, work that was put aside may go out in its place, and it goes on after that.
 */

import type { Joining } from '../options.ts'
import type { HeldWork } from '../work.ts'
import { Fifo } from './fifo.ts'
import { joinTo } from './joining.ts'

export class Lane {
  /** Ready, or in a worker's hands. */
  #out: HeldWork | undefined
  /** The first that is not finished: out, waiting for its retry, or released. */
  #current: HeldWork | undefined
  /** The current work's wait is over. */
  #isReleased = false
  readonly #queue = new Fifo<HeldWork>()
  readonly #aside = new Fifo<HeldWork>()
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

  // Each answers the work that may go out now.

  offer(work: HeldWork): HeldWork | undefined {
    this.#queue.push(work)
    return this.#next()
  }

  offerAside(work: HeldWork): HeldWork | undefined {
    this.#aside.push(work)
    return this.#next()
  }

  /** The current work is to be tried again, later. */
  waits(): HeldWork | undefined {
    this.#out = undefined
    return this.#next()
  }

  /** The current work may be tried again. */
  goesOn(): HeldWork | undefined {
    this.#isReleased = true
    return this.#next()
  }

  finished(work: HeldWork): HeldWork | undefined {
    this.#out = undefined
    if (work === this.#current) this.#current = undefined
    return this.#next()
  }

  #next(): HeldWork | undefined {
    if (this.#out !== undefined) return undefined
    this.#out = this.#aside.shift() ?? this.#again() ?? this.#fresh()
    return this.#out
  }

  #again(): HeldWork | undefined {
    if (!this.#isReleased) return undefined
    this.#isReleased = false
    return this.#current
  }

  #fresh(): HeldWork | undefined {
    if (this.#current !== undefined) return undefined
    this.#current = this.#queue.shift()
    if (this.#current !== undefined && this.#joining !== undefined) {
      joinTo(this.#current, this.#queue, this.#joining).forEach(this.#joined)
    }
    return this.#current
  }
}
