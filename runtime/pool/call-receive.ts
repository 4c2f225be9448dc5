/**
 * Calls an actor's `receive` for one record, or its `onTimer` for a timer: named as under way for as long as it lasts, and for no longer than the
 * actor's time limit. A handler that holds its thread cannot be told here: the main thread ends the thread
 * (thread-watch.ts).
 */

import type { Timer } from '../actor/timer.ts'
import { TroupeError } from '../errors.ts'
import { isThenable } from './outcome-check.ts'
import type { RecordContext } from './record-context.ts'
import type { TaskScope } from './task-scope.ts'

/** What `receive` returns, a promise only if it does; that one rejects with TIME_LIMIT when its time is up. */
export const callReceive = (scope: TaskScope, record: RecordContext): unknown => {
  const { actor, underWay } = scope
  let returned: unknown
  underWay.entered(record.offset, record.attempt)
  try {
    returned =
      record.timer === undefined
        ? actor.receive(record.event, record)
        : actor.onTimer?.(record.event as Timer, record)
    if (!isThenable(returned)) return returned
  } finally {
    underWay.left()
  }
  return withinLimit(scope, record, returned)
}

const withinLimit = async (
  { actor, underWay }: TaskScope,
  record: RecordContext,
  promise: PromiseLike<unknown>,
): Promise<unknown> => {
  const slot = underWay.awaits(record.offset, record.attempt)
  const timeIsUp = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const sentence = `receive of actor '${actor.name}' did not end within ${String(actor.timeLimitMs)} ms`
    const error = new TroupeError('TIME_LIMIT', sentence)
    record.timeIsUp(error)
    timeIsUp.reject(error)
  }, actor.timeLimitMs)
  try {
    return await Promise.race([promise, timeIsUp.promise])
  } finally {
    clearTimeout(timer)
    underWay.settled(slot)
  }
}
