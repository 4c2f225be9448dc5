/**
 * As the actor of the same name beside it, and can be held: in `receive`, before there is a transaction, or within it,
 * between the effects and the COMMIT. A file named by place and process holds it while it is there (Holds).
 *
 * TRIAL_ORDER is its order. With TRIAL_KEYS=blind no event is known again by its key, so that what happens once does so
 * without the inbox.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor, type ActorContext, type TrackedRow } from '../../../runtime/actor/index.ts'
import { appendEffects, countedKey, type EffectOfThing } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

const lookEveryMs = 10

const heldAt = async (place: 'receive' | 'commit'): Promise<void> => {
  const file = join(process.env['WITNESS_FOLDER'] ?? '', `${place}.${process.env['NODE_NAME'] ?? ''}`)
  if (!existsSync(file)) return
  writeFileSync(`${file}.held`, '')
  while (existsSync(file)) await delay(lookEveryMs)
  writeFileSync(`${file}.released`, '')
}

export default defineActor({
  name: 'effects',
  receives: { 'trial.thing.happened': ThingHappened },
  order: process.env['TRIAL_ORDER'] === 'partition' ? 'partition' : 'key',
  effects: 'postgres',
  applyTracked: async (sql, rows: readonly TrackedRow<EffectOfThing>[]) => {
    await appendEffects(sql, rows)
    await heldAt('commit')
  },
  idempotencyKey: (event) =>
    process.env['TRIAL_KEYS'] === 'blind' ? `${countedKey(event)}-${randomUUID()}` : countedKey(event),

  async receive({ thing, n }, ctx: ActorContext<unknown, EffectOfThing>) {
    const { partition, offset, timestamp } = ctx
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
    await heldAt('receive')
  },
})
