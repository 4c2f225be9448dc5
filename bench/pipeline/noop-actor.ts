/** An actor of many: reads one field of each event, so that nothing is optimised away. Does nothing else. */

import { defineActor, type ActorDefinition } from '../../runtime/actor/index.ts'
import { OrderPlaced } from './workload.ts'

export const noopActor = (name: string): ActorDefinition =>
  defineActor({
    name,
    receives: { 'bench.order.placed': OrderPlaced },
    receive(event) {
      if (event.amountCents < 0) throw new Error('an order of less than nothing')
    },
  })
