// A stop and a start under load repeat nothing: each stop ends with exit code 0, and what was handled is not handled again
// where the drain ended in time; every event has its effect once, in order per key.

import t from 'tap'
import type { Random } from '../../demo/random.ts'
import {
  assertEffectsOnce,
  carryOutKills,
  EffectsTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

t.test('SIGTERM of one of two consumers, and its start', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t, {
    env: { ACTORS_DIR: 'test/scenario/obedient-actors', TRIAL_ORDER: 'partition' },
    supply: { more: (_, random: Random) => ({ holdMs: random.chance(0.01) ? 20 : 0 }) },
  })
  const stops = sizeOf('stops')
  const exitCodes: (number | null)[] = []

  // when
  await carryOutKills({
    seed: trial.seed,
    times: stops,
    effectsBetween: [300, 900],
    victims: trial.consumers,
    progress: () => trial.effects.count(),
    strike: async (victim) => {
      await waitUntil(`${victim.name} has partitions`, () => victim.partitions().size > 0)
      exitCodes.push((await victim.stop()).exitCode)
      victim.start()
    },
  })
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  t.same(
    exitCodes,
    Array.from({ length: stops }, () => 0),
    'each stop ended with exit code 0',
  )
  const drains = trial.consumers.flatMap((consumer) => consumer.lines('partitions revoked'))
  const late = drains.filter(({ drainedInTime }) => drainedInTime !== true).length
  t.comment(`${String(drains.length)} drains, ${String(late)} of them not in time`)
  if (late === 0) t.equal(conclusion.redeliveries, 0, 'nothing was handled again')
  tried(t, 'a stop and a start under load', stops)
})
