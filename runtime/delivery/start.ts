/**
 * Where a unit starts. Its row decides; Kafka's committed offset only seeds one that is missing. What does not fit
 * together is told with its range, and by policy started all the same or left alone: nothing is skipped silently.
 */

import type { Offset } from '../topic-partition.ts'
import { emptyLedger, withFrontier, type Ledger } from './ledger.ts'
import type { OffsetRange } from './offset-ranges.ts'
import type { Unit } from './unit.ts'

/** What the unit's row says, as `take` answered it. */
export interface RecordedUnit {
  /** Undefined: taken, but never begun. */
  readonly ledger: Ledger | undefined
  /** Of the topic whose offsets these are; undefined: not known. */
  readonly topicId: string | undefined
  /**
   * The group's committed offset may be ahead of the row up to here, for a reason that was told already. Undefined: it
   * should not be ahead.
   */
  readonly groupAheadTo?: Offset | undefined
  /**
   * The log was seen to end before the unit's place, from its end to there. It holds the unit up also when the log has
   * grown past it: what was written there meanwhile was never handled. Undefined: nobody saw that.
   */
  readonly cut?: OffsetRange | undefined
}

/** Of a reset: wherever the group is. */
export const whereverTheGroupIs: Offset = Number.MAX_SAFE_INTEGER

/** What Kafka says of a partition. */
export interface PartitionLog {
  /** The group's; undefined: none. */
  readonly committed: Offset | undefined
  /** The first offset that is still there. */
  readonly low: Offset
  /** The offset after the last one. */
  readonly end: Offset
  /** Undefined: the broker does not tell. */
  readonly topicId: string | undefined
}

export interface StartPolicies {
  /** Where a unit without row and committed offset starts, and every unit of a topic that was made anew. */
  readonly autoOffsetReset: 'earliest' | 'latest'
  /** Records were deleted before they were handled. Default quarantine. */
  readonly onRetentionLoss: 'quarantine' | 'skip'
  /**
   * The group's committed offset is beyond the row: Postgres was put back to an earlier state, or somebody moved the
   * group forward without Troupe. Default replay.
   */
  readonly onPostgresBehind: 'replay' | 'skip' | 'quarantine'
}

export const defaultStartPolicies: StartPolicies = {
  autoOffsetReset: 'earliest',
  onRetentionLoss: 'quarantine',
  onPostgresBehind: 'replay',
}

/** What people are told, and what the row's account keeps. */
export const startEventKinds = {
  seeded: 'The unit is new. It starts at the committed offset of its group, or where auto.offset.reset says.',
  recreated: 'The topic was deleted and made again. What was not handled of the old one is lost.',
  'retention-loss': 'Records were deleted by retention before they were handled.',
  'replay-after-restore':
    'Postgres is behind what the group had committed: it was put back to an earlier state, or the group was moved forward. The records between are handled now.',
  'skip-after-restore':
    'Postgres is behind what the group had committed: it was put back to an earlier state, or the group was moved forward. The records between are skipped, as onPostgresBehind says.',
} as const

export type StartEventKind = keyof typeof startEventKinds

export interface StartEvent {
  readonly kind: StartEventKind
  /** Where the row stood; undefined: there was none. */
  readonly from: Offset | undefined
  /** Where it goes on; for a replay: up to where. */
  readonly to: Offset
}

/** What `ProgressStore.begin` writes. */
export interface UnitStart {
  readonly unit: Unit
  readonly epoch: number
  readonly offset: Offset
  readonly topicId: string | undefined
  /** `continue` keeps the ledger beyond `offset` and the counters; `anew` begins an account at `offset`. */
  readonly account: 'continue' | 'anew'
  /** As in RecordedUnit. */
  readonly groupAheadTo?: Offset | undefined
  readonly events: readonly StartEvent[]
}

/** Why a unit stands still where it stood. */
export type HoldReason = 'beyond-end' | 'retention-loss' | 'postgres-behind'

/** What the row's account keeps of it: once, however often the unit is looked at meanwhile. */
export interface HoldEvent {
  readonly kind: `held-${HoldReason}`
  /** Where it stood. */
  readonly from: Offset
  /** Where the log ends or begins, or the group is. */
  readonly to: Offset
}

export const holdEvent = (reason: HoldReason, { from, to }: OffsetRange): HoldEvent =>
  // It stood beyond the end.
  reason === 'beyond-end'
    ? { kind: 'held-beyond-end', from: to, to: from }
    : { kind: `held-${reason}`, from, to }

export type StartDecision =
  | {
      readonly kind: 'start'
      readonly offset: Offset
      /** Of the records from `offset` on, those to leave out. */
      readonly ledger: Ledger
      readonly account: UnitStart['account']
      readonly groupAheadTo?: Offset | undefined
      readonly events: readonly StartEvent[]
    }
  | {
      readonly kind: 'quarantine'
      readonly reason: HoldReason
      /** What is in question; half-open. */
      readonly range: OffsetRange
      /** For people. */
      readonly message: string
    }

/** `row`: undefined when there is none. `lanes`: into how many the partition is split now. */
export const startOf = (
  row: RecordedUnit | undefined,
  lanes: number,
  log: PartitionLog,
  policies: StartPolicies,
): StartDecision => {
  if (row?.ledger === undefined) return row?.cut ? stillCut(row.cut, log) : seeded(lanes, log, policies)
  const { ledger, topicId, groupAheadTo = -1, cut } = row
  if (topicId !== undefined && log.topicId !== undefined && topicId !== log.topicId) {
    const offset = resetOffset(log, policies)
    return anew(lanes, offset, log, [{ kind: 'recreated', from: ledger.frontier, to: offset }])
  }
  return cut ? stillCut(cut, log) : continued(ledger, groupAheadTo, log, policies)
}

const seeded = (lanes: number, log: PartitionLog, policies: StartPolicies): StartDecision => {
  const { committed, low, end } = log
  if (committed === undefined) {
    const offset = resetOffset(log, policies)
    return anew(lanes, offset, log, [{ kind: 'seeded', from: undefined, to: offset }])
  }
  if (committed > end) return beyondEnd('The committed offset of the group', committed, end)
  if (committed >= low)
    return anew(lanes, committed, log, [{ kind: 'seeded', from: undefined, to: committed }])
  if (policies.onRetentionLoss === 'quarantine') return retentionLoss(committed, low)
  return anew(lanes, low, log, [
    { kind: 'seeded', from: undefined, to: committed },
    { kind: 'retention-loss', from: committed, to: low },
  ])
}

const continued = (
  ledger: Ledger,
  groupAheadTo: Offset,
  log: PartitionLog,
  policies: StartPolicies,
): StartDecision => {
  const { frontier } = ledger
  const { committed = frontier, low, end } = log
  if (frontier > end) return beyondEnd('The frontier', frontier, end)
  const events: StartEvent[] = []
  let offset = frontier
  if (committed > frontier && committed > groupAheadTo) {
    if (committed > end) return beyondEnd('The committed offset of the group', committed, end)
    if (policies.onPostgresBehind === 'quarantine') return postgresBehind(frontier, committed)
    if (policies.onPostgresBehind === 'skip') {
      events.push({ kind: 'skip-after-restore', from: frontier, to: committed })
      offset = committed
    } else {
      events.push({ kind: 'replay-after-restore', from: frontier, to: committed })
    }
  }
  if (offset < low) {
    if (policies.onRetentionLoss === 'quarantine') return retentionLoss(offset, low)
    events.push({ kind: 'retention-loss', from: offset, to: low })
    offset = low
  }
  return {
    kind: 'start',
    offset,
    ledger: withFrontier(ledger, offset),
    account: 'continue',
    groupAheadTo: aheadOf(offset, log),
    events,
  }
}

const anew = (
  lanes: number,
  offset: Offset,
  log: PartitionLog,
  events: readonly StartEvent[],
): StartDecision => ({
  kind: 'start',
  offset,
  ledger: emptyLedger(lanes, offset),
  account: 'anew',
  groupAheadTo: aheadOf(offset, log),
  events,
})

/** What is decided now is not told again by the next start, which may come before the group commits something lower. */
const aheadOf = (offset: Offset, { committed = offset }: PartitionLog): Offset | undefined =>
  committed > offset ? committed : undefined

const resetOffset = ({ low, end }: PartitionLog, { autoOffsetReset }: StartPolicies): Offset =>
  autoOffsetReset === 'earliest' ? low : end

const beyondEnd = (what: string, offset: Offset, end: Offset): StartDecision => ({
  kind: 'quarantine',
  reason: 'beyond-end',
  range: { from: end, to: offset },
  message: `${what}, ${String(offset)}, is beyond the end of the log, ${String(end)}: the log was cut, or the topic was made anew. Look what became of it, then reset the unit to where it shall go on.`,
})

/** It is the same quarantine, whatever the log has become. */
const stillCut = (cut: OffsetRange, { end }: PartitionLog): StartDecision => ({
  kind: 'quarantine',
  reason: 'beyond-end',
  range: cut,
  message: `The log ended at ${String(cut.from)} when the unit stood at ${String(cut.to)}: it was cut, or the topic was made anew. It ends at ${String(end)} now; what was written from ${String(cut.from)} on was not handled. Look what became of it, then reset the unit to where it shall go on.`,
})

const retentionLoss = (from: Offset, low: Offset): StartDecision => ({
  kind: 'quarantine',
  reason: 'retention-loss',
  range: { from, to: low },
  message: `The log begins at ${String(low)}: what was not handled from ${String(from)} on was deleted. Reset the unit to ${String(low)} to go on without it, or choose onRetentionLoss: skip.`,
})

const postgresBehind = (frontier: Offset, committed: Offset): StartDecision => ({
  kind: 'quarantine',
  reason: 'postgres-behind',
  range: { from: frontier, to: committed },
  message: `The group has committed ${String(committed)}, but Postgres knows of ${String(frontier)} only: it was put back to an earlier state, or somebody moved the group. Reset the unit to where it shall go on.`,
})
