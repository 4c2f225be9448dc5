// Static members of a node move no partition: a process that is killed, or replaced by a rolling restart, comes back within
// the session time-out to the partitions that its slot had, and no other process hears of it.

import t from 'tap'
import { EffectsTrial, flawless, LastingNode, skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

t.test('static members that are killed, stopped and restarted move no partition', { skip }, async (t) => {
  // given: sessions longer than any restart
  const env = { PROCESSES: '3', KAFKA_STATIC_MEMBERSHIP: 'true', KAFKA_SESSION_TIMEOUT_MS: '180000' }
  // What moves is looked at here, not how fast records are: the supply is a light one.
  const trial = await EffectsTrial.begin(t, { consumers: 1, env, supply: { eventsPerSecond: 100 } })
  const steady = new LastingNode(trial.consumers[0]!)
  t.teardown(() => steady.end())
  const slots = [1, 2, 3]
  const shares = (): readonly (readonly string[])[] =>
    slots.map((slot) => steady.partitionsOf(steady.pids().get(slot) ?? 0) ?? [])
  // Of eight partitions; before that the group still moves some.
  await waitUntil('every process has its fair share', () => {
    const sizes = shares().map(({ length }) => length)
    return sizes.toSorted().join() === '2,3,3'
  })
  const before = shares()

  // when
  for (const slot of slots) {
    const pid = steady.pids().get(slot)
    await steady.killProcess(slot)
    await steady.untilAssigned(slot, pid)
  }
  await trial.untilMoreEffects(500)

  // then: each was assigned once what its predecessor had, and heard nothing more
  t.strictSame(shares(), before)
  for (const pid of steady.pids().values()) t.equal(steady.rebalancesOf(pid), 1)

  // when
  const killed = steady.pids()
  steady.primary.life.kill('SIGHUP')
  for (const slot of slots) await steady.untilAssigned(slot, killed.get(slot))
  await steady.primary.life.says('all processes were restarted')
  await trial.untilMoreEffects(500)

  // then
  t.strictSame(shares(), before)
  for (const pid of steady.pids().values()) t.equal(steady.rebalancesOf(pid), 1)
  const { verdict, wentBack } = await trial.conclude(60_000)
  t.same({ verdict, wentBack }, { verdict: flawless, wentBack: [] })
})
