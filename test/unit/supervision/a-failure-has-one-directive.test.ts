// A failure has one directive, told by a table; waits grow and stay bounded; restarts have a budget.

import fc from 'fast-check'
import t from 'tap'
import {
  backoffMs,
  failureRules,
  isUnhandled,
  limitsFor,
  spendRestart,
  supervise,
  type Directive,
  type FailureKind,
  type RestartVerdict,
  type RetryMode,
  type Situation,
  type SupervisedRetry,
} from '../../../runtime/supervision/index.ts'

const policy: SupervisedRetry = {
  mode: 'block',
  attempts: 3,
  backoff: 'exponential',
  firstDelayMs: 200,
  maxDelayMs: 1_000,
}
const exhausted = { kind: 'dead-letter', outcome: 'exhausted', reason: 'why' } as const
const rejected = { kind: 'dead-letter', outcome: 'rejected', reason: 'why' } as const
const undecodable = { kind: 'dead-letter', outcome: 'undecodable', reason: 'why' } as const
const again = (afterMs: number, nextAttempt: number) => ({ kind: 'retry', afterMs, nextAttempt }) as const
const away = (afterMs: number) => ({ kind: 'wait', afterMs }) as const
const foreign = (afterMs: number) => ({ kind: 'retake', afterMs }) as const
const standing = (reason: string) => ({ kind: 'quarantine', reason }) as const
const stopped = (reason: string) => ({ kind: 'stop', reason }) as const

type Row = readonly [first: Directive, second: Directive, third: Directive, thousandth: Directive]
const always = (directive: Directive): Row => [directive, directive, directive, directive]
const waits = (make: (afterMs: number) => Directive): Row => [make(100), make(200), make(400), make(5_000)]

/** kind → what is done after attempts 1, 2, 3 and 1,000 of one record alone, with jitter 1. */
const table: Readonly<Record<FailureKind, Row>> = {
  'retry-asked': [again(200, 2), again(400, 3), exhausted, exhausted],
  'handler-error': [again(200, 2), again(400, 3), exhausted, exhausted],
  'time-limit': [again(200, 2), again(400, 3), exhausted, exhausted],
  'worker-stuck': [again(200, 2), exhausted, exhausted, exhausted],
  'worker-lost': [again(200, 2), exhausted, exhausted, exhausted],
  'worker-out-of-memory': [again(200, 2), exhausted, exhausted, exhausted],
  'process-abort': always(exhausted),
  'effects-refused': always(exhausted),
  'produce-refused': always(exhausted),
  rejected: always(rejected),
  undecodable: always(undecodable),
  'schema-unknown': always(undecodable),
  'registry-away': waits(away),
  'postgres-away': waits(away),
  'kafka-away': waits(away),
  'dependency-away': waits(away),
  fenced: waits(foreign),
  'dead-letter-refused': always(
    standing('The broker refuses the dead letter for ever: passing the record would lose it: why'),
  ),
  'start-refused': always(
    standing('The row of the unit and the log do not fit together, and no policy says how to go on: why'),
  ),
  'batch-damaged': always(stopped('A packed batch cannot be read: writer and reader disagree: why')),
  'actor-broken': always(stopped('A worker could not load the actor that the main thread had loaded: why')),
}

const kinds = Object.keys(failureRules) as FailureKind[]
const attempts = [1, 2, 3, 1_000]
const situation = (changed: Partial<Situation> = {}): Situation => ({
  policy,
  attempt: 1,
  records: 1,
  jitter: 1,
  ...changed,
})

t.test('the table is walked whole', (t) => {
  t.strictSame(Object.keys(table).sort(), [...kinds].sort())
  for (const kind of kinds) {
    for (const [index, attempt] of attempts.entries()) {
      const directive = supervise({ kind, reason: 'why' }, situation({ attempt }))
      t.strictSame(directive, table[kind][index], `${kind} ${String(attempt)}`)
    }
  }
  t.end()
})

t.test('what nobody declared is an unhandled exception', async (t) => {
  const kinds = (Object.keys(failureRules) as FailureKind[]).filter(isUnhandled)
  t.same(kinds, [
    'handler-error',
    'time-limit',
    'worker-stuck',
    'effects-refused',
    'produce-refused',
    'worker-lost',
    'worker-out-of-memory',
    'process-abort',
  ])
})

t.test('the mode says where a record waits for its next attempt, and nothing else', (t) => {
  const modes: Readonly<Record<RetryMode, Directive['kind']>> = {
    block: 'retry',
    park: 'park',
    topic: 'retry-topic',
  }
  for (const [mode, kind] of Object.entries(modes) as [RetryMode, Directive['kind']][]) {
    for (const failure of kinds) {
      for (const [index, attempt] of attempts.entries()) {
        const expected = table[failure][index]
        const given = situation({ attempt, policy: { ...policy, mode } })
        t.strictSame(
          supervise({ kind: failure, reason: 'why' }, given),
          expected?.kind === 'retry' ? { ...expected, kind } : expected,
          `${mode} ${failure} ${String(attempt)}`,
        )
      }
    }
  }
  t.end()
})

t.test('a failure that records share isolates them before one is blamed', (t) => {
  const shared = kinds.filter((kind) => failureRules[kind].does === 'isolate')
  t.strictSame(shared.sort(), [
    'effects-refused',
    'process-abort',
    'produce-refused',
    'worker-lost',
    'worker-out-of-memory',
    'worker-stuck',
  ])
  for (const kind of shared) {
    const directive = supervise({ kind, reason: '' }, situation({ records: 2, attempt: 2 }))
    const dies = kind.startsWith('worker')
    t.strictSame(directive, {
      kind: 'isolate',
      worker: dies ? 'restart' : 'keep',
      afterMs: dies ? 200 : 0,
    })
  }
  t.end()
})

t.test('past the restart budget the partition stands still and says why', (t) => {
  const usedUp: RestartVerdict = {
    kind: 'used-up',
    spent: [],
    reason: '5 restarts within 60 s used up the restart budget',
  }
  const lost = { kind: 'worker-out-of-memory', reason: 'heap limit reached.' } as const
  // given many that may be to blame, then
  t.strictSame(supervise(lost, situation({ records: 9, restart: usedUp })), {
    kind: 'quarantine',
    reason:
      'The worker thread used up its heap: heap limit reached. 5 restarts within 60 s used up the restart budget. Look at what the records at the frontier make the handler do, then resume the partition.',
  })
  // given the one that is to blame, or a failure that costs no worker, then the budget has no say
  t.match(supervise(lost, situation({ restart: usedUp })), { kind: 'retry' })
  t.match(supervise({ kind: 'effects-refused', reason: '' }, situation({ records: 9, restart: usedUp })), {
    kind: 'isolate',
  })
  t.match(supervise(lost, situation({ records: 9, restart: { kind: 'allowed', spent: [1] } })), {
    kind: 'isolate',
  })
  t.end()
})

t.test('a policy by class of error changes what it names, and a code goes before a class', (t) => {
  const byClass = {
    CardDeclined: { attempts: 1 },
    RateLimited: { firstDelayMs: 900, backoff: 'fixed' },
    E_BUSY: { attempts: 100 },
  } as const
  const given = { ...policy, byClass }
  const after = (attempt: number, errorClass?: string, errorCode?: string): Directive =>
    supervise(
      { kind: 'handler-error', reason: 'why', errorClass, errorCode },
      situation({ attempt, policy: given }),
    )
  t.strictSame(after(1, 'CardDeclined'), exhausted)
  t.strictSame(after(2, 'RateLimited'), again(900, 3))
  t.strictSame(after(3, 'RateLimited'), exhausted, 'what it does not name stays')
  t.strictSame(after(50, 'CardDeclined', 'E_BUSY'), again(1_000, 51))
  t.strictSame(after(1, 'Other', 'E_OTHER'), again(200, 2))
  t.strictSame(after(1, 'toString'), again(200, 2), 'not by what every object has')
  t.equal(limitsFor(policy, { errorClass: 'CardDeclined' }).attempts, 3)
  t.end()
})

t.test('what waits uses no attempt, whatever the policy', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom<FailureKind>(
        'registry-away',
        'postgres-away',
        'kafka-away',
        'dependency-away',
        'fenced',
      ),
      fc.constantFrom<RetryMode>('block', 'park', 'topic'),
      fc.integer({ min: 1 }),
      fc.nat(10),
      fc.nat(10),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (kind, mode, attempt, attempts, records, jitter) => {
        const given = { policy: { ...policy, mode, attempts }, attempt, records, jitter }
        const directive = supervise({ kind, reason: '' }, given)
        return (
          (directive.kind === 'wait' || directive.kind === 'retake') &&
          directive.afterMs >= 50 &&
          directive.afterMs <= 5_000
        )
      },
    ),
  )
  t.end()
})

t.test('the wait a handler asks for goes before the policy', (t) => {
  const asked = (afterMs: number | undefined, attempt = 1): Directive =>
    supervise({ kind: 'retry-asked', reason: '', afterMs }, { policy, attempt, records: 1, jitter: 1 })
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
  t.match(asked(5, 3), { outcome: 'exhausted' })
  t.end()
})

t.test('one attempt means no retry', (t) => {
  for (const attempts of [1, 0]) {
    const situation = { policy: { ...policy, attempts }, attempt: 1, records: 1, jitter: 0.5 }
    t.match(supervise({ kind: 'handler-error', reason: '' }, situation), { kind: 'dead-letter' })
  }
  t.end()
})

t.test('a wait doubles up to its bound', (t) => {
  const waits = [1, 2, 3, 4, 5, 1e9].map((attempt) => backoffMs(policy, attempt, 1))
  t.strictSame(waits, [200, 400, 800, 1_000, 1_000, 1_000])
  t.strictSame(
    [0, 0.5, 1].map((jitter) => backoffMs(policy, 2, jitter)),
    [0, 200, 400],
  )
  t.strictSame(
    [0, 0.5, 1].map((jitter) => backoffMs({ ...policy, jitter: 'half' }, 2, jitter)),
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
  'a wait is a whole number within its share of the nominal length, and never shrinks by attempts',
  (t) => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(10_000_000),
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('full', 'half'),
        (firstDelayMs, maxDelayMs, attempt, jitter, share) => {
          const exponential = { backoff: 'exponential', firstDelayMs, maxDelayMs, jitter: share } as const
          const wait = backoffMs(exponential, attempt, jitter)
          const nominal = backoffMs(exponential, attempt, 1)
          return (
            Number.isInteger(wait) &&
            wait <= nominal &&
            nominal <= maxDelayMs &&
            wait >= (share === 'half' ? Math.floor(nominal / 2) : 0) &&
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

t.test('whatever was spent: a quiet time of the window gives all of it back, and nothing less does', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.nat(20), { maxLength: 30 }),
      (restarts, withinMs, gaps) => {
        let now = 0
        let spent: readonly number[] = []
        for (const gap of gaps) {
          now += gap
          spent = spendRestart({ restarts, withinMs }, spent, now).spent
        }
        const last = spent.at(-1)
        if (last === undefined) return true
        const free = (at: number): number => {
          let left = spent
          for (let times = 0; ; times += 1) {
            const verdict = spendRestart({ restarts, withinMs }, left, at)
            if (verdict.kind === 'used-up') return times
            left = verdict.spent
          }
        }
        return free(last + withinMs) === restarts && free(last + withinMs - 1) < restarts
      },
    ),
  )
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
