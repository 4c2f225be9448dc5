// A timer fires once, whoever is killed: each event sets one, some fail at first, and while they wait, fire and fail
// consumers are killed. The state of a key counts each of its timers once.

import t from 'tap'
import { openDatabase } from '../../runtime/store/index.ts'
import {
  carryOutKills,
  EffectsTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

t.test('timers of 200 keys, and SIGKILL of one of two consumers', { skip }, async (t) => {
  // given
  const trial = await EffectsTrial.begin(t, {
    env: { ACTORS_DIR: 'test/scenario/timer-actors' },
    supply: { more: (_, random) => (random.chance(0.05) ? { failures: 1 + random.below(4) } : {}) },
  })
  const { group } = trial.trial
  const database = openDatabase({ url: trialServices().DATABASE_URL, maxConnections: 1 })
  t.teardown(() => database.close())
  const pending = async (): Promise<number> => {
    const [row] = await database.sql<{ count: number }>`
      select count(*)::integer as count from troupe.timers where group_id = ${group} and name <> 'never'`
    return row?.count ?? 0
  }

  // when
  const kills = sizeOf('timerKills')
  await carryOutKills({
    seed: trial.seed,
    times: kills,
    effectsBetween: [100, sizeOf('effectsBetweenKills')],
    victims: trial.consumers,
    progress: () => trial.effects.count(),
    strike: async (victim) => {
      await waitUntil('a timer waits', async () => (await pending()) > 0)
      await victim.killAndRestart()
    },
  })
  await trial.supply.stop()
  await trial.trial.untilAllCommitted()
  let left = 0
  await waitUntil('every timer has fired', async () => (left = await pending()) === 0, {
    everyMs: 50,
    progress: () => left,
  })
  const { verdict, produced } = await trial.conclude()

  // then
  t.same(
    {
      lost: verdict.lost.slice(0, 10),
      duplicated: verdict.duplicated.slice(0, 10),
      unknown: verdict.unknown,
    },
    { lost: [], duplicated: [], unknown: [] },
    'each timer fired, and none twice',
  )
  const [state] = await database.sql<{ timers: number }>`
    select sum((value ->> 'timers')::integer)::integer as timers from troupe.actor_state where group_id = ${group}`
  t.equal(state?.timers, produced, 'the states of the keys say the same')
  const never = await database.sql<{ key: string }>`
    select key from troupe.timers where group_id = ${group} and name = 'never'`
  const last = new Map(trial.supply.produced.map(({ thing, n }) => [thing, n]))
  t.same(
    never.map(({ key }) => key).sort(),
    [...last].flatMap(([thing, n]) => (n % 2 === 1 ? [thing] : [])).sort(),
    'and what was cancelled last is not there, what was set last is',
  )
  tried(t, `SIGKILL of a consumer, over ${String(produced)} timers`, kills)
})
