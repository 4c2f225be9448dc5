/** The type of an actor's durable state, carried as a value so that the compiler infers it beside everything else. */

/** `State` exists for the compiler only. */
export interface StateType<out State = unknown> {
  readonly kind: 'state-type'
  /** Never set: carries the type. */
  readonly state?: State
}

/** `state: stateOf<Parcel>()`: what `ctx.state` is for this actor. */
export const stateOf = <State>(): StateType<State> => ({ kind: 'state-type' })
