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
  underWay.entered(record.logOffset, record.attempt)
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

/** By hand: racing promises and awaiting the winner costs more for each record than the timer does. */
const withinLimit = (
  { actor, underWay }: TaskScope,
  record: RecordContext,
  promise: PromiseLike<unknown>,
): Promise<unknown> =>
  new Promise((resolve, reject: (thrown: Error) => void) => {
    const slot = underWay.awaits(record.logOffset, record.attempt)
    let isOver = false
    /** True for the first who asks: what comes later has no say. */
    const isFirst = (): boolean => {
      if (isOver) return false
      isOver = true
      clearTimeout(timer)
      underWay.settled(slot)
      return true
    }
    const timer = setTimeout(() => {
      if (!isFirst()) return
      const sentence = `receive of actor '${actor.name}' did not end within ${String(actor.timeLimitMs)} ms`
      const error = new TroupeError('TIME_LIMIT', sentence)
      record.timeIsUp(error)
      reject(error)
    }, actor.timeLimitMs)
    // A thenable of somebody else's may throw, or answer twice.
    Promise.resolve(promise).then(
      (returned) => {
        if (isFirst()) resolve(returned)
      },
      (thrown: unknown) => {
        // As it is: what is no Error is told as what it is.
        if (isFirst()) reject(thrown as Error)
      },
    )
  })
