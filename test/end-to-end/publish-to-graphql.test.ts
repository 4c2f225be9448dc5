// What a producer publishes is what an API client reads: once, also when a consumer is killed with nothing committed;
// and what cannot be handled is on the dead-letter topic, with its cause.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { Accounts } from '../../demo/accounts.ts'
import { DeadLetterReader } from '../../demo/dead-letter-reader.ts'
import { DemoProducer } from '../../demo/producer.ts'
import { generateFeed } from '../../demo/scan-generator.ts'
import { optionsWith, startServices } from '../../demo/services.ts'
import { publisherFromEnv } from '../../runtime/index.ts'
import { connectGroupOffsets, lagOf, RecordProducer } from '../../runtime/kafka/index.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { kafkaSettings, producerSettings } from '../../runtime/system/kafka-settings.ts'
import type { PackageScanned } from '../../schemas/types/index.ts'
import { readCommitted } from '../harness/committed-reader.ts'
import { TroupeProcess } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const ofTroupe = /^(KAFKA_|SCHEMA_|DATABASE_|ACTORS_DIR|PUBLIC_API_|LOG_LEVEL)/
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTroupe.test(name)))

const services = await startServices(clean)
t.teardown(() => services.close())
const env = {
  ...clean,
  ...services.env,
  KAFKA_SESSION_TIMEOUT_MS: '6000',
  WORKER_THREADS: '1',
  PUBLIC_API_PORT: '0',
}
const options = optionsWith(env, {})
const folder = mkdtempSync(join(tmpdir(), 'troupe-end-to-end-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const start = (name: string, entry: string, more: NodeJS.ProcessEnv = {}): TroupeProcess => {
  const started = new TroupeProcess(name, entry, { ...env, ...more }, folder)
  t.teardown(() => started.stop())
  return started
}

const database = openDatabase({ url: options.databaseUrl })
t.teardown(() => database.close())
const acme = (await issueApiKey(database.sql, { tenant: 'acme', name: 'test' })).key
const lumen = (await issueApiKey(database.sql, { tenant: 'lumen', name: 'test' })).key

const controlPlane = start('control-plane', 'control-plane/main.ts', { KAFKA_ENABLED: 'false' })
// It commits nothing of its own: whoever comes after it gets everything again.
const first = start('first', 'runtime/main.ts', { COMMIT_INTERVAL_MS: '60000' })
const relay = start('relay', 'runtime/relay-main.ts')
const [{ url }] = await Promise.all([
  controlPlane.says('the public API is up'),
  first.says('running'),
  relay.says('running'),
])

const demoProducer = await DemoProducer.connect(options)
t.teardown(() => demoProducer.close())
const deadLetters = await DeadLetterReader.start(options)
t.teardown(() => deadLetters.close())
const accounts = new Accounts(database, deadLetters)
const offsets = await connectGroupOffsets(kafkaSettings(options), options.kafkaGroupId)
t.teardown(() => offsets.close())
const everythingCommitted = () =>
  waitUntil('every record is committed', async () =>
    (await offsets.of(demoProducer.partitions())).every((partition) => lagOf(partition) === 0),
  )

const ask = async (key: string, query: string): Promise<unknown> => {
  const response = await fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query }),
  })
  return await response.json()
}

const scan = (id: string, kind: PackageScanned['scan'], minute: number): PackageScanned => ({
  eventId: id,
  tenantId: 'acme',
  correlationId: 'order-77',
  trackingId: 'PARCEL-1',
  orderId: 'ORDER-77',
  carrier: 'swift',
  scan: kind,
  occurredAt: Date.UTC(2026, 0, 5, 12, minute),
  location: null,
  message: null,
})

let handledByFirst: number
let second: TroupeProcess

t.test(
  'a consumer killed midway with nothing committed to Kafka: Postgres knows what is done, and the next goes on there',
  async (t) => {
    const feed = generateFeed(120, 7, Date.now())
    const total = feed.publications.length
    const handled = async (): Promise<number> =>
      Object.values(await accounts.tally()).reduce((sum, count) => sum + count, 0)

    const sending = demoProducer.send(feed.publications, 500)
    await waitUntil('a third of it is handled', async () => (await handled()) > total / 3)
    first.kill('SIGKILL')
    await sending
    await waitUntil('the first consumer has ended', () => first.ended)
    handledByFirst = await handled()
    t.ok(handledByFirst < total, `${handledByFirst} of ${total} were handled when it was killed`)
    t.same(
      (await offsets.of(demoProducer.partitions())).map(({ committed }) => committed ?? 0),
      demoProducer.partitions().map(() => 0),
      'and nothing was committed',
    )
    second = start('second', 'runtime/main.ts', { COMMIT_INTERVAL_MS: '100' })
    await everythingCommitted()

    t.same(await accounts.differences(feed), [], 'each event became what was planted, once')
  },
)

t.test('what is published is what the client reads', async (t) => {
  const publisher = await publisherFromEnv({ env, source: 'test' })
  t.teardown(() => publisher.close())
  const journey = (['LABEL_CREATED', 'PICKED_UP', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const).map((kind, i) =>
    scan(`scan-${i}`, kind, i),
  )
  for (const event of journey)
    await publisher.publish('shipping.package.scanned', event, { key: event.trackingId })
  await everythingCommitted()

  t.same(
    await ask(
      acme,
      '{ package(trackingId: "PARCEL-1") { state orderId carrier stateSince history { edges { node { time state } } } } }',
    ),
    {
      data: {
        package: {
          state: 'DELIVERED',
          orderId: 'ORDER-77',
          carrier: 'swift',
          stateSince: '2026-01-05T12:03:00.000Z',
          history: {
            edges: ['CREATED', 'PICKED_UP', 'OUT_FOR_DELIVERY', 'DELIVERED'].map((state, i) => ({
              node: { time: `2026-01-05T12:0${i}:00.000Z`, state },
            })),
          },
        },
      },
    },
  )
  t.same(await ask(lumen, '{ package(trackingId: "PARCEL-1") { state } }'), { data: { package: null } })
  t.match(await ask('trp_nobody', '{ package(trackingId: "PARCEL-1") { state } }'), {
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
})

t.test(
  'twice, impossible, unreadable, of no known schema: nothing changes, and dead letters say why',
  async (t) => {
    const publisher = await publisherFromEnv({ env })
    t.teardown(() => publisher.close())
    const raw = await RecordProducer.connect(producerSettings(options))
    t.teardown(() => raw.close(5_000))
    const topic = demoProducer.partitions()[0]?.topic ?? ''
    const before = await ask(acme, '{ package(trackingId: "PARCEL-1") { state updatedAt } }')
    const produceBytes = (eventId: string, value: Buffer) =>
      raw.produce({ topic, key: Buffer.from('PARCEL-1'), value, headers: [['event-id', eventId]] })

    await publisher.publish('shipping.package.scanned', scan('scan-3', 'DELIVERED', 3), { key: 'PARCEL-1' })
    await publisher.publish('shipping.package.scanned', scan('scan-9', 'PICKED_UP', 9), { key: 'PARCEL-1' })
    const garbage = await produceBytes('garbage', Buffer.from('no Avro at all'))
    await produceBytes('stranger', Buffer.from([0, 0, 15, 66, 63, 1, 2, 3]))
    await everythingCommitted()

    const letters = new Map(
      (await readCommitted(options.kafkaBrokers.join(','), options.kafkaDlqTopic)).map((letter) => {
        const headers = Object.assign({}, ...(letter.headers ?? [])) as Record<string, Buffer>
        const text = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, value.toString()]),
        )
        return [text['event-id'], { ...text, value: letter.value?.toString('latin1') }]
      }),
    )
    t.match(letters.get('scan-9'), {
      'dlq-outcome': 'rejected',
      'dlq-actor': 'package-tracking',
      'dlq-topic': topic,
      'dlq-error-message': /DELIVERED/,
      'dlq-correlation-id': 'order-77',
    })
    t.match(letters.get('garbage'), {
      'dlq-outcome': 'undecodable',
      'dlq-partition': String(garbage.partition),
      'dlq-offset': String(garbage.offset),
      value: 'no Avro at all',
    })
    t.match(letters.get('stranger'), { 'dlq-outcome': 'undecodable', 'dlq-error-message': /999999/ })
    t.notOk(letters.has('scan-3'), 'a duplicate is no dead letter')
    t.same(await database.sql`select key from troupe.duplicates where key = 'scan-3'`, [{ key: 'scan-3' }])
    t.same(await ask(acme, '{ package(trackingId: "PARCEL-1") { state updatedAt } }'), before)
  },
)

t.test('what was stopped in order is not handled again', async (t) => {
  await second.stop()

  t.equal(second.exitCode, 0, second.tail(3))
  const [stopped] = second.lines('stopped')
  const { applied, redelivered } =
    (stopped?.['handled'] as Record<string, Record<string, number>>)['package-tracking'] ?? {}
  t.ok(Number(applied) > 0)
  // Of a batch with a record that was to be tried again, what had finished is delivered again: the inbox knows it.
  t.ok(
    Number(redelivered) < handledByFirst,
    `${redelivered} of the ${handledByFirst} that the first had done came to the second again`,
  )
  const third = start('third', 'runtime/main.ts')
  await third.says('partitions assigned')
  await third.stop()
  t.equal(third.exitCode, 0)
  t.same(third.lines('stopped')[0]?.['handled'], {}, 'the third found nothing to do')
})
