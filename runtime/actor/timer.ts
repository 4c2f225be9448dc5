/** Durable timers of a key: what `ctx.schedule` takes, and what `onTimer` gets. */

export type TimerTime =
  /** From now on, in ms. */
  | { readonly afterMs: number; readonly at?: never }
  /** ms since the epoch. */
  | { readonly at: number; readonly afterMs?: never }

export type TimerSetting = TimerTime & {
  /** What the timer brings along: data that JSON keeps. */
  readonly payload?: unknown
}

export interface Timer {
  readonly name: string
  /** Undefined: none was given. */
  readonly payload: unknown
  /** When it should fire, ms since the epoch. */
  readonly dueAt: number
}
