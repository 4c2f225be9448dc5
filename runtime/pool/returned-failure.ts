/** What is told of a record that did not simply succeed: by what its actor threw or returned, or by what the inbox has. */

import type { Outcome } from '../actor/outcome.ts'
import type { InboxHit } from '../delivery/effects.ts'
import { TroupeError } from '../errors.ts'
import type { Failure } from '../supervision/index.ts'
import type { FailureData } from './messages.ts'

export const asked = ({ reason, afterMs }: Extract<Outcome, { kind: 'retry' }>): Failure => ({
  kind: 'retry-asked',
  reason,
  afterMs,
})

export const plainFailure = (name: 'Retry' | 'Reject', reason: string): FailureData => ({
  code: name === 'Retry' ? 'RETRY_ASKED' : 'REJECTED',
  class: name,
  message: reason,
  stack: '',
})

export const kindOfThrown = (thrown: unknown): 'time-limit' | 'handler-error' =>
  thrown instanceof TroupeError && thrown.code === 'TIME_LIMIT' ? 'time-limit' : 'handler-error'

/** Why nothing runs for the duplicate of an event that has not happened yet. */
export const unsettled = ({ topic, partition, offset, outcome }: InboxHit): FailureData => {
  const at = `${topic}/${String(partition)} at ${String(offset)}`
  return {
    code: outcome === 'parked' ? 'DUPLICATE_OF_PARKED' : 'DUPLICATE_OF_DEAD',
    class: 'Duplicate',
    message: `its event is ${outcome}, at ${at}: it happens when that one is ${outcome === 'parked' ? 'released' : 'redriven'}`,
    stack: '',
  }
}
