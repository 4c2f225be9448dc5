// A shadow takes what it has room for and drops the rest; what ends its process is its failure alone, and when its budget is used up it has ended. The version that runs waits for none of it.

import t from 'tap'
import type { Unit } from '../../../runtime/delivery/index.ts'
import { WorkerLost, type TaskResult, type WorkerTask } from '../../../runtime/pool/index.ts'
import type { LoadedActor, Shadow } from '../../../runtime/system/loaded-actor.ts'
import { ShadowRun, type ShadowPorts, type ShadowSample } from '../../../runtime/system/shadows/shadow-run.ts'
import { ShadowSet } from '../../../runtime/system/shadows/shadow-set.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const quiet = (): void => undefined
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }

const unit = (partition = 0): Unit => ({ group: 'g', actor: 'keeper', topic: 'things', partition })
const sample = (count = 10, bytes = 100, partition = 0): ShadowSample => ({
  unit: unit(partition),
  batch: new ArrayBuffer(bytes),
  observed: { text: '[]', count, missed: 0 },
  timeLimitMs: 1_000,
})

interface Asked {
  readonly task: WorkerTask
  readonly answer: (result: TaskResult | Error) => void
}

/** A process whose answers the test gives. */
const ports = () => {
  const asked: Asked[] = []
  const passing: (() => void)[] = []
  let opened = 0
  let closed = 0
  let nowMs = 0
  const used: ShadowPorts = {
    openProcess: () => {
      opened += 1
      return {
        run: (task) =>
          new Promise((resolve, reject: (error: Error) => void) => {
            asked.push({
              task,
              answer: (result) => {
                if (result instanceof Error) reject(result)
                else resolve(result)
              },
            })
          }),
        close: () => {
          closed += 1
          for (const { answer } of asked) answer(lost())
          return Promise.resolve()
        },
      }
    },
    monotonicMs: () => nowMs,
    pause: (_, signal) =>
      new Promise((resolve) => {
        passing.push(() => resolve(true))
        signal.addEventListener('abort', () => resolve(false))
      }),
    log,
  }
  return {
    used,
    asked,
    passing,
    opened: () => opened,
    closed: () => closed,
    passes: (ms: number) => (nowMs += ms),
    nth: (n: number) => waitUntil(`task ${String(n)} is given`, () => asked[n]),
  }
}

const handled = (count: number): TaskResult => ({
  kind: 'handled',
  counts: {} as never,
  retries: 0,
  unfinished: [],
  failures: [],
  times: { decodeMs: 0, handleMs: 0, storeMs: 0 },
  verdict: { handled: count, failed: {}, differing: 0, dropped: 0 },
})

const lost = (offsets: readonly number[] = []): WorkerLost =>
  new WorkerLost('it ended with exit code 3', {
    kind: 'process-abort',
    reason: 'it ended with exit code 3',
    thread: 1,
    suspects: offsets.map((offset) => ({ offset, attempt: 1, serial: 1 })),
    suspectsInAll: offsets.length,
  })

t.test('samples are given one after the other, and what has no room is dropped', async (t) => {
  // given
  const { used, nth, asked } = ports()
  const run = new ShadowRun('keeper-b@1', 'file:///b.ts', [], used)
  // when: one is under way, and all that may wait does
  for (let n = 0; n <= 64; n += 1) run.offer(sample())
  // then
  t.notOk(run.takes(unit(), 100))
  run.offer(sample(7))
  t.match(run.status(), { handled: 0, dropped: 7 })
  const first = await nth(0)
  t.match(first.task, { kind: 'handle', url: 'file:///b.ts', actor: 'keeper', shadow: { live: '[]' } })
  t.equal(asked.length, 1)
  // when
  first.answer(handled(10))
  await nth(1)
  // then
  t.ok(run.takes(unit(), 100))
  t.match(run.status(), { handled: 10, dropped: 7 })
  await run.end()
})

t.test('a few large ones are enough', async (t) => {
  const { used } = ports()
  const run = new ShadowRun('keeper-b@1', 'file:///b.ts', [], used)
  for (let n = 0; n < 3; n += 1) run.offer(sample(10, 8_000_000))
  t.ok(run.takes(unit(), 100))
  t.notOk(run.takes(unit(), 1_000_000))
  await run.end()
})

t.test('it has no part in other partitions', async (t) => {
  const { used } = ports()
  const run = new ShadowRun('keeper-b@1', 'file:///b.ts', [1, 3], used)
  t.ok(run.takes(unit(3), 1))
  t.notOk(run.takes(unit(2), 1))
  run.drop(unit(2), 5)
  run.drop(unit(1), 6)
  t.equal(run.status().dropped, 6)
  await run.end()
})

t.test('who ends its process has failed, and its budget ends the shadow', async (t) => {
  // given
  const { used, nth, closed, passes } = ports()
  const run = new ShadowRun('keeper-b@1', 'file:///b.ts', [], used)
  // when: one by a record that is known, others by nobody knows which
  for (let n = 0; n < 4; n += 1) {
    run.offer(sample(10))
    const { answer } = await nth(n)
    passes(1)
    answer(lost(n === 0 ? [104] : n === 1 ? [104, 105] : []))
    await waitUntil('that is counted', () => run.status().dropped === (n + 1) * 10 - 1)
  }
  // then
  t.match(run.status(), {
    handled: 1,
    failed: 1,
    failures: { ProcessEnded: 1 },
    lastFailure: { topic: 'things', partition: 0, offset: 104, errorClass: 'ProcessEnded' },
    ended: /3 restarts within 600 s used up/,
  })
  t.equal(closed(), 1)
  t.notOk(run.takes(unit(), 1))
  run.offer(sample(10))
  run.drop(unit(), 10)
  t.equal(run.status().dropped, 39, 'what comes when it has ended is not counted')
  await run.end()
})

t.test('a module that cannot be loaded uses the budget up, too', async (t) => {
  const { used, nth } = ports()
  const run = new ShadowRun('keeper-b@1', 'file:///b.ts', [], used)
  const failure = { code: 'ACTOR_NOT_LOADED', class: 'TroupeError', message: 'no such file', stack: '' }
  for (let n = 0; n < 4; n += 1) {
    run.offer(sample(10))
    ;(await nth(n)).answer({ kind: 'failed', failure })
    await waitUntil('that is counted', () => run.status().dropped === (n + 1) * 10)
  }
  t.match(run.status().ended, /no such file/)
  await run.end()
})

t.test('what it needs and is away is waited for', async (t) => {
  // given
  const { used, nth, passing } = ports()
  const run = new ShadowRun('keeper-b@1', 'file:///b.ts', [], used)
  run.offer(sample(10))
  // when
  ;(await nth(0)).answer({ kind: 'waiting', for: 'registry', reason: 'it is away', token: 7 })
  ;(await waitUntil('it waits', () => passing[0]))()
  // then
  const resumed = await nth(1)
  t.same(resumed.task, { kind: 'resume', token: 7 })
  resumed.answer(handled(10))
  await waitUntil('it is handled', () => run.status().handled === 10)
  t.equal(run.status().dropped, 0)
  // when: it is ended while it waits
  run.offer(sample(10))
  ;(await nth(2)).answer({ kind: 'waiting', for: 'registry', reason: 'it is away', token: 8 })
  await waitUntil('it waits again', () => passing[1])
  await run.end()
  // then
  t.notOk(run.takes(unit(), 1))
})

t.test('each actor has its own, for as long as it is registered as it is', async (t) => {
  // given
  const { used, opened, closed } = ports()
  const shadows = new ShadowSet(used)
  const actor = (shadow?: Shadow): LoadedActor =>
    ({ definition: { name: 'keeper' }, group: 'g', ...(shadow && { shadow }) }) as unknown as LoadedActor
  const ready: Shadow = { kind: 'ready', version: 'b@1', url: 'file:///b.ts', partitions: [] }
  t.equal(shadows.of(unit()), undefined)
  // when, then
  shadows.change([actor(ready)])
  const run = shadows.of(unit())
  shadows.change([actor({ ...ready })])
  t.ok(run !== undefined && shadows.of(unit()) === run, 'the same one goes on')
  shadows.change([actor({ ...ready, partitions: [1] })])
  t.ok(shadows.of(unit()) !== run)
  shadows.change([actor({ kind: 'missing', version: 'b@1', partitions: [], reason: 'no file' })])
  t.equal(shadows.of(unit()), undefined)
  shadows.change([actor(ready)])
  await shadows.stop()
  shadows.change([actor(ready)])
  t.equal(shadows.of(unit()), undefined)
  t.same([opened(), closed()], [3, 3])
})
