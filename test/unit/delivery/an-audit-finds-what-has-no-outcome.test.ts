// An audit is clean when every offset is accounted for, and says in words what is not; whatever the log is like.

import fc from 'fast-check'
import t from 'tap'
import { laneOf } from '../../../runtime/batch/murmur2.ts'
import {
  auditedRange,
  auditUnit,
  auditUntaken,
  emptyLedger,
  noOutcomes,
  recordCounter,
  withDone,
  type AuditedUnit,
  type FindingKind,
  type Ledger,
  type LogFacts,
  type OffsetRange,
  type OutcomeCounts,
  type UnitEvent,
} from '../../../runtime/delivery/index.ts'

interface Given {
  readonly from?: number
  readonly frontier?: number
  readonly ledger?: Ledger | undefined
  readonly counts?: Partial<OutcomeCounts>
  readonly events?: readonly UnitEvent[]
  readonly indexed?: number
  readonly cut?: OffsetRange
}
const unitOf = (given: Given): AuditedUnit => ({
  unit: { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 3 },
  owner: 'node-1',
  clean: false,
  epoch: 1,
  topicId: undefined,
  accountedFrom: given.from ?? 10,
  ledger: 'ledger' in given ? given.ledger : emptyLedger(1, given.frontier ?? 110),
  counts: { ...noOutcomes(), ...given.counts },
  events: given.events ?? [],
  cut: given.cut,
  indexedDeadLetters: given.indexed ?? 0,
})
const cut: OffsetRange = { from: 90, to: 110 }
const logOf = (facts: Partial<LogFacts> = {}): LogFacts => ({
  low: 0,
  end: 200,
  committed: undefined,
  records: undefined,
  ...facts,
})
const read = (belowFrontier: number, doneBeyond = 0): Partial<LogFacts> => ({
  records: { belowFrontier, doneBeyond },
})
const oneLane = (frontier: number, from: number, to: number): Ledger =>
  withDone(emptyLedger(1, frontier), 0, [{ from, to }])

t.test('a table of units and their findings', (t) => {
  const table: readonly (readonly [
    what: string,
    Given,
    Partial<LogFacts> | undefined,
    readonly FindingKind[],
    note?: RegExp,
  ])[] = [
    ['all handled', { counts: { applied: 100 } }, { committed: 110 }, []],
    [
      'all handled, in many ways',
      { counts: { applied: 60, duplicate: 10, redelivered: 5, skipped: 25 } },
      {},
      [],
    ],
    ['nothing yet', { from: 10, frontier: 10 }, {}, []],
    ['at work: more is in the ledger', { ledger: oneLane(50, 80, 100), counts: { applied: 60 } }, {}, []],
    [
      'at work, of what the ledger has nothing is counted',
      { ledger: oneLane(50, 80, 100), counts: { applied: 39 } },
      {},
      ['unproven'],
    ],
    ['one is missing, the log was not read', { counts: { applied: 99 } }, {}, ['unproven']],
    ['one is missing, the log has none there', { counts: { applied: 99 } }, read(99), []],
    ['one is missing, and the log has it', { counts: { applied: 99 } }, read(100), ['unaccounted']],
    [
      'missing in the ledger',
      { ledger: oneLane(50, 80, 100), counts: { applied: 59 } },
      read(40, 20),
      ['unaccounted'],
    ],
    ['compacted after it was handled', { counts: { applied: 100 } }, read(7), []],
    ['one too many', { counts: { applied: 101 } }, {}, ['counted-twice']],
    [
      'again, after another number of lanes',
      { counts: { applied: 100, redelivered: 4 } },
      {},
      [],
      /4 records were counted again/,
    ],
    ['more than were redelivered', { counts: { applied: 103, redelivered: 2 } }, {}, ['counted-twice']],
    [
      'retention took some, told',
      { counts: { applied: 80 }, events: [{ kind: 'retention-loss', from: 30, to: 50 }] },
      {},
      [],
    ],
    [
      '… and some of them were done before',
      { counts: { applied: 90 }, events: [{ kind: 'retention-loss', from: 30, to: 50 }] },
      {},
      [],
    ],
    [
      '… and others are missing',
      { counts: { applied: 70 }, events: [{ kind: 'retention-loss', from: 30, to: 50 }] },
      {},
      ['unproven'],
    ],
    [
      'skipped after a restore',
      { counts: { applied: 60 }, events: [{ kind: 'skip-after-restore', from: 70, to: 110 }] },
      read(60),
      [],
    ],
    [
      'a replay skips nothing',
      { counts: { applied: 60 }, events: [{ kind: 'replay-after-restore', from: 70, to: 110 }] },
      read(100),
      ['unaccounted'],
    ],
    [
      'a loss from before its start',
      { counts: { applied: 100 }, events: [{ kind: 'retention-loss', from: 2, to: 10 }] },
      {},
      [],
    ],
    [
      'retention took what was handled',
      { counts: { applied: 100 } },
      { low: 60, ...read(50) },
      [],
      /50 offsets were deleted by retention since/,
    ],
    ['retention is faster than the unit', { counts: { applied: 100 } }, { low: 120 }, ['deleted-unhandled']],
    ['the log was cut', { counts: { applied: 100 } }, { end: 90 }, ['beyond-end']],
    ['… and it is remembered', { counts: { applied: 100 }, cut }, { end: 90 }, ['log-cut']],
    ['… and the log has grown past it', { counts: { applied: 100 }, cut }, { end: 150 }, ['log-cut']],
    ['… of a unit that was never begun', { ledger: undefined, cut }, { end: 150 }, ['log-cut']],
    [
      'held up, which passes nothing over',
      { counts: { applied: 80 }, events: [{ kind: 'held-retention-loss', from: 30, to: 50 }] },
      {},
      ['unproven'],
    ],
    ['Postgres was put back', { counts: { applied: 100 } }, { committed: 150 }, ['kafka-ahead']],
    ['never begun', { ledger: undefined }, {}, ['never-begun']],
    ['the topic is gone', { counts: { applied: 100 } }, undefined, ['no-log']],
    [
      'dead letters that the index lacks',
      { counts: { applied: 97, rejected: 1, exhausted: 2 }, indexed: 1 },
      {},
      [],
      /2 of 3 dead letters are not in the index/,
    ],
  ]
  for (const [what, given, facts, kinds, note] of table) {
    const audit = auditUnit(unitOf(given), facts && logOf(facts))
    t.strictSame(
      audit.findings.map(({ kind }) => kind),
      kinds,
      what,
    )
    for (const { message } of audit.findings) t.match(message, /^[A-Z].*[.?]$/, what)
    if (note) t.match(audit.notes.join('\n'), note, what)
    else t.strictSame(audit.notes, [], what)
  }
  t.end()
})

t.test('what it says besides', (t) => {
  const given = { counts: { applied: 75 }, events: [{ kind: 'retention-loss', from: 30, to: 50 } as const] }
  t.match(auditUnit(unitOf(given), logOf(read(75))), {
    accounted: { from: 10, to: 110 },
    outcomes: 75,
    passedOver: 20,
    absent: 5,
    behind: 90,
  })
  t.match(auditUnit(unitOf(given), logOf()), { absent: undefined })
  t.match(auditUntaken(logOf()), {
    behind: 200,
    findings: [{ kind: 'never-taken', range: { from: 0, to: 200 } }],
  })
  t.match(auditUntaken(logOf({ low: 200 })), { behind: 0, findings: [] })
  t.end()
})

t.test('whatever the lanes and gaps: what was counted is found, and what was lost too', (t) => {
  const key = (offset: number): Uint8Array => Uint8Array.of(offset % 7)
  fc.assert(
    fc.property(
      fc.record({
        from: fc.nat(20),
        length: fc.integer({ min: 1, max: 60 }),
        lanes: fc.integer({ min: 1, max: 4 }),
        gaps: fc.array(fc.nat(100)),
        done: fc.array(fc.record({ lane: fc.nat(3), at: fc.nat(40), size: fc.integer({ min: 1, max: 9 }) }), {
          maxLength: 6,
        }),
        lost: fc.nat(3),
      }),
      ({ from, length, lanes, gaps, done, lost }) => {
        // given a log with gaps, a frontier in it, and some lanes that are ahead
        const frontier = from + length
        const end = frontier + 60
        const log = Array.from({ length: end }, (_, offset) => offset).filter((each) => !gaps.includes(each))
        const ledger = done.reduce(
          (all, { lane, at, size }) =>
            withDone(all, lane % lanes, [{ from: frontier + at, to: frontier + at + size }]),
          emptyLedger(lanes, frontier),
        )
        const counted = log.filter(
          (offset) =>
            offset >= from &&
            (offset < frontier ||
              ledger.done[laneOf(key(offset), offset, lanes)]?.some(
                (range) => range.from <= offset && offset < range.to,
              )),
        )
        if (counted.length < lost) return true
        const unit = unitOf({ from, ledger, counts: { applied: counted.length - lost } })
        // when the log is read
        const range = auditedRange(unit, 0)
        const counter = recordCounter(unit)
        for (const offset of log)
          if (range && offset >= range.from && offset < range.to) counter.add(offset, () => key(offset))
        const records = counter.counts()
        // then
        const { findings } = auditUnit(unit, { low: 0, end, committed: frontier, records })
        return lost === 0 ? findings.length === 0 : findings[0]?.kind === 'unaccounted'
      },
    ),
    { numRuns: 2_000 },
  )
  t.end()
})
