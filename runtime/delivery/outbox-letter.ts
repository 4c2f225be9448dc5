/**
 * Dead letters in the outbox. What is in hand there is a record as it was, with headers of its producer's own: its row
 * keeps all of them in order, and adds none of what an event's row adds.
 *
 * OL1. A letter's row and its entry in the index are written together, in the transaction that says what became of its
 *      record. A letter whose entry is there already, of the same bytes and not settled, is on its way: it is not sent again.
 */

import type { NewDeadLetter } from './dead-letter-index.ts'
import type { OutboxRow } from './outbox.ts'
import type { OutgoingRecord } from './outgoing.ts'

export interface OutboxLetter {
  readonly letter: NewDeadLetter
  readonly row: OutboxRow
  /** The same record on its way to the topic of unhandled exceptions; undefined: it is none. */
  readonly unhandled?: OutboxRow
}

/** In the place of an event's name; no event can have it. */
export const letterType = 'dead-letter'

/** `id`: the same whenever its record is given up. */
export const letterRow = (id: string, record: OutgoingRecord): OutboxRow => ({ id, type: letterType, record })

/** All that a batch has for the outbox: letters behind events. */
export const outboxRows = ({
  outbox = [],
  letters = [],
}: {
  readonly outbox?: readonly OutboxRow[]
  readonly letters?: readonly OutboxLetter[]
}): readonly OutboxRow[] => [
  ...outbox,
  ...letters.flatMap(({ row, unhandled }) => (unhandled ? [row, unhandled] : [row])),
]
