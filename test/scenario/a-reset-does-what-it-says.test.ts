// A reset does what it says: back with `keep` every record comes again and has no effect, back with `replay` it has its
// effect once more, forward the range is passed over; each is an event with its range, and the account stays whole.

import t from 'tap'
import {
  EffectsTrial,
  findingsOf,
  frontierOf,
  GroupAccount,
  skipWithoutTrialServices,
  toldOf,
  tried,
} from '../harness/scenario/index.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'

const skip = await skipWithoutTrialServices()

t.test('resets of a group at work', { skip, timeout: 300_000 }, async (t) => {
  // given: units at the ends of their logs. What a reset leaves behind in Kafka is not taken for a loss of Postgres.
  const trial = await EffectsTrial.begin(t, { consumers: 1, env: { ON_POSTGRES_BEHIND: 'quarantine' } })
  const account = GroupAccount.open(t, trial.trial, trialServices().DATABASE_URL)
  await trial.untilMoreEffects(1_500)
  await trial.supply.stop()
  const atFirst = await account.untilCaughtUp()
  const middles = atFirst.map((partition) => Math.floor(frontierOf(partition) / 2))
  const timesOf = async (): Promise<ReadonlyMap<string, number>> => {
    const times = new Map<string, number>()
    for (const { partition, offset } of await trial.effects.all()) {
      const place = `${String(partition)}/${String(offset)}`
      times.set(place, (times.get(place) ?? 0) + 1)
    }
    return times
  }
  /** Places whose effects happened another number of times than this. */
  const wrong = (
    times: ReadonlyMap<string, number>,
    expected: (partition: number, offset: number) => number,
  ) =>
    atFirst.flatMap((at, nth) =>
      Array.from({ length: frontierOf(at) }, (_, offset) => offset)
        .filter((offset) => (times.get(`${String(nth)}/${String(offset)}`) ?? 0) !== expected(nth, offset))
        .map((offset) => `${String(nth)}/${String(offset)}`),
    )
  t.same(
    wrong(await timesOf(), () => 1),
    [],
    'each record had its effect once',
  )

  await t.test('back, and what was handled stays handled', async (t) => {
    // when
    for (const [nth, { unit }] of atFirst.entries())
      t.ok(await account.reset(unit, { frontier: middles[nth]!, dedupe: 'keep', by: 'ada' }))
    const kept = await account.untilCaughtUp(atFirst)

    // then
    t.same(
      wrong(await timesOf(), () => 1),
      [],
      'no effect happened again',
    )
    kept.forEach((partition, nth) => {
      const end = frontierOf(atFirst[nth]!)
      t.same(toldOf(partition), [`reset ${String(end)}→${String(middles[nth])}`])
      t.equal(partition.stored?.counts.redelivered, end - middles[nth]!, 'all of it came again')
    })
    t.same(findingsOf(kept), [])
  })

  await t.test('back, and run again', async (t) => {
    // when
    const before = await account.audit()
    for (const [nth, { unit }] of before.entries())
      t.ok(await account.reset(unit, { frontier: middles[nth]!, dedupe: 'replay', by: 'ada' }))
    const replayed = await account.untilCaughtUp(before)

    // then
    t.same(
      wrong(await timesOf(), (partition, offset) => (offset < middles[partition]! ? 1 : 2)),
      [],
      'the effects from there on happened once more, the others did not',
    )
    t.same(
      replayed.map(({ stored }) => stored?.counts.applied),
      atFirst.map((partition, nth) => frontierOf(partition) - middles[nth]!),
    )
    t.same(findingsOf(replayed), [])
  })

  await t.test('forward, while nobody is at work', async (t) => {
    // given
    await trial.consumers[0]!.stop()
    const before = await account.audit()
    await trial.trial.producer.publish(
      Array.from({ length: 800 }, (_, n) => ({ thing: `later-${String(n % 100)}`, n, partition: n % 8 })),
    )

    // when: all but the last 10 of each partition are passed over
    for (const [nth, partition] of before.entries()) {
      const frontier = frontierOf(partition) + 90
      const dedupe = nth % 2 === 0 ? 'keep' : 'replay'
      t.ok(await account.reset(partition.unit, { frontier, dedupe, by: 'ada' }))
    }
    trial.consumers[0]!.start()
    const after = await account.untilCaughtUp(before)

    // then
    const handled = (await trial.effects.all()).filter(({ thing }) => thing.startsWith('later-'))
    t.equal(handled.length, 80, 'the last ten of each partition had their effects')
    after.forEach((partition, nth) => {
      const from = frontierOf(before[nth]!)
      t.same(toldOf(partition), [`reset ${String(from)}→${String(from + 90)}`])
      t.equal(partition.stored?.counts.applied, 10)
    })
    t.same(findingsOf(after), [])
  })
  tried(t, 'resets of 8 units, back with keep and replay, and forward', 3)
})
