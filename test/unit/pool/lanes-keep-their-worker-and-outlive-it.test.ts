// A lane's tasks go to one worker thread while it lives, buffers move instead of being copied, and a thread's death
// fails only what it had in hand.

import t from 'tap'
import { TroupeError } from '../../../runtime/errors.ts'
import { AffinityTable } from '../../../runtime/pool/affinity.ts'
import type { HandleTask, TaskResult } from '../../../runtime/pool/messages.ts'
import { underWayCells } from '../../../runtime/pool/under-way.ts'
import { WorkerPool, type WorkerPoolOptions } from '../../../runtime/pool/worker-pool.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const lines: string[] = []
const note = (message: string): void => {
  lines.push(message)
}
const log = { debug: note, info: note, warn: note, error: note }

const start = (options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> =>
  WorkerPool.start({
    workerUrl: new URL('./workers/scripted-worker.ts', import.meta.url),
    settings: {},
    threads: 2,
    log,
    ...options,
  })

const task = (actor: string, batch = new ArrayBuffer(64)): HandleTask => ({
  kind: 'handle',
  actor,
  url: 'file:///none.ts',
  unit: { group: 'g', actor, topic: 't', partition: 3 },
  epoch: 1,
  lane: 0,
  workId: 1,
  batch,
})

/** The scripted worker counts its thread id as applied. */
const threadIn = (result: TaskResult): number =>
  result.kind === 'handled' ? result.counts.applied : Number.NaN

const lost = async (running: Promise<unknown>): Promise<TroupeError> => {
  try {
    await running
  } catch (error) {
    if (error instanceof TroupeError && error.code === 'WORKER_LOST') return error
    throw error
  }
  throw new Error('the task was answered')
}

t.test('keys are spread over the workers and stay where they are', (t) => {
  const table = new AffinityTable()
  const living = [
    { id: 1, currentUsage: 9 },
    { id: 2, currentUsage: 0 },
  ]
  t.equal(table.choose('a', living)?.id, 2, 'the less busy one first')
  t.equal(table.choose('b', living)?.id, 1, 'then the one with fewer keys, however busy')
  t.equal(table.choose('a', living)?.id, 2)
  t.equal(table.choose('b', [{ id: 1, currentUsage: 4_000 }, living[1] as never])?.id, 1, 'busy is no reason')
  t.equal(table.choose('b', [{ id: 2, currentUsage: 0 }])?.id, 2, 'its worker died')
  table.forget('a')
  t.notOk(table.workerOf('a'))
  t.equal(table.choose('c', living.slice(2)), undefined, 'nobody lives')
  t.end()
})

t.test('a worker that takes the place of a dead one gets its share of keys', (t) => {
  const table = new AffinityTable()
  const worker = (id: number) => ({ id, currentUsage: 0 })
  const keys = ['a', 'b', 'c', 'd', 'e', 'f']
  const choose = (...living: number[]): readonly (number | undefined)[] =>
    keys.map((key) => table.choose(key, living.map(worker))?.id)
  choose(1, 2)
  t.same(choose(2), [2, 2, 2, 2, 2, 2], 'one died')
  const shared = choose(2, 3)
  t.equal(shared.filter((id) => id === 3).length, 3, 'another one takes its place')
  t.same(choose(2, 3), shared, 'and then they stay')
  table.forget(keys[shared.indexOf(3)]!)
  t.same(
    keys.filter((_, nth) => shared[nth] === 2).map((key) => table.choose(key, [worker(2), worker(3)])?.id),
    [2, 2, 2],
    'one key less is no reason to move',
  )
  t.end()
})

t.test('affinity, with real threads', async (t) => {
  const pool = await start()
  const first = new Map<string, number>()
  for (const lane of ['p/0', 'p/1', 'p/2', 'p/3']) first.set(lane, threadIn(await pool.run(task('ok'), lane)))
  t.equal(new Set(first.values()).size, 2, 'both threads have lanes')
  const again = await Promise.all(
    [...first.keys()].flatMap((lane) =>
      Array.from({ length: 50 }, async () => [lane, threadIn(await pool.run(task('ok'), lane))] as const),
    ),
  )
  t.ok(
    again.every(([lane, thread]) => first.get(lane) === thread),
    'however many are in flight',
  )
  const busy = pool.utilization()
  t.equal(busy.length, 2)
  t.ok(
    pool.utilization().every(({ busy }) => busy >= 0 && busy <= 1),
    'utilisation is a share',
  )
  await pool.close(5_000)
  await t.rejects(pool.run(task('ok'), 'p/0'), { code: 'POOL_CLOSED' })
  await pool.close(5_000)
})

t.test('buffers move both ways', async (t) => {
  const pool = await start()
  const batch = new ArrayBuffer(1_000)
  new Uint8Array(batch)[999] = 42
  const answer = pool.run(task('unfinished', batch), 'lane')
  t.ok(batch.detached, 'the source is detached')
  const result = await answer
  if (result.kind !== 'handled' || !result.batch) throw new Error(`unexpected ${result.kind}`)
  t.equal(new Uint8Array(result.batch)[999], 42, 'an unfinished batch comes back whole')
  t.same(result.unfinished, [{ index: 0, attempt: 2, afterMs: 5 }])

  const asked = await pool.run(task('keeps', result.batch), 'lane')
  if (asked.kind !== 'produce') throw new Error(`unexpected ${asked.kind}`)
  t.same(Buffer.from(asked.outgoing[0]?.value ?? []), Buffer.from([9, 9, 9]))
  // Another affinity on purpose: the token says who keeps the conversation.
  for (let n = 0; n < 4; n++) await pool.run(task('ok'), `other ${String(n)}`)
  const resumed = await pool.run({ kind: 'resume', token: asked.token }, 'other 1')
  t.match(resumed, { kind: 'handled', batch: ArrayBuffer })

  await t.rejects(
    pool.run(task('ok', batch), 'lane'),
    { name: 'DataCloneError' },
    'a detached batch is a bug, not a loss',
  )
  await pool.close(5_000)
})

t.test('a thread that dies fails what it had in hand, and nothing else', async (t) => {
  for (const [actor, reason] of [
    ['exits', /exited with code: 7/],
    ['throws-later', /thrown out of a timer/],
    ['hoards', /memory/],
  ] as const) {
    let deaths = 0
    const gate = new SharedArrayBuffer(4)
    const pool = await start({
      settings: { gate },
      heapMb: 64,
      onWorkerLost: () => {
        deaths++
      },
    })
    const kept = await pool.run(task('keeps'), 'doomed')
    const healthy = pool.run(task('waits'), 'healthy')
    const beside = pool.run(task('waits'), 'doomed')
    const [error, other] = await Promise.all([lost(pool.run(task(actor), 'doomed')), lost(beside)])
    t.match(error.message, reason, `${actor}: says why`)
    t.match(error.message, `${actor}, t/3, lane 0`, 'and which task')
    t.ok(error.retryable)
    t.match(other.message, /waits/)
    t.equal(deaths, 1)
    if (kept.kind !== 'produce') throw new Error(`unexpected ${kept.kind}`)
    await lost(pool.run({ kind: 'resume', token: kept.token }, 'doomed'))
    const thread = threadIn(await pool.run(task('ok'), 'doomed'))
    t.equal(threadIn(await pool.run(task('ok'), 'doomed')), thread, 'its lane has a new home')
    new Int32Array(gate)[0] = 1
    Atomics.notify(new Int32Array(gate), 0)
    t.match(await healthy, { kind: 'handled' }, 'the other thread never noticed')
    t.equal(pool.threads, 2)
    await pool.close(5_000)
  }
})

t.test('a record that holds its thread past its time ends the thread, and is named', async (t) => {
  const pool = await start({ settings: { gate: new SharedArrayBuffer(4) }, threads: 1 })
  const watched = (actor: string): HandleTask => ({
    ...task(actor),
    underWay: underWayCells(1),
    timeLimitMs: 100,
  })
  const beside = lost(pool.run(watched('waits'), 'doomed'))
  const stuck = await lost(pool.run(watched('spins-over-41'), 'doomed'))
  t.match(stuck, {
    loss: {
      kind: 'worker-stuck',
      suspects: [{ offset: 41, attempt: 1 }],
      suspectsInAll: 1,
      reason: /100 ms/,
    },
  })
  t.match(await beside, { loss: { suspects: [], suspectsInAll: 1 } }, 'what shared the thread is not suspect')
  t.match(await pool.run(watched('ok'), 'doomed'), { kind: 'handled' })
  await pool.close(5_000)
})

t.test('what may end its thread shares it with nothing', async (t) => {
  const pool = await start()
  const alone = (actor: string): HandleTask => ({ ...task(actor), isAlone: true })
  const shared = new Set([
    threadIn(await pool.run(task('ok'), 'p/0')),
    threadIn(await pool.run(task('ok'), 'p/1')),
  ])
  const apart = threadIn(await pool.run(alone('ok'), 'p/0'))
  t.notOk(shared.has(apart))

  const kept = await pool.run(alone('keeps'), 'p/0')
  if (kept.kind !== 'produce') throw new Error(`unexpected ${kept.kind}`)
  t.match(await pool.run({ kind: 'resume', token: kept.token }, 'p/0'), { kind: 'handled' })

  const [error, next] = await Promise.all([
    lost(pool.run(alone('exits'), 'p/0')),
    pool.run(alone('ok'), 'p/1'),
  ])
  t.match(error.message, /exited with code: 7/)
  t.not(threadIn(next), apart, 'the next one had a thread of its own')
  t.equal(threadIn(await pool.run(task('ok'), 'p/0')), [...shared][0], 'the others never noticed')
  await pool.close(5_000)
})

t.test('a thread that dies with nothing in hand is replaced and reported', async (t) => {
  const pool = await start({ threads: 1 })
  await pool.run(task('dies-when-idle'), 'lane')
  await waitUntil('the death is in the log', () => lines.some((line) => line.includes('no task in hand')))
  t.match(await pool.run(task('ok'), 'lane'), { kind: 'handled' })
  await pool.close(5_000)
})

t.test('eight deaths in a row leave a working pool', async (t) => {
  const pool = await start({ threads: 1 })
  for (let n = 0; n < 8; n++) await lost(pool.run(task('exits'), 'lane'))
  t.match(await pool.run(task('ok'), 'lane'), { kind: 'handled' })
  await pool.close(5_000)
})

t.test('an entry that does not load fails the start with its reason', async (t) => {
  await t.rejects(start({ settings: { failAtStart: 'no such registry' } }), {
    code: 'WORKER_LOST',
    message: /no such registry/,
  })
})

t.test('close waits for what is in hand, and not for ever', async (t) => {
  const gate = new SharedArrayBuffer(4)
  const patient = await start({ settings: { gate } })
  const running = patient.run(task('waits'), 'lane')
  const closing = patient.close(60_000)
  await t.rejects(patient.run(task('ok'), 'lane'), { code: 'POOL_CLOSED' })
  new Int32Array(gate)[0] = 1
  Atomics.notify(new Int32Array(gate), 0)
  t.match(await running, { kind: 'handled' })
  await closing

  const stuck = await start()
  const endless = lost(stuck.run(task('spins'), 'lane'))
  await stuck.close(50)
  t.match((await endless).message, /spins/, 'the deadline ends an endless loop')
})
