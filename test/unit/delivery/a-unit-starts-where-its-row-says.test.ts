// A unit starts at its row's frontier; whatever does not fit that is an event with its range or a quarantine, by policy.

import fc from 'fast-check'
import t from 'tap'

import {
  defaultStartPolicies,
  emptyLedger,
  isDone,
  startOf,
  whereverTheGroupIs,
  withDone,
  type PartitionLog,
  type StartDecision,
  type StartPolicies,
} from '../../../runtime/delivery/index.ts'

const lanes = 2
const log = (
  committed: number | undefined,
  low = 0,
  end = 1_000,
  topicId: string | undefined = 't1',
): PartitionLog => ({
  committed,
  low,
  end,
  topicId,
})
/** Frontier 100; lane 1 has done [120, 140). */
const row = (topicId: string | undefined = 't1') => ({
  ledger: withDone(emptyLedger(lanes, 100), 1, [{ from: 120, to: 140 }]),
  topicId,
})
/** The log ended at 90 when the row was looked at. */
const cut = { from: 90, to: 100 }
const lenient = { onRetentionLoss: 'skip', onPostgresBehind: 'skip' } as const
const noRow = undefined
const neverBegun = { ledger: undefined, topicId: undefined }

const told = (decision: StartDecision): string =>
  decision.kind === 'quarantine'
    ? `quarantine ${decision.reason} ${String(decision.range.from)}-${String(decision.range.to)}`
    : [
        `${decision.account} ${String(decision.offset)}`,
        ...decision.events.map(({ kind, from, to }) => `${kind} ${String(from ?? '')}-${String(to)}`),
      ].join(', ')

const table: readonly [
  name: string,
  row: Parameters<typeof startOf>[0],
  log: PartitionLog,
  policies: Partial<StartPolicies>,
  told: string,
][] = [
  ['new, committed', noRow, log(50), {}, 'anew 50, seeded -50'],
  ['new, nothing committed', noRow, log(undefined, 7), {}, 'anew 7, seeded -7'],
  ['new, latest', noRow, log(undefined, 7), { autoOffsetReset: 'latest' }, 'anew 1000, seeded -1000'],
  ['new, committed at the end', noRow, log(1_000), {}, 'anew 1000, seeded -1000'],
  ['new, empty log', noRow, log(undefined, 0, 0), {}, 'anew 0, seeded -0'],
  ['new, committed is gone', noRow, log(50, 60), {}, 'quarantine retention-loss 50-60'],
  [
    'new, committed is gone, skip',
    noRow,
    log(50, 60),
    { onRetentionLoss: 'skip' },
    'anew 60, seeded -50, retention-loss 50-60',
  ],
  [
    'a cut log that has grown past the place',
    { ...row(), cut },
    log(150),
    {},
    'quarantine beyond-end 90-100',
  ],
  ['a cut log, as it was', { ...row(), cut }, log(100, 0, 90), {}, 'quarantine beyond-end 90-100'],
  [
    'a cut log, whatever the policies',
    { ...row(), cut },
    log(150, 120),
    lenient,
    'quarantine beyond-end 90-100',
  ],
  ['a cut log, its topic made anew', { ...row('t0'), cut }, log(100), {}, 'anew 0, recreated 100-0'],
  ['a cut log, never begun', { ...neverBegun, cut }, log(50), {}, 'quarantine beyond-end 90-100'],
  ['new, committed beyond the end', noRow, log(50, 0, 40), {}, 'quarantine beyond-end 40-50'],
  ['taken but never begun is new', neverBegun, log(50), {}, 'anew 50, seeded -50'],

  ['the frontier is the start', row(), log(100), {}, 'continue 100'],
  ['Kafka lags', row(), log(20), {}, 'continue 100'],
  ['nothing committed', row(), log(undefined), {}, 'continue 100'],
  ['at the end', row(), log(100, 0, 100), {}, 'continue 100'],
  ['all below it deleted', row(), log(100, 100), {}, 'continue 100'],
  ['the broker has no ids', row(), { ...log(100), topicId: undefined }, {}, 'continue 100'],
  ['the row has no id', { ...row(), topicId: undefined }, log(100), {}, 'continue 100'],

  ['topic made anew', row('t0'), log(undefined, 0, 30), {}, 'anew 0, recreated 100-0'],
  [
    'topic made anew, latest',
    row('t0'),
    log(undefined, 0, 30),
    { autoOffsetReset: 'latest' },
    'anew 30, recreated 100-30',
  ],
  ['topic made anew and grown beyond', row('t0'), log(100), {}, 'anew 0, recreated 100-0'],

  ['beyond the end', row(), log(100, 0, 99), {}, 'quarantine beyond-end 99-100'],
  [
    'beyond the end, whatever the policies',
    row(),
    log(100, 0, 99),
    { onRetentionLoss: 'skip', onPostgresBehind: 'skip' },
    'quarantine beyond-end 99-100',
  ],

  ['loss by retention', row(), log(100, 130), {}, 'quarantine retention-loss 100-130'],
  [
    'loss by retention, skip',
    row(),
    log(100, 130),
    { onRetentionLoss: 'skip' },
    'continue 130, retention-loss 100-130',
  ],

  ['Postgres behind', row(), log(200), {}, 'continue 100, replay-after-restore 100-200'],
  [
    'Postgres behind, skip',
    row(),
    log(200),
    { onPostgresBehind: 'skip' },
    'continue 200, skip-after-restore 100-200',
  ],
  [
    'Postgres behind, quarantine',
    row(),
    log(200),
    { onPostgresBehind: 'quarantine' },
    'quarantine postgres-behind 100-200',
  ],
  [
    'the group is ahead, and why was told',
    { ...row(), groupAheadTo: 200 },
    log(200),
    { onPostgresBehind: 'quarantine' },
    'continue 100',
  ],
  [
    'further ahead than was told',
    { ...row(), groupAheadTo: 199 },
    log(200),
    { onPostgresBehind: 'skip' },
    'continue 200, skip-after-restore 100-200',
  ],
  [
    'reset back, before the group has committed less',
    { ...row(), groupAheadTo: whereverTheGroupIs },
    log(1_001),
    { onPostgresBehind: 'skip' },
    'continue 100',
  ],
  ['committed beyond the end', row(), log(1_001), {}, 'quarantine beyond-end 1000-1001'],

  ['both', row(), log(200, 150), {}, 'quarantine retention-loss 100-150'],
  [
    'both, replay what is left',
    row(),
    log(200, 150),
    { onRetentionLoss: 'skip' },
    'continue 150, replay-after-restore 100-200, retention-loss 100-150',
  ],
  [
    'both, skip past the loss',
    row(),
    log(200, 150),
    { onPostgresBehind: 'skip' },
    'continue 200, skip-after-restore 100-200',
  ],
  [
    'skip into a loss',
    row(),
    log(200, 250),
    { onPostgresBehind: 'skip' },
    'quarantine retention-loss 200-250',
  ],
  [
    'skip both',
    row(),
    log(200, 250),
    { onPostgresBehind: 'skip', onRetentionLoss: 'skip' },
    'continue 250, skip-after-restore 100-200, retention-loss 200-250',
  ],
]

await t.test('every case, under every policy', (t) => {
  for (const [name, given, kafka, policies, wanted] of table) {
    t.equal(told(startOf(given, lanes, kafka, { ...defaultStartPolicies, ...policies })), wanted, name)
  }
  t.end()
})

await t.test('what was decided is decided once: the next start finds the group ahead, and knows why', (t) => {
  for (const [given, kafka, aheadTo] of [
    [row(), log(200), 200],
    [row('t0'), log(70, 0, 30), 70],
    [{ ...row(), groupAheadTo: whereverTheGroupIs }, log(300), 300],
    [row(), log(100), undefined],
    [noRow, log(50), undefined],
  ] as const) {
    const first = startOf(given, lanes, kafka, defaultStartPolicies)
    t.match(first, { kind: 'start', groupAheadTo: aheadTo })
    if (first.kind !== 'start') continue
    const again = startOf(
      { ledger: first.ledger, topicId: kafka.topicId, groupAheadTo: first.groupAheadTo },
      lanes,
      kafka,
      { ...defaultStartPolicies, onPostgresBehind: 'quarantine' },
    )
    t.match(again, { kind: 'start', offset: first.offset, events: { length: 0 } })
  }
  t.end()
})

await t.test('the ledger beyond the start is kept, and empty for a new account', (t) => {
  const continued = startOf(row(), lanes, log(100), defaultStartPolicies)
  const skipped = startOf(row(), lanes, log(130), { ...defaultStartPolicies, onPostgresBehind: 'skip' })
  const recreated = startOf(row('t0'), 3, log(undefined), defaultStartPolicies)
  if (continued.kind !== 'start' || skipped.kind !== 'start' || recreated.kind !== 'start') return t.fail()

  t.strictSame(continued.ledger, row().ledger)
  t.strictSame(skipped.ledger, { frontier: 130, done: [[], [{ from: 130, to: 140 }]] })
  t.strictSame(recreated.ledger, emptyLedger(3, 0))
  t.end()
})

await t.test('nothing is jumped over without an event or a quarantine', (t) => {
  const policies = fc.record({
    autoOffsetReset: fc.constantFrom('earliest' as const, 'latest' as const),
    onRetentionLoss: fc.constantFrom('quarantine' as const, 'skip' as const),
    onPostgresBehind: fc.constantFrom('replay' as const, 'skip' as const, 'quarantine' as const),
  })
  const logs = fc
    .record({ committed: fc.option(fc.nat(60), { nil: undefined }), low: fc.nat(30), size: fc.nat(30) })
    .map(({ committed, low, size }) => log(committed, low, low + size))
  fc.assert(
    fc.property(fc.nat(60), logs, policies, (frontier, kafka, policies) => {
      const decision = startOf(
        { ledger: emptyLedger(lanes, frontier), topicId: 't1' },
        lanes,
        kafka,
        policies,
      )
      if (decision.kind === 'quarantine') return t.ok(decision.range.from < decision.range.to)
      t.ok(decision.offset >= frontier, 'never back without a reset')
      t.ok(decision.offset >= kafka.low && decision.offset <= kafka.end, 'there is such an offset')
      const explained = decision.events
        .filter(({ kind }) => kind === 'retention-loss' || kind === 'skip-after-restore')
        .reduce((offsets, { from = 0, to }) => offsets + to - from, 0)
      t.equal(decision.offset - frontier, explained)
      for (let at = decision.offset; at < 100; at++) t.notOk(isDone(decision.ledger, 0, at))
    }),
    { numRuns: 500 },
  )
  t.end()
})
