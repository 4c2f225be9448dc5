/**
 * The entry of the process in which records are tried after an unclean end: an actor host without Kafka. What it has
 * under way it writes to a file before it goes on, so that its parent finds it however this process ends. The parent's
 * side is runtime/pool/process-worker.ts.
 */

import { openSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { UnderWay, type ActorHost, type FromProcess, type ToProcess } from '../pool/worker.ts'
import { openHost } from './worker-host.ts'
import type { WorkerSettings } from './worker-settings.ts'

const send = (message: FromProcess): void => {
  // A parent that has gone hears nothing; `disconnect` tells.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

// A handler that holds this thread would outlive a parent that was killed.
const orphanCheck = `
  const parent = ${String(process.ppid)}
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL') }, 1_000)
`
new Worker(orphanCheck, { eval: true }).unref()
process.on('disconnect', () => process.exit(0))
// The parent's to answer: it ends this one in order.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)

let host: ActorHost | undefined

process.on('message', (message: ToProcess) => {
  if (message.kind === 'begin') {
    const file = openSync(message.underWayFile, 'w')
    host = openHost(message.settings as WorkerSettings, {
      threadId: message.threadId,
      sendLog: send,
      underWayOf: () =>
        new UnderWay(undefined, (cells, at, count) => {
          const bytes = Float64Array.BYTES_PER_ELEMENT
          writeSync(file, cells, at * bytes, count * bytes, at * bytes)
        }),
    })
    return
  }
  const { nth, task } = message
  void host?.handle(task).then((result) => {
    send({ kind: 'answer', nth, result })
  })
})
