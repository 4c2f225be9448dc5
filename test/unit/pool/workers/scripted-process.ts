// A process for suspect records that does what the task's actor name says; for the tests of its parent's side alone.
import { openSync, writeSync } from 'node:fs'
import type { ToProcess } from '../../../../runtime/pool/process-messages.ts'
import { UnderWay, underWayCells } from '../../../../runtime/pool/under-way.ts'

let file = -1
let worker: UnderWay | undefined

const bytes = Float64Array.BYTES_PER_ELEMENT

process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToProcess) => {
  if (message.kind === 'begin') {
    file = openSync(message.underWayFile, 'w')
    worker = new UnderWay(underWayCells(1), (cells, at, count) => {
      writeSync(file, cells, at * bytes, count * bytes, at * bytes)
    })
    return
  }
  const { nth, task } = message
  const actor = task.kind === 'handle' ? task.actor : 'ok'
  if (actor !== 'dies-between') worker?.entered(41, 1)
  if (actor === 'aborts') process.abort()
  if (actor === 'dies-between') process.exit(9)
  if (actor === 'is-killed') process.kill(process.pid, 'SIGKILL')
  for (; actor === 'spins';) Atomics.load(new Int32Array(1), 0)
  worker?.left()
  process.send?.({ kind: 'answer', nth, result: { kind: 'done' } })
})
