/**
 * Does what its event says (takes its time, holds its thread, fails, refuses, never ends, ends its thread or its process)
 * and keeps an account of what it did, as the actor `effects` does. TRIAL_ORDER says in which order, TRIAL_RETRY_MODE how
 * and TRIAL_RETRY_DELAY_MS when it is tried again.
 */

import { setTimeout as work } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { commit, defineActor, reject, type ActorContext, type Order } from '../../../runtime/actor/index.ts'
import { appendEffects, countedKey, type EffectOfThing } from '../effects-actors/effects.ts'
import { ThingHappened } from '../schemas/things.ts'

const retryDelayMs = Number(process.env['TRIAL_RETRY_DELAY_MS'] ?? 0)

const nobody = new Int32Array(new SharedArrayBuffer(4))

/** What it does for these gates ends badly. */
const harm: Readonly<Record<string, () => unknown>> = {
  hangs: () => new Promise(() => undefined),
  spins: () => {
    for (;;) Atomics.load(nobody, 0)
  },
  exits: () => process.exit(7),
  hoards: () => {
    // A chain of small objects: one growing array would end the whole process instead of the thread.
    let hoard: object = {}
    for (;;) hoard = { before: hoard, list: Array.from<number>({ length: 500 }).fill(0.5) }
  },
  aborts: () => {
    if (isMainThread) process.abort()
    // It is refused in a worker thread, where native code that goes wrong would not ask.
    process.kill(process.pid, 'SIGABRT')
    for (;;) Atomics.load(nobody, 0)
  },
}

export default defineActor({
  name: 'obedient',
  receives: { 'trial.thing.happened': ThingHappened },
  order: (process.env['TRIAL_ORDER'] ?? 'key') as Order,
  effects: 'postgres',
  timeLimitMs: Number(process.env['TRIAL_TIME_LIMIT_MS'] ?? 300_000),
  retry: {
    mode: process.env['TRIAL_RETRY_MODE'] === 'park' ? 'park' : 'block',
    attempts: 3,
    ...(retryDelayMs === 0
      ? { firstDelayMs: 20, maxDelayMs: 50 }
      : { backoff: 'fixed', firstDelayMs: retryDelayMs, maxDelayMs: retryDelayMs }),
  },
  applyTracked: appendEffects,
  idempotencyKey: countedKey,

  async receive({ thing, n, holdMs, gate, failures }, ctx: ActorContext<unknown, EffectOfThing>) {
    const { partition, offset, timestamp, attempt } = ctx
    if (gate === 'thread') Atomics.wait(nobody, 0, 0, holdMs)
    else if (holdMs > 0) await work(holdMs)
    await harm[gate]?.()
    if (gate === 'aborts when parked' && attempt > 1) harm['aborts']!()
    if (gate === 'refused') return reject('refused as it was told to')
    if (attempt <= failures) throw new Error(`failed as it was told to, attempt ${String(attempt)}`)
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
    return commit()
  },
})
