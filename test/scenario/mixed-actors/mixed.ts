/** Everything that can become of a record: refuses what is called refused, fails as often as it is told to, waits at gates. */

import { existsSync } from 'node:fs'
import { setTimeout as work } from 'node:timers/promises'
import { commit, defineActor, reject } from '../../../runtime/actor/index.ts'
import { gateFiles } from '../../harness/scenario/witness-folder.ts'
import { ThingHappened } from '../schemas/things.ts'

const folder = process.env['WITNESS_FOLDER'] ?? ''
const gateEveryMs = 10

export default defineActor({
  name: 'mixed',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  retry: { mode: 'block', attempts: 3, firstDelayMs: 20, maxDelayMs: 50 },

  async receive(event, ctx) {
    const { gate, thing, failures } = event
    while (gate !== '' && !gateFiles(folder, gate, process.pid).some((file) => existsSync(file)))
      await work(gateEveryMs)
    if (ctx.attempt <= failures) throw new Error(`failed as it was told to, attempt ${String(ctx.attempt)}`)
    return thing.startsWith('refused') ? reject('it is called refused') : commit()
  },
})
