// A unit whose actor has effects in Postgres does nothing before its row is taken, goes on from what the row says, tells
// it what is done before Kafka hears of it, and drops all it has when the row is another's.

import t, { type Test } from 'tap'
import type { ProgressStore, Unit } from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { WorkerLost } from '../../../runtime/pool/index.ts'
import { memoryProgressStore, type MemoryProgressStore } from '../../../runtime/store/index.ts'
import type { LoadedActor } from '../../../runtime/system/loaded-actor.ts'
import {
  actorNamed,
  groupInMemory,
  settled,
  type InMemoryGroup,
  type MemoryRows,
} from '../../harness/group-in-memory.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const keeper = actorNamed('keeper', 'partition', 1, 'postgres')
const keyed = actorNamed('keyed', 'key', 2, 'postgres')
const hearer = actorNamed('hearer', 'partition', 1)
const unitOf = (actor: LoadedActor, partition = 0): Unit => ({
  group: 'shop',
  actor: actor.definition.name,
  topic: 'orders',
  partition,
})

/** A store that can be away, and holds back answers. */
const faulty = (store: MemoryProgressStore = memoryProgressStore()) => {
  const faults = { away: false, held: [] as (() => void)[], holding: false, asked: 0 }
  const guarded =
    <A extends readonly unknown[], R>(method: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      faults.asked += 1
      if (faults.away) throw new TroupeError('POSTGRES_UNAVAILABLE', 'Postgres is away')
      if (faults.holding) await new Promise<void>((resolve) => faults.held.push(resolve))
      return await method(...args)
    }
  const { take, begin, remember, advance, read } = store
  Object.assign(store, {
    take: guarded(take),
    begin: guarded(begin),
    remember: guarded(remember),
    advance: guarded(advance),
    read: guarded(read),
  } satisfies Partial<ProgressStore>)
  return { store, faults }
}

const open = async (
  t: Test,
  actors: readonly LoadedActor[],
  rows: MemoryRows,
  settings: Parameters<typeof groupInMemory>[1] = {},
): Promise<InMemoryGroup> => {
  const group = await groupInMemory(actors, settings, rows)
  t.teardown(() => group.run.stop())
  return group
}

/** Another owner was there before, and got as far as `frontier`, in `lanes` lanes. */
const before = async (store: MemoryProgressStore, actor: LoadedActor, frontier: number) => {
  const unit = unitOf(actor)
  const [taken] = await store.take([{ unit, lanes: actor.lanes }], 'before')
  const epoch = taken!.epoch
  await store.begin([{ unit, epoch, offset: frontier, topicId: undefined, account: 'anew', events: [] }])
  return { unit, epoch }
}
const rowOf = async (store: ProgressStore, unit: Unit) => (await store.read([unit]))[0]!
const statusOf = ({ run }: InMemoryGroup, actor: LoadedActor) =>
  run.status(0).assignments[0]!.units.find((unit) => unit.actor === actor.definition.name)!
const committedIs = (group: InMemoryGroup, offset: number): Promise<unknown> =>
  waitUntil(`${String(offset)} is committed`, () => group.member.committed.at(-1)?.offset === offset)
/** Time passes, and rows are looked at, until this holds. */
const looking = async (group: InMemoryGroup, why: string, condition: () => boolean): Promise<unknown> =>
  waitUntil(why, () => {
    group.clock.nowMs += 10_000
    return condition()
  })
const asksTwice = (group: InMemoryGroup, faults: { asked: number }): Promise<unknown> => {
  const asked = faults.asked + 2
  return looking(group, 'rows were asked', () => faults.asked >= asked)
}

t.test('nothing is begun before the row is taken; it goes on where the row says', async (t) => {
  const { store, faults } = faulty()
  await before(store, keeper, 6)
  const group = await open(t, [keeper], { store })
  group.member.append(0, 10)
  faults.holding = true
  const assigning = group.run.assigned([{ topic: 'orders', partition: 0 }])
  await settled()
  group.run.wake({ topic: 'orders', partition: 0 })
  await settled()
  t.same(group.workers.jobs, [])

  faults.holding = false
  for (const answer of faults.held) answer()
  t.same(await assigning, [6], 'that is where the source begins')
  t.same(group.waits.lengths, [], 'and the rebalance waits no more')
  group.member.startAt(0, 6)
  group.run.wake({ topic: 'orders', partition: 0 })
  await settled()

  t.match(group.workers.jobs[0]!.handle, {
    firstOffset: 6,
    progress: { epoch: 2, lane: 0, ranges: [{ from: 6, to: 10 }], frontier: 6 },
  })
  await group.workers.jobs[0]!.done()
  const row = await rowOf(store, unitOf(keeper))
  t.match(row, { epoch: 2, counts: { applied: 4 } })
  await committedIs(group, 10)
  t.equal((await rowOf(store, unitOf(keeper))).ledger!.frontier, 10)
})

t.test('what an owner before has done is left out, and counted by nobody again', async (t) => {
  const { store } = faulty()
  const { unit, epoch } = await before(store, keyed, 0)
  // given: of lane 1 everything below 6, of lane 0 nothing
  const counts = { ...(await rowOf(store, unit)).counts, applied: 3 }
  store.commit(unit, { epoch, lane: 1, ranges: [{ from: 0, to: 6 }], frontier: 0, counts })
  const group = await open(t, [keyed], { store }, { batchRecords: 8, creditRecords: 8 })
  await group.assign(0)

  // when
  group.member.append(0, 8)
  await settled()

  // then
  const [even, odd] = group.workers.jobs
  t.same(even!.offsets, [0, 2, 4, 6])
  t.same(odd!.offsets, [7])
  t.match(odd!.handle, { done: [{ from: 0, to: 6 }], progress: { ranges: [{ from: 6, to: 8 }] } })
  await odd!.done()
  await even!.done()
  await committedIs(group, 8)
  t.match(await rowOf(store, unit), { counts: { applied: 8 }, ledger: { frontier: 8, done: [[], []] } })
})

t.test('work that was done wholly is not given to a worker', async (t) => {
  const { store } = faulty()
  const { unit, epoch } = await before(store, keyed, 0)
  const { counts } = await rowOf(store, unit)
  store.commit(unit, { epoch, lane: 1, ranges: [{ from: 0, to: 4 }], frontier: 0, counts })
  const group = await open(t, [keyed], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  t.same(
    group.workers.jobs.map(({ offsets }) => offsets),
    [[0, 2]],
  )
  await group.workers.jobs[0]!.done()
  t.equal(group.frontier(0), 4)
})

t.test('Postgres away at the assignment: the group goes on, the unit waits and says why', async (t) => {
  const { store, faults } = faulty()
  await before(store, keeper, 4)
  const group = await open(t, [keeper], { store })
  group.member.append(0, 6)
  faults.away = true
  let answer: readonly (number | undefined)[] | undefined
  const assigning = group.run.assigned([{ topic: 'orders', partition: 0 }]).then((offsets) => {
    answer = offsets
  })
  await settled()
  t.same(group.waits.lengths, [5_000, 100], 'for a while the rebalance waits for it')
  await group.waits.pass(5_000)
  await assigning
  t.same(answer, [undefined])
  t.equal(statusOf(group, keeper).waitingFor, 'postgres')
  t.match(group.run.waitingForRows(), { units: 1, dependency: 'postgres' })
  for (const backoff of [100, 200, 400, 800]) await group.waits.pass(backoff)
  t.same(group.workers.jobs, [])
  t.equal(group.lines.filter(({ message }) => message.includes('before the row')).length, 1, 'told once')

  // when it is back
  faults.away = false
  await group.waits.pass(1_600)

  // then
  t.same(group.member.rewinds, [{ topic: 'orders', partition: 0, offset: 4 }])
  t.same(group.workers.jobs[0]!.offsets, [4, 5])
  t.equal(statusOf(group, keeper).waitingFor, null)
  t.equal(group.run.waitingForRows(), undefined)
  await group.workers.jobs[0]!.done()
  await committedIs(group, 6)
})

for (const [what, unknown] of [
  ['a partition was added a moment ago', new TroupeError('TOPIC_MISSING', 'unknown partition')],
  ['no broker leads the partition', 'nothing'],
] as const) {
  t.test(`${what}: its unit waits until where it begins and ends is known`, async (t) => {
    // given
    const store = memoryProgressStore()
    await before(store, keeper, 4)
    const group = await open(t, [keeper], { store })
    group.member.append(0, 6)
    group.member.unknown = unknown
    // when
    const assigning = group.run.assigned([{ topic: 'orders', partition: 0 }])
    await settled()
    await group.waits.pass(5_000)
    await assigning
    // then
    t.equal(statusOf(group, keeper).waitingFor, 'broker')
    t.equal(statusOf(group, keeper).quarantine ?? null, null)
    t.same(group.workers.jobs, [])

    // when
    group.member.unknown = undefined
    for (let wait = group.waits.lengths[0]; wait !== undefined; wait = group.waits.lengths[0]) {
      if (group.workers.jobs.length > 0) break
      await group.waits.pass(wait)
    }
    // then
    t.same(group.workers.jobs[0]!.offsets, [4, 5])
    await group.workers.jobs[0]!.done()
    await committedIs(group, 6)
  })
}

t.test('a unit that waits is given back: nothing is tried any more', async (t) => {
  const { store, faults } = faulty()
  faults.away = true
  const group = await open(t, [keeper], { store })
  const assigning = group.run.assigned([{ topic: 'orders', partition: 0 }])
  await settled()
  await group.waits.pass(5_000)
  await assigning
  t.same(await group.revoke(0), [])
  t.same(group.waits.lengths, [])
})

t.test('in quarantine: it does nothing, others go on, Kafka hears nothing of the partition', async (t) => {
  const { store, faults } = faulty()
  const { unit } = await before(store, keeper, 50) // given: beyond the log's end
  const group = await open(t, [keeper, hearer], { store })
  group.member.append(0, 4)
  await group.assign(0)

  t.match(group.workers.jobs, [{ handle: { actor: 'hearer' } }])
  await group.workers.jobs[0]!.done()
  group.member.append(0, 100) // the log grows beyond it: that makes it no better
  await settled()
  t.match(group.workers.jobs, [{ handle: { actor: 'hearer' } }])
  t.match(statusOf(group, keeper), { quarantine: /beyond the end of the log/, creditRecords: 0 })
  t.equal(statusOf(group, hearer).quarantine, null)
  t.match(
    group.lines.filter(({ level }) => level === 'error'),
    [{ message: /in quarantine: .*50/ }],
  )
  await asksTwice(group, faults)
  t.same(group.member.committed, [])

  // when somebody decides
  await store.reset(unit, { frontier: 2, dedupe: 'keep', by: 'an operator' })
  await looking(group, 'it goes on', () => {
    for (const job of group.workers.jobs) if (job.handle.actor === 'hearer') void job.done()
    return group.workers.jobs.some(({ handle }) => handle.actor === 'keeper')
  })

  // then
  t.equal(statusOf(group, keeper).quarantine, null)
  t.match(
    group.workers.jobs.find(({ handle }) => handle.actor === 'keeper'),
    { handle: { firstOffset: 2 } },
  )
})

t.test('in quarantine: it outlives its owner, also where the log has grown past the place', async (t) => {
  const { store } = faulty()
  const { unit } = await before(store, keeper, 50)
  const first = await open(t, [keeper], { store })
  first.member.append(0, 4)
  await first.assign(0)
  t.match(statusOf(first, keeper), { quarantine: /beyond the end of the log, 4/ })

  // when another process takes it
  const second = await open(t, [keeper], { store })
  second.member.append(0, 100)
  await second.assign(0)

  // then
  t.match(statusOf(second, keeper), { quarantine: /The log ended at 4 when the unit stood at 50/ })
  t.same(second.workers.jobs, [])
  t.equal(await store.reset(unit, { frontier: 4, dedupe: 'keep', by: 'an operator' }), true)
  const third = await open(t, [keeper], { store })
  third.member.append(0, 100)
  await third.assign(0)
  t.equal(statusOf(third, keeper).quarantine, null)
})

t.test('what was decided about offsets is told with its range', async (t) => {
  const { store } = faulty()
  await before(store, keeper, 2)
  const group = await open(t, [keeper], { store })
  group.member.append(0, 9)
  group.member.commit([{ topic: 'orders', partition: 0, offset: 7 }]) // Postgres was put back to an earlier state
  await group.assign(0)
  t.match(
    group.lines.filter(({ level }) => level === 'warn'),
    [{ message: /Postgres is behind/, fields: { event: 'replay-after-restore', from: 2, to: 7 } }],
  )
  t.match(group.workers.jobs[0]!.handle, { firstOffset: 2 })
})

t.test('a batch that the row does not take: all is dropped, and the row is taken anew', async (t) => {
  const { store } = faulty()
  const group = await open(t, [keyed], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  const [even, odd] = group.workers.jobs
  await odd!.done()
  // given: somebody took it, and is gone
  await store.take([{ unit: unitOf(keyed), lanes: 2 }], 'another')

  // when
  await even!.done()

  // then
  t.same(group.workers.jobs, [], 'nothing is begun before it is ours again')
  t.match(group.workers.discards, [{ unit: { actor: 'keyed' } }], 'workers drop what they have of it')
  t.same(group.waits.lengths, [600], 'not at once: its new owner may be its owner by right')
  await group.waits.passAll()
  t.same(
    group.workers.jobs.map(({ offsets }) => offsets),
    [[0, 2]],
    'the other lane had been done',
  )
  t.equal(group.workers.jobs[0]!.handle.progress!.epoch, 3)
  await group.workers.jobs[0]!.done()
  await committedIs(group, 4)
  t.match(await rowOf(store, unitOf(keyed)), { counts: { applied: 4 } })
})

t.test('an owner at rest learns that its row was reset, and goes on from there', async (t) => {
  const { store } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  await group.workers.jobs[0]!.done()
  await committedIs(group, 4)

  await store.reset(unitOf(keeper), { frontier: 1, dedupe: 'replay', by: 'an operator' })
  await looking(group, 'it heard', () => group.waits.lengths.includes(600))
  await group.waits.pass(600)

  t.same(group.workers.jobs[0]!.offsets, [1, 2, 3])
  await group.workers.jobs[0]!.done()
  await committedIs(group, 4)
})

t.test('a worker that died may still commit: its work is run again in a new epoch only', async (t) => {
  const { store, faults } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  const [lost] = group.workers.jobs
  const { progress, unit } = lost!.handle
  await lost!.dies()
  faults.away = true
  await group.waits.pass(100)
  t.same(group.workers.jobs, [], 'not before the row is taken')
  faults.away = false
  await group.waits.pass(100)
  t.same(group.workers.jobs[0]!.offsets, [0, 1, 2, 3])

  t.match(store.commit(unit, progress!), { kind: 'fenced', on: 'epoch' }, 'what it had sent comes too late')
  await group.workers.jobs[0]!.done()
  t.match(await rowOf(store, unit), { epoch: 2, counts: { applied: 4 } })
})

t.test('what a worker that died had committed is not run again', async (t) => {
  const { store } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  const [lost] = group.workers.jobs
  const { progress, unit } = lost!.handle
  store.commit(unit, progress!)
  await lost!.dies()
  await group.waits.passAll()
  t.same(group.workers.jobs, [])
  t.equal(group.frontier(0), 4)
})

t.test(
  'a batch that was kept is run again in its epoch, and counts once, whichever run commits',
  async (t) => {
    // given
    const { store } = faulty()
    const group = await open(t, [keeper], { store }, { keptBatchBytes: 1_000 })
    await group.assign(0)
    group.member.append(0, 4)
    await settled()
    const [lost] = group.workers.jobs

    // when: what the dead one had sent is committed while it runs again
    await lost!.dies()
    await group.waits.pass(100)
    const [again] = group.workers.jobs
    lost!.commitsUnheard()
    await again!.done()

    // then
    t.same(again!.offsets, [0, 1, 2, 3])
    t.match(await rowOf(store, again!.handle.unit), { epoch: 1, counts: { applied: 4 } })
    t.equal(group.frontier(0), 4)
  },
)

t.test('Kafka hears of an offset when the row has it, and not while Postgres is away', async (t) => {
  const { store, faults } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  await committedIs(group, 0)
  faults.away = true
  group.member.append(0, 4)
  await settled()
  await group.workers.jobs[0]!.done()
  await asksTwice(group, faults)
  t.same(group.member.committed.at(-1), { topic: 'orders', partition: 0, offset: 0 })
  faults.away = false
  await committedIs(group, 4)
  t.equal((await rowOf(store, unitOf(keeper))).ledger!.frontier, 4)
})

t.test('given back in order: drained, told clean, committed', async (t) => {
  const { store } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  const revoking = group.revoke(0)
  await group.workers.jobs[0]!.done()
  t.same(await revoking, [{ topic: 'orders', partition: 0, offset: 4 }])
  t.match(await rowOf(store, unitOf(keeper)), { clean: true, ledger: { frontier: 4 } })
  t.same(group.waits.lengths, [])
})

t.test('given back before all was tried that may have ended an owner: not clean', async (t) => {
  // given: an owner that ended with four records in hand
  const { store } = faulty()
  await before(store, keeper, 0)
  const group = await open(t, [keeper], { store }, { batchRecords: 2 })
  group.member.append(0, 4)
  await group.assign(0)
  const [first] = group.workers.jobs
  t.match(first!.handle, { isCautious: true })

  // when
  const revoking = group.revoke(0)
  await settled()
  await first!.done()
  await revoking

  // then
  t.match(await rowOf(store, unitOf(keeper)), { clean: false, ledger: { frontier: 2 } })
})

t.test('given back with work in hand: not clean', async (t) => {
  const { store } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  const revoking = group.revoke(0)
  await group.waits.pass(25_000)
  t.same(await revoking, [{ topic: 'orders', partition: 0, offset: 0 }])
  t.match(await rowOf(store, unitOf(keeper)), { clean: false, ledger: { frontier: 0 } })
})

t.test('given back while Postgres does not answer: Kafka hears what the row is known to have', async (t) => {
  const { store, faults } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  faults.holding = true
  const revoking = group.revoke(0)
  await group.workers.jobs[0]!.done()
  await group.waits.pass(3_000)
  t.same(await revoking, [{ topic: 'orders', partition: 0, offset: 0 }])
})

t.test('a retry tells the row once, with all that became of the batch', async (t) => {
  const { store } = faulty()
  const group = await open(t, [keeper], { store })
  await group.assign(0)
  group.member.append(0, 4)
  await settled()
  await group.workers.jobs[0]!.retries({ index: 3, attempt: 2, afterMs: 10 })
  await group.waits.pass(10)
  t.match(group.workers.jobs[0]!.handle, {
    records: [{ index: 3, attempt: 2 }],
    progress: { ranges: [{ from: 0, to: 4 }], counts: { applied: 3 } },
  })
})

t.test('a ledger that is full holds up its unit until the oldest work ends', async (t) => {
  const { store } = faulty()
  const free = actorNamed('free', 'none', 1, 'postgres')
  const group = await open(
    t,
    [free],
    { store },
    { batchRecords: 1, creditRecords: 3_000, creditBytes: 9_000 },
  )
  await group.assign(0)
  group.member.append(0, 2_400)
  await waitUntil('all is in hand', () => group.workers.jobs.length === 2_400)
  const jobs = [...group.workers.jobs]
  for (const job of jobs.slice(0, 2_002)) if (job.offsets[0]! % 2 === 1) void job.done()
  await waitUntil('every second is done', () => group.workers.jobs.length === 2_400 - 1_001)
  await settled()
  group.member.append(0, 1)
  await settled()
  t.equal(statusOf(group, free).creditRecords, 0)
  t.equal(group.workers.jobs.length, 2_400 - 1_001, 'nothing is begun')

  for (const job of jobs.slice(0, 100)) if (!job.ended) void job.done()
  await waitUntil('it goes on', () => group.workers.jobs.some(({ offsets }) => offsets[0] === 2_400))
})

t.test('an actor without effects has no row, also beside one that has', async (t) => {
  const { store } = faulty()
  await before(store, keeper, 3)
  const group = await open(t, [hearer, keeper], { store })
  group.member.append(0, 4)
  group.member.commit([{ topic: 'orders', partition: 0, offset: 1 }])
  await group.assign(0)
  const of = (actor: string) => group.workers.jobs.find(({ handle }) => handle.actor === actor)!
  t.same(of('hearer').offsets, [1, 2, 3], 'it begins at what the group has committed')
  t.same(of('keeper').offsets, [3])
  t.equal(of('hearer').handle.progress, undefined)
  await of('keeper').done()
  await of('hearer').done()
  await committedIs(group, 4)
})

/** Its code was on the thread that ended. */
const endedBy = (thread: number, offset: number, attempt: number): WorkerLost =>
  new WorkerLost('the thread died', {
    kind: 'worker-lost',
    reason: 'exited with code 7',
    thread,
    suspects: [{ offset, attempt }],
    suspectsInAll: 1,
  })

t.test('attempts that ended a worker are counted over the lives of processes', async (t) => {
  // given a record whose first attempt ended its thread
  const { store, faults } = faulty()
  const first = await groupInMemory([keeper], { keptBatchBytes: 1_000 }, { store, owner: 'first' })
  first.member.append(0, 2)
  await first.assign(0)
  faults.away = true
  await first.workers.jobs[0]!.dies(endedBy(1, 0, 1))
  // then it is not tried again before that is written
  await first.waits.pass(0)
  t.same(first.workers.jobs, [])
  faults.away = false
  await first.waits.pass(100)
  const told = { index: 0, attempt: 1, lost: { kind: 'worker-lost', reason: 'exited with code 7' } }
  t.match(first.workers.jobs[0]!.handle.records, [told], 'then it is told')

  // when its process is stopped, and another one takes the unit
  const revoked = first.revoke(0)
  await first.workers.jobs[0]!.retries({ index: 0, attempt: 2, afterMs: 50 })
  await revoked
  await first.run.stop()
  const second = await open(t, [keeper], { store, owner: 'second' }, { keptBatchBytes: 1_000 })
  second.member.append(0, 2)
  await second.assign(0)

  // then the attempt is told there, and the next is the second
  t.match(second.workers.jobs[0]!.handle, { records: [told], isPart: true })
  await second.workers.jobs[0]!.retries({ index: 0, attempt: 2, afterMs: 50 })
  await second.waits.pass(50)
  t.match(second.workers.jobs[0]!.handle, { records: [{ index: 0, attempt: 2 }], isAlone: true })
  await second.workers.jobs[0]!.dies(endedBy(2, 0, 2))
  t.same(await store.remembered([unitOf(keeper)]), [
    [{ offset: 0, attempt: 2, kind: 'worker-lost', reason: 'exited with code 7' }],
  ])
  t.same(second.fatal, [])
})
