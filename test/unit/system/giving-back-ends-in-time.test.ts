// A partition is given back when what was in flight is finished, or its time is up; whatever hangs then, it ends, and
// nothing of before it counts afterwards.

import t, { type Test } from 'tap'
import { TroupeError } from '../../../runtime/errors.ts'
import { actorNamed, groupInMemory, settled, type InMemoryGroup } from '../../harness/group-in-memory.ts'

const drainTimeoutMs = 25_000
const single = [actorNamed('a', 'partition', 1)]

const open = async (t: Test, actors = single): Promise<InMemoryGroup> => {
  const group = await groupInMemory(actors, { commitIntervalMs: 1_000_000 }) // nothing is committed by the timer
  t.teardown(() => group.run.stop())
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  return group
}

const ended = async (promise: Promise<unknown>): Promise<boolean> => {
  let over = false
  void promise.then(() => (over = true))
  await settled()
  return over
}
const given = (offset: number) => [{ topic: 'orders', partition: 0, offset }]

t.test('what is in flight finishes first, and nothing new is begun', async (t) => {
  const group = await open(t)
  group.member.append(0, 4)
  const [job] = group.workers.jobs
  const revoking = group.revoke(0)
  t.notOk(await ended(revoking))
  await job!.done()

  t.same(await revoking, given(4))
  t.same(group.waits.lengths, [], 'no timer is left')
  t.same(group.workers.jobs, [])
  t.same(group.workers.discards, [], 'workers have nothing to drop')
  t.same(group.workers.forgotten, ['a/orders/0/0'], 'its lanes count no more')
  t.same(group.run.assignments(), [])
})

t.test(
  'what takes too long is given up: its offset is not committed, its answer changes nothing',
  async (t) => {
    const group = await open(t)
    const [job] = group.workers.jobs
    const revoking = group.revoke(0)
    await group.waits.pass(drainTimeoutMs)
    t.same(await revoking, given(0))
    t.match(group.workers.discards, [{ unit: { partition: 0 }, epoch: job!.handle.epoch }])
    await job!.done()
    t.same(group.member.committed, [])
  },
)

t.test('a retry that waits holds up nothing: the next owner makes it', async (t) => {
  const group = await open(t)
  await group.workers.jobs[0]!.retries({ index: 2, attempt: 2, afterMs: 60_000 })
  t.same(await group.revoke(0), given(0))
  t.same(group.waits.lengths, [], 'its wait is over, too')
  t.same(group.workers.jobs, [])
})

t.test('a retry asked for while it drains is not made any more', async (t) => {
  const group = await open(t)
  const revoking = group.revoke(0)
  await group.workers.jobs[0]!.retries({ index: 0, attempt: 2, afterMs: 10 })
  t.same(await revoking, given(0))
  t.same(group.waits.lengths, [])
})

t.test('a dependency that stays away: the drain ends at its time, and the work is dropped', async (t) => {
  const group = await open(t)
  await group.workers.jobs[0]!.waits()
  const revoking = group.revoke(0)
  await group.waits.pass(100)
  await group.workers.jobs[0]!.waits()
  t.notOk(await ended(revoking))
  await group.waits.pass(drainTimeoutMs)
  t.same(await revoking, given(0))
  t.same(group.waits.lengths, [])
  t.equal(group.workers.discards.length, 1)
})

t.test('records on their way to the broker: acknowledged after the end, they complete nothing', async (t) => {
  for (const acknowledge of [true, false]) {
    const group = await open(t)
    await group.workers.jobs[0]!.produces()
    const revoking = group.revoke(0)
    await group.waits.pass(drainTimeoutMs)
    t.same(await revoking, given(0))
    if (acknowledge) group.produced[0]!.resolve()
    else group.produced[0]!.reject(new TroupeError('PRODUCE_FAILED', 'closed'))
    await settled()
    t.same(group.workers.jobs, [], 'nothing is resumed')
    t.same(group.waits.lengths, [])
    t.same(group.fatal, [])
  }
})

t.test('records acknowledged within the time complete their work', async (t) => {
  const group = await open(t)
  await group.workers.jobs[0]!.produces()
  const revoking = group.revoke(0)
  group.produced[0]!.resolve()
  await settled()
  await group.workers.jobs[0]!.done()
  t.same(await revoking, given(4))
})

t.test('a worker that dies while it drains: nobody waits for what is lost', async (t) => {
  const group = await open(t)
  const [job] = group.workers.jobs
  const revoking = group.revoke(0)
  await settled()
  await job!.dies()
  t.same(await revoking, given(0))
  t.same(group.member.rewinds, [], 'the queue is not moved for the next owner')
  t.same(group.waits.lengths, [])
})

t.test('a worker that died before: its wait ends with the drain', async (t) => {
  const group = await open(t, [actorNamed('a')])
  const [even, odd] = group.workers.jobs
  await even!.dies()
  const revoking = group.revoke(0)
  await settled()
  t.ok(odd!.ended)
  t.same(await revoking, given(0))
  t.same(group.member.rewinds, [])
})

t.test(
  'a worker that is blocked and hears nothing holds up the group for a second, not for ever',
  async (t) => {
    const group = await open(t)
    group.workers.discarding = () => new Promise(() => undefined)
    const revoking = group.revoke(0)
    await group.waits.pass(drainTimeoutMs)
    t.notOk(await ended(revoking))
    await group.waits.pass(1_000)
    t.same(await revoking, given(0))
  },
)

t.test('a worker that dies while it is told: the others are told again', async (t) => {
  const group = await open(t)
  let deaths = 2
  group.workers.discarding = () =>
    deaths-- > 0 ? Promise.reject(new TroupeError('WORKER_LOST', 'it died')) : Promise.resolve()
  group.run.lost([{ topic: 'orders', partition: 0 }])
  await settled()
  await group.waits.pass(100)
  await group.waits.pass(200)
  t.equal(group.workers.discards.length, 3)
  t.same(group.workers.jobs, [])
  t.same(group.fatal, [])
})

t.test('lost partitions commit nothing, and what they did changes nothing', async (t) => {
  const group = await open(t)
  const [job] = group.workers.jobs
  group.run.lost([{ topic: 'orders', partition: 0 }])
  await job!.done()
  t.same(group.run.assignments(), [])
  t.same(group.member.committed, [])
})

t.test('the same partition again is a later epoch; the answer to the earlier one is not its', async (t) => {
  const group = await open(t)
  const [before] = group.workers.jobs
  const revoking = group.revoke(0)
  group.workers.discarding = () => new Promise(() => undefined)
  await group.waits.pass(drainTimeoutMs)
  await group.waits.pass(1_000)
  await revoking
  group.member.startAt(0, 0)
  await group.assign(0)
  const now = group.workers.jobs.find((job) => job !== before)!
  t.ok(now.handle.epoch > before!.handle.epoch)
  await before!.done()
  t.equal(group.frontier(0), 0)
  await now.done()
  t.equal(group.frontier(0), 4)
})

t.test('partitions assigned while others drain go on', async (t) => {
  const group = await open(t)
  const revoking = group.revoke(0)
  await group.assign(1)
  group.member.append(1, 1)
  await settled()
  const other = group.workers.jobs.find(({ handle }) => handle.unit.partition === 1)!
  await other.done()
  t.equal(group.frontier(1), 1)
  await group.workers.jobs[0]!.done()
  t.same(await revoking, given(4))
})

t.test('stopping ends what a group that was cut off still holds', async (t) => {
  const group = await open(t)
  await group.run.stop()
  t.ok(group.member.closed)
  t.same(group.workers.jobs, [])
  t.same(group.run.assignments(), [])
})

t.test('a subscription that is refused leaves no consumer behind', async (t) => {
  const { GroupRun } = await import('../../../runtime/system/group-run.ts')
  const { member, waits, workers } = await open(t)
  const refusing = Object.assign(Object.create(member) as typeof member, {
    subscribe: () => {
      throw new TroupeError('KAFKA_UNAVAILABLE', 'no')
    },
  })
  const nothing = () => undefined
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => log }
  const ports = { log, pause: waits.pause, run: workers.run.bind(workers) } as never
  const settings = { consumer: { groupId: 'x' }, commitIntervalMs: 1_000 } as never
  await t.rejects(
    GroupRun.start(single, settings, ports, () => Promise.resolve(refusing)),
    {
      code: 'KAFKA_UNAVAILABLE',
    },
  )
  t.ok(refusing.closed)
})
