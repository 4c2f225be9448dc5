/** Keeps an account of what it handled in a table that accepts everything, and passes each event on. */

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor } from '../../../runtime/actor/index.ts'
import { appendEffects } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

const deliveries = join(process.env['WITNESS_FOLDER'] ?? '', 'deliveries')

export default defineActor({
  name: 'telling',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  applyTracked: appendEffects,
  idempotencyKey: ({ eventId }) => {
    appendFileSync(deliveries, '.')
    return eventId
  },

  receive({ eventId, thing, n }, ctx) {
    const { partition, offset, timestamp } = ctx
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
    ctx.emit('telling.thing.told' as never, { eventId: `${eventId}/told`, thing, n } as never)
  },
})
