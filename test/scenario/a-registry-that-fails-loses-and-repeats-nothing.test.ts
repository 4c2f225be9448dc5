// A registry that fails loses and repeats nothing: it is away, slow, fails, answers garbage or not at all while events
// of versions come that nobody has read before. They wait; then every event has its effect once, in order per key, and
// none is dead-lettered.

import t from 'tap'
import { eventType } from '../../runtime/actor/index.ts'
import {
  assertEffectsOnce,
  EffectsTrial,
  RegistryGate,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import { ThingHappened } from './schemas/things.ts'

const skip = await skipWithoutTrialServices()
const modes = ['cut', 'failing', 'garbage', 'silent', 'slow'] as const

t.test('five kinds of a registry that is of no use, under supply', { skip }, async (t) => {
  // given
  const registry = await RegistryGate.start()
  t.teardown(() => registry.close())
  const trial = await EffectsTrial.begin(t, { registryUrl: registry.url })
  const { producer } = trial.trial
  const rounds = sizeOf('registryRounds')
  const waits = (): readonly number[] =>
    trial.consumers.map((consumer) => consumer.lines(/waiting for the registry/).length)

  for (let round = 1; round <= rounds; round += 1) {
    for (const mode of modes) {
      // when: it fails, and from now on all events are of a version that no consumer has read
      await trial.untilMoreEffects(300)
      const before = waits()
      await producer.write(versionWith(`${mode}${String(round)}`))
      registry.refused = 0
      await registry.set(mode)
      if (mode === 'slow') await trial.until('it was asked', () => registry.refused > 0)
      else await trial.until('each consumer waits', () => waits().every((now, i) => now > (before[i] ?? 0)))
      if (mode === 'slow') await trial.untilMoreEffects(300)
      await registry.set('open')

      // then
      await trial.untilMoreEffects(300)
      t.same(await trial.trial.deadLetters(), [], `${mode}: nothing is dead-lettered`)
    }
  }
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  tried(t, 'a registry away, failing, answering garbage, silent, slow: each', rounds)
})

/** A next version of the schema: its id is one nobody has asked for. */
const versionWith = (name: string) => {
  const schema = ThingHappened.schema as Record<string, unknown> & { readonly fields: object[] }
  const fields = [...schema.fields, { name, type: 'string', default: '' }]
  return eventType<ThingHappened>(ThingHappened.name, { ...schema, fields })
}
