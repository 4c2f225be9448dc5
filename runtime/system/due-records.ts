/** Which records of some work are still to be handled, and where they are: for work that is given out in parts. */

import { BatchReader } from '../batch/index.ts'
import { includes, type OffsetRanges } from '../delivery/index.ts'
import type { LaneWork } from '../partition/index.ts'
import type { DueRecord } from '../supervision/index.ts'

/** Ascending. `done`: by an owner before. */
export const dueRecords = (
  { batch, firstOffset, records }: LaneWork,
  done: OffsetRanges = [],
): readonly DueRecord[] => {
  const attempts = records && new Map(records.map(({ index, attempt }) => [index, attempt]))
  const due: DueRecord[] = []
  const reader = new BatchReader(batch)
  while (reader.next()) {
    const { index, offset } = reader
    const attempt = attempts === undefined ? 1 : attempts.get(index)
    if (attempt === undefined) continue
    if (attempts === undefined && (offset < firstOffset || includes(done, offset))) continue
    due.push({ index, offset, attempt })
  }
  return due
}
