// A thread is found to hold still when a record's code has run on it for longer than the time limit, or records are
// awaited on it that its own timer should have ended; a process that was frozen itself blames nobody.

import t from 'tap'
import { lookEveryMs, ThreadWatch, type WatchedTask } from '../../../runtime/pool/thread-watch.ts'
import { namedIn, UnderWay, underWayCells } from '../../../runtime/pool/under-way.ts'
import { deathOf, lossOf } from '../../../runtime/pool/worker-death.ts'

const watched = (thread: number, timeLimitMs = 300): WatchedTask & { readonly worker: UnderWay } => {
  const memory = underWayCells(2)
  return { thread, timeLimitMs, memory, worker: new UnderWay(memory) }
}

const looks = (watch: ThreadWatch, tasks: readonly WatchedTask[], times: number): readonly number[] => {
  let stuck: readonly number[] = []
  for (let nth = 0; nth < times; nth += 1) stuck = watch.look(tasks, lookEveryMs).map(({ thread }) => thread)
  return stuck
}

t.test('a record that holds its thread', (t) => {
  const [held, free] = [watched(1), watched(2)]
  const watch = new ThreadWatch()
  held.worker.entered(7, 1)
  t.same(looks(watch, [held, free], 3), [], 'within its time')
  t.same(looks(watch, [held, free], 1), [1])
  t.end()
})

t.test('records that come and go', (t) => {
  const task = watched(1)
  const watch = new ThreadWatch()
  for (let nth = 0; nth < 50; nth += 1) {
    task.worker.entered(7, 1) // the same one, handled anew each time
    t.same(looks(watch, [task], 2), [])
    task.worker.left()
  }
  t.end()
})

t.test('records that are awaited', (t) => {
  const task = watched(1)
  const watch = new ThreadWatch()
  const slot = task.worker.awaits(7, 1)
  t.same(looks(watch, [task], 10), [], 'its worker goes first')
  t.same(looks(watch, [task], 10), [1])
  task.worker.settled(slot)
  t.same(looks(watch, [task], 20), [])
  t.end()
})

t.test('a look that comes very late', (t) => {
  const task = watched(1, 60_000)
  const watch = new ThreadWatch()
  task.worker.entered(7, 1)
  looks(watch, [task], 2)
  t.same(watch.look([task], 3_600_000), [])
  t.end()
})

t.test('what is named', (t) => {
  const task = watched(1)
  t.same(namedIn(task.memory), { onThread: undefined, awaited: [] })
  task.worker.entered(0, 1)
  const first = task.worker.awaits(5, 2)
  task.worker.awaits(6, 1)
  t.equal(task.worker.awaits(8, 1), undefined, 'there is no room for more')
  t.match(namedIn(task.memory), {
    onThread: { offset: 0 },
    awaited: [{ offset: 5, attempt: 2 }, { offset: 6 }],
  })
  task.worker.left()
  task.worker.settled(first)
  t.match(namedIn(task.memory), { onThread: undefined, awaited: [{ offset: 6 }] })
  t.end()
})

t.test('who is suspect when the thread has died', (t) => {
  const [a, b, idle] = [watched(1), watched(1), watched(1)]
  const memories = [a.memory, b.memory, idle.memory]
  a.worker.awaits(1, 1)
  b.worker.awaits(2, 1)
  b.worker.awaits(3, 1)
  const unsure = deathOf(1, new Error('exited'), memories, undefined)
  t.match(lossOf(unsure, b.memory), {
    kind: 'worker-lost',
    suspects: [{ offset: 2 }, { offset: 3 }],
    suspectsInAll: 3,
  })
  t.match(lossOf(unsure, idle.memory), { suspects: [], suspectsInAll: 3 })

  a.worker.entered(4, 2)
  const sure = deathOf(
    1,
    Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }),
    memories,
    undefined,
  )
  t.match(lossOf(sure, a.memory), {
    kind: 'worker-out-of-memory',
    suspects: [{ offset: 4, attempt: 2 }],
    suspectsInAll: 1,
  })
  t.match(lossOf(sure, b.memory), { suspects: [], suspectsInAll: 1 }, 'those that waited are not')

  t.match(lossOf(deathOf(1, new Error('exited'), memories, 'held still'), a.memory), {
    kind: 'worker-stuck',
    reason: 'held still',
  })
  t.match(lossOf(deathOf(1, new Error('exited'), [idle.memory], undefined), idle.memory), {
    suspectsInAll: 0,
  })
  t.end()
})
