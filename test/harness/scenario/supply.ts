/**
 * Events that go on for as long as a trial lasts, at a steady rate: of many keys, numbered within each. It does not
 * wait for acknowledgements, so a broker that is away is met by a backlog and not by silence.
 */

import { Random } from '../../../demo/random.ts'
import type { Timed } from './effects-check.ts'
import type { Happening } from './trial-producer.ts'

export interface SupplyOptions {
  /** Which key each event is of follows from it. Log it. */
  readonly seed: number
  /** Default 600. */
  readonly eventsPerSecond?: number
  /** How many keys; default 200. */
  readonly things?: number
  /** Anything more about an event. */
  readonly more?: (nth: number, random: Random) => Partial<Happening>
}

const everyMs = 20

/** TROUPE_TRIAL_SEED, to run again what a log names; default another one each time. */
export const trialSeed = (): number => Number(process.env['TROUPE_TRIAL_SEED'] ?? Date.now() % 2 ** 31)

export class Supply {
  /** Given to the producer so far, in this order, and when. */
  readonly produced: Timed[] = []
  readonly #publish: (happenings: readonly Happening[]) => Promise<unknown>
  readonly #random: Random
  readonly #options: Required<SupplyOptions>
  readonly #next = new Map<string, number>()
  readonly #begun = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #open = new Set<Promise<unknown>>()
  #failure: unknown
  #ended: number | undefined

  constructor(publish: (happenings: readonly Happening[]) => Promise<unknown>, options: SupplyOptions) {
    this.#publish = publish
    this.#options = { eventsPerSecond: 600, things: 200, more: () => ({}), ...options }
    this.#random = new Random(options.seed)
    this.#timer = setInterval(() => {
      this.#goOn()
    }, everyMs)
  }

  /** So far, or when it was stopped. */
  get eventsPerSecond(): number {
    return (1_000 * this.produced.length) / ((this.#ended ?? performance.now()) - this.#begun)
  }

  /** When all are acknowledged: they are what was produced. Throws if one was not. */
  async stop(): Promise<readonly Timed[]> {
    clearInterval(this.#timer)
    this.#ended ??= performance.now()
    while (this.#open.size > 0) await Promise.all(this.#open)
    if (this.#failure !== undefined) throw new Error('the supply failed', { cause: this.#failure })
    return this.produced
  }

  /** As many as the time that has passed asks for: a timer that is late is made up for. */
  #goOn(): void {
    const { eventsPerSecond } = this.#options
    const due = Math.floor(((performance.now() - this.#begun) * eventsPerSecond) / 1_000)
    const slice = Array.from({ length: due - this.produced.length }, (_, i) => this.#event(i))
    if (slice.length === 0) return
    const at = Date.now()
    this.produced.push(...slice.map(({ thing, n }) => ({ thing, n, at })))
    const publishing = this.#publish(slice)
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => this.#open.delete(publishing))
    this.#open.add(publishing)
  }

  #event(i: number): Happening {
    const { things, more } = this.#options
    const thing = `thing-${String(this.#random.below(things))}`
    const n = this.#next.get(thing) ?? 0
    this.#next.set(thing, n + 1)
    return { ...more(this.produced.length + i, this.#random), thing, n }
  }
}
