/** Passes each event on within Kafka, refuses some, and throws at others. In a file it leaves a dot for each event that it was given. */

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor, reject } from '../../../runtime/actor/index.ts'
import { ThingHappened } from '../schemas/things.ts'

const deliveries = join(process.env['WITNESS_FOLDER'] ?? '', 'deliveries')

export default defineActor({
  name: 'forwarding',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'kafka',
  retry: { attempts: 2, firstDelayMs: 5, maxDelayMs: 10 },

  receive({ eventId, thing, n }, ctx) {
    appendFileSync(deliveries, '.')
    if (n % 50 === 49) return reject('every fiftieth is refused')
    if (n % 50 === 24) throw new Error('at every fiftieth it throws')
    ctx.emit('telling.thing.told' as never, { eventId: `${eventId}/told`, thing, n } as never)
    return undefined
  },
})
