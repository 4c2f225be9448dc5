/**
 * As the actor of the same name, but for its effects: they are written over a connection of its own, beside the
 * batch's transaction. MUTANT says when: in `receive`, or when effects are applied. A trial that does not tell it from
 * the real one proves nothing.
 */

import { defineActor, type ActorContext, type TrackedRow } from '../../../runtime/actor/index.ts'
import { openDatabase } from '../../../runtime/store/index.ts'
import { appendEffects, type EffectOfThing } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

const { sql } = openDatabase({ url: process.env['DATABASE_URL'] ?? '', applicationName: 'mutant' })
const inReceive = process.env['MUTANT'] === 'receive'

export default defineActor({
  name: 'effects',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  applyTracked: async (_, rows: readonly TrackedRow<EffectOfThing>[]) => {
    if (!inReceive) await appendEffects(sql, rows)
  },

  async receive({ thing, n, eventId }, ctx: ActorContext<unknown, EffectOfThing>) {
    const { partition, offset, timestamp: at, tenant } = ctx
    const effect = { entity: 'thing', id: thing, state: 'happened', at, n, partition, offset }
    ctx.track(effect)
    if (inReceive) await appendEffects(sql, [{ ...effect, eventId, tenant }])
  },
})
