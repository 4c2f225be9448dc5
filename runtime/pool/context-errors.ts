/** What the context throws where it was used wrongly: each sentence names the member, so that an author finds it. */

import { TroupeError } from '../errors.ts'
import { described } from './failure-data.ts'

export const misused = (member: string, why: string): TroupeError =>
  new TroupeError('CONTEXT_MISUSED', `${member} ${why}`)

/** Expected something else than `value`. */
export const wrongArgument = (member: string, expected: string, value: unknown): TroupeError =>
  misused(member, `takes ${expected}, not ${described(value)}`)

export const closedError = (member: string): TroupeError =>
  misused(
    member,
    'was used after receive had ended for its record: what it would do could no longer be part of the record. ' +
      'Await everything that uses ctx before returning',
  )

export const needsPostgres = (member: string): TroupeError =>
  misused(member, "needs effects: 'postgres', and the actor declares 'none'")
