// A failure has one directive, told by a table; waits grow and stay bounded; restarts have a budget.

import fc from 'fast-check'
import t from 'tap'
import {
  backoffMs,
  direct,
  failureRules,
  spendRestart,
  type Directive,
  type FailureKind,
  type RetryLimits,
} from '../../../runtime/supervision/index.ts'

const policy: RetryLimits = { attempts: 3, backoff: 'exponential', firstDelayMs: 200, maxDelayMs: 1_000 }
const exhausted: Directive = { kind: 'dead-letter', outcome: 'exhausted', reason: 'why' }
const rejected: Directive = { kind: 'dead-letter', outcome: 'rejected', reason: 'why' }
const undecodable: Directive = { kind: 'dead-letter', outcome: 'undecodable', reason: 'why' }
const again = (afterMs: number, nextAttempt: number): Directive => ({ kind: 'retry', afterMs, nextAttempt })
const away = (afterMs: number): Directive => ({ kind: 'wait', afterMs })
const lost = (afterMs: number): Directive => ({ kind: 'rewind', afterMs })

/** kind → what is done after attempts 1, 2, 3 and 1,000, with jitter 1. */
const table: Readonly<Record<FailureKind, readonly [Directive, Directive, Directive, Directive]>> = {
  'retry-asked': [again(200, 2), again(400, 3), exhausted, exhausted],
  'handler-error': [again(200, 2), again(400, 3), exhausted, exhausted],
  'time-limit': [again(200, 2), again(400, 3), exhausted, exhausted],
  rejected: [rejected, rejected, rejected, rejected],
  undecodable: [undecodable, undecodable, undecodable, undecodable],
  'schema-unknown': [undecodable, undecodable, undecodable, undecodable],
  'registry-away': [away(100), away(200), away(400), away(5_000)],
  'postgres-away': [away(100), away(200), away(400), away(5_000)],
  'kafka-away': [away(100), away(200), away(400), away(5_000)],
  'worker-lost': [lost(100), lost(200), lost(400), lost(5_000)],
  'worker-out-of-memory': [lost(100), lost(200), lost(400), lost(5_000)],
  'batch-damaged': stops('a packed batch cannot be read: writer and reader disagree: why'),
  'actor-broken': stops('a worker could not load the actor that the main thread had loaded: why'),
}
function stops(reason: string): [Directive, Directive, Directive, Directive] {
  const stop: Directive = { kind: 'stop', reason }
  return [stop, stop, stop, stop]
}

t.test('the table is walked whole', (t) => {
  t.strictSame(Object.keys(table).sort(), Object.keys(failureRules).sort())
  for (const kind of Object.keys(failureRules) as FailureKind[]) {
    for (const [index, attempt] of [1, 2, 3, 1_000].entries()) {
      t.strictSame(
        direct({ kind, reason: 'why' }, attempt, policy, 1),
        table[kind][index],
        `${kind} ${String(attempt)}`,
      )
    }
  }
  t.end()
})

t.test('the wait a handler asks for goes before the policy', (t) => {
  const asked = (afterMs: number | undefined): Directive =>
    direct({ kind: 'retry-asked', reason: '', afterMs }, 1, policy, 1)
  for (const [afterMs, expected] of [
    [90_000, 90_000],
    [0, 0],
    [-5, 0],
    [Infinity, 2 ** 31 - 1],
    [Number.NaN, 200],
    [undefined, 200],
  ] as const) {
    t.strictSame(asked(afterMs), again(expected, 2))
  }
  // but not before the end of its attempts
  t.match(direct({ kind: 'retry-asked', reason: '', afterMs: 5 }, 3, policy, 1), { outcome: 'exhausted' })
  t.end()
})

t.test('one attempt means no retry', (t) => {
  for (const attempts of [1, 0]) {
    t.match(direct({ kind: 'handler-error', reason: '' }, 1, { ...policy, attempts }, 0.5), {
      kind: 'dead-letter',
    })
  }
  t.end()
})

t.test('what waits for a dependency is never dead-lettered', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom<FailureKind>('registry-away', 'postgres-away', 'kafka-away'),
      fc.integer({ min: 1 }),
      fc.nat(10),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (kind, times, attempts, jitter) => {
        const directive = direct({ kind, reason: '' }, times, { ...policy, attempts }, jitter)
        return directive.kind === 'wait' && directive.afterMs <= 5_000 && directive.afterMs >= 50
      },
    ),
  )
  t.end()
})

t.test('a wait doubles up to its bound', (t) => {
  const waits = [1, 2, 3, 4, 5, 1e9].map((attempt) => backoffMs(policy, attempt, 1))
  t.strictSame(waits, [200, 400, 800, 1_000, 1_000, 1_000])
  t.strictSame(
    [0, 0.5, 1].map((jitter) => backoffMs(policy, 2, jitter)),
    [200, 300, 400],
  )
  t.strictSame(
    [1, 2, 9].map((attempt) => backoffMs({ ...policy, backoff: 'fixed' }, attempt, 0)),
    [200, 200, 200],
  )
  t.equal(backoffMs({ ...policy, backoff: 'fixed', firstDelayMs: 5_000 }, 1, 0), 1_000)
  t.equal(backoffMs({ ...policy, firstDelayMs: 0 }, 1e9, 1), 0)
  t.end()
})

t.test(
  'a wait is a whole number between half and all of its nominal length, and never shrinks by attempts',
  (t) => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(10_000_000),
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (firstDelayMs, maxDelayMs, attempt, jitter) => {
          const exponential = { backoff: 'exponential', firstDelayMs, maxDelayMs } as const
          const wait = backoffMs(exponential, attempt, jitter)
          const nominal = backoffMs(exponential, attempt, 1)
          return (
            Number.isInteger(wait) &&
            wait <= nominal &&
            nominal <= maxDelayMs &&
            wait >= Math.floor(nominal / 2) &&
            backoffMs(exponential, attempt + 1, jitter) >= wait
          )
        },
      ),
    )
    t.end()
  },
)

t.test('restarts within the window use up the budget, and come back as it slides', (t) => {
  // given two restarts within ten seconds
  const budget = { restarts: 2, withinMs: 10_000 }
  // when they come at these times, then
  let spent: readonly number[] = []
  const verdicts = [0, 4_000, 9_999, 10_000, 13_999, 14_000].map((at) => {
    const verdict = spendRestart(budget, spent, at)
    spent = verdict.spent
    return verdict.kind
  })
  t.strictSame(verdicts, ['allowed', 'allowed', 'used-up', 'allowed', 'used-up', 'allowed'])
  t.match(spendRestart(budget, [1, 2], 3), { reason: '2 restarts within 10 s used up the restart budget' })
  t.equal(spendRestart({ restarts: 0, withinMs: 1 }, [], 0).kind, 'used-up')
  t.end()
})

t.test('no window ever holds more restarts than the budget', (t) => {
  fc.assert(
    fc.property(
      fc.nat(5),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.nat(20)),
      (restarts, withinMs, gaps) => {
        let now = 0
        let spent: readonly number[] = []
        const allowed: number[] = []
        for (const gap of gaps) {
          now += gap
          const verdict = spendRestart({ restarts, withinMs }, spent, now)
          spent = verdict.spent
          if (verdict.kind === 'allowed') allowed.push(now)
          if (spent.length > restarts) return false
        }
        return allowed.every(
          (from) => allowed.filter((at) => at >= from && at < from + withinMs).length <= restarts,
        )
      },
    ),
  )
  t.end()
})
