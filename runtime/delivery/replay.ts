/**
 * A replay: a range of a partition's past is handled again for one actor, beside the unit's way through the partition. It is
 * the unit's owner that does it, in batches that take turns with what the partition brings. Rules:
 *
 * RP1. The unit's row is not moved, nor are its outcomes counted in it: a replay has a row of its own.
 * RP2. What is done of a replay is written in the transaction of its effects, under the unit's epoch, by compare-and-set: each
 *      record of it is done once, whoever is killed or comes to own the unit.
 * RP3. `keep`: a record that had its effect, or was refused, is passed over; one that the inbox does not know, or knows as
 *      dead, is handled. `replay`: every record that stands for its event is handled, whatever became of it.
 * RP4. An event stands where it was handled first. Its duplicates at other offsets are passed over, as in the partition.
 * RP5. A parked record is passed over: its own retry stands for it. A record that fails is not parked, the replay waits.
 * RP6. A replay whose batches keep ending their processes is paused, with the reason: its range is not beyond the frontier,
 *      where suspects are looked for.
 */

import type { Offset } from '../topic-partition.ts'
import type { InboxState } from './inbox-state.ts'
import type { OffsetRange, OffsetRanges } from './offset-ranges.ts'
import type { OutcomeCounts } from './outcome.ts'
import type { Unit } from './unit.ts'

export const replayTransitions = {
  running: ['paused', 'finished', 'stopped'],
  paused: ['running', 'stopped'],
  finished: [],
  stopped: [],
} as const satisfies Record<string, readonly string[]>

export type ReplayState = keyof typeof replayTransitions

export type ReplayDedupe = 'keep' | 'replay'

export interface NewReplay {
  readonly unit: Unit
  /** Of the log; moved back to the unit's frontier where it ends beyond. */
  readonly range: OffsetRange
  readonly dedupe: ReplayDedupe
  /** Records a second. */
  readonly ratePerS: number
  readonly by: string
}

export interface ReplayCounts {
  readonly applied: number
  /** Had their effect before, are duplicates, or wait in a queue of parked records. */
  readonly passedOver: number
  /** Refused, unreadable, or failed in every attempt: dead-lettered. */
  readonly dead: number
  /** The actor does not receive such events. */
  readonly skipped: number
  /** Offsets that the log had no more when they were to be read. */
  readonly gone: number
}

export interface Replay extends ReplayCounts {
  readonly id: number
  readonly unit: Unit
  readonly range: OffsetRange
  readonly dedupe: ReplayDedupe
  readonly ratePerS: number
  readonly state: ReplayState
  /** Why it is paused, where nobody asked for it; else ''. */
  readonly trouble: string
  readonly createdBy: string
  readonly createdAtMs: number
  readonly finishedAtMs: number | undefined
  /** Everything below is through. */
  readonly nextOffset: Offset
  /** What is done from there on. */
  readonly done: OffsetRanges
}

/** Of a batch that was made of a replay. */
export interface ReplayWork {
  readonly id: number
  readonly dedupe: ReplayDedupe
  /** For each record of the batch, by its index. */
  readonly offsets: readonly Offset[]
}

/** What a transaction has done of a replay (RP2). */
export interface ReplayedPart {
  readonly id: number
  readonly done: OffsetRanges
  readonly counts: Omit<ReplayCounts, 'gone'>
}

export type ReplayVerdict = 'handle' | 'pass-over'

/** RP3, RP4, RP5. Of a record that the inbox knows. `isHeld`: a redrive has claimed it. */
export const replayVerdict = (
  dedupe: ReplayDedupe,
  {
    outcome,
    isHere,
    isHeld,
  }: { readonly outcome: InboxState; readonly isHere: boolean; readonly isHeld: boolean },
): ReplayVerdict => {
  if (!isHere || isHeld || outcome === 'parked') return 'pass-over'
  return dedupe === 'replay' || outcome === 'dead' ? 'handle' : 'pass-over'
}

export const replayCountsOf = (counts: OutcomeCounts): ReplayedPart['counts'] => ({
  applied: counts.applied,
  passedOver: counts.duplicate + counts.redelivered + counts.parked,
  dead: counts.rejected + counts.undecodable + counts.exhausted,
  skipped: counts.skipped,
})

const mostTries = 5

/** RP6. Why a replay is given up whose batch is begun for the so manieth time; undefined: it is not. */
export const hopelessReplay = (tries: number, nextOffset: Offset): string | undefined =>
  tries <= mostTries
    ? undefined
    : `whoever handled what follows offset ${String(nextOffset)} ended before it was done, ${String(mostTries)} times: look for a record that ends its process`

/** Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away. */
export interface ReplayStore {
  /** Undefined: the unit has no row, or its frontier is not beyond the beginning of the range. Throws CONFIG_INVALID for a range or rate that is none. */
  create(replay: NewReplay): Promise<Replay | undefined>
  replay(id: number): Promise<Replay | undefined>
  /** Of a group, or all; last created first; at most 100. */
  replays(group?: string): Promise<readonly Replay[]>
  /** Throws TRANSITION_UNLISTED; undefined: there is none. */
  change(id: number, to: Exclude<ReplayState, 'finished'>, by: string): Promise<Replay | undefined>
  /**
   * A batch of it is to be given out: the how manieth since one told of itself; undefined: it does not run any more. `isSound`:
   * whoever was given the last one has told (RP6).
   */
  beginBatch(id: number, isSound: boolean): Promise<number | undefined>
  /** It is paused, where it runs, until an operator lets it go on. */
  giveUp(id: number, trouble: string): Promise<void>
  /** Everything below `to` is through, `gone` offsets of it without a record in the log; at the end of the range it is finished. */
  advance(id: number, from: Offset, to: Offset, gone: number): Promise<void>
  /** Those that ended so long ago go, a few hundred at a time; how many went. */
  prune(olderThanDays: number): Promise<number>
  close(): Promise<void>
}
