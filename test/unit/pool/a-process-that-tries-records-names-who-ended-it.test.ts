// The process in which suspect records are tried is replaced when it ends; its own end blames the record that was under
// way, one from outside blames nobody, and so does one between two records.

import t from 'tap'
import { ProcessWorker } from '../../../runtime/pool/process-worker.ts'
import type { HandleTask } from '../../../runtime/pool/messages.ts'
import { underWayCells } from '../../../runtime/pool/under-way.ts'
import { WorkerLost } from '../../../runtime/pool/worker-death.ts'

const nothing = (): void => undefined
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }

const task = (actor: string, epoch = 1): HandleTask => ({
  kind: 'handle',
  actor,
  url: 'file:///none.ts',
  unit: { group: 'g', actor, topic: 't', partition: 3 },
  epoch,
  lane: 0,
  workId: 1,
  batch: new ArrayBuffer(8),
  underWay: underWayCells(1),
  timeLimitMs: 100,
})

const lost = async (running: Promise<unknown>): Promise<WorkerLost['loss']> => {
  try {
    await running
  } catch (error) {
    if (error instanceof WorkerLost) return error.loss
    throw error
  }
  throw new Error('the task was answered')
}

t.test('whatever ends it', async (t) => {
  const entryUrl = new URL('./workers/scripted-process.ts', import.meta.url)
  const worker = new ProcessWorker({ entryUrl, settings: {}, log })
  t.teardown(() => worker.close())
  const named = [{ offset: 41, attempt: 1 }]

  t.match(await worker.run(task('ok')), { kind: 'done' })
  const [aborted, after] = await Promise.all([lost(worker.run(task('aborts'))), worker.run(task('ok'))])
  t.match(aborted, { kind: 'process-abort', suspects: named, suspectsInAll: 1, reason: /SIGABRT/ })
  t.match(after, { kind: 'done' }, 'what came after it has a new process')
  t.match(await lost(worker.run(task('dies-between'))), {
    kind: 'process-abort',
    suspectsInAll: 0,
    reason: /exit code 9/,
  })
  t.match(await lost(worker.run(task('is-killed'))), {
    kind: 'worker-lost',
    suspects: [],
    suspectsInAll: 0,
    reason: /outside with SIGKILL/,
  })
  t.match(await lost(worker.run(task('spins'))), { kind: 'worker-stuck', suspects: named, reason: /100 ms/ })
})

t.test('work that was given up is not begun, and a token of one that ended is nobody’s fault', async (t) => {
  const entryUrl = new URL('./workers/scripted-process.ts', import.meta.url)
  const worker = new ProcessWorker({ entryUrl, settings: {}, log })
  t.teardown(() => worker.close())
  const first = worker.run(task('ok'))
  const second = worker.run(task('aborts'))
  const third = worker.run(task('aborts', 2))
  await first
  worker.discard({ kind: 'discard', unit: task('aborts').unit, epoch: 1 })
  t.match(await second, { kind: 'discarded' })
  t.match(await lost(third), { kind: 'process-abort' }, 'a later epoch is another matter')
  const token = 2 ** 20 * 2 ** 32 + 1
  t.ok(worker.keeps(token))
  t.match(await lost(worker.run({ kind: 'resume', token })), { suspects: [], suspectsInAll: 1 })
})
