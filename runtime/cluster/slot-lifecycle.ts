/** The lifecycle of a slot as a table. A slot is a place for a consumer process; a process that ends leaves it free for the next. */

import { TroupeError } from '../errors.ts'

/** From 1; stable over restarts, which a worker's id of node:cluster is not. */
export type Slot = number

export type SlotState = 'free' | 'starting' | 'running' | 'stopping' | 'waiting' | 'closed'

/** state → the states it may go to. */
export const slotTransitions: Readonly<Record<SlotState, readonly SlotState[]>> = {
  free: ['starting', 'closed'],
  /** Forked; its start is under way. */
  starting: ['running', 'stopping', 'waiting', 'closed'],
  running: ['stopping', 'waiting', 'closed'],
  /** Told to stop, or killed; it has not ended yet. */
  stopping: ['starting', 'waiting', 'closed'],
  /** Its process ended; the next one starts after a backoff. */
  waiting: ['starting', 'closed'],
  /** The node stops: nobody starts in it again. */
  closed: [],
}

/** The next state. Throws TRANSITION_UNLISTED, naming both, when the table does not list it. */
export const nextSlotState = (from: SlotState, to: SlotState): SlotState => {
  if (!slotTransitions[from].includes(to)) {
    const allowed = slotTransitions[from].join(', ') || 'nothing'
    throw new TroupeError(
      'TRANSITION_UNLISTED',
      `a slot cannot go from ${from} to ${to}; from ${from} it can go to: ${allowed}`,
    )
  }
  return to
}
