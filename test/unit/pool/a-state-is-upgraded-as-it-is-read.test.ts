// A state that was kept in an earlier version of its form is read as `upgrade` makes it, and kept so when it changes.

import t from 'tap'
import {
  defineActor,
  stateOf,
  type ActorContext,
  type ActorDefinition,
} from '../../../runtime/actor/index.ts'
import { memoryEffectsStore } from '../../../runtime/store/index.ts'
import { batchOf, Happened, occurred, testHost, unitOf } from '../../harness/host-in-memory.ts'

interface Second {
  readonly sum: number
  readonly count: number
}

const actorOf = (state: unknown, receive: (ctx: ActorContext, n: number) => void): ActorDefinition =>
  defineActor({
    name: 'keeper',
    receives: { 'test.thing.happened': Happened },
    state: state as never,
    receive: (event: Happened, ctx: ActorContext) => {
      receive(ctx, event.n)
    },
    effects: 'postgres',
    order: 'key',
    retry: { attempts: 1 },
  })

t.test('from version 1 to 2, and not back', async (t) => {
  // given a state of the first version
  const store = memoryEffectsStore()
  const first = actorOf(stateOf<number>(), (ctx, n) => {
    ctx.state = ((ctx.state as number | undefined) ?? 0) + n
  })
  await testHost([first], store).handled(first, batchOf([{ n: 5, key: 'a' }]))

  // when the second one reads it, and changes it the second time only
  const seen: unknown[] = []
  const upgrades: number[] = []
  const form = stateOf<Second>({
    version: 2,
    upgrade: (kept, from) => {
      upgrades.push(from)
      return { sum: kept as number, count: 1 }
    },
  })
  const second = actorOf(form, (ctx, n) => {
    seen.push(structuredClone(ctx.state))
    if (n > 1) ctx.state = { sum: 7, count: 2 }
  })
  const handle = (n: number) =>
    testHost([second], store).handled(second, batchOf([{ n, key: 'a', eventId: `later ${String(n)}` }]))
  await testHost([second], store).handled(
    second,
    batchOf([
      { n: 1, key: 'b', eventId: 'b1' },
      { n: 2, key: 'a', eventId: 'a2' },
    ]),
  )
  await handle(1)

  // then
  t.strictSame(seen, [undefined, { sum: 5, count: 1 }, { sum: 7, count: 2 }])
  t.strictSame(upgrades, [1], 'and once it is kept it is not upgraded any more')
  const [kept] = await store.loadStates(unitOf(second), [{ tenant: 't', key: 'a' }])
  t.match(kept, { value: { sum: 7, count: 2 }, formVersion: 2 })

  // and the first version does not take it for its own
  const result = await testHost([first], store).handled(first, batchOf([{ n: 1, key: 'a', eventId: 'back' }]))
  t.strictSame(occurred(result), { exhausted: 1 })
  t.match(result.failures[0]?.failure.message, /kept in version 2 of its form, and this actor knows 1/)
})
