/**
 * The audit of a unit: is every offset from its start to its frontier accounted for? What its row counted is compared
 * with what the log has.
 *
 * AU1. Counts travel with ranges, in the transaction of the effects: so each record between the start and the frontier,
 *      and each that is done beyond it, was counted once. Fewer counts than records: some were passed over unseen.
 * AU2. Offsets may have no record: markers of transactions, what was aborted, what was compacted away. How many is known
 *      only by reading the log. Records may leave the log after they were counted: more counts than records is no
 *      finding, more counts than offsets is one.
 * AU3. What an event passed over (retention, a restored Postgres, a reset) is told, with its range: it is accounted for,
 *      though it may have been counted before.
 * AU4. Done beyond the frontier and in another number of lanes is done again after an unclean end: the inbox knows it,
 *      and it is counted a second time, as redelivered.
 */

import { laneOf } from '../batch/murmur2.ts'
import type { Offset } from '../topic-partition.ts'
import { isDone } from './ledger.ts'
import {
  countOffsets,
  difference,
  includes,
  intersection,
  rangesOf,
  union,
  type OffsetRange,
  type OffsetRanges,
} from './offset-ranges.ts'
import { outcomeNames, type OutcomeCounts } from './outcome.ts'
import type { UnitReport } from './progress.ts'

export interface AuditedUnit extends UnitReport {
  /** Of its dead letters since its start, those that are in the index. */
  readonly indexedDeadLetters: number
}

/** What Kafka says of the partition. */
export interface LogFacts {
  /** The first offset that is still there, and the one after the last; asked after the row was read. */
  readonly low: Offset
  readonly end: Offset
  /** The group's; asked before the row was read, which is never behind it. Undefined: none. */
  readonly committed: Offset | undefined
  /** Undefined: the log was not read. */
  readonly records: RecordCounts | undefined
}

/** Of the records in the log from the unit's start on. */
export interface RecordCounts {
  /** Below the frontier, where no event passed over. */
  readonly belowFrontier: number
  /** Beyond it and done. */
  readonly doneBeyond: number
}

export const findingKinds = {
  'no-log': 'Kafka has no such partition.',
  'never-taken': 'Records wait, and no process has ever taken the partition for this actor.',
  'never-begun': 'The unit was taken and never begun: it is starting, or in quarantine.',
  'beyond-end': 'The frontier is beyond the end of the log.',
  'log-cut': 'The log was cut, and what was written from there on was not handled.',
  'deleted-unhandled': 'Records were deleted by retention before they were handled.',
  'kafka-ahead': 'The group has committed more in Kafka than Postgres knows of.',
  unaccounted: 'Records have no outcome.',
  unproven: 'Offsets have no outcome, and the log was not read.',
  'counted-twice': 'There are more outcomes than offsets.',
} as const

export type FindingKind = keyof typeof findingKinds

export interface AuditFinding {
  readonly kind: FindingKind
  /** Half-open; undefined: it has no place. */
  readonly range: OffsetRange | undefined
  /** For people: what it means and what to do. */
  readonly message: string
}

export interface UnitAudit {
  /** Start and frontier; undefined: never begun. */
  readonly accounted: OffsetRange | undefined
  /** All outcomes together. */
  readonly outcomes: number
  /** Offsets that events passed over. */
  readonly passedOver: number
  /** Offsets below the frontier without a record; undefined: the log was not read. */
  readonly absent: number | undefined
  /** From the frontier to the end of the log. */
  readonly behind: number
  readonly findings: readonly AuditFinding[]
  /** What is worth a word and no finding. */
  readonly notes: readonly string[]
}

const emptyAudit: UnitAudit = {
  accounted: undefined,
  outcomes: 0,
  passedOver: 0,
  absent: undefined,
  behind: 0,
  findings: [],
  notes: [],
}

/** Which of a unit's events passed offsets over: the others moved its start, or made it handle something again. */
const passesOver: ReadonlySet<string> = new Set(['retention-loss', 'skip-after-restore'])

const passedRanges = (unit: AuditedUnit): OffsetRanges => {
  const accounted = accountedRange(unit)
  if (accounted === undefined) return []
  const passed = unit.events.filter(({ kind }) => passesOver.has(kind))
  return intersection(rangesOf(passed.map(({ from, to }) => ({ from: from ?? to, to }))), [accounted])
}

const accountedRange = ({ accountedFrom, ledger }: AuditedUnit): OffsetRange | undefined =>
  accountedFrom === undefined || ledger === undefined
    ? undefined
    : { from: accountedFrom, to: Math.max(accountedFrom, ledger.frontier) }

/** What of the log is to be read for `RecordCounts`: from its start to the last offset that is done. */
export const auditedRange = (unit: AuditedUnit, low: Offset): OffsetRange | undefined => {
  const accounted = accountedRange(unit)
  if (accounted === undefined) return undefined
  const done = unit.ledger?.done.map((ranges) => ranges.at(-1)?.to ?? 0) ?? []
  const to = Math.max(accounted.to, ...done)
  const from = Math.max(accounted.from, low)
  return from < to ? { from, to } : undefined
}

/** Counts the log's records as they are read. */
export const recordCounter = (
  unit: AuditedUnit,
): { add(offset: Offset, key: () => Uint8Array | undefined): void; counts(): RecordCounts } => {
  const accounted = accountedRange(unit) ?? { from: 0, to: 0 }
  const passed = passedRanges(unit)
  const { ledger } = unit
  const lanes = ledger?.done.length ?? 1
  let belowFrontier = 0
  let doneBeyond = 0
  return {
    add(offset, key) {
      if (offset < accounted.from) return
      if (offset < accounted.to) {
        if (passed.length === 0 || !includes(passed, offset)) belowFrontier += 1
      } else if (
        ledger !== undefined &&
        isDone(ledger, lanes === 1 ? 0 : laneOf(key(), offset, lanes), offset)
      ) {
        doneBeyond += 1
      }
    },
    counts: () => ({ belowFrontier, doneBeyond }),
  }
}

/** Of a partition that other partitions' units of the same actor stand beside, and that has no row. */
export const auditUntaken = ({ low, end }: LogFacts): UnitAudit => ({
  ...emptyAudit,
  behind: Math.max(0, end - low),
  findings:
    end > low
      ? [
          finding(
            'never-taken',
            { from: low, to: end },
            'Is a runtime running, and does it have all its partitions?',
          ),
        ]
      : [],
})

/** `log`: undefined where Kafka has no such partition. */
export const auditUnit = (unit: AuditedUnit, log: LogFacts | undefined): UnitAudit => {
  const accounted = accountedRange(unit)
  const outcomes = sumOf(unit.counts)
  if (log === undefined) {
    const remedy = 'The topic was deleted, or made anew with fewer partitions: what was not handled is lost.'
    return { ...emptyAudit, accounted, outcomes, findings: [finding('no-log', undefined, remedy)] }
  }
  if (accounted === undefined) {
    const remedy = `${unit.owner} took it. See its log, or wait and ask again.`
    const behind = log.end - log.low
    const findings = unit.cut ? [cutFinding(unit.cut, log)] : [finding('never-begun', undefined, remedy)]
    return { ...emptyAudit, outcomes, behind, findings }
  }
  const passed = passedRanges(unit)
  const below = countOffsets(difference([accounted], passed))
  const comparison = compare(unit, log, accounted, below, countOffsets(passed))
  return {
    accounted,
    outcomes,
    passedOver: countOffsets(passed),
    absent: comparison.absent,
    behind: Math.max(0, log.end - Math.max(accounted.to, log.low)),
    findings: [
      ...(unit.cut ? [cutFinding(unit.cut, log)] : placeFindings(accounted.to, log)),
      ...comparison.findings,
    ],
    notes: [...comparison.notes, ...deadLetterNotes(unit)],
  }
}

/** It was seen, and is remembered: also where the log has grown past the place of the unit and looks whole. */
const cutFinding = (cut: OffsetRange, { end }: LogFacts): AuditFinding =>
  finding(
    'log-cut',
    cut,
    `It ended at ${String(cut.from)} when the unit stood at ${String(cut.to)}, or the topic was made anew; it ends at ${String(end)} now. Look what became of it, then reset the unit.`,
  )

/** The frontier against where the log begins and ends, and what the group committed. */
const placeFindings = (frontier: Offset, { low, end, committed }: LogFacts): readonly AuditFinding[] => {
  const findings: AuditFinding[] = []
  if (frontier > end)
    findings.push(
      finding(
        'beyond-end',
        { from: end, to: frontier },
        'The log was cut, or the topic made anew: look what became of it, then reset the unit.',
      ),
    )
  else if (frontier < low)
    findings.push(
      finding(
        'deleted-unhandled',
        { from: frontier, to: low },
        'The next start decides by onRetentionLoss, and tells it as an event.',
      ),
    )
  if (committed !== undefined && committed > frontier && frontier <= end)
    findings.push(
      finding(
        'kafka-ahead',
        { from: frontier, to: committed },
        'Postgres was put back to an earlier state, or the group was moved without Troupe. The next start decides by onPostgresBehind, and tells it as an event.',
      ),
    )
  return findings
}

interface Comparison {
  readonly absent: number | undefined
  readonly findings: readonly AuditFinding[]
  readonly notes: readonly string[]
}

/** AU1 to AU4. `below`: offsets below the frontier that no event passed over. */
const compare = (
  unit: AuditedUnit,
  { low, records }: LogFacts,
  accounted: OffsetRange,
  below: number,
  passedOver: number,
): Comparison => {
  const outcomes = sumOf(unit.counts)
  // A lane's ranges cover the offsets of other lanes too: this is the most there may be.
  const beyond = countOffsets((unit.ledger?.done ?? []).reduce(union, []))
  const surplus = outcomes - (below + passedOver + beyond)
  const notes: string[] = []
  const findings: AuditFinding[] = []
  if (surplus > unit.counts.redelivered) {
    findings.push(
      finding(
        'counted-twice',
        undefined,
        `${String(outcomes)} outcomes of at most ${String(outcomes - surplus)} offsets: a bug, or somebody changed the row. Report it.`,
      ),
    )
  } else if (surplus > 0) {
    notes.push(
      `${String(surplus)} records were counted again as redelivered, after an unclean end and with another number of lanes`,
    ) // AU4
  }
  if (records === undefined) {
    const missing = below - outcomes
    if (missing > 0)
      findings.push(
        finding(
          'unproven',
          accounted,
          `${String(missing)} offsets or more have no outcome: absent from the log (compacted, aborted, markers of transactions), or lost. Read the log to know: --deep.`,
        ),
      )
    return { absent: undefined, findings, notes }
  }
  const unread =
    low > accounted.from ? countOffsets([{ from: accounted.from, to: Math.min(low, accounted.to) }]) : 0
  if (unread > 0)
    notes.push(
      `${String(unread)} offsets were deleted by retention since: their counts cannot be compared any more`,
    )
  const lost = records.belowFrontier + records.doneBeyond - outcomes
  if (lost > 0)
    findings.push(
      finding(
        'unaccounted',
        accounted,
        `${String(lost)} records of the log have no outcome: they were passed over unseen. Report it; a reset of the unit to ${String(accounted.from)} with dedupe keep handles them.`,
      ),
    )
  return { absent: Math.max(0, below - unread - records.belowFrontier), findings, notes }
}

/** The topic has them all the same: the index may be behind it. */
const deadLetterNotes = ({ counts, indexedDeadLetters }: AuditedUnit): readonly string[] => {
  const dead = counts.rejected + counts.undecodable + counts.exhausted
  return indexedDeadLetters >= dead
    ? []
    : [
        `${String(dead - indexedDeadLetters)} of ${String(dead)} dead letters are not in the index (yet); does a relay run?`,
      ]
}

const finding = (kind: FindingKind, range: OffsetRange | undefined, remedy: string): AuditFinding => ({
  kind,
  range,
  message: `${findingKinds[kind]} ${remedy}`,
})

const sumOf = (counts: OutcomeCounts): number =>
  outcomeNames.reduce((sum, outcome) => sum + counts[outcome], 0)
