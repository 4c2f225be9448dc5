// Status reports are written one at a time; while Postgres is away the log says so once, and a stop is held up by the
// last one no longer than a second.

import t from 'tap'
import type { StatusReport } from '../../../runtime/control/index.ts'
import { StatusLoop, type ReportSink } from '../../../runtime/process/status-loop.ts'
import { ProcessStatus, type Log } from '../../../runtime/telemetry/index.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const status = (): ProcessStatus =>
  new ProcessStatus({ kind: 'runtime', node: 'n', troupeVersion: '1', intervalMs: 5 })

const logOf = (lines: string[]): Log => {
  const add = (message: string): void => void lines.push(message)
  const log: Log = { debug: add, info: add, warn: add, error: add, child: () => log }
  return log
}

t.test('Postgres goes and comes back', async (t) => {
  // given
  const written: StatusReport[] = []
  const lines: string[] = []
  let away = false
  let tries = 0
  let underWay = 0
  let mostUnderWay = 0
  let pruned = 0
  const sink: ReportSink = {
    write: async (report) => {
      tries += 1
      mostUnderWay = Math.max(mostUnderWay, (underWay += 1))
      await new Promise(setImmediate)
      underWay -= 1
      if (away) throw new Error('Postgres cannot serve now')
      written.push(report)
    },
    prune: () => Promise.resolve((pruned += 1)),
    close: () => Promise.resolve(),
  }
  const process = status()
  const loop = new StatusLoop(sink, () => process.report({}), logOf(lines))
  loop.start()
  await waitUntil('some are written', () => written.length > 3)
  // when
  away = true
  const triesBefore = tries
  await waitUntil('it tried again', () => tries > triesBefore + 3)
  away = false
  const before = written.length
  await waitUntil('they are written again', () => written.length > before)
  // then
  t.same(lines, [
    'status reports are not written, operators do not see this process: Postgres cannot serve now',
    'status reports are written again',
  ])
  t.equal(mostUnderWay, 1)
  t.equal(pruned, 1)
  // when
  process.enter('stopped')
  await loop.stop()
  const total = written.length
  // then
  t.equal(written.at(-1)?.state, 'stopped')
  t.equal(written.length, total, 'none after it')
})

t.test('a Postgres that does not answer', async (t) => {
  // given
  const process = status()
  const sink: ReportSink = {
    write: () => new Promise(() => undefined),
    prune: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  }
  const loop = new StatusLoop(sink, () => process.report({}), logOf([]))
  loop.start()
  // when, then: it ends
  await t.resolves(loop.stop())
})
