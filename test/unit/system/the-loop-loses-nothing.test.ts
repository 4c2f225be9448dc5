// The consume–handle–commit loop: an offset is committed only when everything below it is finished, whatever dies,
// waits, fails or is taken away in between.

import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { TroupeError } from '../../../runtime/errors.ts'
import { actorNamed, groupInMemory, settled, type InMemoryGroup } from '../../harness/group-in-memory.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const open = async (t: Test, ...args: Parameters<typeof groupInMemory>): Promise<InMemoryGroup> => {
  const group = await groupInMemory(...args)
  t.teardown(() => group.run.stop())
  await group.assign(0)
  return group
}
const firstOffsets = ({ workers }: InMemoryGroup): readonly (number | undefined)[] =>
  workers.jobs.map(({ handle }) => handle.firstOffset)

t.test(
  'completions in any order move the frontier to the oldest unfinished work, and it is committed',
  async (t) => {
    const group = await open(t, [actorNamed('a')])
    group.member.append(0, 4)
    await settled()
    const [even, odd] = group.workers.jobs
    t.same(firstOffsets(group), [0, 1], 'two lanes, side by side')
    t.equal(group.frontier(0), 0)

    await odd!.done()
    t.equal(group.frontier(0), 0, 'the even ones are unfinished')
    await even!.done()

    t.equal(group.frontier(0), 4)
    const { committed } = group.member
    await waitUntil('the timer has committed it', () => committed.at(-1)?.offset === 4)
    const { length } = committed
    group.member.append(0, 1)
    await settled()
    await group.workers.jobs[0]!.done()
    await waitUntil('the next one is committed', () => committed.at(-1)?.offset === 5)
    t.equal(committed.length, length + 1, 'nothing is committed while nothing moves')
  },
)

t.test('no credit, no drain; it comes back with what is finished', async (t) => {
  const group = await open(t, [actorNamed('a', 'partition', 1)])
  group.member.append(0, 100)
  await settled()
  t.same(firstOffsets(group), [0], 'one batch at a time')
  t.same(group.run.assignments(), [{ topic: 'orders', partition: 0, frontier: 0 }])

  for (let handled = 4; handled <= 100; handled += 4) {
    await group.workers.jobs[0]!.done()
    t.equal(group.frontier(0), handled)
  }
  t.same(group.workers.jobs, [])
})

t.test('a retry blocks its lane for the longest wait asked for, and no other', async (t) => {
  const group = await open(t, [actorNamed('a')])
  group.member.append(0, 4)
  await settled()
  const [even, odd] = group.workers.jobs
  await even!.retries({ index: 0, attempt: 2, afterMs: 50 }, { index: 1, attempt: 1, afterMs: 900 })
  await odd!.done()
  group.member.append(0, 4)
  await settled()

  t.same(group.waits.lengths, [900])
  t.same(firstOffsets(group), [5], 'only the other lane goes on')
  t.equal(group.frontier(0), 0)
  await group.waits.pass(900)

  const again = group.workers.jobs.find(({ handle }) => handle.lane === 0)!
  t.match(again.handle, {
    firstOffset: 0,
    records: [
      { index: 0, attempt: 2 },
      { index: 1, attempt: 1 },
    ],
  })
  t.equal(again.handle.batch, even!.handle.batch, 'with the buffer that was handed back')
  await again.done()
  t.equal(group.frontier(0), 4)
  t.same(firstOffsets(group).toSorted(), [4, 5])
})

t.test(
  'emitted records are acknowledged before their work is complete, however often producing fails',
  async (t) => {
    const group = await open(t, [actorNamed('a', 'partition', 1)])
    group.member.append(0, 1)
    await settled()
    await group.workers.jobs[0]!.produces(42)
    t.same(group.workers.jobs, [])
    for (const backoff of [100, 200, 400]) {
      group.produced.at(-1)!.reject(new TroupeError('PRODUCE_FAILED', 'the broker is away'))
      await settled()
      t.same(group.waits.lengths, [backoff])
      t.equal(group.frontier(0), 0)
      await group.waits.passAll()
    }
    group.produced.at(-1)!.resolve()
    await settled()

    t.equal(group.produced.length, 4)
    t.same(
      group.workers.jobs.map(({ task }) => task),
      [{ kind: 'resume', token: 42 }],
    )
    await group.workers.jobs[0]!.done()
    t.equal(group.frontier(0), 1)
  },
)

t.test('a dependency that is away is asked again, ever more rarely, up to every 5 s', async (t) => {
  const group = await open(t, [actorNamed('a', 'partition', 1)])
  group.member.append(0, 1)
  await settled()
  const waited: number[] = []
  for (let i = 0; i < 8; i += 1) {
    await group.workers.jobs[0]!.waits(7)
    waited.push(...group.waits.lengths)
    await group.waits.passAll()
  }
  t.same(waited, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
  await group.workers.jobs[0]!.done()
  t.equal(group.frontier(0), 1)
})

t.test(
  'a worker that dies: the partition goes back to its frontier, other lanes in flight count no more',
  async (t) => {
    const group = await open(t, [actorNamed('a')])
    group.member.append(0, 4)
    await settled()
    const [even, odd] = group.workers.jobs
    await even!.done()
    group.member.append(0, 2)
    await settled()
    const next = group.workers.jobs.find(({ handle }) => handle.firstOffset === 4)!
    await next.dies()
    t.equal(group.frontier(0), 1)
    t.same(group.waits.lengths, [100])
    group.member.append(0, 1)
    await settled()
    t.same(firstOffsets(group), [1], 'nothing new is begun meanwhile')

    await group.waits.passAll()

    t.same(group.member.rewinds, [{ topic: 'orders', partition: 0, offset: 1 }])
    t.ok(odd!.ended, 'what ran in the old epoch was discarded')
    t.same(firstOffsets(group).toSorted(), [1, 2])
    t.ok(group.workers.jobs.every(({ handle }) => handle.epoch > odd!.handle.epoch))
    while (group.workers.jobs.length > 0) await group.workers.jobs[0]!.done()
    t.equal(group.frontier(0), 7)
  },
)

t.test(
  'two lanes lost with one worker are one rewind; a loss after it is another, after a longer wait',
  async (t) => {
    const group = await open(t, [actorNamed('a')])
    group.member.append(0, 4)
    await settled()
    const [even, odd] = group.workers.jobs
    await Promise.all([even!.dies(), odd!.dies()])
    await group.waits.passAll()
    t.equal(group.member.rewinds.length, 1)
    await group.workers.jobs[0]!.dies()
    t.same(group.waits.lengths, [400], 'the third loss in a row')
    await group.waits.passAll()
    t.equal(group.member.rewinds.length, 2)
    while (group.workers.jobs.length > 0) await group.workers.jobs[0]!.done()
    t.equal(group.frontier(0), 4)
  },
)

t.test('a batch that was kept is handled again when its worker dies, and nothing else is', async (t) => {
  // given
  const group = await open(t, [actorNamed('a')], { keptBatchBytes: 1_000 })
  group.member.append(0, 4)
  await settled()
  const [even, odd] = group.workers.jobs

  // when
  await even!.dies()
  await group.waits.pass(100)

  // then
  t.same(group.member.rewinds, [])
  t.same(group.workers.discards, [])
  t.notOk(odd!.ended, 'the other lane goes on')
  const again = group.workers.jobs.find((job) => job !== odd)!
  t.same(again.offsets, [0, 2])
  t.equal(again.handle.epoch, even!.handle.epoch)
  await odd!.done()
  await again.retries({ index: 1, attempt: 2, afterMs: 10 })
  await group.waits.pass(10)

  // when: what is left of it is lost, too
  await group.workers.jobs[0]!.dies()
  await group.waits.passAll()

  // then
  t.same(group.workers.jobs[0]!.handle.records, [{ index: 1, attempt: 2 }], 'with the attempt that it had')
  await group.workers.jobs[0]!.done()
  t.equal(group.frontier(0), 4)
})

t.test('a batch that is too large to be kept takes its unit back to the frontier', async (t) => {
  const group = await open(t, [actorNamed('a')], { keptBatchBytes: 1_000 })
  group.member.append(0, 4)
  await settled()
  t.ok(group.workers.jobs[0]!.handle.batch.byteLength <= 1_000)
  const tight = await open(t, [actorNamed('a')], {
    keptBatchBytes: group.workers.jobs[0]!.handle.batch.byteLength - 1,
  })
  tight.member.append(0, 4)
  await settled()

  await tight.workers.jobs[0]!.dies()
  await tight.waits.passAll()

  t.same(tight.member.rewinds, [{ topic: 'orders', partition: 0, offset: 0 }])
})

t.test('two actors on one partition: one goes back, the other passes over what it had', async (t) => {
  const group = await open(t, [actorNamed('a', 'partition', 1), actorNamed('b', 'partition', 1)])
  group.member.append(0, 4)
  await settled()
  const of = (actor: string) => group.workers.jobs.find(({ handle }) => handle.actor === actor)
  await of('b')!.done()
  t.equal(group.frontier(0), 0, 'the least of both')
  await of('a')!.dies()
  await group.waits.passAll()

  t.match(of('a')!.handle, { firstOffset: 0 })
  t.equal(of('b'), undefined, 'b has nothing to do again')
  group.member.append(0, 2)
  await settled()
  t.match(of('b')!.handle, { firstOffset: 4 })
  await of('b')!.done()
  await of('a')!.done()
  await of('a')!.done()
  t.equal(group.frontier(0), 6)
})

t.test('a topic that was made anew is begun anew, without a row to say so', async (t) => {
  // given: half of what there is is handled, the rest in a worker's hands
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => {
    mock.timers.reset()
  })
  const group = await open(t, [actorNamed('a', 'partition', 1)])
  const look = async (): Promise<void> => {
    mock.timers.tick(1_000)
    await settled()
  }
  group.member.topicId = 'first'
  group.member.append(0, 8)
  await settled()
  await group.workers.jobs[0]!.done()
  await look()
  t.same(group.member.rewinds, [], 'the same topic')
  const [old] = group.workers.jobs

  // when
  group.member.topicId = 'second'
  await look()
  await old!.done()
  await look()

  // then
  t.match(group.member.rewinds, [{ offset: 0 }], 'once')
  t.equal(group.frontier(0), 0, 'what was in hand then is of a log that is gone')
  t.same(firstOffsets(group), [0])
  await group.workers.jobs[0]!.done()
  t.equal(group.frontier(0), 4)
})

t.test('a worker that gave up a batch by itself is one that lost it', async (t) => {
  const group = await open(t, [actorNamed('a', 'partition', 1)])
  group.member.append(0, 1)
  await settled()
  await group.workers.jobs[0]!.answers({ kind: 'discarded' })
  await group.waits.passAll()
  t.match(group.workers.jobs[0]!.handle, { firstOffset: 0 })
})

t.test("a failure that is no record's stops the process, and says what the worker said", async (t) => {
  for (const [code, told] of [
    ['ACTOR_NOT_LOADED', 'ACTOR_NOT_LOADED'],
    ['ERR_WHATEVER', 'BUG'],
  ] as const) {
    const group = await open(t, [actorNamed('a', 'partition', 1)])
    group.member.append(0, 1)
    await settled()
    const failure = { code, class: 'Error', message: 'the module is gone', stack: '' }
    await group.workers.jobs[0]!.answers({ kind: 'failed', failure })
    t.match(group.fatal, [{ code: told, message: /the module is gone/ }])
    t.equal(group.frontier(0), 0)
  }
})
