// The producer waits where it is full, settles every record once, lands keys where Java's do, and always ends.

import t from 'tap'
import { murmur2 } from '../../../runtime/batch/index.ts'
import type { OutgoingRecord } from '../../../runtime/delivery/index.ts'
import { RecordProducer, startMockCluster } from '../../../runtime/kafka/index.ts'
import { kafkaReader } from '../../harness/kafka-reader.ts'

const mock = await startMockCluster()
const brokers = mock.bootstrapServers
const settings = { brokers, clientId: 'producer' }
t.teardown(() => mock.close())

const record = (topic: string, value: string, more: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic,
  key: null,
  value: Buffer.from(value),
  headers: [],
  ...more,
})
const numbered = (topic: string, count: number): OutgoingRecord[] =>
  Array.from({ length: count }, (_, i) => record(topic, String(i), { partition: 0 }))

await t.test('keys land by murmur2, as with the Java client', async (t) => {
  const producer = await RecordProducer.connect(settings)
  const keys = [
    '',
    'a',
    'order-1',
    'ключ',
    '\u0000\u00ff',
    ...Array.from({ length: 50 }, (_, i) => `key-${String(i)}`),
  ]
  for (const key of keys.filter((key) => key !== '')) {
    const bytes = Buffer.from(key)
    const { partition } = await producer.produce(record('keys', 'x', { key: bytes }))
    t.equal(partition, (murmur2(bytes) & 0x7fffffff) % 4, key)
  }
  await producer.close(5_000)
})

await t.test('bytes arrive as they were given: empty, absent, headers, time', async (t) => {
  const producer = await RecordProducer.connect(settings)
  const given: OutgoingRecord[] = [
    record('bytes', 'value', {
      key: Buffer.from('key'),
      timestamp: 1_700_000_000_123,
      headers: [
        ['twice', 'one'],
        ['twice', 'two'],
        ['umlaut', Buffer.from('ü')],
        ['empty', ''],
        ['bytes', new Uint8Array([255, 0, 254])],
        ['text', 'a\0b'],
      ],
    }),
    record('bytes', '', { key: Buffer.alloc(0) }),
    record('bytes', '', { value: null }),
    record('bytes', '', { value: new Uint8Array([0, 255, 0]) }),
  ]
  for (const one of given) await producer.produce({ ...one, partition: 1 })
  const [first, empty, tombstone, binary] = await kafkaReader(brokers).readAll('bytes')
  t.strictSame(
    first?.headers?.map((header) =>
      Object.entries(header).map(([name, value]) => `${name}=${Buffer.from(value).toString('latin1')}`),
    ),
    [['twice=one'], ['twice=two'], ['umlaut=Ã¼'], ['empty='], ['bytes=ÿ\0þ'], ['text=a\0b']],
  )
  t.equal(first?.timestamp, 1_700_000_000_123)
  t.strictSame([empty?.key, empty?.value], [Buffer.alloc(0), Buffer.alloc(0)], 'empty is not absent')
  t.strictSame([tombstone?.key, tombstone?.value], [null, null])
  t.strictSame(binary?.value, Buffer.from([0, 255, 0]))
  await producer.close(5_000)
})

await t.test('a full producer waits: bounded, in order, and nothing is lost', async (t) => {
  // given
  const producer = await RecordProducer.connect({ ...settings, maxQueuedRecords: 10 })
  // when
  const all = producer.produceAll(numbered('full', 1_000))
  const reused = Buffer.from('behind')
  const behind = producer.produce(record('full', '', { value: reused, partition: 0 }))
  reused.fill('x')
  t.strictSame(producer.inFlight.records, 10)
  t.ok(producer.full)
  await producer.room()
  t.notOk(producer.full)
  await Promise.all([all, behind])
  // then
  const values = (await kafkaReader(brokers).readAll('full')).map(({ value }) => value?.toString())
  t.strictSame(values, [...Array.from({ length: 1_000 }, (_, i) => String(i)), 'behind'])
  t.strictSame(producer.inFlight, { records: 0, bytes: 0 })
  await producer.close(5_000)
})

await t.test('bytes bound it too, and a record larger than the bound still goes', async (t) => {
  const producer = await RecordProducer.connect({ ...settings, maxQueuedBytes: 1_000 })
  const large = record('large', 'x'.repeat(5_000))
  const sent = [producer.produce(large), producer.produce(large), producer.produce(large)]
  t.equal(producer.inFlight.records, 1)
  t.equal((await Promise.all(sent)).length, 3)
  await producer.close(5_000)
})

await t.test('what is refused is told for that record alone', async (t) => {
  const producer = await RecordProducer.connect(settings)
  const refused: [string, OutgoingRecord, string][] = [
    ['too large', record('refused', 'x'.repeat(1_500_000)), 'PRODUCE_REFUSED'],
    ["NUL in a header's name", record('refused', '', { headers: [['a\0b', 'c']] }), 'PRODUCE_REFUSED'],
    ['a topic without a name', record('', ''), 'PRODUCE_REFUSED'],
    ['a partition that is not there', record('refused', '', { partition: 99 }), 'TOPIC_MISSING'],
  ]
  await producer.produce(record('refused', 'first'))
  for (const [why, one, code] of refused) {
    await t.rejects(producer.produce(one), { code, retryable: false }, why)
    await t.rejects(producer.produceAll([record('refused', 'good'), one, record('refused', 'good')]), {
      code,
    })
  }
  const arrived = await kafkaReader(brokers).readAll('refused')
  t.equal(arrived.length, 1 + 2 * refused.length, 'the others of a batch arrived')
  t.strictSame(producer.inFlight, { records: 0, bytes: 0 })
  await producer.produceAll([])
  await producer.close(5_000)
})

await t.test('flush waits for what was given before it, close for everything', async (t) => {
  const producer = await RecordProducer.connect({ ...settings, maxQueuedRecords: 50 })
  const settled: string[] = []
  void producer.produceAll(numbered('flush', 500)).then(() => settled.push('all'))
  await producer.flush(5_000)
  t.strictSame(settled, ['all'])
  const last = producer.produceAll(numbered('flush', 500))
  const closed = producer.close(5_000)
  t.equal(producer.close(1), closed, 'closing twice is closing once')
  await t.rejects(producer.produce(record('flush', 'late')), { code: 'PRODUCER_CLOSED' })
  await Promise.all([last, closed])
  t.equal((await kafkaReader(brokers).readAll('flush')).length, 1_000)
})

await t.test('a broker that is away is named; one that goes away loses nothing silently', async (t) => {
  await t.rejects(RecordProducer.connect({ brokers: '127.0.0.1:1', clientId: 'x', connectTimeoutMs: 500 }), {
    code: 'KAFKA_UNAVAILABLE',
    retryable: true,
    message: /127\.0\.0\.1:1.*Connection refused/s,
  })
  await t.rejects(
    RecordProducer.connect({ brokers: 'no.such.host.invalid:9092', clientId: 'x', connectTimeoutMs: 500 }),
    { code: 'KAFKA_UNAVAILABLE', message: /no\.such\.host\.invalid/ },
  )
  await t.rejects(RecordProducer.connect({ ...settings, lingerMs: -5 }), { code: 'CONFIG_INVALID' })

  const away = await startMockCluster()
  const events: number[] = []
  const producer = await RecordProducer.connect({
    brokers: away.bootstrapServers,
    clientId: 'x',
    maxQueuedRecords: 5,
    onEvent: ({ code }) => events.push(code),
  })
  await producer.produce(record('away', 'before'))
  await away.close()
  const given = [producer.produceAll(numbered('away', 20)), producer.produce(record('away', 'after'))]
  const outcomes = Promise.allSettled(given)
  await t.rejects(producer.flush(300), { code: 'KAFKA_UNAVAILABLE', message: /21 records/ })
  await producer.close(300)
  for (const outcome of await outcomes) {
    t.match(outcome, { status: 'rejected', reason: { code: 'PRODUCE_FAILED', retryable: true } })
  }
  t.ok(events.length > 0, 'and the connection’s trouble was told')
})

await t.test('a record that its time ran out for is PRODUCE_FAILED with its cause', async (t) => {
  const away = await startMockCluster()
  const producer = await RecordProducer.connect({
    brokers: away.bootstrapServers,
    clientId: 'x',
    deliveryTimeoutMs: 600,
  })
  await producer.produce(record('away', 'before'))
  await away.close()
  await t.rejects(producer.produce(record('away', 'after')), {
    code: 'PRODUCE_FAILED',
    retryable: true,
    message: /timed out/i,
  })
  await producer.close(1_000)
})

await t.test('it tells whether a broker answers', async (t) => {
  // given
  const own = await startMockCluster()
  const producer = await RecordProducer.connect({ ...settings, brokers: own.bootstrapServers })
  await t.resolves(producer.ping(1_000))
  // when
  await own.close()
  // then
  await t.rejects(producer.ping(300), { code: 'KAFKA_UNAVAILABLE', message: /metadata/ })
  // when it closes while it asks
  const asking = t.rejects(producer.ping(300), { code: 'KAFKA_UNAVAILABLE' })
  await producer.close(0)
  await asking
  await t.rejects(producer.ping(300), { code: 'PRODUCER_CLOSED' })
})
