/**
 * What the native drain goes through under AddressSanitizer; run by test/native/run.mjs, one part a process:
 * `node --expose-gc scenario.ts <part> <addon>`. It says what happened and throws where something is missing;
 * whether memory was misused is for the sanitiser to tell.
 */

import assert from 'node:assert/strict'
import type { Assignment, KafkaConsumer } from 'node-rdkafka'
import { BatchReader } from '../../runtime/batch/index.ts'
import { loadAddon } from '../../runtime/kafka/drain/addon.ts'
import { ConsumerQueue, PartitionSource } from '../../runtime/kafka/drain/index.ts'
import type { Drained } from '../../runtime/kafka/drain/index.ts'
import { startMockCluster } from '../../runtime/kafka/mock-cluster.ts'
import {
  connectConsumer,
  disconnectConsumer,
  drainUntil,
  fromStart,
  recordsCame,
} from '../harness/drained-consumer.ts'
import { RawProducer } from '../harness/raw-producer.ts'
import type { RawRecord } from '../harness/raw-producer.ts'
import { waitUntil } from '../harness/wait-until.ts'

const [part = '', addon = ''] = process.argv.slice(2)
loadAddon(addon)

const kafka = await startMockCluster()
const producer = await RawProducer.connect(kafka.bootstrapServers)
const wide = { records: 100_000, bytes: 2 ** 28, lanes: [1, 8] } as const
const ignore = (): void => undefined

const records = (count: number, bytes: number): RawRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    key: index % 5 === 0 ? null : Buffer.from(`key-${String(index % 50)}`),
    value: index % 7 === 0 ? null : Buffer.alloc(index % bytes, index),
    headers:
      index % 3 === 0 ? [] : [['event-type', Buffer.from([0, 1, 2])] as const, ['none', null] as const],
    timestamp: index,
  }))

const fill = async (
  topic: string,
  partitions: readonly number[],
  count: number,
  bytes = 300,
): Promise<void> => {
  await producer.touchTopic(topic)
  for (const partition of partitions) await producer.produce(topic, partition, records(count, bytes))
}

const readThrough = (drained: Drained): number => {
  let read = 0
  for (const { batch } of drained.views.flat()) {
    const reader = new BatchReader(batch)
    while (reader.next()) {
      assert.equal(reader.headers().length, reader.headerCount)
      read += 1
    }
  }
  return read
}

/** Records of every shape through every way of draining: here, by a thread, held, in lanes. */
const drains = async (): Promise<string> => {
  await fill('drains', [0, 1, 2, 3], 3_000)
  let read = 0
  for (const limits of [
    wide,
    { ...wide, records: 50 },
    { ...wide, bytes: 3_000 },
    { records: 1_000, bytes: 1, lanes: [64] },
  ]) {
    const consumer = await connectConsumer(kafka, { 'enable.partition.eof': true })
    const sources = [0, 1, 2, 3].map((partition) =>
      PartitionSource.open(consumer, 'drains', partition, ignore),
    )
    consumer.assign(fromStart('drains', 0, 1, 2, 3))
    await Promise.all(
      sources.map(async (source) => {
        const all = await drainUntil('all came', source, limits, recordsCame(3_000))
        for (const drained of all) read += readThrough(drained)
        await source.close()
      }),
    )
    await disconnectConsumer(consumer)
  }
  assert.equal(read, 4 * 3_000 * (2 + 2 + 2 + 1))
  return `${String(read)} records read`
}

interface Member {
  readonly consumer: KafkaConsumer
  readonly held: Map<number, PartitionSource>
  read: number
  revoked: number
  leave(): Promise<void>
}

/** A group member that drains what it has all the time, and closes a source while its drain is in flight. */
const join = async (topic: string, unassignFirst: boolean): Promise<Member> => {
  const held = new Map<number, PartitionSource>()
  const member = { held, read: 0, revoked: 0 }
  const drainAll = async (source: PartitionSource, partition: number): Promise<void> => {
    while (held.get(partition) === source) {
      const drained = await source.drain({ ...wide, records: 300 })
      member.read += drained.count
      readThrough(drained)
      await new Promise(setImmediate)
    }
  }
  const consumer: KafkaConsumer = await connectConsumer(kafka, {
    'group.id': `group-${topic}`,
    'partition.assignment.strategy': 'cooperative-sticky',
    'heartbeat.interval.ms': 200,
    'session.timeout.ms': 6_000,
    rebalance_cb: (error: unknown, partitions: Assignment[]) => {
      if ((error as { code: number }).code === -175) {
        for (const { partition } of partitions) {
          held.set(partition, PartitionSource.open(consumer, topic, partition, ignore))
        }
        consumer.incrementalAssign(partitions)
        for (const { partition } of partitions) {
          const source = held.get(partition)
          if (source) void drainAll(source, partition)
        }
        return
      }
      member.revoked += partitions.length
      const closing = partitions.map(async ({ partition }) => {
        const source = held.get(partition)
        held.delete(partition)
        await source?.close()
      })
      // Closing first is how it is done; unassigning under a drain in flight must be survived, too.
      if (unassignFirst) consumer.incrementalUnassign(partitions)
      else void Promise.all(closing).then(() => consumer.incrementalUnassign(partitions))
    },
  })
  const queue: ConsumerQueue = ConsumerQueue.open(consumer, () => queue.poll())
  const timer = setInterval(() => queue.poll(), 20)
  consumer.subscribe([topic])
  return Object.assign(member, {
    consumer,
    async leave() {
      consumer.unsubscribe()
      await waitUntil('its partitions were given back', () => held.size === 0)
      clearInterval(timer)
      await disconnectConsumer(consumer)
      await queue.close()
    },
  })
}

/** Members come and go while records flow and drains are in flight. */
const rebalances = async (): Promise<string> => {
  const topic = 'rebalances'
  await fill(topic, [0, 1, 2, 3], 2_000)
  const supplying = new AbortController()
  const supply = (async () => {
    while (!supplying.signal.aborted) {
      await fill(topic, [0, 1, 2, 3], 200)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  const first = await join(topic, false)
  await waitUntil('the first has all', () => first.held.size === 4 && first.read > 0)
  for (const unassignFirst of [false, true]) {
    const second = await join(topic, unassignFirst)
    await waitUntil('they share', () => first.held.size === 2 && second.held.size === 2 && second.read > 0)
    await second.leave()
    await waitUntil('the first has all again', () => first.held.size === 4)
  }
  supplying.abort()
  await supply
  await first.leave()
  assert.ok(first.revoked >= 4)
  return `${String(first.read)} records read by the first, ${String(first.revoked)} partitions revoked`
}

/** The consumer goes while drains are in flight, polls go on, and sources are closed late or not at all. */
const disconnects = async (): Promise<string> => {
  await fill('disconnects', [0, 1], 3_000)
  let before = 0
  for (let round = 0; round < 20; round += 1) {
    const consumer = await connectConsumer(kafka)
    const queue = ConsumerQueue.open(consumer, ignore)
    const [one, two] = [0, 1].map((partition) =>
      PartitionSource.open(consumer, 'disconnects', partition, ignore),
    )
    assert.ok(one && two)
    consumer.assign(fromStart('disconnects', 0, 1))
    await drainUntil('the first came', one, { ...wide, records: 1 }, recordsCame(1))
    const inFlight = [one.drain({ ...wide, bytes: 100_000 }), two.drain({ ...wide, records: 300 })]
    const disconnecting = disconnectConsumer(consumer)
    if (round % 2 === 0) void one.close()
    queue.poll()
    for (const drained of await Promise.all(inFlight)) {
      readThrough(drained)
      before += drained.count
    }
    const gone = new AbortController()
    void disconnecting.then(() => {
      gone.abort()
    })
    // Drains go on until it is gone and a little longer.
    for (let after = 0; after < 3; after += gone.signal.aborted ? 1 : 0) {
      queue.poll()
      before += (await two.drain({ ...wide, records: 20 })).count
      await new Promise(setImmediate)
    }
    await disconnecting
    if (round % 3 !== 0) await Promise.all([one.close(), two.close(), queue.close()])
    globalThis.gc?.()
  }
  return `${String(before)} records came before`
}

/** Sources opened and closed again and again, some only forgotten, some with a drain under way. */
const openings = async (): Promise<string> => {
  await fill('openings', [0, 1, 2, 3], 1_000)
  const consumer = await connectConsumer(kafka)
  consumer.assign(fromStart('openings', 0, 1, 2, 3))
  for (let round = 0; round < 500; round += 1) {
    const source = PartitionSource.open(consumer, 'openings', round % 3, ignore)
    const drain = round % 2 === 0 ? source.drain({ ...wide, records: 10 }) : undefined
    await source.close()
    await source.close()
    await drain
  }
  let forgotten = 0
  for (; forgotten < 50; forgotten += 1) {
    ;(() => {
      const source = PartitionSource.open(consumer, 'openings', 3, ignore)
      if (forgotten % 2 === 0) void source.drain(wide)
    })()
    await waitUntil('the forgotten was collected', () => {
      globalThis.gc?.()
      const next = PartitionSource.open(consumer, 'openings', 3, ignore)
      return next.close().then(() => true)
    })
  }
  await disconnectConsumer(consumer)
  return `${String(forgotten)} forgotten sources collected`
}

/** The process ends with sources open and a drain in flight. */
const exit = async (): Promise<string> => {
  await fill('exit', [0], 3_000)
  const consumer = await connectConsumer(kafka)
  const queue = ConsumerQueue.open(consumer, () => queue.poll())
  const source = PartitionSource.open(consumer, 'exit', 0, ignore)
  consumer.assign(fromStart('exit', 0))
  await drainUntil('the first came', source, { ...wide, records: 1 }, recordsCame(1))
  void source.drain(wide)
  void producer.produce('exit', 0, records(3_000, 100))
  process.stdout.write('in the midst of a drain\n')
  process.exit(0)
}

const parts: Readonly<Record<string, () => Promise<string>>> = {
  drains,
  rebalances,
  disconnects,
  openings,
  exit,
}
const chosen = parts[part]
assert.ok(chosen, `part ${part} is one of ${Object.keys(parts).join(', ')}`)
process.stdout.write(`${await chosen()}\n`)
producer.close()
await kafka.close()
