/**
 * Where a unit stands with its row. Only one that is at work drains and dispatches; one that waits for its row holds
 * its partition up; one in quarantine does not, but what it has not handled is not committed to Kafka either. A unit
 * whose actor keeps no effects has no row: Kafka's committed offset is all there is of it.
 *
 * W1. Kafka is told only what is in the row, so that its committed offset is never beyond it.
 * W2. What was in hand when a row was lost may still commit in its epoch: only a new one ends that.
 * W3. A row is given back clean only when none of the records is left that may have ended an owner before: its next owner
 *     must know of them.
 */

import type { OutcomeCounts, Progress, Unit, UnitAdvance, UnitClaim } from '../delivery/index.ts'
import type { OffsetRanges } from '../delivery/index.ts'
import type { LaneWork, PartitionActor } from '../partition/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { Advancing } from './advances.ts'
import { UnitProgress } from './unit-progress.ts'
import type { UnitTake } from './unit-takes.ts'

export type UnitStanding =
  | { readonly kind: 'rowless' }
  /** The row is to be taken, for the first time or anew. */
  | { readonly kind: 'taking' }
  | { readonly kind: 'at-work'; readonly progress: UnitProgress }
  /**
   * It is for people to decide how to go on. `epoch`: until the row, which is ours, has another one; undefined: there
   * is no row. `isResumable`: it may be told to try again as it is.
   */
  | {
      readonly kind: 'quarantined'
      readonly epoch: number | undefined
      readonly message: string
      readonly isResumable: boolean
    }

export interface UnitRowEvents {
  /** Its ledger was full, and is not any more. */
  readonly hasRoom: () => void
  /** It is another owner's. */
  readonly lost: () => void
}

export class UnitRow implements Advancing {
  readonly claim: UnitClaim
  readonly #actor: PartitionActor
  readonly #events: UnitRowEvents
  readonly #hasRow: boolean
  #standing: UnitStanding
  /** W2. */
  #abandoned = false
  /** W3. Records below may have ended the process that owned it before. */
  #suspectBelow = 0
  #asideSuspectBelow = 0

  constructor(unit: Unit, lanes: number, hasRow: boolean, actor: PartitionActor, events: UnitRowEvents) {
    this.claim = { unit, lanes }
    this.#actor = actor
    this.#events = events
    this.#hasRow = hasRow
    this.#standing = { kind: hasRow ? 'taking' : 'rowless' }
  }

  get standing(): UnitStanding {
    return this.#standing
  }

  get isAtWork(): boolean {
    return this.#standing.kind === 'rowless' || this.#standing.kind === 'at-work'
  }

  /** It is written under; undefined: there is no row, or it is not ours now. */
  get epoch(): number | undefined {
    return this.#progress?.epoch
  }

  /** Nothing more may be begun until its oldest work ends. */
  get isFull(): boolean {
    return this.#progress?.isFull ?? false
  }

  /** More is finished than it says. */
  get isBehind(): boolean {
    const frontier = this.#actor.frontier()
    return this.#progress !== undefined && frontier !== undefined && frontier > this.#progress.recorded
  }

  /** W1. Undefined: nothing. */
  committable(): Offset | undefined {
    return this.#standing.kind === 'rowless' ? this.#actor.frontier() : this.#progress?.recorded
  }

  /** The answer to `claim`. */
  taken(take: UnitTake): void {
    if (take.kind === 'taken-away') return
    this.#abandoned = false
    if (take.kind === 'begun') {
      this.#suspectBelow = take.suspects.at(-1)?.to ?? 0
      this.#asideSuspectBelow = Math.max(this.#suspectBelow, take.asideSuspectBelow)
    }
    this.#standing =
      take.kind === 'begun'
        ? { kind: 'at-work', progress: new UnitProgress(take.epoch, take.ledger) }
        : { kind: 'quarantined', epoch: take.epoch, message: take.message, isResumable: false }
  }

  /** May a record of the work have ended the process that owned it before? */
  isSuspect({ firstOffset, isAside }: LaneWork): boolean {
    return firstOffset < (isAside === true ? this.#asideSuspectBelow : this.#suspectBelow)
  }

  /** It is to be taken anew, whatever became of it. */
  release(): void {
    if (!this.#hasRow) {
      this.#standing = { kind: 'rowless' }
      return
    }
    if (!this.#actor.idle) this.#abandoned = true
    this.#standing = { kind: 'taking' }
  }

  /** Trying on would not end. False: the row is not ours now. */
  quarantine(message: string): boolean {
    if (!this.isAtWork) return false
    this.#standing = { kind: 'quarantined', epoch: this.#progress?.epoch, message, isResumable: true }
    return true
  }

  /** What the work sends along. Undefined: there is no row. `done`: an owner before has done all of it. */
  progressOf(work: LaneWork): Progress | 'done' | undefined {
    if (this.#progress === undefined) return undefined
    const frontier = this.#actor.frontier() ?? this.#progress.recorded
    if (work.isAside === true) return this.#progress.showing(work, frontier)
    return this.#progress.of(work, frontier) ?? 'done'
  }

  /** What of the work an owner before has done. */
  doneBefore(work: LaneWork): OffsetRanges | undefined {
    return this.#progress?.doneBefore(work)
  }

  finished(work: LaneWork, sent: Progress | undefined): void {
    if (sent !== undefined) this.#progress?.finished(work, sent)
  }

  finishedInPart(work: LaneWork, counts: OutcomeCounts): void {
    this.#progress?.finishedInPart(work, counts)
  }

  advance(clean: boolean): UnitAdvance | undefined {
    const frontier = this.#actor.frontier()
    if (this.#progress === undefined || frontier === undefined) return undefined
    const { epoch } = this.#progress
    return {
      unit: this.claim.unit,
      epoch,
      frontier,
      clean: clean && this.#actor.idle && !this.#abandoned && frontier >= this.#suspectBelow,
    }
  }

  advanced({ epoch, frontier }: UnitAdvance): void {
    const progress = this.#progress
    if (progress?.epoch !== epoch) return
    const wasFull = progress.isFull
    progress.advanced(frontier)
    if (wasFull) this.#events.hasRoom()
  }

  fenced({ epoch }: UnitAdvance): void {
    if (this.#progress?.epoch === epoch) this.#events.lost()
  }

  get #progress(): UnitProgress | undefined {
    return this.#standing.kind === 'at-work' ? this.#standing.progress : undefined
  }
}
