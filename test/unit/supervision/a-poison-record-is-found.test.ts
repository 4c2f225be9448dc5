// A record that ends whatever runs it is found by halving, or at once where the worker said what was under way; the
// others are settled, each once and in order.

import fc from 'fast-check'
import t from 'tap'
import { isolate, nextPart, partFailed, partSettled } from '../../../runtime/supervision/index.ts'

interface Found {
  readonly culprits: readonly number[]
  readonly settled: readonly number[]
  readonly runs: number
}

/** Runs a plan to its end: a part fails as a whole when a poison is in it. `hint`: what the worker names then. */
const find = (
  records: readonly number[],
  isPoison: (record: number) => boolean,
  hint: (poison: number) => readonly number[] = () => [],
): Found => {
  const culprits: number[] = []
  const settled: number[] = []
  const hinted = records.filter(isPoison).slice(0, 1).flatMap(hint)
  let plan = isolate(records, hinted)
  let runs = 0
  for (let part = nextPart(plan); part !== undefined; part = nextPart(plan)) {
    runs += 1
    if (runs > 10_000) throw new Error('it never ends')
    const poison = part.find(isPoison)
    if (poison === undefined) {
      settled.push(...part)
      plan = partSettled(plan)
      continue
    }
    const failed = partFailed(plan, hint(poison))
    plan = failed.isolation
    if (failed.culprit === undefined) continue
    culprits.push(failed.culprit)
    plan = partSettled(plan)
  }
  return { culprits, settled, runs }
}

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, index) => index)

t.test('every poison is blamed, everything else is settled, each once and in order', (t) => {
  fc.assert(
    fc.property(fc.nat(200), fc.array(fc.nat(200), { maxLength: 10 }), fc.boolean(), (n, bad, named) => {
      const records = upTo(n)
      const poison = new Set(bad.filter((record) => record < n))
      const { culprits, settled } = find(
        records,
        (record) => poison.has(record),
        (record) => (named ? [record] : []),
      )
      t.strictSame(
        culprits,
        [...poison].sort((a, b) => a - b),
      )
      t.strictSame(
        settled,
        records.filter((record) => !poison.has(record)),
      )
      return true
    }),
  )
  t.end()
})

t.test('one poison costs a few runs', (t) => {
  for (const n of [1, 2, 3, 100, 1_000]) {
    for (const at of [0, n >> 1, n - 1]) {
      const { runs } = find(upTo(n), (record) => record === at)
      t.ok(runs <= 2 * Math.ceil(Math.log2(n)) + 1, `${String(at)} of ${String(n)}: ${String(runs)} runs`)
      const named = find(
        upTo(n),
        (record) => record === at,
        (poison) => [poison],
      )
      t.ok(named.runs <= 3, `named: ${String(named.runs)} runs`)
    }
  }
  t.end()
})

t.test('records that ran side by side are tried one by one', (t) => {
  t.strictSame(isolate([1, 2, 3, 4, 5, 6], [2, 5]).parts, [[1], [2], [3, 4], [5], [6]])
  t.strictSame(isolate([3, 1, 2, 2], [9]).parts, [[1, 2], [3]], 'a name from elsewhere is no hint')
  t.strictSame(isolate([]).parts, [])
  t.strictSame(isolate([4]).parts, [[4]])
  t.end()
})

t.test('a failure that does not come again blames nobody', (t) => {
  let plan = isolate([1, 2, 3])
  const ran: number[] = []
  for (let part = nextPart(plan); part !== undefined; part = nextPart(plan)) {
    ran.push(...part)
    plan = partSettled(plan)
  }
  t.strictSame(ran, [1, 2, 3])
  t.strictSame(partFailed(plan), { isolation: { parts: [[]] }, culprit: undefined })
  t.end()
})
