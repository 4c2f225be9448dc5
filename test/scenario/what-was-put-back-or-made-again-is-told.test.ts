// What was put back or made again is told with its range: a Postgres from an earlier day has the effects since then again,
// once; a topic that was deleted and made again is begun anew, also where it has grown beyond where its reader stood.

import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import t from 'tap'
import {
  EffectsTrial,
  findingsOf,
  flawless,
  frontierOf,
  GroupAccount,
  skipWithoutTrialServices,
  toldOf,
  tried,
} from '../harness/scenario/index.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'
import { startPostgres } from '../harness/services/postgres.ts'

const skip = await skipWithoutTrialServices()
const copy = async (from: string, to: string): Promise<void> => {
  await rm(to, { recursive: true, force: true })
  await promisify(execFile)('cp', ['-a', from, to])
}

t.test('Postgres is put back to an earlier state', { skip, timeout: 300_000 }, async (t) => {
  // given
  const postgres = await startPostgres()
  t.teardown(() => postgres.close())
  const { url, folder } = postgres
  const backup = `${folder}.backup`
  t.teardown(() => rm(backup, { recursive: true, force: true }))
  const trial = await EffectsTrial.begin(t, { consumers: 1, checkerUrl: url, databaseUrl: url })
  const account = GroupAccount.open(t, trial.trial, url)
  const [consumer] = trial.consumers
  await trial.untilMoreEffects(1_000)
  await consumer!.stop()
  const early = await account.audit()
  await postgres.stop('fast')
  await copy(folder, backup)
  await postgres.restart()
  consumer!.start()
  await trial.untilMoreEffects(1_500)

  // when
  await trial.supply.stop()
  await trial.trial.untilAllCommitted()
  const late = await account.untilCaughtUp()
  await consumer!.stop()
  await postgres.stop('fast')
  await copy(backup, folder)
  await postgres.restart()
  consumer!.start()
  const after = await account.untilCaughtUp(early)

  // then
  const { verdict, deadLetters } = await trial.conclude()
  t.same(verdict, flawless, 'nothing lost, nothing twice, every key in order')
  t.equal(deadLetters, 0)
  after.forEach((partition, nth) => {
    const [from, to] = [frontierOf(early[nth]!), frontierOf(late[nth]!)]
    t.same(
      toldOf(partition).filter((told) => !told.startsWith('seeded')),
      from === to ? [] : [`replay-after-restore ${String(from)}→${String(to)}`],
    )
  })
  t.same(findingsOf(after), [])
  tried(t, 'a Postgres put back to an earlier state', 1)
})

for (const reader of ['away', 'at work'] as const) {
  t.test(
    `a topic is deleted and made again, its reader is ${reader}`,
    { skip, timeout: 300_000 },
    async (t) => {
      // given
      const trial = await EffectsTrial.begin(t, { consumers: 1 })
      const account = GroupAccount.open(t, trial.trial, trialServices().DATABASE_URL)
      const [consumer] = trial.consumers
      await trial.untilMoreEffects(1_000)
      await trial.supply.stop()
      const old = await account.untilCaughtUp()
      if (reader === 'away') await consumer!.stop()
      const before = (await trial.effects.all()).length

      // when: there is more in it than ever was
      await trial.trial.makeTopicAgain()
      const perPartition = 100 + Math.max(...old.map(frontierOf))
      await trial.trial.producer.publish(
        Array.from({ length: 8 * perPartition }, (_, n) => ({
          thing: `new-${String(n % 64)}`,
          n,
          partition: n % 8,
        })),
      )
      if (reader === 'away') consumer!.start()
      const after = await account.untilCaughtUp(old)

      // then
      const effects = (await trial.effects.all()).slice(before)
      const places = effects.map(({ partition, offset }) => `${String(partition)}/${String(offset)}`)
      t.equal(places.length, 8 * perPartition, 'all of the new topic had its effect')
      t.equal(new Set(places).size, places.length, 'once')
      after.forEach((partition, nth) => {
        // Before it is seen that the topic is another, some of it may be read from where the old one was.
        const [told = '', ...others] = toldOf(partition)
        const from = Number(/^recreated (\d+)→0$/.exec(told)?.[1])
        const least = frontierOf(old[nth]!)
        t.ok(from >= least && (reader === 'away' ? from === least : from <= perPartition), told)
        t.same(others, [])
        const { applied = 0, redelivered = 0 } = partition.stored?.counts ?? {}
        t.equal(applied + redelivered, perPartition)
      })
      t.same(findingsOf(after), [])
      tried(t, `a topic deleted and made again, its reader ${reader}`, 1)
    },
  )
}
