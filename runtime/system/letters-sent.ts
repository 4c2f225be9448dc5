/**
 * Which dead letters of a unit the broker has: a batch that is handled again, because its worker died or its row was
 * taken, makes the same ones, and each is sent once by this process. One that died may have sent it before.
 */

import type { OutgoingRecord } from '../delivery/index.ts'
import type { Offset } from '../topic-partition.ts'

export class LettersSent {
  /** The record that was given up → its letter's way to the broker. */
  readonly #sent = new Map<Offset, Promise<void>>()

  /** Resolves when the broker has all of them. Rejects as `produceAll` does; what it had is told again then. */
  async produce(
    records: readonly OutgoingRecord[],
    produceAll: (records: readonly OutgoingRecord[]) => Promise<void>,
  ): Promise<void> {
    await Promise.all(records.flatMap((record) => this.#of(record) ?? []))
    const due = records.filter((record) => this.#of(record) === undefined)
    if (due.length === 0) return
    const producing = produceAll(due)
    for (const { letterOf } of due) if (letterOf !== undefined) this.#sent.set(letterOf, producing)
    try {
      await producing
    } catch (error) {
      for (const { letterOf } of due) if (letterOf !== undefined) this.#sent.delete(letterOf)
      throw error
    }
  }

  /** Everything below is finished: handled once more, after a reset, its letters are new ones. */
  passed(frontier: Offset): void {
    for (const offset of this.#sent.keys()) if (offset < frontier) this.#sent.delete(offset)
  }

  #of({ letterOf }: OutgoingRecord): Promise<void> | undefined {
    return letterOf === undefined ? undefined : this.#sent.get(letterOf)
  }
}
