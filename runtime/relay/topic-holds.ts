/** Topics that can take nothing now, each until a time when it is asked for again. Time is passed in. */

import type { TroupeError } from '../errors.ts'
import { backoffMs, type BackoffPolicy } from '../supervision/index.ts'

/** Half of it at least: brokers are asked for each topic, by every slice. */
const policy: BackoffPolicy = {
  backoff: 'exponential',
  firstDelayMs: 250,
  maxDelayMs: 15_000,
  jitter: 'half',
}

interface Hold {
  readonly error: TroupeError
  readonly times: number
  readonly untilMs: number
}

export class TopicHolds {
  readonly #holds = new Map<string, Hold>()

  /** True: it was not held before. */
  hold(topic: string, error: TroupeError, nowMs: number, jitter: number): boolean {
    const times = (this.#holds.get(topic)?.times ?? 0) + 1
    this.#holds.set(topic, { error, times, untilMs: nowMs + backoffMs(policy, times, jitter) })
    return times === 1
  }

  free(topic: string): void {
    this.#holds.delete(topic)
  }

  /** All of them, those included whose time has come. */
  get topics(): readonly string[] {
    return [...this.#holds.keys()]
  }

  /** Those to ask for again. */
  due(nowMs: number): readonly string[] {
    return [...this.#holds].filter(([, { untilMs }]) => untilMs <= nowMs).map(([topic]) => topic)
  }

  /** How long until one is due; Infinity without any. */
  dueInMs(nowMs: number): number {
    let least = Infinity
    for (const { untilMs } of this.#holds.values()) least = Math.min(least, untilMs - nowMs)
    return Math.max(0, least)
  }

  /** For people. */
  get errors(): readonly { readonly topic: string; readonly message: string }[] {
    return [...this.#holds].map(([topic, { error }]) => ({ topic, message: error.message }))
  }
}
