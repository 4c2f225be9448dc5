// The native drain gives every record as it was produced, in order, within its bounds, split into the lanes that
// laneOf names; tells ends and errors; and survives being closed, disconnected and forgotten at any moment.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import type { KafkaConsumer } from 'node-rdkafka'
import t from 'tap'
import { BatchReader, laneOf, writeBatch } from '../../../runtime/batch/index.ts'
import type { BatchRecord } from '../../../runtime/batch/index.ts'
import { loadAddon } from '../../../runtime/kafka/drain/addon.ts'
import { ConsumerQueue, PartitionSource } from '../../../runtime/kafka/drain/index.ts'
import type { DrainedLane, SourceEvent } from '../../../runtime/kafka/drain/index.ts'
import { startMockCluster } from '../../../runtime/kafka/mock-cluster.ts'
import {
  connectConsumer,
  disconnectConsumer,
  drainUntil,
  fromStart,
  recordsCame,
} from '../../harness/drained-consumer.ts'
import { RawProducer } from '../../harness/raw-producer.ts'
import type { RawRecord } from '../../harness/raw-producer.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const kafka = await startMockCluster()
const producer = await RawProducer.connect(kafka.bootstrapServers)
t.teardown(async () => {
  producer.close()
  await kafka.close()
})

let topics = 0
const newTopic = async (): Promise<string> => {
  topics += 1
  const topic = `drain-${String(topics)}`
  await producer.touchTopic(topic)
  return topic
}

const ignore = (): void => undefined
const wide = { records: 100_000, bytes: 2 ** 28, lanes: [1] } as const

/** Runs `body` with a connected consumer. */
const withConsumer = async (
  body: (consumer: KafkaConsumer) => Promise<void>,
  settings: Parameters<typeof connectConsumer>[1] = {},
): Promise<void> => {
  const consumer = await connectConsumer(kafka, settings)
  try {
    await body(consumer)
  } finally {
    await disconnectConsumer(consumer)
  }
}

const numbered = (count: number, bytes = 20): RawRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    key: Buffer.from(`order-${String(index % 97)}`),
    value: Buffer.alloc(bytes, index),
    timestamp: 1_700_000_000_000 + index,
  }))

const offsetsOf = ({ batch }: DrainedLane): number[] => {
  const reader = new BatchReader(batch)
  const offsets: number[] = []
  while (reader.next()) offsets.push(reader.offset)
  return offsets
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

const absentOrBytes = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null })

t.test('records of all shapes arrive byte for byte', async (t) => {
  // given: arbitrary records, by the producer's time and by the broker's
  const created = fc.sample(
    fc.record({
      key: absentOrBytes,
      value: absentOrBytes,
      timestamp: fc.nat(2 ** 41),
      headers: fc.array(
        fc.tuple(
          fc.oneof(fc.constantFrom('a', 'b', ''), fc.string({ unit: 'grapheme', maxLength: 8 })).filter(
            // librdkafka's header names are C strings
            (name) => !name.includes('\0'),
          ),
          absentOrBytes,
        ),
        { maxLength: 4 },
      ),
    }),
    { numRuns: 1_000, seed: 7 },
  )
  const appended = numbered(3)
  const topic = await newTopic()
  await producer.produce(topic, 0, created)
  await producer.produce(topic, 0, appended, { appendTime: true })
  await withConsumer(async (consumer) => {
    const source = PartitionSource.open(consumer, topic, 0, ignore)
    consumer.assign(fromStart(topic, 0))
    // when
    const all = await drainUntil('all records came', source, wide, recordsCame(1_003))
    await source.close()
    // then: the very bytes that the writer makes of them
    const wanted = [
      ...created.map((record) => ({ ...record, timestampType: 'create' as const })),
      ...appended.map((record) => ({
        ...record,
        headers: [],
        timestamp: 1_700_000_000_002,
        timestampType: 'append' as const,
      })),
    ].map(({ key, value, ...rest }, offset): BatchRecord => ({
      ...rest,
      offset,
      key: key ?? undefined,
      value: value ?? undefined,
    }))
    for (const { views } of all) {
      for (const lane of views[0] ?? []) {
        const written = writeBatch(wanted.slice(lane.firstOffset, lane.lastOffset + 1))
        t.ok(Buffer.from(lane.batch).equals(Buffer.from(written)), `from offset ${String(lane.firstOffset)}`)
        t.equal(lane.bytes, written.byteLength)
      }
    }
    t.equal(all.at(-1)?.nextOffset, 1_003)
  })
})

t.test('bounds hold, and nothing is lost or reordered by them', async (t) => {
  const topic = await newTopic()
  const large = 300_000
  await producer.produce(topic, 0, numbered(500))
  await producer.produce(topic, 0, [{ value: Buffer.alloc(large) }, ...numbered(200, 1_000)])
  await producer.produce(topic, 0, numbered(300))
  for (const limits of [
    { records: 7, bytes: 2 ** 20, lanes: [1] },
    { records: 1, bytes: 1, lanes: [1] },
    { records: 1_000, bytes: 2_000, lanes: [1] },
    { records: 333, bytes: 100_000, lanes: [1] },
  ]) {
    await withConsumer(async (consumer) => {
      // given
      const source = PartitionSource.open(consumer, topic, 0, ignore)
      consumer.assign(fromStart(topic, 0))
      // when
      const all = await drainUntil('all records came', source, limits, recordsCame(1_001))
      await source.close()
      // then
      const lanes = all.flatMap(({ views }) => views[0] ?? [])
      const named = `${String(limits.records)} records, ${String(limits.bytes)} bytes`
      t.same(lanes.flatMap(offsetsOf), upTo(1_001), `${named}: all, in order`)
      t.ok(
        all.every(({ count, bytes }) => count <= limits.records && (bytes <= limits.bytes || count === 1)),
        `${named}: none exceeds them but a single record`,
      )
      t.ok(
        all.every(({ bytes, views }) => bytes === (views[0]?.[0]?.bytes ?? 0) - 8),
        'bytes are those of the packed records',
      )
    })
  }
})

t.test('more says that something waits which will not wake', async (t) => {
  const topic = await newTopic()
  await producer.produce(topic, 0, numbered(1_000))
  await withConsumer(async (consumer) => {
    const source = PartitionSource.open(consumer, topic, 0, ignore)
    consumer.assign(fromStart(topic, 0))
    const [first] = await drainUntil('records came', source, { ...wide, records: 400 }, recordsCame(1))
    t.match(first, { count: 400, more: true })
    t.match(await source.drain({ ...wide, bytes: 1 }), { count: 1, more: true })
    t.match(await source.drain(wide), { count: 599, more: false, nextOffset: 1_000 })
    t.match(await source.drain(wide), { count: 0, bytes: 0, nextOffset: undefined, views: [[]], more: false })
    await source.close()
  })
})

t.test('lanes are those of laneOf, for each actor apart', async (t) => {
  // given
  const records: readonly RawRecord[] = [
    ...numbered(400),
    ...upTo(40).map((index) => ({ value: Buffer.from([index]) })),
    { key: Buffer.of() },
  ]
  const topic = await newTopic()
  await producer.produce(topic, 0, records)
  await withConsumer(async (consumer) => {
    const source = PartitionSource.open(consumer, topic, 0, ignore)
    consumer.assign(fromStart(topic, 0))
    // when
    const laneCounts = [1, 4, 7, 4_096]
    const [drained] = await drainUntil(
      'records came',
      source,
      { ...wide, lanes: laneCounts },
      recordsCame(records.length),
    )
    await source.close()
    // then
    laneCounts.forEach((lanes, actor) => {
      const wanted = Map.groupBy(upTo(records.length), (offset) =>
        laneOf(records[offset]?.key ?? undefined, offset, lanes),
      )
      t.same(
        drained?.views[actor]?.map((lane) => [lane.lane, offsetsOf(lane)]),
        [...wanted].sort(([a], [b]) => a - b),
        `${String(lanes)} lanes`,
      )
      t.ok(
        drained?.views[actor]?.every((lane) => {
          const offsets = offsetsOf(lane)
          return (
            lane.count === offsets.length &&
            lane.firstOffset === offsets[0] &&
            lane.lastOffset === offsets.at(-1) &&
            lane.bytes === lane.batch.byteLength
          )
        }),
      )
    })
  })
})

t.test('laneOf is the same in C++', async () => {
  const addon = loadAddon()
  fc.assert(
    fc.property(
      fc.option(fc.uint8Array({ maxLength: 70 }), { nil: undefined }),
      fc.maxSafeNat(),
      fc.integer({ min: 1, max: 4_096 }),
      (key, offset, lanes) =>
        addon.laneOf(key && Buffer.from(key), offset, lanes) === laneOf(key, offset, lanes),
    ),
    { numRuns: 5_000 },
  )
})

t.test('the end of a partition comes after its records', async (t) => {
  const topic = await newTopic()
  await producer.produce(topic, 2, numbered(3))
  await withConsumer(
    async (consumer) => {
      const source = PartitionSource.open(consumer, topic, 2, ignore)
      consumer.assign(fromStart(topic, 2))
      const all = await drainUntil('the end came', source, wide, (came) =>
        came.some(({ events }) => events.length > 0),
      )
      t.same(
        all.flatMap(({ events }) => events),
        [{ kind: 'end-of-partition', at: { topic, partition: 2 }, offset: 3 }],
      )
      t.equal(all.at(-1)?.nextOffset, 3)
      t.ok(recordsCame(3)(all))
      await source.close()
    },
    { 'enable.partition.eof': true },
  )
})

t.test('a start offset that is not there is told as an error', async (t) => {
  const topic = await newTopic()
  const consumer = await connectConsumer(kafka, {}, { 'auto.offset.reset': 'error' })
  const source = PartitionSource.open(consumer, topic, 0, ignore)
  consumer.assign([{ topic, partition: 0, offset: 1_000 }])
  const all = await drainUntil('an error came', source, wide, (came) =>
    came.some(({ events }) => events.length > 0),
  )
  t.match(all[0]?.events[0], {
    kind: 'error',
    at: { topic, partition: 0 },
    code: -140,
    message: /range|reset/i,
  })
  await source.close()
  await disconnectConsumer(consumer)
})

t.test('a partition that nobody drains holds up no other', async (t) => {
  const topic = await newTopic()
  await producer.produce(topic, 0, numbered(2_000, 1_000))
  await producer.produce(topic, 1, numbered(2_000))
  await withConsumer(
    async (consumer) => {
      // given: far more waits in partition 0 than may be prefetched
      const idle = PartitionSource.open(consumer, topic, 0, ignore)
      const busy = PartitionSource.open(consumer, topic, 1, ignore)
      consumer.assign(fromStart(topic, 0, 1))
      // when
      const others = await drainUntil('the other came', busy, { ...wide, records: 100 }, recordsCame(2_000))
      // then
      t.same(
        others.flatMap(({ views }) => (views[0] ?? []).flatMap(offsetsOf)),
        upTo(2_000),
      )
      const own = await drainUntil('its own came later', idle, wide, recordsCame(2_000))
      t.same(
        own.flatMap(({ views }) => (views[0] ?? []).flatMap(offsetsOf)),
        upTo(2_000),
      )
      await Promise.all([idle.close(), busy.close()])
    },
    { 'queued.max.messages.kbytes': 64, 'queued.min.messages': 100 },
  )
})

t.test('it wakes at the start and whenever an empty queue got records', async (t) => {
  const topic = await newTopic()
  await withConsumer(async (consumer) => {
    // given: a reader that drains only when it is woken
    let wakes = 0
    let position = 0
    let drains = Promise.resolve()
    const source = PartitionSource.open(consumer, topic, 0, () => {
      wakes += 1
      drains = drains.then(async () => {
        const { nextOffset } = await source.drain(wide)
        position = nextOffset ?? position
      })
    })
    consumer.assign(fromStart(topic, 0))
    await waitUntil('it woke after opening', () => wakes > 0)
    // when, then
    for (let round = 1; round <= 20; round += 1) {
      await producer.produce(topic, 0, numbered(10))
      await waitUntil('its records came by a wake', () => position === 10 * round)
    }
    await source.close()
    t.pass()
  })
})

/** A source with so much waiting that its next drain goes to a thread. */
const openLoaded = async (consumer: KafkaConsumer): Promise<PartitionSource> => {
  const topic = await newTopic()
  await producer.produce(topic, 0, numbered(3_000, 500))
  const source = PartitionSource.open(consumer, topic, 0, ignore)
  consumer.assign(fromStart(topic, 0))
  await drainUntil('the first came', source, { ...wide, records: 1 }, recordsCame(1))
  return source
}

t.test('one drain at a time, and closing waits for it', async (t) => {
  await withConsumer(async (consumer) => {
    // given
    const source = await openLoaded(consumer)
    // when
    const inFlight = source.drain(wide)
    const second = source.drain(wide)
    const closing = source.close()
    const closingAgain = source.close()
    // then
    await t.rejects(second, { message: /in flight/ })
    t.match(await inFlight, { count: 2_999 })
    await closing
    await closingAgain
    await source.close()
    t.match(await source.drain(wide), { count: 0, views: [[]], events: [], more: false }, 'closed is empty')
    await source.discard()
  })
})

t.test('a drain in flight survives the disconnect of its consumer', async (t) => {
  for (let round = 0; round < 5; round += 1) {
    // given
    const consumer = await connectConsumer(kafka)
    const source = await openLoaded(consumer)
    const queue = ConsumerQueue.open(consumer, ignore)
    // when
    const inFlight = source.drain({ ...wide, bytes: 200_000 })
    const disconnected = disconnectConsumer(consumer)
    const { count } = await inFlight
    // then: it was before the disconnect, or not at all
    t.ok(count === 0 || count > 100, `${String(count)} records`)
    t.same(queue.poll(), [])
    await disconnected
    t.match(await source.drain(wide), { count: 0, more: false })
    t.same(queue.poll(), [])
    await source.close()
    await queue.close()
  }
})

t.test('a source that outlives its connection stays away from the next one', async (t) => {
  const consumer = await connectConsumer(kafka)
  const source = await openLoaded(consumer)
  await disconnectConsumer(consumer)
  await new Promise((done) => consumer.connect({}, done))
  t.match(await source.drain(wide), { count: 0, more: false })
  await source.close()
  await disconnectConsumer(consumer)
})

t.test('after discard and a seek, records come again from there', async (t) => {
  await withConsumer(async (consumer) => {
    // given: some drained, and some held because they exceeded the bytes
    const source = await openLoaded(consumer)
    const first = await source.drain({ ...wide, bytes: 100_000 })
    t.match(first, { more: true })
    const topic = String(consumer.assignments()[0]?.topic)
    // when
    await source.discard()
    const error = await new Promise<unknown>((answer) => {
      consumer.seek({ topic, partition: 0, offset: 10 }, 5_000, answer)
    })
    t.notOk(error, 'the seek succeeded')
    const again = await drainUntil('they came again', source, wide, recordsCame(2_990))
    // then
    t.same(
      again.flatMap(({ views }) => (views[0] ?? []).flatMap(offsetsOf)),
      upTo(3_000).slice(10),
    )
    await source.close()
  })
})

t.test('a record on the consumer’s own queue is told, not dropped', async (t) => {
  const topic = await newTopic()
  await producer.produce(topic, 1, numbered(2))
  await withConsumer(async (consumer) => {
    const queue = ConsumerQueue.open(consumer, ignore)
    consumer.assign(fromStart(topic, 1))
    const events: SourceEvent[] = []
    await waitUntil('both came', () => {
      events.push(...queue.poll())
      return events.length >= 2
    })
    t.same(events, [
      { kind: 'stray-record', at: { topic, partition: 1 }, offset: 0 },
      { kind: 'stray-record', at: { topic, partition: 1 }, offset: 1 },
    ])
    await queue.close()
    await queue.close()
    t.same(queue.poll(), [])
  })
})

t.test('a partition has one source, a consumer one queue, until they are closed', async (t) => {
  const topic = await newTopic()
  await withConsumer(async (consumer) => {
    const source = PartitionSource.open(consumer, topic, 0, ignore)
    t.throws(() => PartitionSource.open(consumer, topic, 0, ignore), {
      code: 'KAFKA_UNAVAILABLE',
      message: /open already/,
    })
    await source.close()
    await PartitionSource.open(consumer, topic, 0, ignore).close()
    const queue = ConsumerQueue.open(consumer, ignore)
    t.throws(() => ConsumerQueue.open(consumer, ignore), {
      code: 'KAFKA_UNAVAILABLE',
      message: /open already/,
    })
    await queue.close()
    await ConsumerQueue.open(consumer, ignore).close()
  })
})

t.test('a forgotten source is collected, and its partition can be opened again', async (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const topic = await newTopic()
  await producer.produce(topic, 0, numbered(2_000))
  await withConsumer(async (consumer) => {
    // given: sources that nobody keeps, one of them with a drain in flight
    let drained = 0
    const forget = (): void => {
      const [draining] = [0, 1].map((partition) => PartitionSource.open(consumer, topic, partition, ignore))
      consumer.assign(fromStart(topic, 0, 1))
      void draining?.drain(wide).then(({ count }) => (drained += count))
    }
    forget()
    // when, then
    for (const partition of [0, 1]) {
      const reopened = await waitUntil('it can be opened again', () => {
        collect()
        return PartitionSource.open(consumer, topic, partition, ignore)
      })
      if (partition === 0) {
        await drainUntil('the rest came', reopened, wide, (all) => recordsCame(2_000 - drained)(all))
      }
      await reopened.close()
    }
    t.pass()
  })
})

t.test('what cannot be drained is refused', async (t) => {
  const topic = await newTopic()
  const consumer = await connectConsumer(kafka)
  const source = PartitionSource.open(consumer, topic, 0, ignore)
  for (const wrong of [
    { records: 0 },
    { records: 1.5 },
    { records: NaN },
    { bytes: 0 },
    { bytes: Infinity },
    { lanes: [] },
    { lanes: [0] },
    { lanes: [1, 5_000] },
    { records: '7' as unknown as number },
  ]) {
    await t.rejects(source.drain({ ...wide, ...wrong }), RangeError, JSON.stringify(wrong))
  }
  await source.close()
  await disconnectConsumer(consumer)
  t.throws(() => PartitionSource.open(consumer, topic, 0, ignore), {
    code: 'KAFKA_UNAVAILABLE',
    message: /connected/,
  })
  t.throws(() => ConsumerQueue.open(consumer, ignore), { code: 'KAFKA_UNAVAILABLE', message: /connected/ })
  for (const stranger of [{}, { _client: {} }, { _client: 7 }, { _client: new Map() }]) {
    const wrong = stranger as unknown as KafkaConsumer
    t.throws(() => PartitionSource.open(wrong, topic, 0, ignore), { message: /not the client/ })
  }
})

t.test('in a worker thread it says why it does not load', async (t) => {
  loadAddon()
  const code = `
    import { parentPort } from 'node:worker_threads'
    import { loadAddon } from ${JSON.stringify(import.meta.resolve('../../../runtime/kafka/drain/addon.ts'))}
    try { loadAddon() } catch (error) { parentPort.postMessage([error.code, error.message]) }`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
  const answer = await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  t.match(answer, ['DRAIN_NOT_LOADED', /main thread only/])
})
