// A rolling upgrade does nothing twice: processes of the version before are replaced one by one, under load and with the
// tables of the new version; every event has its effect once, in order per key, also where the new ones are taken back.

import t from 'tap'
import {
  assertEffectsOnce,
  EffectsTrial,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import { previousBuild, skipWithoutPrevious } from '../harness/scenario/previous-build.ts'

const skip = (await skipWithoutTrialServices()) || skipWithoutPrevious()

t.test('from the version before, and back', { skip, timeout: 300_000 }, async (t) => {
  // given
  const previous = previousBuild(t)
  const isNew = new Map<string, boolean>()
  const trial = await EffectsTrial.begin(t, {
    rootOf: (name) => (isNew.get(name) === true ? undefined : previous.root),
  })
  await trial.untilMoreEffects(500)

  // when
  for (const version of ['new', 'previous', 'new'] as const) {
    for (const consumer of trial.consumers) {
      isNew.set(consumer.name, version === 'new')
      t.equal((await consumer.stop()).exitCode, 0)
      consumer.start()
      await trial.untilShared()
      await trial.untilMoreEffects(300)
    }
  }
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  tried(t, `a rolling upgrade of 2 processes from ${previous.commit.slice(0, 12)}, back, and again`, 1)
})
