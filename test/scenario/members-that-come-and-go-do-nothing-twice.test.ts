// Members that come and go do nothing twice: processes join the group and are asked to leave it, one after the other and
// faster than rebalances end; every event has its effect once, in order per key, and the lag goes back to 0.

import t from 'tap'
import {
  assertEffectsOnce,
  carryOutKills,
  Crowd,
  EffectsTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()

t.test('up to four members, one of them changing all the time', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t)
  const changes = sizeOf('membersChanges')
  const crowd = new Crowd({
    seed: trial.seed,
    most: 4,
    present: trial.consumers.map(({ life }) => life),
    launch: (name) => trial.trial.launch(name, { NODE_NAME: name }),
  })

  // when: at 600 events a second, every two seconds at the latest as long as effects keep up
  const begun = performance.now()
  await carryOutKills({
    seed: trial.seed,
    times: changes,
    effectsBetween: [300, 1_200],
    victims: [crowd],
    progress: () => trial.effects.count(),
    strike: (members) => members.change(),
  })
  t.comment(`${String(changes)} changes in ${((performance.now() - begun) / 1_000).toFixed(0)} s`)
  const ended = performance.now()
  const conclusion = await trial.conclude()
  t.comment(`lag back to 0 after ${(performance.now() - ended).toFixed(0)} ms`)
  await crowd.untilLeft()

  // then
  assertEffectsOnce(t, conclusion)
  t.ok(
    crowd.joined > 0 && crowd.left.length > 0,
    `${String(crowd.joined)} joined and ${String(crowd.left.length)} left`,
  )
  t.same(
    crowd.left.map(({ exitCode }) => exitCode),
    crowd.left.map(() => 0),
    'those who left ended as asked',
  )
  tried(t, 'members joined', crowd.joined)
  tried(t, 'members left by SIGTERM', crowd.left.length)
})
