/**
 * The mailbox: what was delivered and is not given out, in the order the actor asked for.
 *
 * M1  Order `partition` and `key`: at most one work of a lane is ready, dispatched or waiting for its retry; the next
 *     comes when it is finished. `partition` is one lane.
 * M2  Order `none`: everything is ready as it arrives; work that waits for its retry holds up nothing.
 * M3  Work to be tried again goes out before new work: it is older, so it holds the frontier.
 * M4  Work put aside takes turns with its lane's: never while one of them is out, also while one waits for its retry.
 */

import type { Joining } from '../options.ts'
import type { HeldWork } from '../work.ts'
import { Fifo } from './fifo.ts'
import { Lane } from './lane.ts'

export class Mailbox {
  /** Undefined for order `none`, where lanes do not bind (M2). */
  readonly #lanes: readonly Lane[] | undefined
  readonly #again = new Fifo<HeldWork>()
  readonly #fresh = new Fifo<HeldWork>()

  /** `joined` is told of work that went into another: joining.ts. */
  constructor(
    order: 'partition' | 'key' | 'none',
    lanes: number,
    joining: Joining | undefined,
    joined: (work: HeldWork) => void,
  ) {
    this.#lanes =
      order === 'none' ? undefined : Array.from({ length: lanes }, () => new Lane(joining, joined))
  }

  /** A lane has nothing waiting behind what it has under way. */
  get wantsMore(): boolean {
    return this.#lanes?.some((lane) => lane.wantsMore) ?? true
  }

  /** Work arrives. */
  put(work: HeldWork): void {
    this.#makeReady(this.#lanes === undefined ? work : this.#lanes[work.lane]?.offer(work), this.#fresh)
  }

  /** Work that is not part of the partition's way (M4). It goes out before new work. */
  putAside(work: HeldWork): void {
    this.#makeReady(this.#lanes === undefined ? work : this.#lanes[work.lane]?.offerAside(work), this.#again)
  }

  /** The next work to give out, now out of the mailbox. */
  take(): HeldWork | undefined {
    return this.#again.shift() ?? this.#fresh.shift()
  }

  /** Work that was given out waits for its retry. */
  waits(work: HeldWork): void {
    this.#makeReady(this.#lanes?.[work.lane]?.waits(), this.#again)
  }

  /** Work that waited is to be given out again (M3). */
  putBack(work: HeldWork): void {
    work.state = 'queued'
    this.#makeReady(this.#lanes === undefined ? work : this.#lanes[work.lane]?.goesOn(), this.#again)
  }

  /** Work that was given out is finished: its lane goes on (M1). */
  finished(work: HeldWork): void {
    this.#makeReady(this.#lanes?.[work.lane]?.finished(work), this.#fresh)
  }

  #makeReady(work: HeldWork | undefined, fifo: Fifo<HeldWork>): void {
    if (work === undefined) return
    work.state = 'ready'
    fifo.push(work)
  }
}
