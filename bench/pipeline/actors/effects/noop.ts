/** Every kind of effect for each event: a state, a tracking row, an event for the outbox. */

import { defineActor, stateOf } from '../../../../runtime/actor/index.ts'
import { OrderPlaced } from '../../workload.ts'

export default defineActor({
  name: 'noop',
  receives: { 'bench.order.placed': OrderPlaced },
  effects: 'postgres',
  state: stateOf<{ times: number }>(),
  receive(event, ctx) {
    const times = (ctx.state?.times ?? 0) + 1
    ctx.state = { times }
    ctx.track({ entity: 'order', id: event.orderId, state: `seen ${times} times`, at: event.occurredAt })
    ctx.emit('bench.order.counted', { orderId: event.orderId, times })
  },
})
