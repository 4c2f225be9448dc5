// What died is redriven from a shell when its cause is mended: each event has its effect then, once, though the process
// that redrives is killed midway and another goes on, and though everything is produced once more.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDatabase } from '../../runtime/store/index.ts'
import { EffectsTrial, flawless, skipWithoutTrialServices, tried } from '../harness/scenario/index.ts'
import { checkEffects } from '../harness/scenario/effects-check.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'
import { startTroupe, type TroupeShell } from '../harness/troupe-shell.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const letters = 60

t.test('a cause is mended, and what it killed is redriven', { skip }, async (t) => {
  // given: events that fail among others, a relay that indexes what died, two consumers
  const nths = new Set<number>()
  const trial = await EffectsTrial.begin(t, {
    env: { ACTORS_DIR: 'test/scenario/mended-actors' },
    supply: {
      more: (nth, random) => {
        if (nths.size === letters || !random.chance(0.05)) return {}
        nths.add(nth)
        return { failures: 1 }
      },
    },
  })
  const { topic, group, folder } = trial.trial
  trial.trial.launch('relay', { KAFKA_PREFIX: `${topic}.` }, 'runtime/relay-main.ts')
  const database = openDatabase({ url: trialServices().DATABASE_URL, maxConnections: 1 })
  t.teardown(() => database.close())
  const inState = async (state: string): Promise<number> => {
    const [row] = await database.sql<{ count: number }>`
      select count(*)::integer as count from troupe.dead_letters where group_id = ${group} and state = ${state}`
    return row?.count ?? 0
  }
  await trial.until(
    'enough events have died, and the index knows them',
    async () => nths.size === letters && (await inState('dead')) === letters,
  )
  const died = [...nths].map((nth) => trial.supply.produced[nth]!)

  // when: its cause is mended, and the first shell that redrives is killed in the middle of it
  writeFileSync(join(folder, 'mended'), '')
  const dlq = (...args: readonly string[]): TroupeShell =>
    startTroupe(['dlq', ...args], { ...process.env, ...trial.trial.env(), NODE_OPTIONS: '' })
  const shown = await dlq('redrive', '--group', group).answer
  t.equal(shown.code, 0, shown.err)
  t.equal(await inState('dead'), died.length, 'a preview does nothing')
  const first = dlq('redrive', '--group', group, '--rate', '20', '--yes')
  await waitUntil('some are redriven', async () => (await inState('redriven')) > 5)
  first.process.kill('SIGKILL')
  await first.answer
  const left = await inState('dead')
  t.ok(left < died.length, `${String(left)} of ${String(died.length)} were not redriven yet`)
  const campaigns = await database.sql<{ id: number }>`
    select id::integer as id from troupe.redrive_campaigns where state = 'running' and filter::text like ${`%${group}%`}`
  if (campaigns[0] !== undefined) {
    const second = await dlq('redrive', '--campaign', String(campaigns[0].id), '--yes').answer
    t.equal(second.code, 0, second.err)
  }
  await waitUntil('all are redriven', async () => (await inState('redriven')) === died.length)
  await waitUntil('each has an effect', async () => (await trial.effects.countOf(died)) === died.length)
  // and a stranger comes with the key of each
  await trial.trial.producer.publish(died)
  const conclusion = await trial.conclude()

  // then
  const { produced } = trial.supply
  const { lost, duplicated, unknown } = checkEffects(produced, await trial.effects.all())
  t.same({ lost, duplicated, unknown, reordered: [] }, flawless, 'nothing lost, nothing twice')
  t.same(conclusion.wentBack, [], 'no committed offset went back')
  t.equal(conclusion.deadLetters, died.length, 'nothing died again')
  tried(t, 'dead letters redriven by a process that is killed, and another', died.length)
})
