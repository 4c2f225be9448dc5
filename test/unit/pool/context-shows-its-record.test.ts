// ctx shows the record it belongs to, whatever the cursor has moved on to, and refuses whatever could no longer be part
// of it; what is emitted carries on who it came from.

import t from 'tap'
import {
  defineActor,
  type ActorContext,
  type ActorDefinition,
  type Order,
} from '../../../runtime/actor/index.ts'
import { EventEncoder, frame } from '../../../runtime/serde/index.ts'
import { batchOf, Happened, header, occurred, testHost } from '../../harness/host-in-memory.ts'

type Receive = (event: Happened, ctx: ActorContext) => unknown

const actorWith = (receive: Receive, order: Order = 'partition', name = 'shown'): ActorDefinition =>
  defineActor({ name, receives: { 'test.*': Happened }, receive: receive as never, order })

const emitHappened = (ctx: ActorContext, n: number, options?: object): void => {
  ctx.emit('test.thing.happened' as never, { eventId: 'payload', tenantId: 't', n } as never, options)
}

const text = (value: string): Buffer => Buffer.from(value)

const shown = (ctx: ActorContext) => ({
  topic: ctx.topic,
  partition: ctx.partition,
  offset: ctx.offset,
  key: ctx.key,
  timestamp: ctx.timestamp,
  eventId: ctx.eventId,
  eventType: ctx.eventType,
  correlationId: ctx.correlationId,
  tenant: ctx.tenant,
  attempt: ctx.attempt,
  names: ctx.headers.names(),
  own: ctx.headers.get('own'),
  bytes: ctx.headers.bytes('own'),
})

const batch = () =>
  batchOf([
    { eventId: 'field-id', tenantId: 'acme', key: 'ключ', n: 0 },
    {
      key: '',
      n: 1,
      headers: [
        ['event-id', text('header-id')],
        ['tenant-id', text('header-tenant')],
        ['correlation-id', text('story')],
        ['own', text('first')],
        ['own', text('last')],
      ],
    },
    { eventId: '', n: 2, tenantId: '' },
  ])

const expected = [
  {
    offset: 100,
    key: 'ключ',
    eventId: 'field-id',
    correlationId: 'field-id',
    tenant: 'acme',
    names: [],
    own: undefined,
  },
  {
    offset: 101,
    key: '',
    eventId: 'header-id',
    correlationId: 'story',
    tenant: 'header-tenant',
    names: ['event-id', 'tenant-id', 'correlation-id', 'own'],
    own: 'last',
    bytes: Uint8Array.from(text('last')),
  },
  {
    offset: 102,
    key: undefined,
    eventId: 'things-3-102',
    correlationId: 'things-3-102',
    tenant: '',
    names: [],
  },
].map((one) => ({
  ...one,
  topic: 'things',
  partition: 3,
  timestamp: 1_700_000_000_000 + one.offset - 100,
  attempt: 1,
}))

t.test('the same at once, later, and side by side', async (t) => {
  const cases: readonly [name: string, order: Order, moment: () => Promise<void> | undefined][] = [
    ['at once', 'partition', () => undefined],
    ['later', 'partition', () => new Promise(setImmediate)],
    ['side by side', 'none', () => new Promise(setImmediate)],
  ]
  for (const [name, order, moment] of cases) {
    const seen: unknown[] = []
    const actor = actorWith((_event, ctx) => {
      const wait = moment()
      if (wait === undefined) return void seen.push(shown(ctx))
      return wait.then(() => void seen.push(shown(ctx)))
    }, order)
    const { handled } = testHost([actor])
    t.same(occurred(await handled(actor, batch())), { applied: 3 }, name)
    t.match(seen, expected, name)
  }
})

t.test('after receive has ended: what was read stays, the rest is refused by name', async (t) => {
  let leaked: ActorContext | undefined
  const actor = actorWith((_event, ctx) => {
    if (ctx.offset !== 101) return
    leaked = ctx
    t.equal(ctx.key, '')
  })
  const { handled, produced, lines } = testHost([actor])
  await handled(actor, batch())
  const ctx = leaked ?? neverHandled()
  t.equal(ctx.offset, 101)
  t.equal(ctx.key, '')
  const uses: readonly [member: string, use: () => unknown][] = [
    ['ctx.eventId', () => ctx.eventId],
    ['ctx.correlationId', () => ctx.correlationId],
    ['ctx.tenant', () => ctx.tenant],
    ['ctx.headers', () => ctx.headers.get('own')],
    ['ctx.emit', () => emitHappened(ctx, 1)],
  ]
  for (const [member, use] of uses) {
    t.throws(use, { code: 'CONTEXT_MISUSED', message: `${member} was used after receive had ended` }, member)
  }
  ctx.log.warn('still here', { n: 1 })
  t.match(lines, [{ level: 'warn', message: 'still here', fields: { n: 1, offset: 101, actor: 'shown' } }])
  t.equal(produced.length, 0)
})

t.test('emitted: encoded, framed, and telling where it came from', async (t) => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const actor = actorWith((event, { emit }) => {
    emit('test.thing.happened' as never, { eventId: 'p', tenantId: 't', n: event.n } as never)
    emit('test.thing.happened' as never, { eventId: 'p', tenantId: 't', n: -event.n } as never, {
      key: 'elsewhere',
      headers: { own: 'value' },
    })
  })
  const { handled, produced, registry } = testHost([actor])
  const source = () =>
    batchOf([
      {
        n: 6,
        eventId: 'cause',
        tenantId: 'acme',
        key: 'k',
        headers: [
          ['traceparent', text(traceparent)],
          ['correlation-id', text('story')],
        ],
      },
    ])
  await handled(actor, source())
  const [first, second] = produced
  t.equal(first?.topic, 'emitted')
  t.same(Buffer.from(first?.key ?? []), text('k'), 'the key of its source')
  t.same(Buffer.from(second?.key ?? []), text('elsewhere'))
  const value = new EventEncoder(Happened).encode({ eventId: 'p', tenantId: 't', n: -6 })
  t.same(Buffer.from(second?.value ?? []), frame(99, value))
  t.same(registry.registered, ['emitted-test.thing.happened'], 'its schema is asked for once')
  t.same(
    ['event-type', 'correlation-id', 'tenant-id', 'source', 'traceparent', 'own'].map((name) =>
      header(second, name),
    ),
    ['test.thing.happened', 'story', 'acme', 'shown', traceparent, 'value'],
  )
  const ids = produced.map((record) => header(record, 'event-id'))
  t.match(ids[0], /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.not(ids[0], ids[1])

  await handled(actor, source())
  t.same(
    produced.slice(2).map((record) => header(record, 'event-id')),
    ids,
    'handled again: the same ids',
  )
  const other = actorWith((event, ctx) => emitHappened(ctx, event.n), 'partition', 'other')
  const second_host = testHost([other])
  await second_host.handled(other, source())
  t.not(header(second_host.produced[0], 'event-id'), ids[0], 'another actor: others')
})

t.test('ten thousand emits leave in few buffers, a large one in its own', async (t) => {
  const actor = actorWith((event, ctx) => {
    if (event.n === 0)
      ctx.emit('test.thing.happened' as never, { eventId: 'x'.repeat(100_000), tenantId: '', n: 0 } as never)
    else for (let i = 0; i < 100; i++) emitHappened(ctx, i)
  })
  const { handled, produced } = testHost([actor])
  await handled(actor, batchOf(Array.from({ length: 101 }, (_, n) => ({ n }))))
  t.equal(produced.length, 10_001)
  t.ok(new Set(produced.map(({ value }) => value?.buffer)).size < 10)
  t.same(
    Buffer.from(produced[7]?.value ?? []),
    frame(99, new EventEncoder(Happened).encode({ eventId: 'payload', tenantId: 't', n: 6 })),
  )
})

t.test('a registry away at the end: what was emitted waits for its id', async (t) => {
  let calls = 0
  const actor = actorWith((event, ctx) => {
    calls++
    emitHappened(ctx, event.n)
  })
  const { host, task, registry } = testHost([actor])
  const { register } = Object.getPrototypeOf(registry) as typeof registry
  registry.register = (subject) => {
    registry.away = !registry.away
    return register.call(registry, subject)
  }
  const waiting = await host.handle(task(actor, batch()))
  if (waiting.kind !== 'waiting') throw new Error(`unexpected ${waiting.kind}`)
  t.equal(waiting.for, 'registry')
  t.match(await host.handle({ kind: 'resume', token: waiting.token }), {
    kind: 'produce',
    outgoing: { length: 3 },
  })
  t.equal(calls, 3, 'receive is not run again')
})

t.test('a call of an event has one key, wherever and however often it is made', async (t) => {
  const keysOf = async (records: Parameters<typeof batchOf>[0], name?: string, order?: Order) => {
    const keys: unknown[] = []
    const actor = actorWith(
      async (_, ctx) => {
        const first = ctx.callKey('book')
        await Promise.resolve()
        t.equal(ctx.callKey('book'), first, 'also later')
        keys.push(first, ctx.callKey('bill'))
      },
      order,
      name,
    )
    await testHost([actor]).handled(actor, batchOf(records))
    return keys
  }
  const event = { eventId: 'e1', tenantId: 'acme', n: 1 }
  const [book, bill] = await keysOf([event])
  t.match(book, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.not(bill, book, 'two calls, two keys')
  t.same((await keysOf([{ n: 0 }, event], 'shown', 'key')).slice(2), [book, bill], 'at another offset')
  for (const [other, of] of [
    [{ ...event, eventId: 'e2' }, 'shown'],
    [{ ...event, tenantId: 'other' }, 'shown'],
    [event, 'another-actor'],
  ] as const)
    t.not((await keysOf([other], of))[0], book)

  const byNumber = defineActor({
    name: 'shown',
    receives: { 'test.*': Happened },
    idempotencyKey: ({ n }: Happened) => String(n),
    receive: (_, ctx) => {
      seen.push(ctx.callKey('book'))
    },
  })
  const seen: string[] = []
  await testHost([byNumber]).handled(byNumber, batchOf([event, { ...event, eventId: 'e2' }]))
  t.equal(seen[0], seen[1], "by the actor's own key")
  t.not(seen[0], book)

  const nameless = actorWith((_, ctx) => ctx.callKey(''))
  t.match((await testHost([nameless]).handled(nameless, batchOf([event]))).unfinished, [
    { failure: { code: 'CONTEXT_MISUSED', message: /ctx\.callKey takes the name of the call/ } },
  ])
})

const neverHandled = (): never => {
  throw new Error('it was not handled')
}
