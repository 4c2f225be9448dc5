// A ledger tells of every offset whether it is done, as a plain set of offsets would, in ranges that stay few.

import fc from 'fast-check'
import t from 'tap'

import {
  atOrAbove,
  contains,
  countOffsets,
  difference,
  emptyLedger,
  inboxTransitions,
  includes,
  intersection,
  isDone,
  isDoneInPart,
  isDoneWholly,
  isFull,
  mayMove,
  newlyDone,
  noOutcomes,
  overlaps,
  parseRanges,
  printRanges,
  rangesOf,
  suppresses,
  refusalOf,
  union,
  withDone,
  withFrontier,
  withLanes,
  type InboxState,
  type Ledger,
  type OffsetRanges,
} from '../../../runtime/delivery/index.ts'

const highest = 40
const all = Array.from({ length: highest + 1 }, (_, offset) => offset)
const range = fc
  .tuple(fc.nat(highest), fc.nat(highest))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
const ranges = fc.array(range, { maxLength: 6 }).map(rangesOf)
type Offsets = ReadonlySet<number>
const model = (set: OffsetRanges): Offsets =>
  new Set(all.filter((at) => set.some(({ from, to }) => from <= at && at < to)))
const either = (a: Offsets, b: Offsets): Offsets => new Set(all.filter((at) => a.has(at) || b.has(at)))
const both = (a: Offsets, b: Offsets): Offsets => new Set(all.filter((at) => a.has(at) && b.has(at)))
const setOf = (set: OffsetRanges) => all.filter((at) => includes(set, at))

await t.test('sets of ranges behave as sets of offsets', (t) => {
  fc.assert(
    fc.property(ranges, ranges, fc.nat(highest), (a, b, at) => {
      const [inA, inB] = [model(a), model(b)]
      t.strictSame(setOf(a), [...inA])
      t.strictSame(setOf(union(a, b)), [...either(inA, inB)])
      t.strictSame(setOf(intersection(a, b)), [...both(inA, inB)])
      t.strictSame(
        setOf(difference(a, b)),
        [...inA].filter((offset) => !inB.has(offset)),
      )
      t.strictSame(
        setOf(atOrAbove(a, at)),
        [...inA].filter((offset) => offset >= at),
      )
      t.equal(overlaps(a, b), both(inA, inB).size > 0)
      t.equal(contains(a, b), both(inA, inB).size === inB.size)
      t.equal(countOffsets(a), inA.size)
      t.strictSame(parseRanges(printRanges(a)), a)
      for (const set of [a, union(a, b), intersection(a, b), difference(a, b)]) {
        t.strictSame(rangesOf(set), set, 'in order, apart, none empty')
      }
    }),
    { numRuns: 200 },
  )
  t.end()
})

await t.test('text as Postgres writes it, and no other', (t) => {
  t.strictSame(parseRanges('{}'), [])
  t.strictSame(parseRanges('{[1,5),[7,9007199254740991)}'), [
    { from: 1, to: 5 },
    { from: 7, to: Number.MAX_SAFE_INTEGER },
  ])
  for (const text of [
    '',
    '[1,2)',
    '{[1,2)',
    '{(1,2)}',
    '{[1,2]}',
    '{[,5)}',
    '{[1,2),}',
    '{[1,2)[3,4)}',
    '{[-1,2)}',
  ])
    t.throws(() => parseRanges(text), RangeError, text)
  t.end()
})

/** What a unit's owners do to its ledger, and the offsets of each lane that are done as a plain set. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('done' as const), lane: fc.nat(3), ranges }),
  fc.record({ kind: fc.constant('frontier' as const), frontier: fc.nat(highest) }),
  fc.record({ kind: fc.constant('lanes' as const), lanes: fc.integer({ min: 1, max: 4 }) }),
)

await t.test('a ledger is a set of offsets a lane, whatever happens to it', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let ledger: Ledger = emptyLedger(2, 3)
      let frontier = 3
      let lanes: readonly Offsets[] = [new Set(), new Set()]
      for (const what of steps) {
        if (what.kind === 'done') {
          const lane = what.lane % lanes.length
          ledger = withDone(ledger, lane, what.ranges)
          lanes = lanes.map((set, nth) => (nth === lane ? either(set, model(what.ranges)) : set))
        } else if (what.kind === 'frontier') {
          ledger = withFrontier(ledger, what.frontier)
          frontier = Math.max(frontier, what.frontier)
        } else if (what.lanes !== lanes.length) {
          ledger = withLanes(ledger, what.lanes)
          const common = lanes.reduce(both)
          lanes = Array.from({ length: what.lanes }, () => common)
        }
      }
      t.equal(ledger.frontier, frontier)
      for (const [lane, set] of lanes.entries()) {
        for (const at of all) t.equal(isDone(ledger, lane, at), at < frontier || set.has(at))
      }
      t.ok(
        ledger.done.every((set) => set.every(({ from }) => from >= frontier)),
        'nothing is kept below the frontier',
      )
    }),
    { numRuns: 200 },
  )
  t.end()
})

await t.test('what a work adds is never done before, and completes what it covers', (t) => {
  fc.assert(
    fc.property(ranges, fc.nat(highest), range, (before, frontier, covered) => {
      const ledger = withDone(emptyLedger(1, 0), 0, before, frontier)
      const added = newlyDone(ledger, 0, covered)
      t.notOk(added.length > 0 && isDoneInPart(ledger, 0, added))
      const after = withDone(ledger, 0, added)
      for (let at = covered.from; at < covered.to; at++) t.ok(isDone(after, 0, at))
      t.ok(isDoneWholly(after, 0, [covered]))
      t.equal(isDoneInPart(after, 0, added), added.length > 0)
    }),
    { numRuns: 200 },
  )
  t.end()
})

await t.test('works of a lane that follow each other stay one range', (t) => {
  let ledger = emptyLedger(2, 0)
  for (let at = 0; at < 10_000; at += 10) ledger = withDone(ledger, 1, [{ from: at, to: at + 10 }])
  t.strictSame(ledger.done, [[], [{ from: 0, to: 10_000 }]])
  t.notOk(isFull(ledger))
  t.throws(() => withDone(ledger, 2, []), /no lane 2 among 2/)
  t.throws(() => isDone(ledger, -1, 0), RangeError)
  t.end()
})

await t.test('a lane of a thousand ranges is full, until the frontier moves on', (t) => {
  const holes = (count: number): OffsetRanges =>
    rangesOf(Array.from({ length: count }, (_, nth) => ({ from: nth * 2 + 1, to: nth * 2 + 2 })))
  t.notOk(isFull(withDone(emptyLedger(2, 0), 1, holes(999))))
  const full = withDone(emptyLedger(2, 0), 1, holes(1_000))
  t.ok(isFull(full))
  t.notOk(isFull(withFrontier(full, 2)))
  t.end()
})

await t.test('parked and dead keys move, settled ones stay and are duplicates', (t) => {
  const states = Object.keys(inboxTransitions) as InboxState[]
  for (const from of states) {
    t.equal(suppresses(from), from === 'done' || from === 'rejected', from)
    for (const to of states) {
      const isUnsettled = from === 'parked' || from === 'dead'
      t.equal(mayMove(from, to), isUnsettled, `${from} to ${to}`)
      const byReplay = isUnsettled || (from !== to && to !== 'parked')
      t.equal(mayMove(from, to, true), byReplay, `${from} to ${to}, by a replay`)
    }
  }
  t.end()
})

await t.test('a row takes a batch of its epoch, once', (t) => {
  const row = { epoch: 7, ledger: withDone(emptyLedger(2, 100), 1, [{ from: 120, to: 140 }]) }
  const asked = (from: number, to: number, { epoch = 7, lane = 1 } = {}) =>
    refusalOf(row, {
      epoch,
      lane,
      ranges: from === to ? [] : [{ from, to }],
      frontier: 100,
      counts: noOutcomes(),
    })
  const done = { kind: 'already-done', on: 'ledger' }
  const fenced = (on: string) => ({ kind: 'fenced', on })
  const table: readonly [string, unknown, unknown][] = [
    ['before what is done', asked(100, 120), undefined],
    ['after it', asked(140, 150), undefined],
    ['begun below the frontier', asked(90, 110), undefined],
    ['of another lane', asked(120, 140, { lane: 0 }), undefined],
    ['of nothing', asked(1, 1), undefined],
    ['the very same', asked(120, 140), done],
    ['a part of it', asked(125, 130), done],
    ['below the frontier', asked(80, 100), done],
    ['in part', asked(110, 121), fenced('ledger')],
    ['around it', asked(110, 150), fenced('ledger')],
    ['of an older epoch', asked(140, 150, { epoch: 6 }), fenced('epoch')],
    ['of an older epoch, and done', asked(120, 140, { epoch: 6 }), fenced('epoch')],
    ['of a newer epoch, before a restore', asked(140, 150, { epoch: 8 }), fenced('epoch')],
    ['of nothing, in an older epoch', asked(1, 1, { epoch: 6 }), fenced('epoch')],
    ['of a lane there is none of', asked(140, 150, { lane: 2 }), fenced('ledger')],
  ]
  for (const [name, found, wanted] of table) t.strictSame(found, wanted, name)
  const progress = { epoch: 7, lane: 0, ranges: [], frontier: 0, counts: noOutcomes() }
  t.strictSame(refusalOf(undefined, progress), fenced('epoch'))
  t.strictSame(refusalOf({ epoch: 7, ledger: undefined }, progress), fenced('ledger'))
  t.end()
})
