// A redrive goes back to where its letter came from, says whose it is, and stops at the loop guard.

import t from 'tap'
import {
  campaignTransitions,
  deadLetterTransitions,
  decideRedrive,
  paceOf,
  redriveOf,
  redrivesOf,
  type OriginalRecord,
  type RedriveDecision,
} from '../../../runtime/delivery/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const decide = (redrives: number, headers: OriginalRecord['headers'] = []): RedriveDecision =>
  decideRedrive(
    {
      id: 7,
      group: 'shop',
      actor: 'tracker',
      redrives,
      original: {
        topic: 'shipping',
        partition: 3,
        offset: 9,
        timestamp: 5,
        key: bytes('k'),
        value: null,
        headers,
      },
    },
    { id: 2, maxRedrives: 3 },
  )

const headersOf = (decision: RedriveDecision) => (decision.kind === 'produce' ? decision.record.headers : [])
const reader = (decision: RedriveDecision) => (name: string) => {
  const value = headersOf(decision).findLast(([header]) => header === name)?.[1]
  return value === undefined ? undefined : String(value)
}

t.test('a record goes back to its partition, with its redrive named', (t) => {
  const decision = decide(1, [
    ['x', bytes('ä')],
    ['none', null],
    ['Troupe-Redrive', bytes('of an earlier one')],
    ['troupe-redrives', '1'],
  ])
  t.match(decision, {
    kind: 'produce',
    record: { topic: 'shipping', partition: 3, key: bytes('k'), value: null },
  })
  t.notHas(decision, { record: { timestamp: 5 } })
  t.strictSame(headersOf(decision), [
    ['x', bytes('ä')],
    ['none', ''],
    ['troupe-redrive', 'redrive-2-7'],
    ['troupe-redrive-to', 'shop/tracker'],
    ['troupe-redrives', '2'],
  ])
  t.strictSame(redriveOf(reader(decision)), { id: 'redrive-2-7', to: 'shop/tracker', redrives: 2 })
  t.strictSame(decide(1), decide(1), 'twice the same')
  t.end()
})

t.test('the loop guard and what cannot be sent leave a letter where it is', (t) => {
  t.equal(decide(2).kind, 'produce')
  t.match(decide(3), { kind: 'skip', reason: 'redriven 3 times before; 3 are allowed' })
  t.match(decide(0, [['bin', Uint8Array.of(255)]]), { kind: 'skip', reason: /header "bin" is no text/ })
  t.match(decide(0, [['nul', 'a\0b']]), { kind: 'skip' })
  t.end()
})

t.test('headers that others wrote are not believed', (t) => {
  for (const [value, redrives] of [
    [undefined, 0],
    ['2', 2],
    ['-1', 0],
    ['1.5', 0],
    ['many', 0],
    ['1e300', 0],
    ['99999999', 1_000_000],
  ] as const) {
    t.equal(
      redrivesOf(() => value),
      redrives,
      value ?? 'absent',
    )
  }
  t.equal(
    redriveOf((name) => (name === 'troupe-redrive' ? 'x' : undefined)),
    undefined,
  )
  t.end()
})

t.test('a pace is a slice and how long it lasts', (t) => {
  for (const [rate, letters, stepMs] of [
    [0.5, 1, 2_000],
    [1, 1, 1_000],
    [100, 20, 200],
    [10_000, 500, 50],
  ] as const) {
    t.strictSame(paceOf(rate), { letters, stepMs })
  }
  t.end()
})

t.test('states lead to states, and ends lead nowhere', (t) => {
  for (const table of [campaignTransitions, deadLetterTransitions]) {
    const states = Object.keys(table)
    for (const next of Object.values<readonly string[]>(table).flat()) t.ok(states.includes(next), next)
  }
  t.strictSame(
    [
      campaignTransitions.finished,
      campaignTransitions.cancelled,
      deadLetterTransitions.redriven,
      deadLetterTransitions.discarded,
    ],
    [[], [], [], []],
  )
  t.end()
})
