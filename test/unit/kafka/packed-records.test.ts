// Packed records arrive as they were given, whatever they hold; what is cut off keeps the rest; bytes that are not packed
// records are refused, and harm nobody.

import fc from 'fast-check'
import Kafka from 'node-rdkafka'
import t from 'tap'
import type { OutgoingRecord } from '../../../runtime/delivery/index.ts'
import { loadAddon } from '../../../runtime/kafka/drain/addon.ts'
import { PackedRecords, RecordSender } from '../../../runtime/kafka/drain/index.ts'
import { kafkaCodes } from '../../../runtime/kafka/kafka-error.ts'
import { RecordProducer, startMockCluster } from '../../../runtime/kafka/index.ts'
import { kafkaReader } from '../../harness/kafka-reader.ts'

const mock = await startMockCluster()
const brokers = mock.bootstrapServers
t.teardown(() => mock.close())

const bytes = fc.uint8Array({ maxLength: 200 })
const anyText = fc.string({ unit: 'binary', maxLength: 100 })
/** The client that reads them here keeps headers as properties of an object, and has none of this name. */
const anyName = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__')
const anyRecord: fc.Arbitrary<OutgoingRecord> = fc.record({
  topic: fc.constantFrom('one', 'two'),
  key: fc.option(bytes, { nil: null }),
  value: fc.option(bytes, { nil: null }),
  headers: fc.array(fc.tuple(anyName, fc.oneof(bytes, anyText)), { maxLength: 5 }),
  timestamp: fc.integer({ min: 1, max: 2 ** 45 }),
  partition: fc.integer({ min: 0, max: 3 }),
})

const packed = (records: readonly OutgoingRecord[]): PackedRecords => {
  const all = new PackedRecords()
  for (const record of records) all.add(record)
  return all
}

/** All that can be told from outside of it. */
const pictureOf = (records: PackedRecords): unknown =>
  Array.from({ length: records.count }, (_, i) => [
    records.topicOf(i),
    records.endOfRun(i),
    Buffer.from(records.bytes.subarray(records.startOf(i), records.startOf(i) + records.sizeOf(i))).toString(
      'hex',
    ),
  ])

const withoutNul = (headers: OutgoingRecord['headers']): OutgoingRecord['headers'] =>
  headers.filter(([name]) => !name.includes('\0'))
const bufferOf = (content: Uint8Array | null): Buffer | null =>
  content === null ? null : Buffer.from(content)

await t.test('what is packed from a record on is what packing the rest gives', (t) => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 20 }), fc.nat(20), (records, at) => {
      const index = Math.min(at, records.length)
      t.strictSame(pictureOf(packed(records).from(index)), pictureOf(packed(records.slice(index))))
    }),
    { numRuns: 200 },
  )
  t.end()
})

await t.test('memory that is used again leaves nothing behind', (t) => {
  const again = new PackedRecords()
  const large: OutgoingRecord = {
    topic: 'large',
    key: null,
    value: Buffer.alloc(5_000_000, 'x'),
    headers: [],
  }
  const small: OutgoingRecord = { topic: 'small', key: null, value: Buffer.from('s'), headers: [['a', 'é']] }
  again.add(large)
  again.clear()
  again.add(small)
  t.strictSame(pictureOf(again), pictureOf(packed([small])))
  t.ok(again.bytes.length < 100_000, 'a large one is given back')
  t.end()
})

await t.test('any record arrives as it was given', async (t) => {
  // given
  const producer = await RecordProducer.connect({ brokers, clientId: 'packed' })
  const records = fc
    .sample(anyRecord, 200)
    .map((record) => ({ ...record, topic: 'any', partition: 0, headers: withoutNul(record.headers) }))
  // when
  await producer.produceAll(records)
  await producer.close(5_000)
  // then
  const arrived = await kafkaReader(brokers).readAll('any')
  t.equal(arrived.length, records.length)
  for (const [i, { key, value, timestamp, headers }] of records.entries()) {
    const message = arrived[i]
    t.strictSame([message?.key, message?.value], [bufferOf(key), bufferOf(value)])
    t.equal(message?.timestamp, timestamp)
    t.strictSame(
      (message?.headers ?? []).flatMap((header) => Object.entries(header)),
      headers.map(([name, content]) => [name, Buffer.from(content as string)]),
    )
  }
})

await t.test(
  'bytes that are not packed records are refused; others than a producer have no sender',
  async (t) => {
    // given
    const client = new Kafka.Producer({ 'bootstrap.servers': brokers, dr_cb: false }, {})
    await new Promise<void>((connected) => client.connect({}, () => connected()))
    const native = (client as unknown as { readonly _client: unknown })._client
    const { RecordSender: Native } = loadAddon()
    // then
    t.throws(() => new Native({}, () => undefined), /not the client of a node-rdkafka Producer/)
    const sender = new Native(native, () => undefined)
    t.throws(() => RecordSender.open(client, () => undefined), {
      code: 'KAFKA_UNAVAILABLE',
      message: /open already/,
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const answer = sender.send('noise', 1, noise, 0, noise.length, 100)
        t.match(answer, { 0: 100 }, 'each is taken or refused')
        t.strictSame((answer as readonly number[]).slice(-2), [99, kafkaCodes.ERR__INVALID_ARG])
      }),
    )
    t.throws(() => sender.send('noise', 1, new Uint8Array(8), 4, 9, 1), /outside/)
    t.throws(() => sender.send('noise', 1, 'text' as never, 0, 0, 1), TypeError)
    sender.close()
    sender.close()
    t.throws(() => sender.send('noise', 1, new Uint8Array(24), 0, 24, 1), /closed/)
    t.strictSame(sender.reports(), { settled: [], failed: [], troubles: [] })
    await new Promise<void>((gone) => client.disconnect(0, () => gone()))
  },
)
