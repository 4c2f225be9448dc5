/**
 * Does as the files in the trial's folder say: an event with a gate fails, and parks its key, until there is a file
 * `open-<gate>`; one that is to fail is given up at once until there is a file `mended`.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commit, defineActor } from '../../../runtime/actor/index.ts'
import { appendEffects, countedKey } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

const isThere = (file: string): boolean => existsSync(join(process.env['WITNESS_FOLDER'] ?? '', file))

class Broken extends Error {
  override readonly name = 'Broken'
}

export default defineActor({
  name: 'commanded',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  // What is parked waits for an operator: longer than any trial.
  retry: {
    mode: 'park',
    attempts: 1_000,
    backoff: 'fixed',
    firstDelayMs: 3_600_000,
    maxDelayMs: 3_600_000,
    byClass: { Broken: { attempts: 1 } },
    parking: { afterDeadLetter: 'release' },
  },
  applyTracked: appendEffects,
  idempotencyKey: countedKey,

  receive({ thing, n, failures, gate }, ctx) {
    if (gate !== '' && !isThere(`open-${gate}`)) throw new Error(`the gate ${gate} is shut`)
    if (failures > 0 && !isThere('mended')) throw new Broken('not mended yet')
    const { partition, offset, timestamp } = ctx
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
    return commit()
  },
})
