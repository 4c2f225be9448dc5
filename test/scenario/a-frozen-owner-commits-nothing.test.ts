// A frozen owner commits nothing: a process is stopped for longer than its session lives, others take over, and it goes on
// where it stood, also in the middle of a transaction; or its main thread stands still and its workers go on. Every event
// has its effect once, in order per key, and none comes from who was not the owner.

import t from 'tap'
import { assertEffectsOnce, FrozenOwner, skipWithoutTrialServices, tried } from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()

t.test('SIGSTOP wherever it stands', { skip }, async (t) => {
  // given
  const world = await FrozenOwner.begin(t)
  const { trial, victim } = world
  await trial.untilMoreEffects(500)

  // when
  victim.freeze()
  await world.untilInherited()
  await trial.untilMoreEffects(1_000)
  victim.thaw()
  const stale = await world.untilShared()
  await trial.untilMoreEffects(500)
  const conclusion = await trial.conclude()

  // then
  t.same(stale, [], 'nothing is committed by the stale owner')
  assertEffectsOnce(t, conclusion)
  tried(t, 'SIGSTOP of a consumer past its session', 1)
})

t.test('SIGSTOP inside an open transaction', { skip }, async (t) => {
  // given
  const world = await FrozenOwner.begin(t)
  const { trial, victim, holds } = world
  await trial.untilMoreEffects(500)

  // when
  await holds.hold('commit', victim.name)
  victim.freeze()
  await world.untilInherited()
  await trial.untilMoreEffects(1_000)
  holds.release('commit', victim.name)
  victim.thaw()
  const stale = await world.untilShared()
  await trial.untilMoreEffects(500)
  const conclusion = await trial.conclude()

  // then
  t.same(stale, [], 'nothing is committed by the stale owner')
  assertEffectsOnce(t, conclusion)
  tried(t, 'SIGSTOP of a consumer in the middle of a transaction', 1)
})

t.test('a main thread that stands still, and workers that go on', { skip }, async (t) => {
  // given
  const world = await FrozenOwner.begin(t)
  const { trial } = world

  // when
  const stale = await world.goOnUnawares()
  await trial.untilMoreEffects(500)
  const conclusion = await trial.conclude()

  // then
  t.same(stale, [], 'nothing is committed by the stale owner')
  assertEffectsOnce(t, conclusion)
  tried(t, 'a main thread that stands still past its poll interval', 1)
})
