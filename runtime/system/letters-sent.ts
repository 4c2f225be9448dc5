/**
 * Which dead letters of a unit the broker has, and which of its records wait in a retry topic: a batch that is handled
 * again, because its worker died or its row was taken, makes the same ones, and each is sent once by this process. One that
 * died may have sent it before.
 */

import type { OutgoingRecord } from '../delivery/index.ts'
import type { Offset } from '../topic-partition.ts'

export class LettersSent {
  /** The record that was given up, and the topic it goes to → its way to the broker. */
  readonly #sent = new Map<string, { readonly offset: Offset; readonly sent: Promise<void> }>()

  /** Resolves when the broker has all of them. Rejects as `produceAll` does; what it had is told again then. */
  async produce(
    records: readonly OutgoingRecord[],
    produceAll: (records: readonly OutgoingRecord[]) => Promise<void>,
  ): Promise<void> {
    await Promise.all(records.flatMap((record) => this.#of(record) ?? []))
    const due = records.filter((record) => this.#of(record) === undefined)
    if (due.length === 0) return
    const producing = produceAll(due)
    for (const record of due)
      if (record.letterOf !== undefined)
        this.#sent.set(nameOf(record), { offset: record.letterOf, sent: producing })
    try {
      await producing
    } catch (error) {
      for (const record of due) this.#sent.delete(nameOf(record))
      throw error
    }
  }

  /** Everything below is finished: handled once more, after a reset, its letters are new ones. */
  passed(frontier: Offset): void {
    for (const [name, { offset }] of this.#sent) if (offset < frontier) this.#sent.delete(name)
  }

  #of(record: OutgoingRecord): Promise<void> | undefined {
    return record.letterOf === undefined ? undefined : this.#sent.get(nameOf(record))?.sent
  }
}

/** Tried again, it may go elsewhere than before. */
const nameOf = ({ topic, letterOf }: OutgoingRecord): string => `${String(letterOf)} ${topic}`
