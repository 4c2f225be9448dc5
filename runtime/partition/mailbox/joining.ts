/**
 * Joins work that waits in a lane when the lane's turn comes: P6. A trickle under slow work would else become a batch a
 * record or two, each with a transaction of its own, and the lag would grow where transactions are slower than records.
 *
 * J1  Neighbours of one lane only, in their order: the ranges of a lane follow each other without gaps.
 * J2  Only work that nobody has looked at yet, and all of whose records are the unit's.
 * J3  The joined work is finished as far as the frontier is concerned: the one it went into is older and stands for it.
 */

import type { Joining } from '../options.ts'
import type { HeldWork } from '../work.ts'
import type { Fifo } from './fifo.ts'

/** Takes out of `behind` what fits, and into `first`. Answers what was taken. */
export const joinTo = (first: HeldWork, behind: Fifo<HeldWork>, joining: Joining): readonly HeldWork[] => {
  const joined = takeFitting(first, behind, joining)
  const last = joined.at(-1)
  if (first.batch === undefined || last === undefined) return []
  const batches = [first.batch]
  for (const work of joined) {
    if (work.batch !== undefined) batches.push(work.batch)
    first.count += work.count
    first.bytes += work.bytes
    work.batch = undefined
    work.state = 'finished' // J3
  }
  first.lastOffset = last.lastOffset
  first.range = { from: first.range.from, to: last.range.to }
  first.batch = joining.join(batches)
  return joined
}

const takeFitting = (
  first: HeldWork,
  behind: Fifo<HeldWork>,
  { maxRecords, maxBytes }: Joining,
): readonly HeldWork[] => {
  const taken: HeldWork[] = []
  let { count, bytes } = first
  if (!isUntouched(first)) return taken
  for (let next = behind.peek(); next !== undefined; next = behind.peek()) {
    count += next.count
    bytes += next.bytes
    if (count > maxRecords || bytes > maxBytes || !isUntouched(next)) break
    behind.shift()
    taken.push(next)
  }
  return taken
}

/** J2. */
const isUntouched = ({ state, isWhole, records, batch }: HeldWork): boolean =>
  state === 'queued' && isWhole && records === undefined && batch !== undefined
