// A parked key keeps its order and holds up nobody: what fails waits in Postgres with all that comes behind it, its
// partition goes on to the end, and processes are killed meanwhile: each event has its effect once, each key in order.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  assertEffectsOnce,
  carryOutKills,
  EffectsTrial,
  ParkedTable,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

const parkedOf = (t: Test, { trial }: EffectsTrial): ParkedTable => {
  const parked = new ParkedTable(trialServices().DATABASE_URL, trial.group)
  t.teardown(() => parked.close())
  return parked
}

t.test('one of ten events fails once or twice, and consumers are killed', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t, {
    env: { ACTORS_DIR: 'test/scenario/parking-actors' },
    supply: { more: (_, random) => (random.chance(0.1) ? { failures: 1 + random.below(2) } : {}) },
  })
  const parked = parkedOf(t, trial)

  // when: each is killed while keys are parked
  const kills = sizeOf('parkingKills')
  const parkedAtKills: number[] = []
  await carryOutKills({
    seed: trial.seed,
    times: kills,
    effectsBetween: [100, sizeOf('effectsBetweenKills')],
    victims: trial.consumers,
    progress: () => trial.effects.count(),
    strike: async (victim) => {
      await waitUntil('a key is parked', async () => (await parked.records()) > 0)
      await victim.killAndRestart()
      parkedAtKills.push(await parked.records())
    },
  })
  await trial.supply.stop()
  await trial.trial.untilAllCommitted()
  await parked.untilNothing()
  const conclusion = await trial.conclude()

  // then
  t.comment(`parked at the kills: ${parkedAtKills.join(', ')}`)
  assertEffectsOnce(t, conclusion)
  const counted = await parked.counted()
  t.equal(counted.parked, 0, 'what was parked has another outcome')
  tried(t, `SIGKILL of a consumer with parked keys, over ${String(conclusion.produced)} events`, kills)
})

t.test('one key fails until somebody mends its cause', { skip }, async (t) => {
  // given: the first event of one thing fails for as long as its cause is there
  const trial = await EffectsTrial.begin(t, {
    env: { ACTORS_DIR: 'test/scenario/parking-actors', TRIAL_DELAY_MS: '20' },
    supply: { things: 40 },
  })
  const parked = parkedOf(t, trial)
  const stuck = { thing: 'stuck', count: 30 }
  const events = Array.from({ length: stuck.count }, (_, n) => ({ thing: stuck.thing, n }))
  await trial.trial.producer.publish(
    events.map((event) => ({ ...event, gate: event.n === 0 ? 'mended' : '' })),
  )

  // when
  await trial.supply.stop()
  await trial.trial.untilAllCommitted()

  // then
  const [key] = await parked.keys()
  t.equal(key?.records, stuck.count, 'all of its key wait, while everything is committed')
  t.equal(await trial.effects.countOf(events), 0)
  const others = trial.supply.produced
  t.equal(await trial.effects.countOf(others), others.length, 'and all others have had their effects')

  // when
  writeFileSync(join(trial.trial.folder, 'mended'), '')
  await parked.untilNothing()

  // then
  const ofKey = (await trial.effects.all()).filter(({ thing }) => thing === stuck.thing)
  t.same(
    ofKey.map(({ n }) => n),
    events.map(({ n }) => n),
    'it catches up in order, each once',
  )
})

t.test('a key is held once its record is dead, until an operator lets it go', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t, {
    env: { ACTORS_DIR: 'test/scenario/parking-actors', TRIAL_DELAY_MS: '20', TRIAL_ATTEMPTS: '2' },
    supply: { things: 40 },
  })
  const parked = parkedOf(t, trial)
  const of = (thing: string): readonly { readonly thing: string; readonly n: number }[] =>
    [0, 1, 2, 3].map((n) => ({ thing, n }))
  const publish = (thing: string, failing: readonly number[]): Promise<readonly { partition: number }[]> =>
    trial.trial.producer.publish(
      of(thing).map((event) => ({ ...event, failures: failing.includes(event.n) ? 9 : 0 })),
    )
  const [dead] = await publish('dead', [0])
  const [skipped] = await publish('skipped', [0, 2])
  await trial.supply.stop()
  await trial.trial.untilAllCommitted()

  // when
  const held = await parked.until(
    'both keys are held',
    (keys) => keys.length === 2 && keys.every((key) => key.held),
  )

  // then
  t.same(
    held.map(({ parkingKey, records }) => [parkingKey, records]),
    [
      ['key dead', 3],
      ['key skipped', 3],
    ],
  )
  t.equal(await trial.effects.countOf([...of('dead'), ...of('skipped')]), 0)

  // when: one is let go; of the other one the next record is left out, and the one behind it dies
  const ask = async (kind: 'release' | 'skip', thing: string, partition: number): Promise<void> => {
    const unit = parked.unit('parks', trial.trial.topic, partition)
    const parkingKey = `key ${thing}`
    const [first] = await parked.store.queue(unit, parkingKey)
    await parked.store.ask({
      unit,
      parkingKey,
      kind,
      offset: kind === 'skip' ? first?.original.offset : undefined,
      by: 'ada',
    })
  }
  await ask('release', 'dead', dead!.partition)
  await ask('skip', 'skipped', skipped!.partition)
  const [again] = await parked.until(
    'one key is left, with one record',
    (keys) => keys.length === 1 && keys[0]!.records === 1 && keys[0]!.held,
  )
  await ask('release', 'skipped', skipped!.partition)
  await parked.untilNothing()

  // then
  t.equal(again?.parkingKey, 'key skipped')
  const effects = (await trial.effects.all()).map(({ thing, n }) => `${thing} ${String(n)}`)
  t.same(effects.filter((name) => /^(dead|skipped)/.test(name)).sort(), [
    'dead 1',
    'dead 2',
    'dead 3',
    'skipped 3',
  ])
  t.equal((await trial.trial.deadLetters()).length, 3, 'and a dead letter for each that died')
})
