// Fence, ledger and inbox each keep a promise that the others don't: where events are not known again by their keys the
// ledger alone keeps effects from happening twice; and with any of the three off a trial fails that passes with it on.

import { resolve } from 'node:path'
import t, { type Test } from 'tap'
import {
  assertEffectsOnce,
  carryOutKills,
  EffectsTrial,
  FrozenOwner,
  skipWithoutTrialServices,
} from '../harness/scenario/index.ts'
import type { Mutant } from '../harness/store/mutant-stores.ts'

const skip = await skipWithoutTrialServices()
const preload = resolve(import.meta.dirname, '../harness/store/mutant-preload.ts')

const withMutant = (mutant: Mutant | undefined): Readonly<Record<string, string>> =>
  mutant === undefined ? {} : { NODE_OPTIONS: `--import=${preload}`, TROUPE_MUTANT: mutant }

/** Of a process that is killed everything comes again that its frontiers did not cover, and nobody knows its key. */
const killsOfTheBlind = async (t: Test, order: string, mutant?: Mutant): Promise<EffectsTrial> => {
  const trial = await EffectsTrial.begin(t, {
    env: {
      ACTORS_DIR: 'test/scenario/held-actors',
      TRIAL_KEYS: 'blind',
      TRIAL_ORDER: order,
      COMMIT_INTERVAL_MS: '2000',
      ...withMutant(mutant),
    },
  })
  await carryOutKills({
    seed: trial.seed,
    times: 3,
    effectsBetween: [200, 900],
    victims: trial.consumers,
    progress: () => trial.effects.count(),
    strike: (victim) => victim.killAndRestart(),
  })
  return trial
}

for (const order of ['key', 'partition']) {
  t.test(`order by ${order}: without the inbox's help, kills do nothing twice`, { skip }, async (t) => {
    const trial = await killsOfTheBlind(t, order)
    assertEffectsOnce(t, await trial.conclude())
  })
}

t.test('with the ledger off they do', { skip }, async (t) => {
  const trial = await killsOfTheBlind(t, 'key', 'ledger off')
  const { verdict } = await trial.conclude()
  t.ok(verdict.duplicated.length > 0, `${String(verdict.duplicated.length)} effects happened twice`)
})

/** Events that a producer sends again come at other offsets. */
const sentTwice = async (t: Test, mutant?: Mutant): Promise<EffectsTrial> => {
  const trial = await EffectsTrial.begin(t, { env: withMutant(mutant) })
  await trial.untilMoreEffects(500)
  await trial.trial.producer.publish(
    trial.supply.produced.slice(0, 300).map(({ thing, n }) => ({ thing, n })),
  )
  return trial
}

t.test('what a producer sends again happens once', { skip }, async (t) => {
  const trial = await sentTwice(t)
  assertEffectsOnce(t, await trial.conclude())
})

t.test('with the inbox off it happens again', { skip }, async (t) => {
  const trial = await sentTwice(t, 'inbox off')
  const { verdict } = await trial.conclude()
  // An event that comes twice in one batch is known without the inbox.
  t.ok(verdict.duplicated.length > 100, `${String(verdict.duplicated.length)} effects happened twice`)
})

t.test('with the fence off a frozen owner commits what is not its own', { skip }, async (t) => {
  // given, when: as in a-frozen-owner-commits-nothing, where it commits nothing
  const world = await FrozenOwner.begin(t, { env: withMutant('fence off') })
  const stale = await world.goOnUnawares()
  // then
  t.ok(stale.length > 0, `${String(stale.length)} effects came from who was not the owner`)
})
