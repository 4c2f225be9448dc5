/** Why a unit's row did not take a batch: the reading of 0 rows. */

import type { ApplyOutcome } from './effects.ts'
import { isDoneInPart, isDoneWholly } from './ledger.ts'
import { TroupeError } from '../errors.ts'
import type { Progress, UnitRow } from './progress.ts'

export type Refusal = Extract<ApplyOutcome, { readonly kind: 'fenced' | 'already-done' }>

const fencedByEpoch: Refusal = { kind: 'fenced', on: 'epoch' }
const fencedByLedger: Refusal = { kind: 'fenced', on: 'ledger' }
const alreadyDone: Refusal = { kind: 'already-done', on: 'ledger' }

/** Undefined: nothing in the row is against it. A row that was never begun takes nothing. */
export const refusalOf = (
  row: Pick<UnitRow, 'epoch' | 'ledger'> | undefined,
  { epoch, lane, ranges }: Progress,
): Refusal | undefined => {
  if (row?.epoch !== epoch) return fencedByEpoch
  const { ledger } = row
  if (ledger === undefined || lane >= ledger.done.length) return fencedByLedger
  if (!isDoneInPart(ledger, lane, ranges)) return undefined
  return isDoneWholly(ledger, lane, ranges) ? alreadyDone : fencedByLedger
}

/**
 * Counts travel with ranges: a batch that sends counts before its range is finished would have them counted twice.
 * Without ranges outcomes change places only: what becomes of parked records takes the place of `parked`.
 */
export const requireCounts = ({ ranges, counts }: Progress): void => {
  if (ranges.length > 0) return
  const { parked, ...others } = counts
  const came = Object.values(others)
  if (came.some((count) => count < 0) || came.reduce((sum, count) => sum + count, parked) !== 0)
    throw new TroupeError('BUG', 'a batch without finished ranges has outcomes to count')
}
