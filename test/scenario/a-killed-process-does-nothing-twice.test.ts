// A killed process does nothing twice: with effects 'postgres', consumers are killed over and over in the middle of
// their work, and every event has its effect once, those of each key in order. An effect outside the transaction is
// caught by the same trial.

import t, { type Test } from 'tap'
import {
  assertEffectsOnce,
  carryOutKills,
  EffectsTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()

const killsOf = async (t: Test, trial: EffectsTrial, times: number): Promise<void> => {
  const struckAt = await carryOutKills({
    seed: trial.seed,
    times,
    effectsBetween: [100, sizeOf('effectsBetweenKills')],
    victims: trial.consumers,
    progress: () => trial.effects.count(),
    strike: (victim) => victim.killAndRestart(),
  })
  t.comment(`killed at ${struckAt.join(', ')} effects`)
}

t.test('SIGKILL of one of two consumers, over and over', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t)

  // when
  const kills = sizeOf('kills')
  await killsOf(t, trial, kills)
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  t.ok(conclusion.redeliveries > 0, 'and some of it was delivered again')
  tried(t, `SIGKILL of a consumer, over ${String(conclusion.produced)} events`, kills)
})

t.test('an actor that writes beside its transaction is told from it', { skip }, async (t) => {
  // given
  const env = { ACTORS_DIR: 'test/scenario/mutant-actors', MUTANT: 'receive' }
  const trial = await EffectsTrial.begin(t, { env })

  // when
  await killsOf(t, trial, 3)
  const { verdict } = await trial.conclude()

  // then
  t.ok(verdict.duplicated.length > 0, `${String(verdict.duplicated.length)} effects happened twice`)
  t.same(verdict.lost, [], 'none is lost: it wrote too early, not too late')
})
