// Partitions that are added under load lose and repeat nothing: keys move to other partitions while they are handled;
// every event has its effect once, and those of a key in one partition are in order. (Between two partitions there is none.)

import t from 'tap'
import {
  assertEffectsOnce,
  EffectsTrial,
  reorderedInPartition,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
const added = 4

t.test('four more partitions, under supply', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t)
  const additions = sizeOf('partitionAdditions')
  await trial.untilMoreEffects(1_000)

  for (let nth = 1; nth <= additions; nth += 1) {
    // when: producer and consumers learn of them each in their time
    const before = trial.trial.partitions.length
    await trial.trial.addPartitions(before + added)
    await trial.until(
      'the new partitions have effects',
      async () => (await trial.effects.partitions()) === before + added,
    )
    await trial.untilShared()
    await trial.untilMoreEffects(1_000)
  }
  const conclusion = await trial.conclude()

  // then
  const { verdict, ...rest } = conclusion
  assertEffectsOnce(t, {
    ...rest,
    verdict: { ...verdict, reordered: reorderedInPartition(await trial.effects.all()) },
  })
  t.comment(`${String(verdict.reordered.length)} events overtook one of their key in another partition`)
  tried(t, 'partitions added under load', additions)
})
