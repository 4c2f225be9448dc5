// With effects in Kafka, what an actor emits, its dead letters and its offsets are one transaction: consumers are killed
// and frozen over and over, and a reader of committed records sees what became of each event once, in order per key; and
// of each that an exception ended that too, once.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import Kafka, { type Message } from 'node-rdkafka'
import t from 'tap'
import { messageOf } from '../../runtime/errors.ts'
import { connectAdmin } from '../../runtime/kafka/index.ts'
import { readCommitted } from '../harness/committed-reader.ts'
import {
  carryOutKills,
  LastingProcess,
  skipWithoutTrialServices,
  Trial,
  tried,
} from '../harness/scenario/index.ts'
import {
  checkEffects,
  flawless,
  type EffectsVerdict,
  type NthOfThing,
} from '../harness/scenario/effects-check.ts'
import { trialServices } from '../harness/scenario/services-of-trials.ts'
import { Supply, trialSeed } from '../harness/scenario/supply.ts'
import { toldIn } from '../harness/told-event.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const toldTopic = `forwarded-${Date.now().toString(36)}-${String(process.pid)}`

t.test('the reader of committed records waits for what is open', { skip }, async (t) => {
  const brokers = trialServices().KAFKA_BROKERS
  const topic = `${toldTopic}-open`
  const admin = await connectAdmin({ brokers, clientId: 'trial' })
  await admin.ensureTopics([{ topic, partitions: 1 }], { create: true })
  await admin.close()
  const producer = new Kafka.Producer({
    'bootstrap.servers': brokers,
    'transactional.id': topic,
    dr_cb: true,
  })
  const call = (work: (done: (error: unknown) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      work((error) => {
        if (error === null || error === undefined) resolve()
        else reject(error instanceof Error ? error : new Error(messageOf(error)))
      })
    })
  await call((done) => producer.connect({ timeout: 10_000 }, done))
  t.teardown(() => call((done) => producer.disconnect(5_000, done)))
  await call((done) => {
    producer.initTransactions(20_000, done)
  })
  await call((done) => {
    producer.beginTransaction(done)
  })
  producer.produce(topic, 0, null, 'open')
  await call((done) => producer.flush(20_000, done))

  let isRead = false
  const reading = readCommitted(brokers, topic, {
    atEnd: () => {
      if (isRead) return
      isRead = true
      producer.commitTransaction(20_000, (error: unknown) => {
        t.notOk(error)
      })
    },
  })
  t.same(
    (await reading).map(({ key }) => String(key)),
    ['open'],
    'committed after the reader had come to the end',
  )
  t.ok(isRead)
})

t.test('SIGKILL of two consumers, and one frozen past its session', { skip, timeout: 300_000 }, async (t) => {
  // given
  const seed = trialSeed()
  t.comment(`seed ${String(seed)}`)
  const admin = await connectAdmin({ brokers: trialServices().KAFKA_BROKERS, clientId: 'trial' })
  await admin.ensureTopics([{ topic: toldTopic, partitions: 4 }], { create: true })
  await admin.close()
  const trial = await Trial.begin(t, {
    partitions: 8,
    env: { ACTORS_DIR: 'test/scenario/forwarding-actors', KAFKA_TELLING_TOPIC: toldTopic },
  })
  const consumers = ['consumer-1', 'consumer-2'].map(
    (name) => new LastingProcess(name, (life, env) => trial.launch(life, env)),
  )
  for (const consumer of consumers) await consumer.untilRunning()
  const supply = new Supply((happenings) => trial.producer.publish(happenings), { seed })
  t.teardown(() => supply.stop().catch(() => undefined))
  const given = (): number => statSync(join(trial.folder, 'deliveries'), { throwIfNoEntry: false })?.size ?? 0
  await waitUntil('events come', () => given() > 0)

  // when
  const times = 8
  await carryOutKills({
    seed,
    times,
    effectsBetween: [200, 900],
    victims: consumers,
    progress: () => Promise.resolve(given()),
    strike: (victim) => victim.killAndRestart(),
  })
  const [frozen, other] = consumers
  await frozen!.untilRunning()
  await waitUntil('it has partitions', () => frozen!.partitions().size > 0)
  frozen!.freeze()
  await waitUntil('the other has all partitions', () => other!.partitions().size === 8, { progress: given })
  frozen!.thaw()
  const produced = await supply.stop()
  await trial.untilAllCommitted()

  // then
  const told = (await readCommitted(trial.brokers, toldTopic)).map(toldIn)
  const dead = (await readCommitted(trial.brokers, trial.deadLetterTopic)).map(eventOfLetter)
  const unhandled = (await readCommitted(trial.brokers, trial.unhandledTopic)).map(eventOfLetter)
  const isRefused = ({ n }: NthOfThing): boolean => n % 50 === 49
  const isThrownAt = ({ n }: NthOfThing): boolean => n % 50 === 24
  const isDead = (event: NthOfThing): boolean => isRefused(event) || isThrownAt(event)
  const verdict = checkEffects(
    produced.filter((event) => !isDead(event)),
    told,
  )
  const letters = checkEffects(produced.filter(isDead), dead)
  const exceptions = checkEffects(produced.filter(isThrownAt), unhandled)
  const first = ({ lost, duplicated, reordered, unknown }: EffectsVerdict): EffectsVerdict => ({
    lost: lost.slice(0, 10),
    duplicated: duplicated.slice(0, 10),
    reordered: reordered.slice(0, 10),
    unknown: unknown.slice(0, 10),
  })
  t.same(first(verdict), flawless, 'each event is passed on once, those of each key in order')
  t.same(first(letters), flawless, 'or dead-lettered once')
  t.same(first(exceptions), flawless, 'and told as an exception once, if it was one')
  t.ok(unhandled.length > 0, 'some were')
  t.comment(
    `${String(produced.length)} events at ${supply.eventsPerSecond.toFixed(0)}/s, given ${String(given() - produced.length)} times again, ${String(dead.length)} dead letters, ${String(unhandled.length)} exceptions`,
  )
  tried(t, 'SIGKILL of a consumer with effects in Kafka', times)
  tried(t, 'SIGSTOP of one past its session', 1)
})

/** Its event id is the thing and its number. */
const eventOfLetter = ({ headers }: Message): NthOfThing => {
  const id = String(headers?.map((header) => header['event-id']).find((value) => value !== undefined))
  const dash = id.lastIndexOf('-')
  return { thing: id.slice(0, dash), n: Number(id.slice(dash + 1)) }
}
