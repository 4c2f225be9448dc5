// From a shell, on a real Kafka: topics that are missing are told and made by nobody who looks, records are found by their time, those of an aborted transaction are not shown, and one of the future is told.

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import Kafka from 'node-rdkafka'
import t from 'tap'
import { connectAdmin } from '../../runtime/kafka/index.ts'
import { skipWithoutTrialServices, trialServices } from '../harness/scenario/services-of-trials.ts'
import { startTroupe, type ShellAnswer } from '../harness/troupe-shell.ts'

t.setTimeout(300_000)

const skip = await skipWithoutTrialServices()

t.test('looked at from a shell', { skip }, async (t) => {
  const prefix = `shell-${randomUUID().slice(0, 8)}.`
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ...trialServices(),
    KAFKA_PREFIX: prefix,
    KAFKA_PARTITIONS: '2',
    KAFKA_REPLICATION_FACTOR: '1',
  }
  const topic = `${prefix}shipping.events`
  const troupe = (args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<ShellAnswer> =>
    startTroupe(args, { ...env, ...more }).answer
  interface Finding {
    readonly check: string
    readonly state: string
    readonly message: string
  }
  const doctor = async (more: NodeJS.ProcessEnv = {}) => {
    const { out } = await troupe(['doctor', '--json', '--bound', '60'], more)
    return (JSON.parse(out) as { findings: Finding[] }).findings
  }
  const keys = async (...args: readonly string[]): Promise<(string | null)[]> => {
    const { code, out, err } = await troupe(['tail', topic, '--json', ...args])
    if (code !== 0) throw new Error(err)
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { key: string | null }).key)
  }

  await t.test('what is missing', async (t) => {
    const found = await doctor({ KAFKA_CREATE_TOPICS: 'false' })
    t.match(
      found.filter(({ check, state }) => check === 'kafka' && state === 'fail'),
      [
        { message: `topic ${topic} is missing` },
        { message: `topic ${prefix}dlq.processing_errors is missing` },
      ],
    )
    t.match(await troupe(['tail', topic]), { code: 2, err: /there is no topic/ })
    const again = await doctor()
    t.equal(
      again.filter(({ check, state }) => check === 'kafka' && state === 'warn').length,
      3,
      'looking made none',
    )
  })

  const admin = await connectAdmin({ brokers: env.KAFKA_BROKERS, clientId: 'test' })
  await admin.ensureTopics([{ topic, partitions: 2 }], { create: true, replicationFactor: 1 })
  await admin.close()
  const producer = new Kafka.Producer({
    'bootstrap.servers': env.KAFKA_BROKERS,
    'transactional.id': `${prefix}test`,
    dr_cb: true,
  })
  producer.connect()
  await once(producer, 'ready')
  t.teardown(() => new Promise<void>((resolve) => producer.disconnect(5_000, () => resolve())))
  const call = (work: (done: (error: unknown) => void) => void): Promise<void> =>
    new Promise((resolve, reject) =>
      work((error) =>
        error === null || error === undefined
          ? resolve()
          : reject(error instanceof Error ? error : new Error(JSON.stringify(error))),
      ),
    )
  await call((done) => producer.initTransactions(20_000, done))
  const hour = 3_600_000
  const produce = async (
    key: string,
    partition: number,
    atMs: number,
    end: 'commit' | 'abort',
  ): Promise<void> => {
    await call((done) => producer.beginTransaction(done))
    producer.produce(topic, partition, null, key, atMs)
    await call((done) => producer.flush(20_000, done))
    await call((done) =>
      end === 'commit' ? producer.commitTransaction(20_000, done) : producer.abortTransaction(20_000, done),
    )
  }

  await t.test('found by their time, without what was aborted', async (t) => {
    const now = Date.now()
    await produce('old', 0, now - 3 * hour, 'commit')
    await produce('aborted', 0, now - hour / 2, 'abort')
    await produce('new', 0, now - hour / 2, 'commit')
    await produce('elsewhere', 1, now - hour, 'commit')
    t.same((await keys('--from', 'earliest')).sort(), ['elsewhere', 'new', 'old'])
    t.same((await keys('--from', '2h')).sort(), ['elsewhere', 'new'])
    t.same(await keys('--from', new Date(now - hour / 2).toISOString()), ['new'])
    t.same(await keys('--last', '10'), ['old', 'elsewhere', 'new'], 'in the order of their time')
    t.same(await keys('--partition', '0', '--from', '0', '--limit', '1'), ['old'])
  })

  await t.test('one of the future', async (t) => {
    const clocks = async (): Promise<Finding | undefined> =>
      (await doctor()).find(({ check, message }) => check === 'clock' && message.includes('of the future'))
    t.match(await clocks(), { state: 'ok' })
    await produce('early', 1, Date.now() + hour, 'commit')
    t.match(await clocks(), {
      state: 'warn',
      message: `${topic}/1 has records of the future: a producer's or a broker's clock is ahead`,
    })
  })
})
