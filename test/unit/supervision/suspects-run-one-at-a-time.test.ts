// After an unclean end the records in hand run one at a time; only the child's own end blames the one under way.

import fc from 'fast-check'
import t from 'tap'
import {
  beginCautiously,
  cautiously,
  failureOfChild,
  suspectsOf,
  usesRestartBudget,
  type CautiousMode,
  type ChildEnd,
} from '../../../runtime/supervision/index.ts'

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

t.test('a run from the first suspect to full speed', (t) => {
  // given
  let mode = beginCautiously([
    { from: 10, to: 12 },
    { from: 14, to: 16 },
  ])
  // when the first one is fine, and the second ends the child twice: from outside, then by itself
  mode = cautiously(mode, { kind: 'began', offset: 10 })
  mode = cautiously(mode, { kind: 'ended', offset: 10 })
  mode = cautiously(mode, { kind: 'began', offset: 11 })
  mode = cautiously(mode, { kind: 'child-ended', by: killed })
  t.match(mode, { kind: 'cautious', underWay: undefined, suspects: [{ from: 11, to: 12 }, { from: 14 }] })
  mode = cautiously(mode, { kind: 'began', offset: 11 })
  mode = cautiously(mode, { kind: 'child-ended', by: aborted })
  // then it is blamed, and passed
  t.match(mode, { kind: 'cautious', blamed: [11], suspects: [{ from: 14, to: 16 }] })
  // when the rest is not of this lane, or not in the log
  mode = cautiously(mode, { kind: 'passed', offset: 16 })
  // then
  t.strictSame(mode, { kind: 'full-speed', blamed: [11] })
  t.equal(usesRestartBudget(mode), false)
  t.equal(usesRestartBudget(beginCautiously([])), true)
  t.end()
})

t.test('a child that something outside goes on ending is told, and no record is blamed', (t) => {
  let mode = beginCautiously([{ from: 1, to: 3 }])
  for (let nth = 1; mode.kind === 'cautious'; nth += 1) {
    if (nth > 100) throw new Error('it never ends')
    mode = cautiously(mode, { kind: 'began', offset: 1 })
    mode = cautiously(mode, { kind: 'child-ended', by: killed })
  }
  t.match(mode, { kind: 'given-up', blamed: [], reason: /5 times in a row \(the last time by SIGKILL\)/ })
  t.end()
})

t.test('an end between two records blames none; events out of turn throw', (t) => {
  const mode = beginCautiously([{ from: 1, to: 3 }])
  t.match(cautiously(mode, { kind: 'child-ended', by: aborted }), { kind: 'cautious', blamed: [] })
  const begun = cautiously(mode, { kind: 'began', offset: 1 })
  t.throws(() => cautiously(begun, { kind: 'began', offset: 2 }), /began 2 while 1 is under way/)
  t.throws(() => cautiously(mode, { kind: 'ended', offset: 2 }), /ended 2 while nothing is under way/)
  t.throws(() => cautiously(begun, { kind: 'passed', offset: 2 }), /passed 2 while 1/)
  t.throws(
    () => cautiously({ kind: 'full-speed', blamed: [] }, { kind: 'began', offset: 1 }),
    /full-speed mode/,
  )
  t.end()
})

t.test('whatever ends the child, each suspect is either handled or blamed, once', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(30)),
      fc.array(fc.constantFrom('ok', 'outside'), { maxLength: 200 }),
      (poison, script) => {
        let mode: CautiousMode = beginCautiously([{ from: 0, to: 31 }])
        const handled: number[] = []
        const steps = script[Symbol.iterator]()
        while (mode.kind === 'cautious') {
          const offset: number = mode.suspects[0]?.from ?? -1
          mode = cautiously(mode, { kind: 'began', offset })
          if (steps.next().value === 'outside') {
            mode = cautiously(mode, { kind: 'child-ended', by: killed })
          } else if (poison.includes(offset)) {
            mode = cautiously(mode, { kind: 'child-ended', by: aborted })
          } else {
            handled.push(offset)
            mode = cautiously(mode, { kind: 'ended', offset })
          }
        }
        if (mode.kind === 'given-up') return mode.blamed.every((offset) => poison.includes(offset))
        const all = [...handled, ...mode.blamed].sort((a, b) => a - b)
        return (
          all.length === 31 &&
          all.every((offset, index) => offset === index) &&
          mode.blamed.every((offset) => poison.includes(offset))
        )
      },
    ),
  )
  t.end()
})
