/**
 * Which dead letters of a unit the broker has, and which of its records wait in a retry topic: a batch that is handled
 * again, because its worker died or its row was taken, makes the same ones, and each is sent once by this process. One that
 * died may have sent it before.
 *
 * LS1. What goes to one topic does not wait for another: while that one refuses its letters, these are not sent again.
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
    const apart = Map.groupBy(due, ({ letterOf, topic }) => (letterOf === undefined ? undefined : topic)) // LS1
    const producing = [...apart.values()].map((group) => this.#produceGroup(group, produceAll))
    await Promise.allSettled(producing)
    await Promise.all(producing)
  }

  async #produceGroup(
    records: readonly OutgoingRecord[],
    produceAll: (records: readonly OutgoingRecord[]) => Promise<void>,
  ): Promise<void> {
    const sent = produceAll(records)
    for (const record of records)
      if (record.letterOf !== undefined) this.#sent.set(nameOf(record), { offset: record.letterOf, sent })
    try {
      await sent
    } catch (error) {
      for (const record of records) this.#sent.delete(nameOf(record))
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
