// A shadow handles the records that the version that runs has handled, each with the state that it met there; what it collects is compared and dropped, and nothing of it reaches a store, a topic or a hook.

import t from 'tap'
import {
  defineActor,
  reject,
  retry,
  type ActorContext,
  type ActorDefinition,
} from '../../../runtime/actor/index.ts'
import type { ObservedRecord, ShadowVerdict } from '../../../runtime/delivery/index.ts'
import { memoryEffectsStore } from '../../../runtime/store/index.ts'
import { batchOf, Happened, Other, occurred, testHost, type Given } from '../../harness/host-in-memory.ts'

interface Count {
  readonly count: number
}
type Receive = (event: Happened, ctx: ActorContext<Count>) => unknown

const version = (receive: Receive, options: Record<string, unknown> = {}): ActorDefinition =>
  defineActor({
    name: 'keeper',
    receives: { 'test.thing.happened': Happened },
    order: 'key',
    effects: 'postgres',
    receive: receive as never,
    ...options,
  })

const counts: Receive = ({ n }, ctx) => {
  ctx.state = { count: (ctx.state?.count ?? 0) + n }
  ctx.track({ entity: 'thing', id: String(n), state: 'seen', at: 1 })
  ctx.emit('test.thing.happened' as never, { eventId: 'own', tenantId: 't', n } as never)
}

const given = (...numbers: readonly number[]): readonly Given[] => numbers.map((n) => ({ n, key: 'k' }))

interface Seen {
  readonly live: readonly ObservedRecord[]
  readonly verdict: ShadowVerdict | undefined
  readonly lines: readonly object[]
}

/** Through the version that runs, and then through the shadow, in a host without a store. */
const compared = async (
  live: ActorDefinition,
  shadow: ActorDefinition,
  records: readonly Given[],
): Promise<Seen> => {
  const running = testHost([live], memoryEffectsStore())
  const { observed } = await running.handled(live, batchOf(records), { isObserved: true })
  const aside = testHost([shadow])
  const text = observed?.text ?? '[]'
  const { verdict } = await aside.handled(shadow, batchOf(records), { shadow: { live: text } })
  return { live: JSON.parse(text) as ObservedRecord[], verdict, lines: aside.lines }
}

t.test('one that does the same differs in nothing', async (t) => {
  const { live, verdict } = await compared(version(counts), version(counts), given(1, 2, 3))
  t.same(
    live.map(({ offset, before }) => [offset, before?.json]),
    [
      [100, undefined],
      [101, '{"count":1}'],
      [102, '{"count":3}'],
    ],
    'each is told with the state that it met',
  )
  t.same(verdict, { handled: 3, failed: {}, differing: 0, dropped: 0 })
})

t.test('one that fails, rejects or does something else is told with its place', async (t) => {
  const shadow: Receive = (event, ctx) => {
    if (event.n === 1) throw new RangeError('one')
    if (event.n === 2) return reject('two')
    if (event.n === 3) return retry('three')
    counts(event, ctx)
    if (event.n === 4) ctx.state = { count: -1 }
    return undefined
  }
  const { verdict } = await compared(version(counts), version(shadow), given(0, 1, 2, 3, 4, 5))
  t.match(verdict, {
    handled: 6,
    failed: { RangeError: 1, Retry: 1 },
    differing: 4,
    dropped: 0,
    lastFailure: { offset: 103, errorClass: 'Retry', message: 'three' },
    lastDifference: { offset: 104, text: 'the state that it leaves is another one, at .count' },
  })
})

t.test('it knows that it is one, and what it asks for is refused or dropped', async (t) => {
  // given
  const told: unknown[] = []
  const shadow = version(
    async (event, ctx) => {
      told.push(ctx.isShadow, ctx.callKey('call'))
      await t.rejects(async () => ctx.sql`select 1`, {
        code: 'CONTEXT_MISUSED',
        message: /not there in a shadow/,
      })
      counts(event, ctx)
      throw new RangeError('no')
    },
    { onReject: () => told.push('told of a rejection'), retry: { attempts: 1 } },
  )
  const keys: unknown[] = []
  const live = version((event, ctx) => {
    keys.push(ctx.isShadow, ctx.callKey('call'))
    counts(event, ctx)
  })
  // when
  const { verdict } = await compared(live, shadow, given(1))
  // then
  t.match(verdict, { handled: 1, failed: { RangeError: 1 } })
  t.same(
    told,
    [true, keys[1]],
    'no hook was called, and a call has the key that it has in the version that runs',
  )
  t.equal(keys[0], false)
})

t.test('what the version that runs could not do, and the shadow can, is a difference', async (t) => {
  const failing = version(() => {
    throw new TypeError('no')
  })
  const { live, verdict } = await compared(failing, version(counts), given(1, 2))
  t.equal(live.length, 1, 'a record behind one that is tried again has not been handled')
  t.match(verdict, {
    handled: 1,
    differing: 1,
    lastDifference: { text: 'it commits, and the version that runs fails (TypeError)' },
  })
})

t.test('a record that the shadow does not receive, or cannot read, is told', async (t) => {
  const deaf = defineActor({
    name: 'keeper',
    receives: { 'test.thing.ignored': Other },
    effects: 'postgres',
    receive: () => undefined,
  })
  const { verdict } = await compared(version(counts), deaf, given(1))
  t.match(verdict, {
    handled: 1,
    differing: 1,
    lastDifference: { text: /does not emit test.thing.happened/ },
  })
})

t.test('only first attempts are observed, and without being asked nothing is', async (t) => {
  const actor = version(counts)
  const { handled } = testHost([actor], memoryEffectsStore())
  const again = await handled(actor, batchOf(given(1, 2)), {
    isObserved: true,
    records: [
      { index: 0, attempt: 2 },
      { index: 1, attempt: 1 },
    ],
  })
  t.match(again.observed, { count: 1, missed: 0 })
  t.equal((await handled(actor, batchOf(given(3)))).observed, undefined)
})

t.test('what cannot be told costs the version that runs nothing', async (t) => {
  // given: rows that hold themselves, and states that are large
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  const actor = version(
    ({ n }, ctx) => {
      if (n === 0) ctx.track({ entity: 'thing', id: '0', state: 'seen', at: 1, loop } as never)
      ctx.state = { count: n, text: 'x'.repeat(n === 0 ? 0 : 1_500_000) } as never
    },
    { applyTracked: () => Promise.resolve() },
  )
  const { handled } = testHost([actor], memoryEffectsStore())
  // when
  const result = await handled(actor, batchOf(given(0, 1, 2, 3)), { isObserved: true })
  // then
  t.same(occurred(result), { applied: 4 })
  t.match(result.observed, { missed: 2 + 1 })
})

t.test('without effects in Postgres it is compared by what it emits', async (t) => {
  const emits = (more: number) =>
    version(
      ({ n }, ctx) => {
        ctx.emit('test.thing.happened' as never, { eventId: 'own', tenantId: 't', n: n + more } as never)
      },
      { effects: 'none' },
    )
  t.match((await compared(emits(0), emits(0), given(1, 2))).verdict, { handled: 2, differing: 0 })
  t.match((await compared(emits(0), emits(1), given(1, 2))).verdict, { handled: 2, differing: 2 })
})
