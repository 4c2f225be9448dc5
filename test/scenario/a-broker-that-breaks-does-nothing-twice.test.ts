// A broker that breaks does nothing twice: its connections are reset and its network is silent, longer than sessions
// live; every event has its effect once, in order per key, and effects come again within 15 s.

import t, { type Test } from 'tap'
import { startKafkaBehindProxy, type KafkaBehindProxy } from '../harness/proxy/index.ts'
import { assertEffectsOnce, EffectsTrial, skipWithoutTrialServices } from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
const sessionTimeoutMs = 4_000

interface World extends KafkaBehindProxy {
  readonly trial: EffectsTrial
}

/** With a broker of its own. */
const begin = async (t: Test): Promise<World> => {
  const broker = await startKafkaBehindProxy()
  t.teardown(() => broker.close())
  return { ...broker, trial: await EffectsTrial.begin(t, { brokers: broker.bootstrapServers }) }
}

/** The first effects came in time, and then many. */
const untilWhole = async (t: Test, trial: EffectsTrial): Promise<void> => {
  const since = performance.now()
  await trial.untilMoreEffects(1, 15_000)
  t.comment(`effects again after ${(performance.now() - since).toFixed(0)} ms`)
  await trial.untilMoreEffects(1_000)
}

t.test('its connections are reset, three times', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t)

  // when
  for (let nth = 1; nth <= 3; nth += 1) {
    await trial.untilMoreEffects(500)
    proxy.resetAll()
    await untilWhole(t, trial)
  }
  const conclusion = await trial.conclude()

  // then
  t.ok(proxy.reset >= 9, `${String(proxy.reset)} connections were reset`)
  assertEffectsOnce(t, conclusion)
})

t.test('it is silent for longer than a session lives', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t)
  await trial.untilMoreEffects(1_000)

  // when: what is in flight is finished meanwhile, but nothing of it is committed
  proxy.freeze()
  await silence(2 * sessionTimeoutMs)
  proxy.thaw()
  await untilWhole(t, trial)
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
})

t.test('it refuses connections, and takes them again', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t)
  await trial.untilMoreEffects(1_000)

  // when
  await proxy.refuse()
  await silence(2 * sessionTimeoutMs)
  await proxy.pass()
  await untilWhole(t, trial)
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
})

/** The one thing here that is a time and no condition: how long nothing is heard. */
const silence = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
