import type { ApplyOutcome } from '../delivery/effects.ts'

type Fence = Extract<ApplyOutcome, { readonly kind: 'fenced' }>

/** Thrown out of work whose unit has a row that does not take it: all of it is given up. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
  readonly on: Fence['on']

  constructor({ on }: Fence) {
    super(`the unit's row did not take a batch (${on})`)
    this.on = on
  }
}
