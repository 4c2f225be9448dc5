// A worker entry that does what the task's actor name says; for the tests of the pool alone.
import { threadId, workerData } from 'node:worker_threads'
import type { TaskResult, WorkerTask } from '../../../../runtime/pool/messages.ts'
import { tokenOf } from '../../../../runtime/pool/token.ts'
import { UnderWay } from '../../../../runtime/pool/under-way.ts'
import { handOver } from '../../../../runtime/pool/worker-door.ts'
import { noOutcomes } from '../../../../runtime/delivery/outcome.ts'

const settings = workerData as { failAtStart?: string; gate?: SharedArrayBuffer }
if (settings.failAtStart) throw new Error(settings.failAtStart)

const kept = new Map<number, ArrayBuffer>()
let serial = 0

const handled = (batch?: ArrayBuffer): TaskResult => ({
  kind: 'handled',
  counts: { ...noOutcomes(), applied: threadId },
  retries: 0,
  unfinished: batch ? [{ index: 0, attempt: 2, afterMs: 5 }] : [],
  failures: [],
  times: { decodeMs: 0, handleMs: 0, storeMs: 0 },
  ...(batch && { batch }),
})

const scripted = async (task: WorkerTask): Promise<TaskResult> => {
  if (task.kind === 'resume') {
    const batch = kept.get(task.token)
    if (!batch) return lost()
    kept.delete(task.token)
    return handled(batch)
  }
  if (task.kind !== 'handle') return { kind: 'done' }
  switch (task.actor) {
    case 'exits':
      return process.exit(7)
    case 'throws-later':
      setImmediate(() => {
        throw new Error('thrown out of a timer')
      })
      return new Promise(() => undefined)
    case 'hoards': {
      // A chain of small objects: one growing array would end the whole process instead of the thread.
      let hoard: object = {}
      for (;;) hoard = { before: hoard, list: Array.from<number>({ length: 500 }).fill(0.5) }
    }
    case 'spins-over-41':
      new UnderWay(task.underWay).entered(41, 1)
      for (;;) {
        /* an endless loop */
      }
    case 'spins':
      for (;;) {
        /* an endless loop */
      }
    case 'waits': {
      const gate = new Int32Array(settings.gate!)
      const answer = Atomics.waitAsync(gate, 0, 0)
      if (answer.async) await answer.value
      return handled()
    }
    case 'keeps': {
      const token = tokenOf(threadId, ++serial)
      kept.set(token, task.batch)
      const value = new Uint8Array(new ArrayBuffer(8), 2, 3).fill(9)
      return { kind: 'produce', token, outgoing: [{ topic: 't', key: null, value, headers: [['a', 'b']] }] }
    }
    case 'unfinished':
      return handled(task.batch)
    case 'dies-when-idle':
      setImmediate(() => {
        throw new Error('thrown with nothing in hand')
      })
      return handled()
    default:
      return handled()
  }
}

const lost = (): TaskResult => ({
  kind: 'failed',
  failure: { code: 'WORKER_LOST', class: 'TroupeError', message: 'unknown token', stack: '' },
})

export default async (task: WorkerTask): Promise<unknown> => handOver(await scripted(task))
