/** Arbitrary runs of a unit's life, and how many are run. */

import fc from 'fast-check'
import { wholeNumberOf } from '../partition-simulation/arbitrary.ts'

export const unitRun = fc.tuple(
  fc.nat(),
  fc.array(fc.nat({ max: 2 ** 20 - 1 }), { maxLength: 150, size: 'max' }),
)

/** TROUPE_UNIT_RUNS; default 3,000, some seconds; 100,000 take some minutes. */
export const unitRuns = wholeNumberOf('TROUPE_UNIT_RUNS', 3_000)
