/** Needs everything: a broker, a registry and Postgres. It keeps nothing. */

import { defineActor } from '../../../runtime/actor/index.ts'
import { ThingHappened } from '../schemas/things.ts'

export default defineActor({
  name: 'keeper',
  receives: { 'trial.thing.happened': ThingHappened },
  order: 'key',
  effects: 'postgres',
  receive: () => undefined,
})
