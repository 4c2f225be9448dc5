/** One record of an actor with `sql: true`: what its statements did stays only if the record succeeds. */

import type { InteractiveTransaction } from '../delivery/effects.ts'
import { callReceive } from './call-receive.ts'
import { isOutcome } from './outcome-check.ts'
import type { RecordContext } from './record-context.ts'
import type { TaskScope } from './task-scope.ts'

/** Thrown through the savepoint to undo it; never seen outside. */
class Undo extends Error {}

/** Resolves to what its handler returned; rejects with what it threw, or what the database did. */
export const withinSavepoint = async (
  transaction: InteractiveTransaction,
  scope: TaskScope,
  record: RecordContext,
): Promise<unknown> => {
  let returned: unknown
  try {
    await transaction.savepoint(async () => {
      returned = await callReceive(scope, record)
      if (!succeeds(returned)) throw new Undo('the record did not succeed')
      const state = record.stateAtEnd()
      // A state that can't be kept fails the record: find it while its statements can still be undone.
      if (state !== undefined) record.slot?.stage(state.value)
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
  }
  return returned
}

const succeeds = (returned: unknown): boolean =>
  returned === undefined || (isOutcome(returned) && returned.kind === 'commit')
