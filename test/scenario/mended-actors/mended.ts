/** Fails for the events that are told to until somebody mends it: a file `mended` in the trial's folder. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor } from '../../../runtime/actor/index.ts'
import { appendEffects, countedKey } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

const mended = join(process.env['WITNESS_FOLDER'] ?? '', 'mended')

export default defineActor({
  name: 'mended',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  retry: { mode: 'block', attempts: 2, firstDelayMs: 1 },
  applyTracked: appendEffects,
  idempotencyKey: countedKey,

  receive({ thing, n, failures }, ctx) {
    if (failures > 0 && !existsSync(mended)) throw new Error('not mended yet')
    const { partition, offset, timestamp } = ctx
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
  },
})
