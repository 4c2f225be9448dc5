// After an unclean end the records that were in hand are suspect; only an end of their own of the process in which they
// are tried says anything of them.

import t from 'tap'
import { failureOfChild, suspectsOf, type ChildEnd } from '../../../runtime/supervision/index.ts'

const aborted: ChildEnd = { kind: 'signal', signal: 'SIGABRT' }
const killed: ChildEnd = { kind: 'signal', signal: 'SIGKILL' }

t.test('suspects are what was in hand and is not done, after an unclean end only', (t) => {
  const ledger = { frontier: 10, done: [[{ from: 12, to: 15 }], [{ from: 11, to: 14 }]] }
  t.strictSame(suspectsOf(ledger, true, 100, 50), [])
  t.strictSame(suspectsOf(ledger, false, 10, 50), [
    { from: 10, to: 12 },
    { from: 14, to: 20 },
  ])
  t.strictSame(suspectsOf(ledger, false, 10, 11), [{ from: 10, to: 11 }], 'the log may end before the credit')
  t.strictSame(suspectsOf(ledger, false, 10, 10), [])
  t.end()
})

t.test('the end of a child blames the record under way only if the child ended itself', (t) => {
  const table: readonly (readonly [ChildEnd, string | undefined])[] = [
    [aborted, 'process-abort'],
    [{ kind: 'signal', signal: 'SIGSEGV' }, 'process-abort'],
    [{ kind: 'signal', signal: 'SIGTRAP' }, 'process-abort'],
    [{ kind: 'exit', code: 134 }, 'process-abort'],
    [{ kind: 'exit', code: 139 }, 'process-abort'],
    [{ kind: 'exit', code: 0 }, 'process-abort'],
    [{ kind: 'exit', code: 7 }, 'process-abort'],
    [killed, undefined],
    [{ kind: 'signal', signal: 'SIGTERM' }, undefined],
    [{ kind: 'exit', code: 137 }, undefined],
    [{ kind: 'exit', code: 143 }, undefined],
  ]
  for (const [end, kind] of table) t.equal(failureOfChild(end), kind, JSON.stringify(end))
  t.end()
})
