/** Is what `receive` returned an outcome? Authors may write plain JavaScript. */

import type { Outcome } from '../actor/outcome.ts'
import { TroupeError } from '../errors.ts'
import { described } from './failure-data.ts'

export const isOutcome = (value: unknown): value is Outcome => {
  try {
    return hasForm(value)
  } catch {
    return false // a getter of theirs threw
  }
}

const hasForm = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  switch (value.kind) {
    case 'commit':
      return true
    case 'retry':
      return hasReason(value) && (!('afterMs' in value) || isDelay(value.afterMs))
    case 'reject':
      return hasReason(value)
    default:
      return false
  }
}

const hasReason = (value: object): boolean => 'reason' in value && typeof value.reason === 'string'

const isDelay = (value: unknown): boolean =>
  value === undefined || (Number.isFinite(value) && Number(value) >= 0)

export const invalidOutcome = (actor: string, returned: unknown): TroupeError =>
  new TroupeError(
    'OUTCOME_INVALID',
    `receive of actor '${actor}' returned ${described(returned)}; it must return commit(), retry('why'), ` +
      `reject('why') or nothing`,
  )

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
