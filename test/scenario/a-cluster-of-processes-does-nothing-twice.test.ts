// A node of several processes does nothing twice and loses nothing: one of its processes, its primary alone and the whole
// node are killed in the middle of their work.

import t from 'tap'
import {
  assertEffectsOnce,
  carryOutKills,
  EffectsTrial,
  LastingNode,
  skipWithoutTrialServices,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()

const node = { PROCESSES: '2', PROCESS_RESTARTS: '100' }

t.test('SIGKILL of a process, of the primary, of the whole node', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t, { consumers: 1, env: node })
  const killed = new LastingNode(trial.consumers[0]!)
  t.teardown(() => killed.end())
  const strikes: readonly (() => Promise<void>)[] = [
    () => killed.killProcess(1),
    () => killed.killAll(),
    () => killed.killProcess(2),
    () => killed.killPrimary(),
  ]

  // when
  const struckAt = await carryOutKills({
    seed: trial.seed,
    times: 6,
    effectsBetween: [100, 900],
    victims: [killed],
    progress: () => trial.effects.count(),
    strike: async (_, nth) => {
      await killed.untilAllRun()
      await strikes[(nth - 1) % strikes.length]!()
    },
  })
  t.comment(`killed at ${struckAt.join(', ')} effects`)
  await killed.untilAllRun()
  const conclusion = await trial.conclude(60_000)

  // then
  assertEffectsOnce(t, conclusion)
  t.ok(conclusion.redeliveries > 0, 'and some of it was delivered again')
})

t.test('a stop under load ends in order', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t, { consumers: 1, env: node })
  const stopped = new LastingNode(trial.consumers[0]!)
  t.teardown(() => stopped.end())
  const { primary } = stopped

  // when
  await primary.life.stop('SIGTERM')
  const { exitCode } = primary.life
  primary.start()
  await stopped.untilAllRun()

  // then
  t.equal(exitCode, 0)
  assertEffectsOnce(t, await trial.conclude(60_000))
})
