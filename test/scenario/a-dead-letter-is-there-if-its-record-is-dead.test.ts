// With effects in Postgres a dead letter is there if and only if its record is dead: consumers are killed over and over
// while they give up one event in twenty, and what the inbox says is dead or refused is what the index has, and what is on
// the topic, once each.

import t from 'tap'
import { openDatabase } from '../../runtime/store/index.ts'
import {
  carryOutKills,
  PoisonTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'

const skip = await skipWithoutTrialServices()

t.test('SIGKILL of consumers that give up records', { skip }, async (t) => {
  // given
  const poison = await PoisonTrial.begin(t, {
    poisons: [
      {
        what: 'throws',
        isUnhandled: true,
        made: { failures: 99 },
        says: { 'dlq-outcome': /^exhausted$/ },
      },
      {
        what: 'refused',
        isUnhandled: false,
        made: { gate: 'refused' },
        says: { 'dlq-outcome': /^rejected$/ },
      },
      {
        what: 'cut off',
        isUnhandled: false,
        made: { damage: (value) => value.subarray(0, value.length - 1) },
        says: { 'dlq-outcome': /^undecodable$/ },
      },
    ],
    share: 0.05,
    events: 0,
  })
  const { trial } = poison
  const database = openDatabase({ url: trialServices().DATABASE_URL, maxConnections: 1 })
  t.teardown(() => database.close())
  const { group } = trial.trial

  // when
  const kills = sizeOf('letterKills')
  await carryOutKills({
    seed: trial.seed,
    times: kills,
    effectsBetween: [100, sizeOf('effectsBetweenKills')],
    victims: trial.consumers,
    progress: () => trial.effects.count(),
    strike: (victim) => victim.killAndRestart(),
  })

  // then: each is on the topic once, with its cause, and nothing else is
  await poison.assertHarmless(t, 60_000)

  // then: inbox and index say the same
  const offsetsOf = (rows: readonly { readonly place: string }[]) => rows.map(({ place }) => place).sort()
  // In the first hour of a day a key is in two of its partitions.
  const inInbox = await database.sql<{ place: string }>`
    select distinct partition || '/' || record_offset as place from troupe.inbox
    where group_id = ${group} and outcome in ('dead', 'rejected')`
  const inIndex = await database.sql<{ place: string; outcome: string }>`
    select partition || '/' || record_offset as place, outcome from troupe.dead_letters where group_id = ${group}`
  t.same(offsetsOf(inInbox), offsetsOf(inIndex.filter(({ outcome }) => outcome !== 'undecodable')))
  t.ok(inInbox.length > 0 && inIndex.length > inInbox.length)
  tried(t, `SIGKILL of a consumer, ${String(inIndex.length)} dead letters`, kills)
})
