/**
 * What a unit knows of its row since it took it: the epoch to write under, the ledger as the row has it, and what of
 * batches that are finished in part is still to be told. Every offset is counted in the row once, with its range.
 */

import {
  intersection,
  isFull,
  newlyDone,
  noOutcomes,
  sumOfCounts,
  withDone,
  withFrontier,
  type Ledger,
  type OffsetRanges,
  type OutcomeCounts,
  type Progress,
} from '../delivery/index.ts'
import type { LaneWork } from '../partition/index.ts'
import type { Offset } from '../topic-partition.ts'

export class UnitProgress {
  readonly epoch: number
  /** As it was taken: what owners before have done. */
  readonly #before: Ledger
  /** As the row has it, as far as it has answered. */
  #ledger: Ledger
  /** work → what its earlier runs have finished. */
  readonly #counts = new Map<number, OutcomeCounts>()

  constructor(epoch: number, ledger: Ledger) {
    this.epoch = epoch
    this.#before = ledger
    this.#ledger = ledger
  }

  /** The frontier that is in the row: what Kafka may be told. */
  get recorded(): Offset {
    return this.#ledger.frontier
  }

  /** Until its oldest work ends nothing more should be begun. */
  get isFull(): boolean {
    return isFull(this.#ledger)
  }

  /** For `HandleTask.done`; undefined: nothing of it is done. */
  doneBefore({ lane, range }: LaneWork): OffsetRanges | undefined {
    const done = this.#before.done[lane] ?? []
    if (done.length === 0) return undefined
    const part = intersection(done, [range])
    return part.length === 0 ? undefined : part
  }

  /** Undefined: all of it is done already. `frontier`: the unit's, now. */
  of({ workId, lane, range }: LaneWork, frontier: Offset): Progress | undefined {
    const ranges = newlyDone(this.#ledger, lane, range)
    if (ranges.length === 0) return undefined
    return { epoch: this.epoch, lane, ranges, frontier, counts: this.#counts.get(workId) ?? noOutcomes() }
  }

  /** Of work that stands for no offset: its epoch alone. */
  showing({ lane }: LaneWork, frontier: Offset): Progress {
    return { epoch: this.epoch, lane, ranges: [], frontier, counts: noOutcomes() }
  }

  /** The work is finished, and the row says so. */
  finished({ workId }: LaneWork, { lane, ranges, frontier }: Progress): void {
    this.#counts.delete(workId)
    this.#ledger = withDone(this.#ledger, lane, ranges, frontier)
  }

  finishedInPart({ workId }: LaneWork, counts: OutcomeCounts): void {
    this.#counts.set(workId, sumOfCounts(this.#counts.get(workId) ?? noOutcomes(), counts))
  }

  /** The row has this frontier. */
  advanced(frontier: Offset): void {
    this.#ledger = withFrontier(this.#ledger, frontier)
  }
}
