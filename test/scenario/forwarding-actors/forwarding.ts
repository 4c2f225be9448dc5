/** Passes each event on within Kafka, and refuses some. In a file it leaves a dot for each event that it was given. */

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

  receive({ eventId, thing, n }, ctx) {
    appendFileSync(deliveries, '.')
    if (n % 50 === 49) return reject('every fiftieth is refused')
    ctx.emit('telling.thing.told' as never, { eventId: `${eventId}/told`, thing, n } as never)
    return undefined
  },
})
