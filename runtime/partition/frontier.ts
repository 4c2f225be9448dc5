/**
 * The frontier: the offset that may be committed. It is the first offset of the oldest unfinished work, or, when all
 * is finished, the position: the offset after the last one delivered. Offsets absent from the log (compacted,
 * transaction markers) are never waited for.
 *
 * Work must be added in the order of first offsets: then the oldest is at the head, and finding it costs one step per
 * finished work and none per record.
 */

import type { RecordStamp } from '../batch/index.ts'
import type { Offset } from '../topic-partition.ts'
import { Fifo } from './mailbox/fifo.ts'
import type { HeldWork } from './work.ts'

export class Frontier {
  /** All that is unfinished, and what finished behind it. */
  readonly #open = new Fifo<HeldWork>()
  #position: Offset | undefined

  constructor(position: Offset | undefined) {
    this.#position = position
  }

  /** Undefined until it was given or something was delivered. */
  get position(): Offset | undefined {
    return this.#position
  }

  add(work: HeldWork): void {
    this.#open.push(work)
  }

  /** Never goes back. */
  advancePosition(position: Offset): void {
    if (this.#position === undefined || position > this.#position) this.#position = position
  }

  committable(): Offset | undefined {
    return this.#oldest()?.firstOffset ?? this.#position
  }

  /**
   * The first record that is not finished; undefined: there is none, or it could not be read. It may lie behind the
   * committable offset: of work that is tried again some records are finished. Only work that overlaps the oldest one
   * is looked at.
   */
  oldestUnfinished(): RecordStamp | undefined {
    let oldest: RecordStamp | undefined
    for (const work of this.#open) {
      if (oldest !== undefined && work.firstOffset > oldest.offset) break
      if (work.state === 'finished' || work.oldest === undefined) continue
      if (oldest === undefined || work.oldest.offset < oldest.offset) oldest = work.oldest
    }
    return oldest
  }

  /** Batches from the oldest unfinished one on, finished ones counted: what a crash would have done again. */
  get openBatches(): number {
    this.#oldest()
    return this.#open.size
  }

  #oldest(): HeldWork | undefined {
    while (this.#open.peek()?.state === 'finished') this.#open.shift()
    return this.#open.peek()
  }
}
