/** Without order: reads one field of each event and counts it, so that nothing is optimised away. Does nothing else. */

import { defineActor } from '../../../../runtime/actor/index.ts'
import { OrderPlaced } from '../../workload.ts'

let paid = 0

export default defineActor({
  name: 'noop',
  receives: { 'bench.order.placed': OrderPlaced },
  order: 'none',
  receive(event) {
    if (event.amountCents >= 0) paid += 1
  },
})

/** For whoever looks. */
export const counted = (): number => paid
