// Effects of a record are applied with it or not at all: duplicates run none, a failing record takes none of its
// neighbours along, and a database that is away or in conflict costs neither effects nor attempts.

import t from 'tap'
import {
  defineActor,
  reject,
  retry,
  type ActorContext,
  type ActorDefinition,
  type Tracked,
} from '../../../runtime/actor/index.ts'
import type {
  ApplyOutcome,
  BatchEffects,
  EffectsStore,
  InteractiveTransaction,
} from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { memoryEffectsStore, type MemoryEffectsStore } from '../../../runtime/store/index.ts'
import { batchOf, Happened, header, occurred, testHost, unitOf } from '../../harness/host-in-memory.ts'

type Receive = (event: Happened, ctx: ActorContext) => unknown

const actorWith = (receive: Receive, options: Record<string, unknown> = {}): ActorDefinition =>
  defineActor({
    name: 'keeper',
    receives: { 'test.thing.happened': Happened },
    receive: receive as never,
    effects: 'postgres',
    ...options,
  })

const row = (n: number): Tracked => ({ entity: 'thing', id: String(n), state: 'seen', at: n })

const emit = (ctx: ActorContext, n: number): void => {
  ctx.emit('test.thing.happened' as never, { eventId: 'own', tenantId: 't', n } as never)
}

/** The memory store with a say in what `apply` does. */
const scripted = (script: (effects: BatchEffects, calls: number) => ApplyOutcome | Error | undefined) => {
  const store = memoryEffectsStore()
  const asked: BatchEffects[] = []
  const apply: EffectsStore['apply'] = (effects, within) => {
    asked.push(effects)
    const answer = script(effects, asked.length)
    if (answer instanceof Error) return Promise.reject(answer)
    return answer ? Promise.resolve(answer) : store.apply(effects, within)
  }
  return {
    store,
    asked,
    scriptedStore: {
      ...store,
      apply,
      get tracked() {
        return store.tracked
      },
    } as MemoryEffectsStore,
  }
}

const away = () => new TroupeError('POSTGRES_UNAVAILABLE', 'Postgres is away')

const stateOf = async (store: EffectsStore, actor: ActorDefinition, key: string): Promise<unknown> =>
  (await store.loadStates(unitOf(actor), [{ tenant: 't', key }]))[0]?.value

t.test('state, tracking and inbox of a batch are applied together', async (t) => {
  const actor = actorWith((event, ctx) => {
    ctx.state = { sum: ((ctx.state as { sum: number } | undefined)?.sum ?? 0) + event.n }
    ctx.track(row(event.n))
  })
  const { store, asked, scriptedStore } = scripted(() => undefined)
  const { handled } = testHost([actor], scriptedStore)
  const result = await handled(
    actor,
    batchOf([
      { n: 1, key: 'a' },
      { n: 2, key: 'b' },
      { n: 4, key: 'a' },
    ]),
  )
  t.same(occurred(result), { applied: 3 })
  t.equal(asked.length, 1, 'one transaction')
  t.same(await stateOf(store, actor, 'a'), { sum: 5 })
  t.same(await stateOf(store, actor, 'b'), { sum: 2 })
  t.same(
    store.tracked,
    [1, 2, 4].map((n, i) => ({ ...row(n), tenant: 't', eventId: `e${String(i)}` })),
  )
  t.same(
    asked[0]?.inbox.map(({ key, offset, outcome }) => [key, offset, outcome]),
    [
      ['e0', 100, 'done'],
      ['e1', 101, 'done'],
      ['e2', 102, 'done'],
    ],
  )
})

t.test('a state is a copy until its record succeeds', async (t) => {
  const actor = actorWith(
    (event, ctx) => {
      const state = (ctx.state ??= { list: [] }) as { list: number[] }
      state.list.push(event.n)
      if (event.n === 2) throw new Error('no')
      if (event.n === 4) ctx.state = undefined
      if (event.n === 6) ctx.state = () => 1
      if (event.n === 7) ctx.state = { big: 1n }
    },
    { order: 'none', concurrency: 4 },
  )
  const store = memoryEffectsStore()
  const { handled } = testHost([actor], store)
  const some = await handled(actor, batchOf([1, 2, 3].map((n) => ({ n, key: 'k' }))))
  t.same(
    await stateOf(store, actor, 'k'),
    { list: [1, 3] },
    'changed in place and kept; without what the failed one did',
  )
  t.same(occurred(some), { applied: 2 })
  await handled(actor, batchOf([{ n: 4, key: 'k', eventId: 'x4' }]))
  t.equal(await stateOf(store, actor, 'k'), undefined, 'forgotten')
  const bad = await handled(actor, batchOf([5, 6, 7].map((n) => ({ n, key: 'k', eventId: `x${String(n)}` }))))
  t.match(bad.unfinished, [
    { index: 1, failure: { code: 'CONTEXT_MISUSED', message: /ctx.state holds a function/ } },
    { index: 2, failure: { code: 'CONTEXT_MISUSED', message: /ctx.state .*JSON/ } },
  ])
  t.same(await stateOf(store, actor, 'k'), { list: [5] })
})

t.test('states are kept by tenant and key, and a record without key has none', async (t) => {
  const seen: unknown[] = []
  const actor = actorWith((event, ctx) => {
    seen.push(ctx.state)
    if (ctx.key !== undefined) ctx.state = event.n
    else ctx.state = 1
  })
  const store = memoryEffectsStore()
  const { handled } = testHost([actor], store)
  const result = await handled(
    actor,
    batchOf([{ n: 1, key: 'a', tenantId: 'bc' }, { n: 2, key: 'ca', tenantId: 'b' }, { n: 3 }]),
  )
  t.same(seen, [undefined, undefined, undefined])
  t.match(result.unfinished, [{ failure: { message: /kept by record key, and this record has no key/ } }])
})

t.test('a duplicate runs no effect, wherever its first one was', async (t) => {
  let calls = 0
  const actor = actorWith((event, ctx) => {
    calls++
    ctx.track(row(event.n))
  })
  const store = memoryEffectsStore()
  const { handled, task, talk } = testHost([actor], store)
  const batch = batchOf([
    { eventId: 'x', n: 1 },
    { eventId: 'y', n: 2 },
    { eventId: 'x', n: 3 },
  ])
  t.same(occurred(await handled(actor, batch)), { applied: 2, duplicate: 1 }, 'within a batch')
  t.same(occurred(await handled(actor, batch)), { redelivered: 2, duplicate: 1 }, 'at the same offsets')
  const elsewhere = await talk({
    ...task(actor, batchOf([{ eventId: 'y' }])),
    unit: { ...unitOf(actor), partition: 4 },
  })
  t.match(elsewhere, { kind: 'handled', counts: { duplicate: 1 } }, 'in another partition')
  t.equal(calls, 2)
  t.equal(store.tracked.length, 2)
  t.same(
    store.duplicates.map(({ key, offset }) => [key, offset]),
    [
      ['x', 102],
      ['y', 100],
    ],
  )
  const other = await handled(actor, batchOf([{ eventId: 'x', tenantId: 'somebody else' }]))
  t.same(occurred(other), { applied: 1 }, 'the same key of another tenant is another event')
})

t.test('a twin waits with its unfinished first', async (t) => {
  const actor = actorWith((event) => (event.n === 1 ? retry('not yet') : undefined), { order: 'none' })
  const { handled } = testHost([actor], memoryEffectsStore())
  const result = await handled(
    actor,
    batchOf([
      { eventId: 'x', n: 1 },
      { eventId: 'x', n: 2 },
      { eventId: 'z', n: 3 },
    ]),
  )
  t.same(occurred(result), { applied: 1 })
  t.match(result.unfinished, [
    { index: 0, attempt: 2 },
    { index: 1, attempt: 1, afterMs: 0 },
  ])
})

t.test('a key of its own, and one that can not be told', async (t) => {
  const actor = actorWith(() => undefined, {
    order: 'none',
    idempotencyKey: (event: Happened) => {
      if (event.n === 8) throw new Error('no key in it')
      return event.n === 9 ? '' : `n${String(event.n)}`
    },
  })
  const { handled } = testHost([actor], memoryEffectsStore())
  const result = await handled(actor, batchOf([{ n: 1 }, { n: 1 }, { n: 8 }, { n: 9 }]))
  t.same(occurred(result), { applied: 1, duplicate: 1 })
  t.match(result.unfinished, [
    { failure: { message: 'no key in it' } },
    { failure: { message: /idempotencyKey of actor 'keeper' answered ""/ } },
  ])
})

t.test('effects of a failing record are dropped, those of its neighbours are not', async (t) => {
  const actor = actorWith(
    (event, ctx) => {
      ctx.track(row(event.n))
      emit(ctx, event.n)
      if (event.n === 1) throw new Error('no')
      return event.n === 2 ? reject('never') : undefined
    },
    { order: 'key' },
  )
  const store = memoryEffectsStore()
  const { handled, produced } = testHost([actor], store)
  const result = await handled(actor, batchOf([0, 1, 2, 3].map((n) => ({ n, key: String(n) }))))
  t.same(occurred(result), { applied: 2, rejected: 1 })
  t.same(
    store.tracked.map(({ id }) => id),
    ['0', '3'],
  )
  t.same(
    produced.map(({ topic, key }) => [topic, Buffer.from(key ?? []).toString()]),
    [
      ['emitted', '0'],
      ['dead', '2'],
      ['emitted', '3'],
    ],
  )
  const again = await handled(actor, batchOf([{ n: 9, eventId: 'e2' }]))
  t.same(occurred(again), { duplicate: 1 }, 'a rejected event is known, too')
})

t.test('Postgres away: waited for, without running receive again', async (t) => {
  for (const moment of ['seen', 'loadStates', 'apply'] as const) {
    let calls = 0
    let isAway = true
    const actor = actorWith((event, ctx) => {
      calls++
      ctx.state = event.n
      emit(ctx, event.n)
    })
    const store = memoryEffectsStore()
    const failing = new Proxy(store, {
      get: (target, name) =>
        name === moment && isAway ? () => Promise.reject(away()) : (Reflect.get(target, name) as unknown),
    })
    const { talk, task, produced } = testHost([actor], failing)
    let waits = 0
    const result = await talk(task(actor, batchOf([{ n: 7, key: 'k' }])), (asked) => {
      if (asked.kind !== 'waiting') return
      t.match(asked, { for: 'postgres', reason: 'Postgres is away' })
      waits++
      if (waits === 3) isAway = false
    })
    t.match(result, { kind: 'handled', counts: { applied: 1 } }, moment)
    t.equal(waits, 3, moment)
    t.equal(calls, 1, `${moment}: handled once`)
    t.equal(produced.length, 1, `${moment}: emitted once`)
    t.equal(await stateOf(store, actor, 'k'), 7)
  }
})

t.test('a conflict: handled again with what the other batch has left, nothing emitted twice', async (t) => {
  let calls = 0
  const actor = actorWith((event, ctx) => {
    calls++
    ctx.state = ((ctx.state as number | undefined) ?? 0) + event.n
    emit(ctx, event.n)
  })
  const other = actorWith((event, ctx) => void (ctx.state = event.n))
  const { store, scriptedStore } = scripted((effects, call) =>
    call === 1 ? { kind: 'conflict', on: effects.states.length > 0 ? 'state' : 'inbox' } : undefined,
  )
  const rival = testHost([other], store)
  const { talk, task, produced } = testHost([actor], scriptedStore)
  const result = await talk(
    task(
      actor,
      batchOf([
        { n: 1, key: 'k', eventId: 'x' },
        { n: 2, key: 'k', eventId: 'y' },
      ]),
    ),
    async () => {
      // Meanwhile somebody else handles x, at another offset, and writes the state.
      if (calls === 2)
        await rival.handled(
          other,
          batchOf([
            { eventId: '-', key: 'z' },
            { n: 50, key: 'k', eventId: 'x' },
          ]),
        )
    },
  )
  t.match(result, { kind: 'handled', counts: { applied: 1, duplicate: 1 }, unfinished: [] })
  t.equal(await stateOf(store, actor, 'k'), 52)
  t.equal(calls, 3)
  t.equal(produced.length, 2, 'what the broker has is not sent again')
})

t.test('a conflict that never ends asks for a pause and uses no attempt', async (t) => {
  const actor = actorWith(() => undefined)
  const { scriptedStore } = scripted((_effects, call) =>
    call <= 12 ? { kind: 'conflict', on: 'inbox' } : undefined,
  )
  const { talk, task } = testHost([actor], scriptedStore)
  let pauses = 0
  const result = await talk(task(actor, batchOf([{}])), (asked) => {
    t.match(asked, { kind: 'waiting', for: 'postgres', reason: /same idempotency keys as keeper/ })
    pauses++
  })
  t.match(result, { kind: 'handled', counts: { applied: 1 }, unfinished: [] })
  t.equal(pauses, 2)
})

t.test('what Postgres refuses fails the record it came from', async (t) => {
  const actor = actorWith(
    (event, ctx) => {
      ctx.track(row(event.n))
    },
    { order: 'key', retry: { attempts: 2 } },
  )
  const { store, scriptedStore } = scripted((effects) =>
    effects.tracked.some(({ id }) => id === '2') ? new Error('violates check constraint') : undefined,
  )
  const { handled, produced } = testHost([actor], scriptedStore)
  const batch = batchOf([1, 2, 3, 2].map((n, i) => ({ n, key: i === 3 ? '2' : String(n) })))
  const result = await handled(actor, batch)
  t.same(occurred(result), { applied: 2 })
  t.match(result.unfinished, [
    { index: 1, attempt: 2, failure: { message: 'violates check constraint' } },
    { index: 3, attempt: 1 },
  ])
  t.same(
    store.tracked.map(({ id }) => id),
    ['1', '3'],
  )
  const last = await handled(actor, batch, { records: [{ index: 1, attempt: 2 }] })
  t.same(occurred(last), { exhausted: 1 })
  t.equal(header(produced[0], 'dlq-error-message'), 'violates check constraint')
  t.same(occurred(await handled(actor, batch, { records: [{ index: 1, attempt: 1 }] })), { redelivered: 1 })
})

t.test('a unit given up while its events are acknowledged applies nothing', async (t) => {
  const actor = actorWith((event, ctx) => {
    ctx.track(row(event.n))
    emit(ctx, event.n)
  })
  const store = memoryEffectsStore()
  const { host, task } = testHost([actor], store)
  const asked = await host.handle(task(actor, batchOf([{}])))
  if (asked.kind !== 'produce') throw new Error(`unexpected ${asked.kind}`)
  await host.handle({ kind: 'discard', unit: unitOf(actor), epoch: 1 })
  t.same(await host.handle({ kind: 'resume', token: asked.token }), { kind: 'discarded' })
  t.same(store.tracked, [])
})

// ctx.sql, with a store that keeps statements instead of running them.

class TransactionLog {
  readonly committed: string[][] = []
  open = 0
  fail: ((statement: string) => Error | undefined) | undefined

  readonly store: EffectsStore = {
    ...memoryEffectsStore(),
    begin: () => Promise.resolve(this.#begin()),
    apply: (_effects, within) => {
      const { statements } = within as InteractiveTransaction & { statements: string[] }
      this.open--
      this.committed.push([...statements])
      return Promise.resolve({ kind: 'applied' })
    },
  }

  #begin(): InteractiveTransaction & { statements: string[] } {
    this.open++
    const statements: string[] = []
    return {
      statements,
      sql: async (text, ...values) => {
        const statement = String.raw(text, ...values)
        await Promise.resolve()
        const failure = this.fail?.(statement)
        if (failure) throw failure
        statements.push(statement)
        return []
      },
      savepoint: async (work) => {
        const before = statements.length
        try {
          return await work()
        } catch (error) {
          statements.length = before
          throw error
        }
      },
      rollback: () => {
        this.open--
        return Promise.resolve()
      },
    }
  }
}

t.test('ctx.sql: one after the other, fifty to a transaction, a failing record undone alone', async (t) => {
  const actor = actorWith(
    async (event, ctx) => {
      await ctx.sql`insert ${event.n}`
      if (event.n === 3) throw new Error('no')
      return event.n === 4 ? reject('never') : undefined
    },
    { sql: true, order: 'none' },
  )
  const log = new TransactionLog()
  const { handled } = testHost([actor], log.store)
  const result = await handled(actor, batchOf(Array.from({ length: 120 }, (_, n) => ({ n }))))
  t.same(occurred(result), { applied: 118, rejected: 1 })
  t.same(
    log.committed.map((statements) => statements.length),
    [48, 50, 20],
  )
  t.equal(log.committed.flat().includes('insert 3') || log.committed.flat().includes('insert 4'), false)
  t.equal(log.open, 0, 'no transaction is left open')
})

t.test('ctx.sql: a lost connection undoes the transaction, not the record', async (t) => {
  const actor = actorWith(
    async (event, ctx) => {
      await ctx.sql`insert ${event.n}`
    },
    { sql: true },
  )
  const log = new TransactionLog()
  let failures = 0
  log.fail = (statement) => (statement === 'insert 1' && failures++ < 2 ? away() : undefined)
  const { talk, task } = testHost([actor], log.store)
  let waits = 0
  const result = await talk(task(actor, batchOf([{ n: 0 }, { n: 1 }, { n: 2 }])), () => {
    waits++
    t.equal(log.open, 0, 'nothing is held while it is waited')
  })
  t.match(result, { kind: 'handled', counts: { applied: 3 }, unfinished: [] })
  t.equal(waits, 2)
  t.same(log.committed, [['insert 0', 'insert 1', 'insert 2']])
})

t.test('ctx.sql needs sql: true', async (t) => {
  const actor = actorWith((_event, ctx) => ctx.sql`select 1`.then(() => undefined))
  const { handled } = testHost([actor], memoryEffectsStore())
  t.match((await handled(actor, batchOf([{}]))).unfinished, [{ failure: { message: /needs sql: true/ } }])
})
