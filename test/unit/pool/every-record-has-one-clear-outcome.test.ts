// Whatever a record holds and whatever its actor does with it, it ends in exactly one outcome that says why, and its
// neighbours are not touched.

import t from 'tap'
import {
  commit,
  defineActor,
  reject,
  retry,
  type ActorContext,
  type ActorDefinition,
} from '../../../runtime/actor/index.ts'
import {
  batchOf,
  happened,
  Happened,
  header,
  ignored,
  occurred,
  testHost,
  unitOf,
  type Given,
} from '../../harness/host-in-memory.ts'

type Receive = (event: Happened, ctx: ActorContext) => unknown

/** Does `odd` with the event n = 1, and nothing with the others. */
const actorWith = (odd: Receive, options: Record<string, unknown> = {}): ActorDefinition =>
  defineActor({
    name: 'tested',
    receives: { 'test.thing.happened': Happened },
    receive: ((event: Happened, ctx: ActorContext) => (event.n === 1 ? odd(event, ctx) : undefined)) as never,
    order: 'none',
    retry: { attempts: 3, firstDelayMs: 100 },
    ...options,
  })

const three = (): ArrayBuffer => batchOf([{ n: 0 }, { n: 1 }, { n: 2 }])

const misuse = (
  use: (ctx: Record<string, (...args: unknown[]) => unknown> & { state: unknown }) => unknown,
): Receive => {
  return (_event, ctx) => use(ctx as never)
}

const throwing =
  (value: unknown): Receive =>
  () => {
    throw value
  }

t.test('what receive does → what becomes of the record', async (t) => {
  const cases: readonly [
    name: string,
    odd: Receive,
    outcome: 'commit' | 'retry' | 'reject',
    says?: RegExp,
  ][] = [
    ['nothing', () => undefined, 'commit'],
    ['commit()', () => commit(), 'commit'],
    ['a promise of nothing', () => Promise.resolve(), 'commit'],
    ['a thenable of commit', () => ({ then: (done: (value: unknown) => void) => done(commit()) }), 'commit'],
    ['retry', () => retry('not yet'), 'retry', /^not yet$/],
    ['retry later, promised', async () => retry('not yet', { afterMs: 7 }), 'retry', /^not yet$/],
    ['reject', () => reject('wrong country'), 'reject', /^wrong country$/],
    ['an error', throwing(new RangeError('too far')), 'retry', /^too far$/],
    ['a rejected promise', () => Promise.reject(new Error('late')), 'retry', /^late$/],
    ['a thrown string', throwing('bare words'), 'retry', /without an Error: "bare words"/],
    ['thrown null', throwing(null), 'retry', /without an Error: null/],
    ['thrown undefined', throwing(undefined), 'retry', /without an Error: undefined/],
    [
      'a rejection with undefined',
      () => Promise.resolve().then(() => throwing(undefined)(undefined as never, undefined as never)),
      'retry',
      /without an Error: undefined/,
    ],
    ['a number', () => 42, 'retry', /receive of actor 'tested' returned 42; it must return/],
    ['true', () => true, 'retry', /returned true/],
    ['null', () => null, 'retry', /returned null/],
    ['an unknown kind', async () => ({ kind: 'park' }), 'retry', /returned {"kind":"park"}/],
    ['reject without a reason', () => ({ kind: 'reject' }), 'retry', /returned {"kind":"reject"}/],
    ['retry with a wrong delay', () => ({ kind: 'retry', reason: 'x', afterMs: 'soon' }), 'retry', /"soon"/],
    [
      'a trap',
      () => new Proxy({}, { get: throwing('trap') as never, has: throwing('trap') as never }),
      'retry',
      /trap/,
    ],
    [
      'a wrong event',
      misuse((ctx) => ctx['emit']?.('test.thing.happened', { n: 'x' })),
      'retry',
      /test.thing.happened: /,
    ],
    ['an unknown event', misuse((ctx) => ctx['emit']?.('no.such.event', {})), 'retry', /no.such.event/],
    [
      'emit without a name',
      misuse((ctx) => ctx['emit']?.()),
      'retry',
      /ctx.emit takes an event name, not undefined/,
    ],
    [
      'emit with a wrong key',
      misuse((ctx) => ctx['emit']?.('test.thing.happened', {}, { key: 5 })),
      'retry',
      /options.key takes a string, not 5/,
    ],
    [
      'emit with a reserved header',
      misuse((ctx) => ctx['emit']?.('test.thing.happened', {}, { headers: { 'event-id': 'mine' } })),
      'retry',
      /event-id, which Troupe sets itself/,
    ],
    ['state', misuse((ctx) => ctx.state), 'retry', /ctx.state needs effects: 'postgres'/],
    ['state set', misuse((ctx) => (ctx.state = 1)), 'retry', /ctx.state needs effects: 'postgres'/],
    ['track', misuse((ctx) => ctx['track']?.({})), 'retry', /ctx.track needs effects: 'postgres'/],
    ['sql', misuse((ctx) => ctx['sql']?.(['select 1'])), 'retry', /ctx.sql needs effects: 'postgres'/],
    [
      'logging what can not be logged',
      misuse((ctx) => {
        ;(ctx as unknown as ActorContext).log.info('x', loop())
      }),
      'commit',
    ],
  ]
  for (const [name, odd, outcome, says] of cases) {
    for (const order of ['none', 'key', 'partition'] as const) {
      const actor = actorWith(odd, { order })
      const { handled, produced } = testHost([actor])
      const result = await handled(actor, three())
      const title = `${name}, order ${order}`
      switch (outcome) {
        case 'commit':
          t.same(occurred(result), { applied: 3 }, title)
          break
        case 'retry': {
          const rest = order === 'partition' ? [{ index: 2, attempt: 1, afterMs: 0 }] : []
          t.same(occurred(result), { applied: order === 'partition' ? 1 : 2 }, title)
          t.match(result.unfinished, [{ index: 1, attempt: 2, failure: { message: says } }, ...rest], title)
          t.ok(result.batch, `${title}: handed back`)
          break
        }
        case 'reject':
          t.same(occurred(result), { applied: 2, rejected: 1 }, title)
          t.match(header(produced[0], 'dlq-error-message'), says)
          t.notOk(result.batch, title)
          break
        default:
          outcome satisfies never
      }
    }
  }
})

t.test('a retry waits as long as it asks, else as its policy says', async (t) => {
  const actor = actorWith(() => retry('later', { afterMs: 1_234 }))
  const { handled } = testHost([actor])
  t.match((await handled(actor, three())).unfinished, [{ afterMs: 1_234 }])
  const plain = actorWith(throwing(new Error('x')))
  const second = await testHost([plain]).handled(plain, three(), { records: [{ index: 1, attempt: 2 }] })
  t.match(second.unfinished, [{ index: 1, attempt: 3, afterMs: 100 }], '200 ms, jittered to half')
  t.same(occurred(second), {}, 'only the records that are due are handled')
})

t.test('the last attempt dead-letters the record as it was', async (t) => {
  const actor = actorWith(throwing(new RangeError('too far')))
  const { handled, produced } = testHost([actor])
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const record: Given = {
    n: 1,
    key: 'k',
    headers: [
      ['traceparent', Buffer.from(traceparent)],
      ['own', Buffer.from([0, 255])],
    ],
  }
  const result = await handled(actor, batchOf([record]), { records: [{ index: 0, attempt: 3 }] })
  t.same(occurred(result), { exhausted: 1 })
  const [letter] = produced
  t.equal(letter?.topic, 'dead')
  t.same(Buffer.from(letter?.key ?? []), Buffer.from('k'))
  t.same(Buffer.from(letter?.value ?? []), happened(record))
  t.same(
    letter?.headers.find(([name]) => name === 'own')?.[1],
    Buffer.from([0, 255]).toString('base64'),
    'its own headers; bytes that are no text as base64',
  )
  const said = Object.fromEntries(
    [
      'outcome',
      'attempts',
      'error-class',
      'error-message',
      'correlation-id',
      'trace-id',
      'offset',
      'actor',
    ].map((name) => [name, header(letter, `dlq-${name}`)]),
  )
  t.same(said, {
    outcome: 'exhausted',
    attempts: '3',
    'error-class': 'RangeError',
    'error-message': 'too far',
    'correlation-id': 'e0',
    'trace-id': '0af7651916cd43dd8448eb211c80319c',
    offset: '100',
    actor: 'tested',
  })
  t.match(result.failures, [
    { outcome: 'exhausted', attempt: 3, offset: 100, eventId: 'e0', eventType: 'test.thing.happened' },
  ])
})

t.test('what a record holds → what becomes of it, without asking the actor', async (t) => {
  const named = (name: string): NonNullable<Given['headers']> => [['event-type', Buffer.from(name)]]
  const cases: readonly [
    name: string,
    given: Given,
    outcome: 'applied' | 'skipped' | 'undecodable',
    code?: string,
  ][] = [
    ['an event', {}, 'applied'],
    ['an event, named by a header', { headers: named('test.thing.happened') }, 'applied'],
    ['another type', { value: ignored() }, 'skipped'],
    [
      'another type by its header, whatever its bytes',
      { value: Buffer.from('garbage'), headers: named('x.y.z') },
      'skipped',
    ],
    ['another type by its header, of an unknown id', { schemaId: 666, headers: named('x.y.z') }, 'skipped'],
    [
      'a received name over bytes of another type',
      { value: ignored(), headers: named('test.thing.happened') },
      'undecodable',
      'RECORD_UNDECODABLE',
    ],
    ['a tombstone', { value: undefined }, 'skipped'],
    [
      'a tombstone with a received name',
      { value: undefined, headers: named('test.thing.happened') },
      'undecodable',
      'RECORD_UNDECODABLE',
    ],
    ['an empty value', { value: Buffer.alloc(0) }, 'undecodable', 'RECORD_UNDECODABLE'],
    ['four bytes', { value: Buffer.alloc(4) }, 'undecodable', 'RECORD_UNDECODABLE'],
    ['no magic byte', { value: Buffer.from('{"n": 1}') }, 'undecodable', 'RECORD_UNDECODABLE'],
    ['cut short', { value: happened({}).subarray(0, 8) }, 'undecodable', 'RECORD_UNDECODABLE'],
    [
      'bytes left over',
      { value: Buffer.concat([happened({}), Buffer.alloc(1)]) },
      'undecodable',
      'RECORD_UNDECODABLE',
    ],
    ['an id the registry does not know', { schemaId: 666 }, 'undecodable', 'SCHEMA_ID_UNKNOWN'],
    ['a header name without value', { headers: [['event-type', null]] }, 'applied'],
    ['headers alone', { headers: [['x', Buffer.from('y')]] }, 'applied'],
  ]
  const actor = actorWith(() => undefined)
  for (const [name, given, outcome, code] of cases) {
    const { handled, produced } = testHost([actor])
    const result = await handled(actor, batchOf([{ n: 5 }, given, { n: 6 }]))
    t.same(occurred(result), outcome === 'applied' ? { applied: 3 } : { applied: 2, [outcome]: 1 }, name)
    t.equal(produced.length, outcome === 'undecodable' ? 1 : 0, name)
    if (code !== undefined) {
      t.equal(header(produced[0], 'dlq-error-class'), code, name)
      t.same(
        produced[0]?.value && Buffer.from(produced[0].value),
        given.value ?? (given.schemaId ? happened(given, 1) : null),
      )
    }
  }
})

t.test('a registry that is away is waited for, and nothing is handled before', async (t) => {
  let calls = 0
  const actor = actorWith(() => {
    calls++
  })
  const { host, registry, task, produced } = testHost([actor])
  registry.away = true
  const first = await host.handle(task(actor, three()))
  if (first.kind !== 'waiting') throw new Error(`unexpected ${first.kind}`)
  t.match(first, { for: 'registry', reason: /away/ })
  const again = await host.handle({ kind: 'resume', token: first.token })
  t.match(again, { kind: 'waiting', token: first.token })
  t.equal(calls, 0)
  registry.away = false
  t.match(await host.handle({ kind: 'resume', token: first.token }), {
    kind: 'handled',
    counts: { applied: 3 },
  })
  t.equal(produced.length, 0, 'nothing was dead-lettered for it')
  await host.handle(task(actor, three()))
  t.same(registry.fetched, [11, 11, 11], 'known ids are not asked for again')
})

t.test('an unknown id is asked for again with the next batch', async (t) => {
  const actor = actorWith(() => undefined)
  const { handled, registry } = testHost([actor])
  const batch = batchOf([{ schemaId: 77 }])
  t.same(occurred(await handled(actor, batch)), { undecodable: 1 })
  registry.schemas.set(77, Happened.schema)
  t.same(occurred(await handled(actor, batch)), { applied: 1 })
})

t.test('work that cannot be done says so and is handed back', async (t) => {
  const actor = actorWith(() => undefined)
  const stranger = { ...actor, name: 'stranger' }
  const batch = three()
  const { host, task } = testHost([actor])
  t.match(await host.handle(task(stranger, batch)), {
    kind: 'failed',
    failure: { code: 'ACTOR_NOT_LOADED', message: /exports 'tested', but not 'stranger'/ },
    batch,
  })
  t.match(await host.handle(task(actor, new ArrayBuffer(3))), {
    kind: 'failed',
    failure: { code: 'BATCH_DAMAGED' },
  })
  const damaged = three()
  new DataView(damaged).setUint32(8, 1_000_000, true)
  t.match(await host.handle(task(actor, damaged)), { kind: 'failed', failure: { code: 'BATCH_DAMAGED' } })
  const unloadable = testHost([actor], undefined, {
    loadModule: () => Promise.reject(new SyntaxError('bad token')),
  })
  t.match(await unloadable.host.handle(unloadable.task(actor, batch)), {
    failure: { code: 'ACTOR_NOT_LOADED', message: /can't be imported: bad token/ },
  })
  const needy = defineActor({
    name: 'needy',
    receives: actor.receives,
    receive: () => undefined,
    effects: 'postgres',
  })
  const poor = testHost([needy])
  t.match(await poor.host.handle(poor.task(needy, batch)), {
    failure: { code: 'CONFIG_INVALID', message: /DATABASE_URL/ },
  })
})

t.test('an empty batch is complete, and records below the first offset are not handled', async (t) => {
  const actor = actorWith(() => undefined)
  const { handled } = testHost([actor])
  t.same(occurred(await handled(actor, batchOf([]))), {})
  t.same(occurred(await handled(actor, three(), { firstOffset: 102 })), { applied: 1 })
})

t.test('a unit that is given up: aborted at once, and its work answers no more', async (t) => {
  const gate = Promise.withResolvers<void>()
  let signal: AbortSignal | undefined
  let after: unknown
  const actor = actorWith(async (_event, ctx) => {
    signal = ctx.signal
    await gate.promise
    try {
      ctx.emit('test.thing.happened' as never, { eventId: 'x', tenantId: 't', n: 1 } as never)
    } catch (error) {
      after = error
    }
  })
  const { host, task } = testHost([actor])
  const answer = host.handle(task(actor, three(), { epoch: 4 }))
  await new Promise(setImmediate)
  const unit = unitOf(actor)
  await host.handle({ kind: 'discard', unit: { ...unit, partition: 9 }, epoch: 4 })
  await host.handle({ kind: 'discard', unit, epoch: 3 })
  t.equal(signal?.aborted, false, 'neither another unit nor an earlier epoch concerns it')
  t.same(host.busyActors(), ['tested'])
  await host.handle({ kind: 'discard', unit, epoch: 4 })
  t.equal(signal?.aborted, true)
  t.same(await answer, { kind: 'discarded' }, 'though its handler goes on')
  gate.resolve()
  await new Promise(setImmediate)
  t.equal(after, undefined, 'the handler may end in peace')
  t.same(host.busyActors(), [])
})

t.test('a conversation that waits is dropped with its unit, and its token says so', async (t) => {
  const actor = actorWith(() => reject('no'))
  const { host, task } = testHost([actor])
  const asked = await host.handle(task(actor, three()))
  if (asked.kind !== 'produce') throw new Error(`unexpected ${asked.kind}`)
  await host.handle({ kind: 'discard', unit: unitOf(actor), epoch: 1 })
  t.same(await host.handle({ kind: 'resume', token: asked.token }), { kind: 'discarded' })
  t.match(await host.handle({ kind: 'resume', token: 2 ** 32 * 77 + 1 }), {
    kind: 'failed',
    failure: { code: 'WORKER_LOST' },
  })
})

const loop = (): object => {
  const ring: Record<string, unknown> = { big: 1n }
  ring['self'] = ring
  return ring
}
