/**
 * A trial of effects that happen once: a supply that goes on, consumer processes that write effects to a table that
 * accepts everything, and a verdict on what is in it at the end. What is done to them meanwhile is the scenario's.
 */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { migrate } from '../../../runtime/store/index.ts'
import type { TroupeProcess } from '../troupe-process.ts'
import { waitUntil } from '../wait-until.ts'
import { checkEffects, flawless, nameOf, type EffectsVerdict } from './effects-check.ts'
import { EffectsTable } from './effects-table.ts'
import { LastingProcess } from './lasting-process.ts'
import { trialServices } from './services-of-trials.ts'
import { Supply, trialSeed, type SupplyOptions } from './supply.ts'
import { Trial, type TrialOptions } from './trial.ts'
import type { CommittedSampler } from './committed-sampler.ts'
import { lengthMs, timelineOf, waitsOf, type Wait } from './waits.ts'

export interface EffectsTrialOptions extends Omit<TrialOptions, 'partitions'> {
  readonly consumers?: number
  /** Of Postgres itself, for the checker; `databaseUrl` may lead through a proxy. Default the shared one. */
  readonly checkerUrl?: string
  readonly supply?: Omit<SupplyOptions, 'seed'>
  /** For the consumer of this name alone. */
  readonly envOf?: (name: string) => Readonly<Record<string, string>>
  /** Of the version that the consumer of this name is started from; undefined: this one. */
  readonly rootOf?: (name: string) => string | undefined
}

export interface EffectsConclusion {
  readonly verdict: EffectsVerdict
  readonly produced: number
  /** Committed offsets that went back, in words. */
  readonly wentBack: readonly string[]
  readonly samples: number
  readonly deadLetters: number
  /** How often a record was given to the actor though it had been given before. */
  readonly redeliveries: number
  readonly eventsPerSecond: number
  /** Of every event with an effect; the longest first. */
  readonly waits: readonly Wait[]
  /** What the consumers said while the longest lasted. */
  readonly timeline: readonly string[]
}

const partitions = 8

export class EffectsTrial {
  readonly trial: Trial
  readonly seed: number
  readonly effects: EffectsTable
  readonly consumers: readonly LastingProcess[]
  readonly supply: Supply
  readonly #sampler: CommittedSampler

  /** All run, and effects come. */
  static async begin(t: Test, options: EffectsTrialOptions = {}): Promise<EffectsTrial> {
    const seed = trialSeed()
    t.comment(`seed ${String(seed)}`)
    const {
      consumers = 2,
      checkerUrl = trialServices().DATABASE_URL,
      supply,
      env,
      envOf,
      rootOf,
      ...rest
    } = options
    await migrate({ url: checkerUrl })
    const trial = await Trial.begin(t, {
      partitions,
      ...rest,
      env: { ACTORS_DIR: 'test/scenario/effects-actors', ...env },
    })
    const effects = await EffectsTable.open(checkerUrl, trial.group)
    t.teardown(() => effects.close())
    const processes = Array.from({ length: consumers }, (_, i) => {
      const name = `consumer-${String(i + 1)}`
      const launch = (life: string, own: Readonly<Record<string, string>>): TroupeProcess =>
        trial.launch(life, own, undefined, rootOf?.(name))
      return new LastingProcess(name, launch, envOf?.(name))
    })
    for (const each of processes) await each.untilRunning()
    await untilShared(trial, processes)
    const begun = new EffectsTrial(
      trial,
      seed,
      effects,
      processes,
      new Supply((happenings) => trial.producer.publish(happenings), { ...supply, seed }),
    )
    t.teardown(() => begun.supply.stop().catch(() => undefined))
    await effects.untilAtLeast(1)
    return begun
  }

  private constructor(
    trial: Trial,
    seed: number,
    effects: EffectsTable,
    consumers: readonly LastingProcess[],
    supply: Supply,
  ) {
    this.trial = trial
    this.seed = seed
    this.effects = effects
    this.consumers = consumers
    this.supply = supply
    this.#sampler = trial.sampleCommits()
  }

  /** The group has settled: each consumer has partitions, and all of them have an owner. */
  async untilShared(): Promise<void> {
    await untilShared(this.trial, this.consumers)
  }

  /** Waits for something else for as long as effects go on: with a backlog it comes late. */
  async until(why: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    let effects = 0
    const look = async (): Promise<boolean> => {
      effects = await this.effects.count()
      return await condition()
    }
    await waitUntil(why, look, { everyMs: 50, progress: () => effects })
  }

  /** So many effects more than now: what was broken is whole again, and was so for a while. */
  async untilMoreEffects(count: number, timeoutMs?: number): Promise<void> {
    const now = await this.effects.count()
    await this.effects.untilAtLeast(now + count, timeoutMs)
  }

  /** How often partitions were assigned to its processes so far: rebalances that one of them noticed. */
  assignments(): number {
    return this.consumers.flatMap((consumer) => consumer.lines('partitions assigned')).length
  }

  /** Ends the supply, waits until all is done that will be done, and looks. A commit refused in a rebalance must come again by itself. */
  async conclude(timeoutMs = 40_000): Promise<EffectsConclusion> {
    const produced = await this.supply.stop()
    await this.trial.untilAllCommitted(timeoutMs)
    const effects = await this.effects.all()
    const waits = waitsOf(produced, effects)
    const said = this.consumers.flatMap((consumer) =>
      consumer.lines(/./).map((line) => ({ by: consumer.name, line })),
    )
    return {
      verdict: checkEffects(produced, effects),
      produced: produced.length,
      wentBack: await this.#sampler.stop(),
      samples: this.#sampler.samples.length,
      deadLetters: (await this.trial.deadLetters()).length,
      redeliveries: this.#deliveries() - produced.length,
      eventsPerSecond: this.supply.eventsPerSecond,
      waits,
      timeline: waits[0] === undefined ? [] : timelineOf(waits[0], said),
    }
  }

  #deliveries(): number {
    return statSync(join(this.trial.folder, 'deliveries'), { throwIfNoEntry: false })?.size ?? 0
  }
}

const untilShared = async (trial: Trial, consumers: readonly LastingProcess[]): Promise<void> => {
  const partitions = trial.partitions.length
  await waitUntil('every consumer has partitions, and every partition an owner', () => {
    const shares = consumers.map((consumer) => consumer.partitions())
    const owned = shares.flatMap((share) => [...share])
    return (
      shares.every(({ size }) => size > 0) &&
      owned.length === partitions &&
      new Set(owned).size === partitions
    )
  })
}

/** How much it was, for people. */
const tell = (t: Test, conclusion: EffectsConclusion): void => {
  const { produced, samples, redeliveries, eventsPerSecond, waits, timeline } = conclusion
  const [longest] = waits
  t.comment(
    `${String(produced)} events at ${eventsPerSecond.toFixed(0)}/s, ${String(redeliveries)} redeliveries, ` +
      `${String(samples)} looks at the committed offsets`,
  )
  if (longest === undefined) return
  const share = (of: number): string => lengthMs(waits[Math.floor(waits.length * of)] ?? longest).toFixed(0)
  t.comment(
    `waits: half within ${share(0.5)} ms, 99 of 100 within ${share(0.01)} ms, the longest ` +
      `${lengthMs(longest).toFixed(0)} ms: ${nameOf(longest)}, partition ${String(longest.partition)}, ` +
      `offset ${String(longest.offset)}\n${timeline.join('\n')}`,
  )
}

/** The promise of effects 'postgres', as assertions. `poison`: what has no effect, and a dead letter each. */
export const assertEffectsOnce = (
  t: Test,
  conclusion: EffectsConclusion,
  poison: ReadonlySet<string> = new Set(),
): void => {
  const { verdict, wentBack, samples, deadLetters, eventsPerSecond } = conclusion
  tell(t, conclusion)
  const first = (all: readonly string[]): readonly string[] => all.slice(0, 10)
  t.same(
    {
      lost: first(verdict.lost.filter((name) => !poison.has(name))),
      duplicated: first(verdict.duplicated),
      reordered: first(verdict.reordered),
      unknown: first(verdict.unknown),
    },
    flawless,
    'nothing lost, nothing twice, every key in order',
  )
  t.same(first(wentBack), [], 'no committed offset went back')
  t.ok(samples > 0, 'and they were looked at')
  t.equal(deadLetters, poison.size, poison.size === 0 ? 'nothing was dead-lettered' : 'a dead letter each')
  t.ok(eventsPerSecond >= 500, 'under a supply of 500 events/s or more')
}
