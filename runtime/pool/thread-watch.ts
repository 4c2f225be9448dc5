/**
 * Finds threads that hold still: a record has been under way for longer than its actor's time limit, and the worker,
 * whose own timer fails what is awaited, did nothing about it.
 *
 * W1. Time is counted in looks, each for no more than `mostPerLookMs`: a process that was frozen itself blames nobody.
 * W2. A record whose code runs has the time limit. One that is awaited has it twice, and at least a second more: its
 *     worker goes first.
 */

import { namedIn, type NamedRecord } from './under-way.ts'

export interface WatchedTask {
  readonly thread: number
  readonly timeLimitMs: number
  readonly memory: SharedArrayBuffer
}

export interface StuckThread {
  readonly thread: number
  readonly reason: string
}

/** Between two looks; a look that comes late counts for twice that at most. */
export const lookEveryMs = 100
const mostPerLookMs = 2 * lookEveryMs

export class ThreadWatch {
  /** memory → serial of each record under way → for how long. */
  #ages = new Map<SharedArrayBuffer, ReadonlyMap<number, number>>()

  look(tasks: Iterable<WatchedTask>, elapsedMs: number): readonly StuckThread[] {
    const passedMs = Math.min(elapsedMs, mostPerLookMs)
    const before = this.#ages
    this.#ages = new Map()
    const stuck = new Map<number, StuckThread>()
    for (const { thread, timeLimitMs, memory } of tasks) {
      const { onThread, awaited } = namedIn(memory)
      if (onThread === undefined && awaited.length === 0) continue
      const ages = new Map<number, number>()
      this.#ages.set(memory, ages)
      const ageOf = ({ serial }: NamedRecord): number => {
        const known = before.get(memory)?.get(serial)
        const age = known === undefined ? 0 : known + passedMs
        ages.set(serial, age)
        return age
      }
      const heldMs = onThread && ageOf(onThread)
      const awaitedMs = Math.max(0, ...awaited.map(ageOf))
      if ((heldMs ?? 0) >= timeLimitMs) {
        const reason = `receive held its thread for longer than ${String(timeLimitMs)} ms, so the thread was ended`
        stuck.set(thread, { thread, reason })
      } else if (awaitedMs >= Math.max(2 * timeLimitMs, timeLimitMs + 1_000) && !stuck.has(thread)) {
        const reason = `the thread held still while receive was awaited for longer than ${String(timeLimitMs)} ms, so it was ended`
        stuck.set(thread, { thread, reason })
      }
    }
    return [...stuck.values()]
  }
}
