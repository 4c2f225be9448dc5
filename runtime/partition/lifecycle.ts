/** The lifecycle of a partition actor as a table: code asks it, metrics are named from it, the test walks all of it. */

import { TroupeError } from '../errors.ts'

export type Lifecycle = 'assigned' | 'running' | 'paused' | 'draining' | 'revoked'

/** state → the states it may go to. */
export const lifecycleTransitions: Readonly<Record<Lifecycle, readonly Lifecycle[]>> = {
  /** The partition is ours; nothing is drained or dispatched before its epoch and position are known. */
  assigned: ['running', 'draining', 'revoked'],
  running: ['paused', 'draining', 'revoked'],
  /** Nothing is drained or dispatched; what is in flight finishes. */
  paused: ['running', 'draining', 'revoked'],
  /** Nothing is dispatched any more, retries neither; what is in flight finishes and counts. */
  draining: ['revoked'],
  /** Given back, or lost: the end. The same partition, assigned again, is another actor with a later epoch. */
  revoked: [],
}

/** The next state. Throws TRANSITION_UNLISTED, naming both, when the table does not list it. */
export const nextLifecycle = (from: Lifecycle, to: Lifecycle): Lifecycle => {
  if (!lifecycleTransitions[from].includes(to)) {
    const allowed = lifecycleTransitions[from].join(', ') || 'nothing'
    throw new TroupeError(
      'TRANSITION_UNLISTED',
      `a partition actor cannot go from ${from} to ${to}; from ${from} it can go to: ${allowed}`,
    )
  }
  return to
}
