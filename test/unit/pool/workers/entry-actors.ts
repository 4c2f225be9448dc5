// Actors for the test of the real worker entry.
import { defineActor } from '../../../../runtime/actor/index.ts'
import { Happened } from '../../../harness/host-in-memory.ts'

const receives = { 'test.thing.happened': Happened }

export const echo = defineActor({
  name: 'echo',
  receives,
  receive: (event, ctx) => {
    ctx.log.info('seen', { n: event.n })
    ctx.emit('test.thing.happened' as never, event as never)
  },
})

export const careless = defineActor({
  name: 'careless',
  receives,
  receive: () => {
    void Promise.reject(new Error('nobody awaits me'))
  },
})

export const deadly = defineActor({ name: 'deadly', receives, receive: () => process.exit(3) })
