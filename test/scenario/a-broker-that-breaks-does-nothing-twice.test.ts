// A broker that breaks does nothing twice: its connections are reset and its network is silent, longer than sessions
// live; every event has its effect once, in order per key, and effects come again within 15 s.

import t, { type Test } from 'tap'
import { startKafkaBehindProxy, type KafkaBehindProxy } from '../harness/proxy/index.ts'
import {
  assertEffectsOnce,
  EffectsTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
/** Longer than a session lives: 4 s. */
const awayMs = sizeOf('brokerAwayMs')

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

t.test('its connections are reset, over and over', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t)

  // when
  const resets = sizeOf('brokerResets')
  for (let nth = 1; nth <= resets; nth += 1) {
    await trial.untilMoreEffects(500)
    proxy.resetAll()
    await untilWhole(t, trial)
  }
  const conclusion = await trial.conclude()

  // then
  t.ok(proxy.reset >= 3 * resets, `${String(proxy.reset)} connections were reset`)
  assertEffectsOnce(t, conclusion)
  tried(t, "the broker's connections reset", resets)
})

t.test('it is silent for longer than a session lives', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t)
  await trial.untilMoreEffects(1_000)

  // when: what is in flight is finished meanwhile, but nothing of it is committed
  const silences = sizeOf('brokerSilences')
  for (let nth = 1; nth <= silences; nth += 1) {
    proxy.freeze()
    await silence(awayMs)
    proxy.thaw()
    await untilWhole(t, trial)
  }
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  tried(t, `the broker silent for ${String(awayMs)} ms`, silences)
})

t.test('it refuses connections, and takes them again', { skip }, async (t) => {
  // given
  const { trial, proxy } = await begin(t)
  await trial.untilMoreEffects(1_000)

  // when
  const refusals = sizeOf('brokerRefusals')
  for (let nth = 1; nth <= refusals; nth += 1) {
    await proxy.refuse()
    await silence(awayMs)
    await proxy.pass()
    await untilWhole(t, trial)
  }
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  tried(t, `the broker refuses connections for ${String(awayMs)} ms`, refusals)
})

/** The one thing here that is a time and no condition: how long nothing is heard. */
const silence = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
