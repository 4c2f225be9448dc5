/** A trial whose supply has poison in it: each of it must end as a dead letter with its cause, and all else as an effect. */

import type { Message } from 'node-rdkafka'
import type { Test } from 'tap'
import { waitUntil } from '../wait-until.ts'
import { nameOf } from './effects-check.ts'
import {
  assertEffectsOnce,
  EffectsTrial,
  type EffectsConclusion,
  type EffectsTrialOptions,
} from './effects-trial.ts'
import type { Happening } from './trial-producer.ts'
import { tried } from './trial-size.ts'
import { waitsBehind, type PoisonedPlace } from './waits-behind.ts'
import type { Wait } from './waits.ts'

export interface Poison {
  readonly what: string
  readonly made: Partial<Happening>
  /** What its dead letter says, by header. */
  readonly says: Readonly<Record<string, RegExp>>
  /** Nobody said that it may happen: it is told as an unhandled exception too. */
  readonly isUnhandled: boolean
}

export interface PoisonTrialOptions extends Omit<EffectsTrialOptions, 'supply'> {
  readonly poisons: readonly Poison[]
  /** Which events are poison, the kinds in turn: a share of them, by chance, up to `most`. */
  readonly share: number
  readonly most?: number
  /** How many events there are at least. */
  readonly events: number
}

export interface PoisonConclusion extends EffectsConclusion {
  /** Events behind poison in its partition that had their effects before it was given up. */
  readonly wentBy: number
}

export class PoisonTrial {
  readonly trial: EffectsTrial
  readonly #options: PoisonTrialOptions
  /** By their place in the supply. */
  readonly #kinds: Map<number, Poison>

  static async begin(t: Test, options: PoisonTrialOptions): Promise<PoisonTrial> {
    const { poisons, share, most = Infinity, ...rest } = options
    const kinds = new Map<number, Poison>()
    const trial = await EffectsTrial.begin(t, {
      ...rest,
      env: { ACTORS_DIR: 'test/scenario/obedient-actors', ...rest.env },
      supply: {
        more: (nth, random) => {
          if (!random.chance(share) || kinds.size >= most) return {}
          const poison = poisons[kinds.size % poisons.length]!
          kinds.set(nth, poison)
          return poison.made
        },
      },
    })
    return new PoisonTrial(trial, options, kinds)
  }

  private constructor(trial: EffectsTrial, options: PoisonTrialOptions, kinds: Map<number, Poison>) {
    this.trial = trial
    this.#options = options
    this.#kinds = kinds
  }

  async untilProduced(): Promise<void> {
    const { events } = this.#options
    await waitUntil('enough events were produced', () => this.trial.supply.produced.length >= events, {
      timeoutMs: 60_000 + 4 * events,
    })
  }

  /** Concludes, and asserts what is promised of poison. */
  async assertHarmless(t: Test, timeoutMs?: number): Promise<PoisonConclusion> {
    const conclusion = await this.trial.conclude(timeoutMs)
    const { produced } = this.trial.supply
    const poisoned = new Map([...this.#kinds].map(([nth, poison]) => [nameOf(produced[nth]!), poison]))
    assertEffectsOnce(t, conclusion, new Set(poisoned.keys()))
    t.same(new Set(conclusion.verdict.lost), new Set(poisoned.keys()), 'what has no effect is the poison')
    const wentBy = await this.#assertLetters(t, poisoned, conclusion.waits)
    for (const { what } of this.#options.poisons) {
      const times = [...this.#kinds.values()].filter((poison) => poison.what === what).length
      t.ok(times > 0, `${what}: ${String(times)}`)
      tried(t, `poison among ${String(produced.length)} events: ${what}`, times)
    }
    return { ...conclusion, wentBy }
  }

  async #assertLetters(
    t: Test,
    poisoned: ReadonlyMap<string, Poison>,
    waits: readonly Wait[],
  ): Promise<number> {
    const letters = (await this.trial.trial.deadLetters()).map(headersOf)
    const named = letters.map(namedBy)
    t.same(named.toSorted(), [...poisoned.keys()].toSorted(), 'each is dead-lettered once')
    const wrong = letters.filter((says, i) => {
      const expected = Object.entries(poisoned.get(named[i] ?? '')?.says ?? {})
      return expected.length === 0 || !expected.every(([name, pattern]) => pattern.test(says[name] ?? ''))
    })
    t.same(wrong.slice(0, 3), [], 'with its cause')
    await this.#assertUnhandled(t, poisoned, letters)
    const behind = waitsBehind(
      waits,
      letters.map((says) => placeOf(says, poisoned.get(namedBy(says))?.what ?? '')),
    )
    for (const [what, { longestMs, wentBy }] of behind)
      t.comment(
        `behind what ${what} events waited for up to ${longestMs.toFixed(0)} ms; ${String(wentBy)} went by`,
      )
    return [...behind.values()].reduce((sum, { wentBy }) => sum + wentBy, 0)
  }

  async #assertUnhandled(
    t: Test,
    poisoned: ReadonlyMap<string, Poison>,
    letters: readonly LetterHeaders[],
  ): Promise<void> {
    const told = (await this.trial.trial.unhandledExceptions()).map(headersOf)
    const expected = letters.filter((letter) => poisoned.get(namedBy(letter))?.isUnhandled)
    const byName = (a: LetterHeaders, b: LetterHeaders): number => (namedBy(a) < namedBy(b) ? -1 : 1)
    t.same(told.map(namedBy).toSorted(), expected.map(namedBy).toSorted(), 'each exception is told once')
    t.same(told.toSorted(byName), expected.toSorted(byName), 'as its dead letter says it')
  }
}

type LetterHeaders = Readonly<Record<string, string>>

const headersOf = ({ headers }: Message): LetterHeaders =>
  Object.fromEntries(
    headers?.flatMap((header) => Object.entries(header).map(([name, text]) => [name, String(text)])) ?? [],
  )

const placeOf = (says: LetterHeaders, what: string): PoisonedPlace => ({
  what,
  partition: Number(says['dlq-partition']),
  offset: Number(says['dlq-offset']),
  givenUpAt: Date.parse(says['dlq-failed-at'] ?? ''),
})

const namedBy = ({ 'event-id': id = '' }: LetterHeaders): string => id.replace(/-(\d+)$/, '#$1')
