/** Which record is the first of a packed batch, or of what is left of it, and when it was made. */

import type { Offset } from '../topic-partition.ts'
import { BatchReader } from './reader.ts'

export interface RecordStamp {
  readonly offset: Offset
  /** Milliseconds since 1970; undefined where the record has none. */
  readonly timestampMs: number | undefined
}

/**
 * Of the first record at or after both bounds; undefined where there is none. One look at a record's head for each
 * record passed over: without bounds that is none. Bytes that are damaged tell nothing here: who handles them says so.
 */
export const stampOf = (
  batch: ArrayBuffer,
  fromOffset: Offset = 0,
  fromIndex = 0,
): RecordStamp | undefined => {
  try {
    const reader = new BatchReader(batch)
    while (reader.next()) {
      if (reader.offset < fromOffset || reader.index < fromIndex) continue
      const { offset, timestamp } = reader
      return { offset, timestampMs: timestamp < 0 ? undefined : timestamp }
    }
  } catch {
    // Damaged: see above.
  }
  return undefined
}
