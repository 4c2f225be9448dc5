/** Tells the main thread, some records at a time, how long each took from its producer to here. */

import { BroadcastChannel } from 'node:worker_threads'
import { defineActor } from '../../../../runtime/actor/index.ts'
import { nowUs } from '../../../harness/latencies.ts'
import { OrderPlaced } from '../../workload.ts'

const tellEvery = 1_000
const channel = new BroadcastChannel('latencies')
channel.unref()
let us: number[] = []

export default defineActor({
  name: 'noop',
  receives: { 'bench.order.placed': OrderPlaced },
  receive(event) {
    us.push(nowUs() - event.amountCents)
    if (us.length < tellEvery) return
    channel.postMessage(us)
    us = []
  },
})
