// A record that may have ended its worker runs alone until it has ended well or is given up; an end that nobody can
// explain uses up a budget, and past it the partition is quarantined.

import t from 'tap'
import { Suspects, type DueRecord, type Loss } from '../../../runtime/supervision/index.ts'

const policy = {
  mode: 'block',
  attempts: 3,
  backoff: 'fixed',
  firstDelayMs: 100,
  maxDelayMs: 100,
} as const
const budget = { restarts: 2, withinMs: 1_000 }

const suspects = (): Suspects => new Suspects(policy, budget)

let threads = 0
const loss = (offsets: readonly number[], more: Partial<Loss> = {}): Loss => ({
  kind: 'worker-lost',
  reason: 'exited with code 7',
  thread: (threads += 1),
  suspects: offsets.map((offset) => ({ offset, attempt: 1 })),
  suspectsInAll: offsets.length,
  ...more,
})

const at = (nowMs: number) => ({ nowMs, times: 1, jitter: 1 })
const again = { kind: 'again', afterMs: 0 }
/** The attempt failed for certain: it is to be remembered. */
const againAs = (offset: number, attempt = 1) => ({
  ...again,
  remember: { offset, attempt, kind: 'worker-lost', reason: 'exited with code 7' },
})

/** Records at these offsets, all for the first time. */
const due = (...offsets: readonly number[]): readonly DueRecord[] =>
  offsets.map((offset, index) => ({ index, offset, attempt: 1 }))

t.test('a record that is known to have ended its worker has failed an attempt, which is told alone', (t) => {
  const them = suspects()
  t.same(them.lost(loss([12]), at(0)), againAs(12))
  t.ok(them.isAmong(10, 12))
  t.notOk(them.isAmong(13, 20))
  const all = due(10, 11, 12, 13)

  const before = them.nextPart(all)
  t.same(
    before.records.map(({ index }) => index),
    [0, 1],
    'what is before it goes first',
  )
  t.equal(before.alone, undefined)

  const told = them.nextPart(before.rest)
  t.equal(told.alone, 12)
  t.same(told.records, [
    { index: 2, attempt: 1, lost: { kind: 'worker-lost', reason: 'exited with code 7' } },
  ])
  them.settled(12, 2)

  const tried = them.nextPart([{ index: 2, offset: 12, attempt: 2 }, ...told.rest])
  t.equal(tried.alone, 12)
  t.same(tried.records, [{ index: 2, attempt: 2 }], 'its next attempt runs')
  them.settled(12, undefined)
  t.same(them.nextPart(tried.rest), { records: [{ index: 3, attempt: 1 }], alone: undefined, rest: [] })
  t.end()
})

t.test('of several that may have, none has failed: each runs alone', (t) => {
  const them = suspects()
  t.same(them.lost(loss([10, 12], { suspectsInAll: 3 }), at(0)), again)
  const first = them.nextPart(due(10, 11, 12))
  t.same(first.records, [{ index: 0, attempt: 1 }])
  t.equal(first.alone, 10)
  t.same(them.lost(loss([10]), at(1)), againAs(10), 'alone it is known')
  t.ok(them.nextPart(due(10, 11, 12)).records[0]?.lost)
  t.end()
})

t.test('another unit’s record is no fault of this one', (t) => {
  const them = suspects()
  for (let nth = 0; nth < 20; nth += 1) t.same(them.lost(loss([], { suspectsInAll: 1 }), at(nth)), again)
  t.same(them.offsets, [])
  t.end()
})

t.test('an end without a cause uses up the budget, once however many batches it took', (t) => {
  const them = suspects()
  const unexplained = (nowMs: number, thread?: number) =>
    them.lost(loss([], thread === undefined ? {} : { thread }), at(nowMs)).kind
  t.equal(unexplained(0, 501), 'again')
  t.equal(unexplained(0, 501), 'again')
  t.equal(unexplained(10, 502), 'again')
  const last = them.lost(loss([]), at(20))
  t.equal(last.kind, 'quarantine')
  t.match(last, { reason: /2 restarts within 1 s.*then resume the partition/ })
  t.equal(unexplained(1_500), 'again', 'the window slides')
  them.forgive()
  t.equal(unexplained(1_501), 'again')
  t.equal(unexplained(1_502), 'again', 'an operator gives it a new budget')
  t.end()
})

t.test(
  'a quiet time gives the whole budget back, to the millisecond, and its waits begin small again',
  (t) => {
    const unexplained = (them: Suspects, nowMs: number, times = 1) =>
      them.lost(loss([]), { nowMs, times, jitter: 1 })
    // given a budget that is used up but for nothing
    const used = (): Suspects => {
      const them = suspects()
      unexplained(them, 500)
      unexplained(them, 600, 2)
      return them
    }
    t.equal(unexplained(used(), 1_499).kind, 'quarantine', 'the first still counts')
    // when as much time passed since the first, then one is given back
    const one = used()
    t.equal(unexplained(one, 1_500).kind, 'again')
    t.equal(unexplained(one, 1_501).kind, 'quarantine')
    // when as much time passed since the last, then all are
    const all = used()
    t.same(unexplained(all, 1_600), unexplained(suspects(), 0), 'as if nothing had been')
    t.equal(unexplained(all, 1_601).kind, 'again')
    t.equal(unexplained(all, 1_602).kind, 'quarantine')
    t.end()
  },
)

t.test('a record that ends its worker while it is only told is not tried for ever', (t) => {
  const them = suspects()
  const kinds = Array.from({ length: 4 }, (_, nth) => them.lost(loss([12]), at(nth)).kind)
  t.same(kinds, ['again', 'again', 'again', 'quarantine'])
  t.end()
})

t.test('what waits in Postgres stays suspect below the frontier, until it had its turn', (t) => {
  const them = suspects()
  const aside = (nowMs: number) => ({ ...at(nowMs), isAside: true })
  // given two of them, each known to end its worker, and others that may
  for (const [nth, offset] of [3, 5].entries()) {
    them.passed(100)
    t.same(them.lost(loss([offset]), aside(nth)), again)
  }
  them.passed(100)
  t.same(them.lost(loss([7, 8]), aside(2)), again)
  them.passed(100)
  t.same(them.offsets, [3, 5, 7, 8])
  // then each is told at its next turn, and forgotten when that is settled
  for (const offset of [3, 5]) {
    t.ok(them.nextPart(due(offset)).records[0]?.lost)
    them.settled(offset, undefined)
  }
  t.equal(them.nextPart(due(7, 8)).alone, 7)
  them.settled(7, 2)
  them.passed(100)
  t.same(them.offsets, [7, 8])
  t.end()
})

t.test('what owners before remembered counts, as far as it is not known better here', (t) => {
  // given an attempt of 12 here, and two of 12 and one of 14 before
  const them = suspects()
  them.lost(loss([12]), at(0))
  const { remember: before } = againAs(12, 2)
  them.remembered([before, againAs(14).remember].map((each) => ({ ...each, kind: 'process-abort' })))
  // then each is told as it ended, and tried no more often than its policy says
  const lost = { kind: 'process-abort', reason: 'exited with code 7' }
  t.same(them.nextPart(due(12, 14)).records, [{ index: 0, attempt: 2, lost }])
  t.same(them.nextPart(due(14)).records, [{ index: 0, attempt: 1, lost }])
  // when it has gone on here
  them.settled(14, 2)
  them.remembered([{ offset: 14, attempt: 1, ...lost, kind: 'process-abort' }])
  // then what is older says nothing
  t.same(them.nextPart([{ index: 0, offset: 14, attempt: 2 }]).records, [{ index: 0, attempt: 2 }])
  t.end()
})

t.test('what is finished is forgotten', (t) => {
  const them = suspects()
  them.lost(loss([12]), at(0))
  them.passed(12)
  t.same(them.offsets, [12])
  them.passed(13)
  t.same(them.offsets, [])
  t.end()
})
