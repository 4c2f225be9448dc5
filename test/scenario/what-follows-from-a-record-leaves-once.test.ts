// What an actor with effects in Postgres emits leaves if and only if its effects are committed: consumers and the relay are
// killed over and over, and each event has one row of the outbox, is on the topic, and those of each key are in order.

import t from 'tap'
import { connectAdmin } from '../../runtime/kafka/index.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { readCommitted } from '../harness/committed-reader.ts'
import {
  assertEffectsOnce,
  carryOutKills,
  EffectsTrial,
  LastingProcess,
  skipWithoutTrialServices,
} from '../harness/scenario/index.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'
import { toldIn } from '../harness/told-event.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const toldTopic = `told-${Date.now().toString(36)}-${String(process.pid)}`

t.test('SIGKILL of two consumers and a relay, twelve times', { skip }, async (t) => {
  // given
  const { KAFKA_BROKERS, DATABASE_URL } = trialServices()
  const admin = await connectAdmin({ brokers: KAFKA_BROKERS, clientId: 'trial' })
  await admin.ensureTopics([{ topic: toldTopic, partitions: 4 }], { create: true })
  await admin.close()
  const { sql, close } = openDatabase({ url: DATABASE_URL })
  t.teardown(close)
  const trial = await EffectsTrial.begin(t, {
    env: {
      ACTORS_DIR: 'test/scenario/telling-actors',
      KAFKA_TELLING_TOPIC: toldTopic,
      RELAY_LEASE_MS: '2000',
    },
  })
  const relay = new LastingProcess('relay', (name, env) =>
    trial.trial.launch(name, env, 'runtime/relay-main.ts'),
  )
  await relay.untilRunning()

  // when
  const struckAt = await carryOutKills({
    seed: trial.seed,
    times: 12,
    effectsBetween: [100, 900],
    victims: [...trial.consumers, relay],
    progress: () => trial.effects.count(),
    strike: (victim) => victim.killAndRestart(),
  })
  t.comment(`killed at ${struckAt.join(', ')} effects`)
  const conclusion = await trial.conclude()
  const { group } = trial.trial
  await waitUntil(
    'the outbox is empty',
    async () => (await sql`select from troupe.outbox where group_id = ${group}`).length === 0,
  )

  // then: effects and rows once
  assertEffectsOnce(t, conclusion)
  const [numbers] = await sql<{ rows: string }>`
    select coalesce(sum(outbox_seq), 0) as rows from troupe.units where group_id = ${group}`
  t.equal(Number(numbers?.rows), conclusion.produced, 'each event has one row')

  // then: on the topic, those that came again left out
  const seen = new Set<string>()
  const lastOfThing = new Map<string, number>()
  const outOfOrder: string[] = []
  const records = await readCommitted(KAFKA_BROKERS, toldTopic)
  for (const record of records) {
    const id = String(record.headers?.map((header) => header['event-id']).find((text) => text !== undefined))
    if (seen.has(id)) continue
    seen.add(id)
    const { thing, n } = toldIn(record)
    if (n < (lastOfThing.get(thing) ?? 0)) outOfOrder.push(`${thing}: ${String(n)}`)
    lastOfThing.set(thing, n)
  }
  t.equal(seen.size, conclusion.produced, 'every event is there')
  t.same(outOfOrder.slice(0, 10), [], 'those of each key in order')
  t.comment(`sent again with the same id: ${String(records.length - seen.size)}`)
})
