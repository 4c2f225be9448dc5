// What is on the dead-letter topic comes into the index, and campaigns that nobody runs are run, by whichever process.

import t, { type Test } from 'tap'
import { resolveOptions, type Options } from '../../runtime/config/index.ts'
import { DeadLetterOffice } from '../../runtime/dead-letters/index.ts'
import { indexGroup } from '../../runtime/dead-letters/dead-letter-office.ts'
import { deadLetter, type OutgoingRecord } from '../../runtime/delivery/index.ts'
import { RecordProducer, startMockCluster } from '../../runtime/kafka/index.ts'
import {
  migrate,
  openDatabase,
  openDeadLetterIndex,
  openRedriveStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import { createLog } from '../../runtime/telemetry/index.ts'
import { kafkaReader } from '../harness/kafka-reader.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const index = openDeadLetterIndex({ url: server.url })
const store = openRedriveStore({ url: server.url })
const broker = await startMockCluster()
await broker.createTopics(['dlq', 'shipping'])
const producer = await RecordProducer.connect({ brokers: broker.bootstrapServers, clientId: 'test' })
t.teardown(async () => {
  await producer.close(5_000)
  await Promise.all([index.close(), store.close(), database.close()])
  await broker.close()
  await server.close()
})

const options: Options = resolveOptions(
  {},
  {
    DATABASE_URL: server.url,
    KAFKA_BROKERS: broker.bootstrapServers,
    KAFKA_DLQ_TOPIC: 'dlq',
    RELAY_LEASE_MS: '1000',
    // The embedded broker keeps who left as a member for as long.
    KAFKA_SESSION_TIMEOUT_MS: '6000',
  },
)
const startOffice = (t: Test): DeadLetterOffice =>
  DeadLetterOffice.start(options, {
    log: createLog({ level: 'silent', base: {} }),
    onFatal: (error) => t.fail(error.message),
  })

const letter = (offset: number): OutgoingRecord =>
  deadLetter(
    'dlq',
    {
      topic: 'shipping',
      partition: 0,
      offset,
      timestamp: -1,
      key: Buffer.from('k'),
      value: Uint8Array.of(0, 255, offset),
      headers: [['event-id', `e${String(offset)}`]],
    },
    {
      group: 'shop',
      actor: 'tracker',
      outcome: 'exhausted',
      attempts: 5,
      errorClass: 'TypeError',
      message: 'no',
      failedAtMs: Date.UTC(2026, 0, 5) + offset,
    },
  )
const offsetsIndexed = async (): Promise<number[]> =>
  (await index.search({ limit: 500 })).letters.map(({ offset }) => offset).sort((a, b) => a - b)

t.test('the topic is indexed from its beginning, and goes on where it was after a restart', async (t) => {
  // given letters, one of them twice, and a record that is none
  await producer.produceAll([letter(1), letter(2), letter(2), { ...letter(3), headers: [] }])
  // when
  const office = startOffice(t)
  await waitUntil('they are indexed', async () => (await offsetsIndexed()).length === 2, {
    timeoutMs: 60_000,
  })
  await waitUntil('the other one was seen', () => office.status().passedOver === 1, { timeoutMs: 60_000 })
  t.match(office.status(), { indexed: 2, waitsFor: undefined, campaigns: [] })
  await office.stop()
  // then the next one begins behind them
  const committed = await kafkaReader(broker.bootstrapServers).committed(indexGroup(options), 'dlq', 4)
  t.equal(
    committed.reduce<number>((sum, offset) => sum + Math.max(0, offset ?? 0), 0),
    4,
  )
  await producer.produceAll([letter(5)])
  const next = startOffice(t)
  await waitUntil('the new one is indexed', async () => (await offsetsIndexed()).includes(5), {
    timeoutMs: 60_000,
  })
  t.equal(next.status().indexed, 1)
  await next.stop()
  const found = (await index.search({ eventId: 'e5' })).letters[0]
  t.match(await index.find(found?.id ?? 0), { original: { value: Buffer.from([0, 255, 5]) } })
})

t.test('a campaign is run by who is there, also one whose runner died', async (t) => {
  const campaign = await store.create({ filter: {}, by: 'ada' })
  t.strictSame(await store.waiting(10), [campaign.id])
  // given a process that took it, and died
  await store.lease(campaign.id, 'dead', 1_000)
  t.strictSame(await store.waiting(10), [])
  // when two look
  const offices = [startOffice(t), startOffice(t)]
  const isFinished = async (id: number) => (await store.campaign(id))?.state === 'finished'
  await waitUntil('it is finished', () => isFinished(campaign.id), { timeoutMs: 60_000 })
  // then each letter was produced once
  t.match(await store.campaign(campaign.id), { redriven: 3 })
  t.equal((await kafkaReader(broker.bootstrapServers).readAll('shipping')).length, 3)
  // and one that comes later is heard of
  const later = await store.create({ filter: {}, by: 'ada' })
  await waitUntil('it is finished too', () => isFinished(later.id), { timeoutMs: 60_000 })
  await Promise.all(offices.map((office) => office.stop()))
})

t.test('a runner that stops lets go of its campaign between two steps', async (t) => {
  await producer.produceAll(Array.from({ length: 30 }, (_, nth) => letter(100 + nth)))
  const office = startOffice(t)
  await waitUntil('they are indexed', async () => (await offsetsIndexed()).length > 30, { timeoutMs: 60_000 })
  const campaign = await store.create({ filter: {}, ratePerS: 1, by: 'ada' })
  await waitUntil('it has begun', async () => ((await store.campaign(campaign.id))?.redriven ?? 0) > 0, {
    timeoutMs: 60_000,
  })
  await office.stop()
  t.strictSame(await store.waiting(10), [campaign.id])
  t.match(await store.campaign(campaign.id), { state: 'running' })
  await store.release(campaign.id, 'nobody')
  await store.change(campaign.id, 'cancelled', 'ada')
  // A stop may have found a step under way: what that had claimed is the next runner's to settle, and no more.
  const claimed = (await index.search({ state: 'redriving', limit: 500 })).letters
  t.strictSame(await store.waiting(10), claimed.length === 0 ? [] : [campaign.id])
})
