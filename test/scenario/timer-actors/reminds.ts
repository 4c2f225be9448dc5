/**
 * Each event sets a timer of its own, and moves the one that its thing has: the first tells that it fired, by an effect
 * in the account; the second fires once for a thing, after its last event. One of `failures` attempts of a timer fails.
 */

import { defineActor, stateOf } from '../../../runtime/actor/index.ts'
import { appendEffects, countedKey } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

interface Fired {
  /** Timers of this key that have fired: kept with their effects. */
  readonly timers: number
}

interface Payload {
  readonly n: number
  readonly offset: number
  readonly failures: number
}

export default defineActor({
  name: 'reminds',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  state: stateOf<Fired>(),
  retry: { mode: 'block', attempts: 3, backoff: 'fixed', firstDelayMs: 50, maxDelayMs: 50 },
  applyTracked: appendEffects,
  idempotencyKey: countedKey,

  receive({ n, failures }, ctx) {
    const payload: Payload = { n, offset: ctx.offset, failures }
    ctx.schedule(`tell ${String(n)}`, { afterMs: 200 + (n % 5) * 100, payload })
    ctx.schedule('never', { afterMs: 3_600_000 })
    if (n % 2 === 0) ctx.cancelTimer('never')
  },

  onTimer({ payload }, ctx) {
    const { n, offset, failures } = payload as Payload
    if (ctx.attempt <= failures) throw new Error(`attempt ${String(ctx.attempt)} of the timer fails`)
    ctx.state = { timers: (ctx.state?.timers ?? 0) + 1 }
    const { partition } = ctx
    ctx.track({ entity: 'thing', id: ctx.key ?? '', state: 'told', at: 0, n, partition, offset })
  },
})
