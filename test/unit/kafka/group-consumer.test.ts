// Members of a group share partitions and hand them over without gap, replay or late commit; rewind and close keep their word.

import t from 'tap'
import { startMockCluster } from '../../../runtime/kafka/mock-cluster.ts'
import { RecordProducer } from '../../../runtime/kafka/record-producer.ts'
import type { OutgoingRecord } from '../../../runtime/delivery/outgoing.ts'
import { kafkaReader } from '../../harness/kafka-reader.ts'
import { joinGroup, type RecordingMember, type Seen } from '../../harness/recording-member.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const mock = await startMockCluster()
const brokers = mock.bootstrapServers
const producer = await RecordProducer.connect({ brokers, clientId: 'producer' })
t.teardown(async () => {
  await producer.close(5_000)
  await mock.close()
})

const partitions = 4
const record = (topic: string, i: number): OutgoingRecord => ({
  topic,
  partition: i % partitions,
  key: Buffer.from(`key-${String(i)}`),
  value: Buffer.from(`value-${String(i)}`),
  headers: [],
})
const produce = (topic: string, from: number, to: number): Promise<void> =>
  producer.produceAll(Array.from({ length: to - from }, (_, i) => record(topic, from + i)))

const byPartition = (seen: readonly Seen[]): number[][] => {
  const offsets = Array.from({ length: partitions }, (): number[] => [])
  for (const { partition, offset } of seen) offsets[partition]?.push(offset)
  return offsets
}
const upTo = (count: number): number[][] =>
  Array.from({ length: partitions }, () => Array.from({ length: count / partitions }, (_, i) => i))
const toldOfCommit = ({ events }: RecordingMember): boolean =>
  events.some((event) => event.kind === 'error' && /commit/i.test(event.message))
const joined = (members: readonly RecordingMember[]): Promise<unknown> =>
  waitUntil('all partitions are held by somebody, and everybody holds some', () => {
    const held = members.map((member) => member.held.size)
    return held.every((size) => size > 0) && held.reduce((sum, size) => sum + size, 0) === partitions
  })

await t.test('one member gets every record once, in order, and its commits arrive', async (t) => {
  // given
  await produce('one', 0, 4_000)
  // when
  const member = await joinGroup({ brokers, groupId: 'g-one' }, ['one'])
  await waitUntil('all came', () => member.seen.length === 4_000)
  member.consumer.commit(member.positions())
  // then
  t.strictSame(byPartition(member.seen), upTo(4_000))
  await waitUntil('the commit arrived', async () => {
    const committed = await member.consumer.offsets(
      'committed',
      Array.from({ length: partitions }, (_, partition) => ({ topic: 'one', partition })),
    )
    return committed.every((offset) => offset === 1_000)
  })
  t.strictSame(await member.consumer.watermarks({ topic: 'one', partition: 0 }), { low: 0, high: 1_000 })
  const asked = [3, 0, 99].map((partition) => ({ topic: 'one', partition }))
  t.strictSame(await member.consumer.offsets('end', asked), [1_000, 1_000, undefined])
  t.strictSame(await member.consumer.offsets('begin', asked), [0, 0, undefined])
  t.ok(member.consumer.sincePollMs < 5_000)
  // A question that is under way does not meet the disconnect.
  const last = member.consumer.offsets('end', asked)
  await member.consumer.close()
  t.equal((await last).length, 3)
  await t.rejects(member.consumer.offsets('end', asked), { code: 'KAFKA_UNAVAILABLE' })
  t.strictSame(member.fatal, [])
})

for (const assignmentStrategy of ['cooperative-sticky', 'range'] as const) {
  await t.test(`two members hand partitions over: ${assignmentStrategy}`, async (t) => {
    // given: one member that is reading while records keep coming
    const topic = `two-${assignmentStrategy}`
    const settings = { brokers, groupId: `g-${topic}`, assignmentStrategy }
    await produce(topic, 0, 400)
    const first = await joinGroup(settings, [topic])
    await waitUntil('the first reads', () => first.seen.length === 400)
    // when: a second joins, and leaves again
    const second = await joinGroup(settings, [topic])
    const all = (): number[][] =>
      byPartition([...first.seen, ...second.seen]).map((offsets) => offsets.sort((a, b) => a - b))
    const once = (): number[][] => all().map((offsets) => [...new Set(offsets)])
    const handled = (): number => once().flat().length
    await produce(topic, 400, 2_000)
    await joined([first, second])
    await produce(topic, 2_000, 4_000)
    await waitUntil('both have read', () => handled() >= 4_000)
    await second.consumer.close()
    await waitUntil('the first has all back', () => first.held.size === partitions)
    await produce(topic, 4_000, 6_000)
    await waitUntil('the first has read the rest', () => handled() >= 6_000)
    await first.consumer.close()
    // then
    // The mock cluster refuses commits while a group rebalances, which Kafka takes: eager members replay there, and
    // others where their owner was told of it.
    const mayReplay = assignmentStrategy === 'range' || [first, second].some(toldOfCommit)
    t.strictSame(mayReplay ? once() : all(), upTo(6_000))
    t.ok(second.seen.length > 0, 'the second took part')
    t.strictSame(
      await kafkaReader(brokers).committed(settings.groupId, topic, partitions),
      [1_500, 1_500, 1_500, 1_500],
    )
    t.strictSame([...first.fatal, ...second.fatal], [])
  })
}

await t.test('a revoke waits for its owner, and commits before the partitions are given back', async (t) => {
  // given
  const settings = { brokers, groupId: 'g-defer' }
  await produce('defer', 0, 400)
  const first = await joinGroup(settings, ['defer'])
  await waitUntil('the first reads', () => first.seen.length === 400)
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  first.beforeRevoke = () => finished
  // when
  const second = await joinGroup(settings, ['defer'])
  await waitUntil('the first is asked to give back', () =>
    first.story.some((line) => line.startsWith('revoked')),
  )
  await produce('defer', 400, 800)
  const whileDeferred = second.story.filter((line) => line !== 'assigned ')
  finish()
  await joined([first, second])
  // then
  t.strictSame(whileDeferred, [], 'nobody got a partition that was not given back')
  await produce('defer', 800, 1_200)
  await waitUntil('both go on', () => {
    const seen = byPartition([...first.seen, ...second.seen])
    return seen.reduce((sum, offsets) => sum + new Set(offsets).size, 0) === 1_200
  })
  const all = byPartition([...first.seen, ...second.seen]).map((offsets) => offsets.sort((a, b) => a - b))
  // The mock cluster refuses commits while a group rebalances, which Kafka takes: then the owner is told, and what
  // was not committed comes again. Otherwise nothing does.
  if (toldOfCommit(first)) {
    t.strictSame(
      all.map((offsets) => [...new Set(offsets)]),
      upTo(1_200),
      'the final commit was refused and told: nothing is missing',
    )
  } else {
    t.ok(
      second.seen.every(({ offset }) => offset >= 100),
      'the second began where the first had ended',
    )
    t.strictSame(all, upTo(1_200), 'each record came once')
  }
  // and nothing of the partitions that were given back is committed any more
  first.consumer.commit([0, 1, 2, 3].map((partition) => ({ topic: 'defer', partition, offset: 7 })))
  await second.consumer.close()
  const committed = await kafkaReader(brokers).committed('g-defer', 'defer', partitions)
  t.equal(committed.filter((offset) => offset === 7).length, 2, 'only what the first holds')
  await first.consumer.close()
})

await t.test('start offsets that the owner gives count, and it may take its time', async (t) => {
  // given
  await produce('start', 0, 400)
  const { promise: known, resolve: know } = Promise.withResolvers<void>()
  const settings = { brokers, groupId: 'g-start' }
  const member = await joinGroup(settings, ['start'])
  member.beforeAssign = async (assigned) => {
    await known
    return assigned.map(({ partition }) => (partition === 0 ? undefined : partition * 10))
  }
  // when
  await waitUntil('it is asked', () => member.story.length > 0)
  t.equal(member.seen.length, 0)
  know()
  await waitUntil('all came', () => member.seen.length === 340)
  // then
  t.strictSame(
    byPartition(member.seen).map(([first]) => first),
    [0, 10, 20, 30],
  )
  await member.consumer.close()
})

await t.test('an owner that throws at assign or revoke hangs nothing', async (t) => {
  await produce('throws', 0, 400)
  // given
  const first = await joinGroup({ brokers, groupId: 'g-throws' }, ['throws'])
  first.beforeAssign = () => Promise.reject(new Error('no start offsets'))
  // when, then
  await waitUntil('it is told', () => first.fatal.length === 1)
  t.match(first.fatal[0]?.message, /no start offsets/)
  t.equal(first.seen.length, 0)
  await first.consumer.close()
  // given
  const second = await joinGroup({ brokers, groupId: 'g-throws' }, ['throws'])
  await waitUntil('all came', () => second.seen.length === 400)
  second.beforeRevoke = () => Promise.reject(new Error('no end'))
  // when
  await second.consumer.close()
  // then
  t.match(second.events.map((event) => (event.kind === 'error' ? event.message : '')).join(), /no end/)
})

await t.test('rewind brings records again, and nothing of before comes after it', async (t) => {
  // given: much is prefetched, some is drained, and a drain is in flight
  await produce('rewind', 0, 40_000)
  const member = await joinGroup({ brokers, groupId: 'g-rewind' }, ['rewind'])
  const at = { topic: 'rewind', partition: 2 }
  await waitUntil('some came', () =>
    member.seen.some(({ partition, offset }) => partition === 2 && offset > 500),
  )
  // when
  for (const offset of [100, 0, 9_999, 50]) {
    const drained = member.seen.length
    await member.consumer.rewind(at, offset)
    await waitUntil('it came again', () =>
      member.seen.slice(drained).some((record) => record.partition === 2),
    )
    const again = member.seen.slice(drained).filter(({ partition }) => partition === 2)
    // then
    t.equal(again[0]?.offset, offset, `the first is ${String(offset)}`)
  }
  await waitUntil(
    'all came',
    () => member.seen.findLast(({ partition }) => partition === 2)?.offset === 9_999,
  )
  const last = member.seen.filter(({ partition }) => partition === 2)
  t.strictSame(
    last.slice(last.findLastIndex(({ offset }) => offset === 50)).map(({ offset }) => offset),
    Array.from({ length: 10_000 - 50 }, (_, i) => 50 + i),
    'each once from there on',
  )
  t.strictSame(byPartition(member.seen)[1], upTo(40_000)[1], 'other partitions saw nothing of it')
  // two at once: the last counts
  const before = member.seen.length
  await Promise.all([member.consumer.rewind(at, 10), member.consumer.rewind(at, 9_990)])
  await waitUntil('it came', () => member.seen.length >= before + 10)
  t.equal(member.seen[before]?.offset, 9_990)
  await member.consumer.close()
})

await t.test('a partition that is not drained holds up no other, and is not lost', async (t) => {
  await produce('held', 0, 4_000)
  const member = await joinGroup({ brokers, groupId: 'g-held' }, ['held'])
  member.stop()
  await waitUntil('it is assigned', () => member.held.size === partitions)
  const drained = await waitUntil('one partition gives records', async () => {
    const { count } = await member.consumer.drain(
      { topic: 'held', partition: 1 },
      { records: 10, bytes: 1_000_000, lanes: [1] },
    )
    return count
  })
  t.equal(drained, 10)
  t.equal(
    (await member.consumer.drain({ topic: 'other', partition: 1 }, { records: 10, bytes: 1, lanes: [1] }))
      .count,
    0,
  )
  member.go()
  await waitUntil('the rest came', () => member.seen.length === 3_990)
  await member.consumer.close()
})

await t.test('close ends: twice, before any assignment, and as a static member', async (t) => {
  await produce('close', 0, 400)
  const member = await joinGroup({ brokers, groupId: 'g-close' }, ['close'])
  await Promise.all([member.consumer.close(), member.consumer.close()])
  t.equal(member.held.size, 0)

  const fixed = await joinGroup({ brokers, groupId: 'g-static', groupInstanceId: 'slot-1' }, ['close'])
  await waitUntil('all came', () => fixed.seen.length === 400)
  await fixed.consumer.close()
  t.strictSame(await kafkaReader(brokers).committed('g-static', 'close', partitions), [100, 100, 100, 100])
})

await t.test(
  'a member that was thrown out hears that its partitions are lost, and commits nothing of them',
  async (t) => {
    // given
    await produce('lost', 0, 400)
    const member = await joinGroup({ brokers, groupId: 'g-lost', maxPollIntervalMs: 4_000 }, ['lost'])
    await waitUntil('all came', () => member.seen.length === 400)
    // when: the event loop stands still for longer than max.poll.interval
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000)
    await waitUntil('it hears of it', () => member.story.some((line) => line.startsWith('lost')))
    member.consumer.commit([{ topic: 'lost', partition: 0, offset: 3 }])
    // then
    t.notOk(
      member.story.some((line) => line.startsWith('revoked')),
      'nobody was asked to finish',
    )
    await waitUntil('it joined again, and reads from the last commit: none', () => member.seen.length === 800)
    await member.consumer.close()
    t.strictSame(await kafkaReader(brokers).committed('g-lost', 'lost', partitions), [100, 100, 100, 100])
  },
)

await t.test('without a broker close ends all the same', async (t) => {
  // given
  const away = await startMockCluster()
  await away.createTopics(['away'])
  const member = await joinGroup(
    { brokers: away.bootstrapServers, groupId: 'g-away', leaveTimeoutMs: 2_000, disconnectTimeoutMs: 1_000 },
    ['away'],
  )
  await waitUntil('it is assigned', () => member.held.size === partitions)
  await away.close()
  await waitUntil('it is told', () => member.events.length > 0)
  // when
  await member.consumer.close()
  // then
  t.strictSame(member.fatal, [], 'a broker that is away is no end')
})

await t.test('a topic that is not there is told with its remedy', async (t) => {
  const member = await joinGroup({ brokers, groupId: 'g-missing', missingTopicGraceMs: 1 }, ['nowhere'])
  await waitUntil('it is told', () => member.fatal.length > 0)
  t.match(member.fatal[0], { code: 'TOPIC_MISSING', message: /nowhere/ })
  await member.consumer.close()
})
