/** The type of an actor's durable state, carried as a value so that the compiler infers it beside everything else. */

/** What a state looks like now, and how one that was kept before becomes so. */
export interface StateForm<out State = unknown> {
  /** Counts up from 1, the default, with each change that what was kept does not fit any more. */
  readonly version: number
  /** Of what was kept in an earlier version. What it throws fails the record. Needed from version 2 on. */
  readonly upgrade: ((kept: unknown, from: number) => State) | undefined
}

/** `State` exists for the compiler only. */
export interface StateType<out State = unknown> {
  readonly kind: 'state-type'
  /** Absent: version 1. */
  readonly form?: StateForm<State>
  /** Never set: carries the type. */
  readonly state?: State
}

/**
 * `state: stateOf<Parcel>()`: what `ctx.state` is for this actor. With `{ version: 2, upgrade }` what was kept as version
 * 1 is read as `upgrade` makes it, and kept so when it changes next.
 */
export const stateOf = <State>(form?: {
  readonly version: number
  readonly upgrade?: (kept: unknown, from: number) => State
}): StateType<State> =>
  form === undefined
    ? { kind: 'state-type' }
    : { kind: 'state-type', form: { version: form.version, upgrade: form.upgrade } }
