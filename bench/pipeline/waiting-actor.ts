/** An actor whose handler waits, as for an outside call, and reads one field of each event. */

import { setTimeout as delay } from 'node:timers/promises'
import { defineActor, type ActorDefinition } from '../../runtime/actor/index.ts'
import { OrderPlaced } from './workload.ts'

export const handlerMs = Number(process.env['BENCH_HANDLER_MS'] ?? 5)

export const waitingActor = (
  options: { readonly order: 'partition' } | { readonly order: 'key'; readonly concurrency: number },
): ActorDefinition =>
  defineActor({
    name: 'noop',
    receives: { 'bench.order.placed': OrderPlaced },
    ...options,
    async receive(event) {
      await delay(handlerMs)
      if (event.amountCents < 0) throw new Error('an order of less than nothing')
    },
  })
