/**
 * Parks what fails: so many attempts of an event as it says, and, until a file `mended` is in the trial's folder, those
 * that have a gate.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor } from '../../../runtime/actor/index.ts'
import { appendEffects, countedKey } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

const mended = join(process.env['WITNESS_FOLDER'] ?? '', 'mended')

export default defineActor({
  name: 'parks',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  retry: {
    mode: 'park',
    attempts: Number(process.env['TRIAL_ATTEMPTS'] ?? 1_000),
    backoff: 'fixed',
    firstDelayMs: Number(process.env['TRIAL_DELAY_MS'] ?? 100),
  },
  applyTracked: appendEffects,
  idempotencyKey: countedKey,

  receive({ thing, n, failures, gate }, ctx) {
    if (gate !== '' && !existsSync(mended)) throw new Error('not mended yet')
    if (ctx.attempt <= failures) throw new Error(`attempt ${String(ctx.attempt)} fails`)
    const { partition, offset, timestamp } = ctx
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
  },
})
