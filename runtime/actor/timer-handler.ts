/** What an actor does when a timer of a key fires. */

import type { ActorContext, Tracked } from './context.ts'
import type { Outcome } from './outcome.ts'
import type { Timer } from './timer.ts'

/**
 * What a timer's handler sees: its key, its state, and all that it may ask for. `eventId` is the timer's own: the same
 * on every attempt, another one each time it is set.
 */
export type TimerContext<State = unknown, T extends Tracked = Tracked> = Omit<
  ActorContext<State, T>,
  'offset' | 'timestamp' | 'headers' | 'eventType'
>

export type ActorOnTimer<State, T extends Tracked> = (
  timer: Timer,
  ctx: TimerContext<State, T>,
) => Outcome | undefined | void | Promise<Outcome | undefined | void>
