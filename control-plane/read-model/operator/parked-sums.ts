/** Parked keys of several units added up, as their owners told them. Pure. */

import type { ParkedStatus, UnitStatus } from '../../../runtime/control/index.ts'

/** null: no unit tells. */
export const sumOfParked = (units: readonly Pick<UnitStatus, 'parked'>[]): ParkedStatus | null => {
  const told = units.flatMap(({ parked }) => parked ?? [])
  if (told.length === 0) return null
  return {
    keys: told.reduce((sum, { keys }) => sum + keys, 0),
    held: told.reduce((sum, { held }) => sum + held, 0),
    records: told.reduce((sum, { records }) => sum + records, 0),
    oldestAgeMs: told.reduce((worst, { oldestAgeMs }) => Math.max(worst, oldestAgeMs), 0),
  }
}
