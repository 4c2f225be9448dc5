// A batch's effects are applied once, wholly or not at all: on Postgres and on its memory twin alike.

import t, { type Test } from 'tap'

import type { TrackedRow } from '../../runtime/actor/index.ts'
import type { BatchEffects, EffectsStore, Unit } from '../../runtime/delivery/index.ts'
import {
  memoryEffectsStore,
  migrate,
  openDatabase,
  openEffectsStore,
  startEmbeddedPostgres,
  type Database,
} from '../../runtime/store/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const unit: Unit = { group: 'shop', actor: 'package-tracker', topic: 'shipping', partition: 3 }
const acme = (key: string) => ({ tenant: 'acme', key })
const done = (key: string, offset: number) => ({ ...acme(key), offset, outcome: 'done' as const })
const batch = (effects: Partial<BatchEffects>): BatchEffects => ({
  unit,
  inbox: [],
  duplicates: [],
  states: [],
  tracked: [],
  applyTracked: undefined,
  ...effects,
})
const tracked = (id: string, state: string, eventId: string): TrackedRow => ({
  entity: 'package',
  id,
  state,
  at: 1_700_000_000_123,
  tenant: 'acme',
  eventId,
})

interface Subject {
  readonly store: EffectsStore
  tracked(): Promise<readonly { readonly id: string; readonly state: string; readonly at: number }[]>
  duplicates(): Promise<readonly { readonly key: string; readonly offset: number }[]>
  close(): Promise<void>
}

const inMemory = (): Promise<Subject> => {
  const store = memoryEffectsStore()
  return Promise.resolve({
    store,
    tracked: () => Promise.resolve(store.tracked.map(({ id, state, at }) => ({ id, state, at }))),
    duplicates: () => Promise.resolve(store.duplicates.map(({ key, offset }) => ({ key, offset }))),
    close: () => store.close(),
  })
}

const server = await startEmbeddedPostgres()
t.teardown(() => server.close())
await migrate({ url: server.url })

const freshDatabase = async (): Promise<string> => {
  const admin = openDatabase({ url: server.url })
  await admin.sql`create database young`
  await admin.close()
  const url = server.url.replace(/postgres$/, 'young')
  await migrate({ url })
  return url
}

const onPostgres = async (): Promise<Subject> => {
  const store = openEffectsStore({
    url: server.url,
    maxConnections: 4,
    applicationName: 'effects-store-test',
  })
  const database = openDatabase({ url: server.url })
  await database.sql`truncate troupe.inbox, troupe.duplicates, troupe.actor_state, troupe.tracked`
  return {
    store,
    tracked: async () =>
      (
        await database.sql<{ id: string; state: string; at: Date }>`
          select id, state, at from troupe.tracked order by id, state`
      ).map(({ id, state, at }) => ({ id, state, at: at.getTime() })),
    duplicates: () => database.sql`select key, record_offset as "offset" from troupe.duplicates order by 2`,
    close: async () => {
      await store.close()
      await database.close()
    },
  }
}

const suite = async (t: Test, open: () => Promise<Subject>): Promise<void> => {
  const claim = (name: string, body: (t: Test, subject: Subject) => Promise<void>): Promise<unknown> =>
    t.test(name, async (t) => {
      const subject = await open()
      try {
        await body(t, subject)
      } finally {
        await subject.close()
      }
    })

  await claim('what was handled is seen, with its place and outcome', async (t, { store }) => {
    const given = batch({ inbox: [done('b', 8), { ...acme('a'), offset: 7, outcome: 'rejected' }] })

    t.same(await store.apply(given), { kind: 'applied' })

    const seen = await store.seen(unit, [acme('a'), acme('none'), acme('b'), { tenant: 'other', key: 'a' }])
    t.same(
      [...seen].sort((one, other) => one.offset - other.offset),
      [
        { tenant: 'acme', key: 'a', topic: 'shipping', partition: 3, offset: 7, outcome: 'rejected' },
        { tenant: 'acme', key: 'b', topic: 'shipping', partition: 3, offset: 8, outcome: 'done' },
      ],
    )
    t.same(await store.seen({ ...unit, group: 'elsewhere' }, [acme('a')]), [])
    t.same(await store.seen({ ...unit, actor: 'another' }, [acme('a')]), [])
    t.equal((await store.seen({ ...unit, partition: 9 }, [acme('a')])).length, 1, 'in whatever partition')
  })

  await claim('a key that another batch took meanwhile undoes the whole batch', async (t, subject) => {
    const { store } = subject
    await store.apply(batch({ inbox: [done('taken', 1)] }))

    const outcome = await store.apply(
      batch({
        inbox: [done('new', 2), done('taken', 3)],
        duplicates: [{ ...acme('x'), offset: 4 }],
        states: [{ ...acme('p'), loadedVersion: 0, value: 1 }],
        tracked: [tracked('p', 'moving', 'e1')],
      }),
    )

    t.same(outcome, { kind: 'conflict', on: 'inbox' })
    t.same(await store.seen(unit, [acme('new')]), [])
    t.same(await store.loadStates(unit, [acme('p')]), [{ version: 0, value: undefined }])
    t.same(await subject.tracked(), [])
    t.same(await subject.duplicates(), [])
  })

  await claim('a state comes back as JSON, under its own unit, tenant and key', async (t, { store }) => {
    const value = { list: [1, 'two', null], nested: { at: '2024-01-01', text: 'ä"\\\n' } }

    await store.apply(
      batch({
        states: [
          { ...acme('object'), loadedVersion: 0, value },
          { ...acme('null'), loadedVersion: 0, value: null },
          { ...acme('text'), loadedVersion: 0, value: '"quoted"' },
          { ...acme('date'), loadedVersion: 0, value: { at: new Date(0) } },
        ],
      }),
    )

    const keys = ['text', 'missing', 'object', 'null', 'date'].map(acme)
    const values = (await store.loadStates(unit, keys)).map((state) => state.value)
    t.same(
      values,
      ['"quoted"', undefined, value, null, { at: '1970-01-01T00:00:00.000Z' }],
      'in the order asked',
    )
    t.same(await store.loadStates(unit, [{ tenant: '', key: 'text' }]), [{ version: 0, value: undefined }])
    t.equal((await store.loadStates({ ...unit, partition: 8 }, [acme('text')]))[0]?.value, '"quoted"')
  })

  await claim('a state is written only over the version that was loaded', async (t, { store }) => {
    const write = (loadedVersion: number, value: unknown) =>
      store.apply(batch({ states: [{ ...acme('p'), loadedVersion, value }] }))
    const version = async () => (await store.loadStates(unit, [acme('p')]))[0]?.version ?? -1

    t.same(await write(0, 'first'), { kind: 'applied' })
    const first = await version()
    t.ok(first > 0)
    t.same(await write(0, 'again'), { kind: 'conflict', on: 'state' }, 'not made twice')
    t.same(await write(first, 'second'), { kind: 'applied' })
    const second = await version()
    t.not(second, first)
    t.same(await write(first, 'late'), { kind: 'conflict', on: 'state' })
    t.same(await write(second, undefined), { kind: 'applied' }, 'forgotten')
    t.same(await store.loadStates(unit, [acme('p')]), [{ version: 0, value: undefined }])
    t.same(await write(second, 'late'), { kind: 'conflict', on: 'state' })
    t.same(await write(0, 'anew'), { kind: 'applied' })
    t.notOk([first, second].includes(await version()), 'a new state never repeats an old version')
  })

  await claim('one stale state among many undoes them all', async (t, { store }) => {
    await store.apply(
      batch({ states: ['a', 'b', 'c'].map((key) => ({ ...acme(key), loadedVersion: 0, value: 1 })) }),
    )
    const [a, b, c] = await store.loadStates(unit, ['a', 'b', 'c'].map(acme))

    const outcome = await store.apply(
      batch({
        inbox: [done('event', 1)],
        states: [
          { ...acme('a'), loadedVersion: a?.version ?? 0, value: 2 },
          { ...acme('b'), loadedVersion: (b?.version ?? 0) + 1, value: 2 },
          { ...acme('c'), loadedVersion: c?.version ?? 0, value: undefined },
          { ...acme('d'), loadedVersion: 0, value: 2 },
        ],
      }),
    )

    t.same(outcome, { kind: 'conflict', on: 'state' })
    t.same(
      (await store.loadStates(unit, ['a', 'b', 'c', 'd'].map(acme))).map(({ value }) => value),
      [1, 1, 1, undefined],
    )
    t.same(await store.seen(unit, [acme('event')]), [])
  })

  await claim('a state that is not JSON is refused by name, and nothing is applied', async (t, { store }) => {
    const circular: { self?: unknown } = {}
    circular.self = circular

    for (const value of [circular, 10n, () => 1]) {
      const outcome = store.apply(
        batch({ inbox: [done('event', 1)], states: [{ ...acme('bad'), loadedVersion: 0, value }] }),
      )
      await t.rejects(outcome, { code: 'EFFECTS_REFUSED', message: /bad/ })
    }
    t.same(await store.seen(unit, [acme('event')]), [])
  })

  await claim('duplicates are noted once an offset, tracked rows as they come', async (t, subject) => {
    const given = batch({
      duplicates: [
        { ...acme('k'), offset: 12 },
        { ...acme('k'), offset: 11 },
      ],
      tracked: [tracked('p', 'a', 'e1'), tracked('q', 'b', 'e2')],
    })
    await subject.store.apply(given)
    await subject.store.apply({ ...given, tracked: [] })

    t.same(
      [...(await subject.duplicates())].sort((a, b) => a.offset - b.offset),
      [
        { key: 'k', offset: 11 },
        { key: 'k', offset: 12 },
      ],
    )
    t.same(await subject.tracked(), [
      { id: 'p', state: 'a', at: 1_700_000_000_123 },
      { id: 'q', state: 'b', at: 1_700_000_000_123 },
    ])
  })

  await claim('nothing to do is done', async (t, { store }) => {
    t.same(await store.apply(batch({})), { kind: 'applied' })
    t.same(await store.apply(batch({ states: [{ ...acme('a'), loadedVersion: 0, value: undefined }] })), {
      kind: 'applied',
    })
    t.same(await store.seen(unit, []), [])
    t.same(await store.loadStates(unit, []), [])
  })

  await claim('any text is a key, and no two are mixed up', async (t, { store }) => {
    const keys = [
      '',
      ' ',
      "'; drop table x --",
      'a\0b',
      'a\ud800',
      'a\ud801',
      'a\ufffd',
      '\u0001',
      '{}',
      '"',
      'NULL',
    ].concat('x'.repeat(100_000), `${'x'.repeat(100_000)}y`, 'ü'.repeat(999))
    const inbox = keys.map((key, offset) => ({ tenant: key, key, offset, outcome: 'done' as const }))
    const states = inbox.map(({ tenant, key, offset }) => ({ tenant, key, loadedVersion: 0, value: offset }))

    t.same(await store.apply(batch({ inbox, states })), { kind: 'applied' })

    const seen = await store.seen(unit, inbox)
    t.same(
      [...seen].sort((a, b) => a.offset - b.offset).map(({ key, tenant }) => [key, tenant]),
      keys.map((key) => [key, key]),
    )
    t.same(
      (await store.loadStates(unit, inbox)).map(({ value }) => value),
      keys.map((_, index) => index),
    )
  })

  await claim('of many batches that race for the same keys one wins', async (t, { store }) => {
    const keys = Array.from({ length: 200 }, (_, index) => `key-${String(index)}`)
    const racing = Array.from({ length: 12 }, (_, racer) =>
      store.apply(
        batch({
          unit: { ...unit, partition: racer },
          inbox: (racer % 2 ? keys : [...keys].reverse()).map((key, offset) => done(key, offset)),
          states: [{ ...acme('counter'), loadedVersion: 0, value: racer }],
        }),
      ),
    )

    const outcomes = await Promise.all(racing)

    t.equal(outcomes.filter(({ kind }) => kind === 'applied').length, 1)
    t.equal((await store.seen(unit, keys.map(acme))).length, 200)
  })

  await claim('a counter under contention loses no count', async (t, { store }) => {
    const increment = async (): Promise<void> => {
      const [a, b] = await store.loadStates(unit, [acme('a'), acme('b')])
      const states = [
        { ...acme('b'), loadedVersion: b?.version ?? 0, value: Number(b?.value ?? 0) + 1 },
        { ...acme('a'), loadedVersion: a?.version ?? 0, value: Number(a?.value ?? 0) + 1 },
      ]
      const outcome = await store.apply(batch({ states }))
      if (outcome.kind === 'conflict') await increment()
    }

    await Promise.all(Array.from({ length: 20 }, increment))

    t.same(
      (await store.loadStates(unit, [acme('a'), acme('b')])).map(({ value }) => value),
      [20, 20],
    )
  })

  await claim('ten thousand records are one batch', async (t, subject) => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `key-${String(index)}`)
    const effects = batch({
      inbox: keys.map((key, offset) => done(key, offset)),
      states: keys.map((key) => ({ ...acme(key), loadedVersion: 0, value: { key } })),
      tracked: keys.map((key) => tracked(key, 'moving', key)),
    })

    t.same(await subject.store.apply(effects), { kind: 'applied' })
    t.same(await subject.store.apply(effects), { kind: 'conflict', on: 'inbox' }, 'the same again')
    t.equal((await subject.tracked()).length, 10_000)
  })
}

await t.test('in memory', (t) => suite(t, inMemory))
await t.test('on Postgres', (t) => suite(t, onPostgres))

await t.test(
  'a key costs one look-up, also in young tables whose statistics say that they are empty',
  async (t) => {
    const url = await freshDatabase()
    const store = openEffectsStore({ url })
    const batches = 12
    const records = 300
    for (let nth = 0; nth < batches; nth += 1) {
      const keys = Array.from({ length: records }, (_, index) => acme(`${String(nth)}-${String(index)}`))
      t.same(await store.seen(unit, keys), [])
      await store.apply(
        batch({
          inbox: keys.map((key, offset) => ({ ...key, offset, outcome: 'done' })),
          states: keys.map((key) => ({ ...key, loadedVersion: 0, value: 1 })),
        }),
      )
      const loaded = await store.loadStates(unit, keys)
      const states = keys.map((key, index) => ({
        ...key,
        loadedVersion: loaded[index]?.version ?? 0,
        value: 2,
      }))
      t.same(await store.apply(batch({ states })), { kind: 'applied' })
    }
    await store.close()

    const database = openDatabase({ url })
    t.teardown(() => database.close())
    /** Also of its partitions; a key may be in two of them. */
    const readsOf = (table: string): Promise<number> =>
      waitUntil(`the sessions have told what they did to ${table}`, async () => {
        const [told] = await database.sql<{ reads: number; writes: number }>`
          select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint as reads, sum(n_tup_ins)::bigint as writes
          from pg_stat_user_tables where schemaname = 'troupe' and relname ~ ${`^${table}(_\\d+)?$`}`
        return (told?.writes ?? 0) >= batches * records ? (told?.reads ?? 0) + 1 : undefined
      })
    // Joins would read all keys of the unit in every batch: 6.5 times a key in the average of these batches.
    t.ok((await readsOf('inbox')) < 2 * batches * records, 'seen')
    // Writing may read a small table whole once a batch.
    t.ok((await readsOf('actor_state')) < (2 + 7) * batches * records, 'loadStates and apply')
  },
)

await t.test('on Postgres only', async (t) => {
  const { store, close } = await onPostgres()
  const database: Database = openDatabase({ url: server.url })
  t.teardown(async () => {
    await close()
    await database.close()
  })
  await database.sql`create table note (id text primary key, body text)`
  const notes = async () =>
    (await database.sql<{ id: string }>`select id from note order by id`).map(({ id }) => id)
  t.beforeEach(() => database.sql`truncate note, troupe.inbox, troupe.actor_state`)

  await t.test("applyTracked works in the batch's transaction", async (t) => {
    const given = (keys: readonly string[], offset: number) =>
      batch({
        inbox: [done('event', offset)],
        tracked: keys.map((key) => tracked(key, 'moving', 'e')),
        applyTracked: async (sql, rows) => {
          await sql`insert into note select * from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ state }) => state)}::text[])`
        },
      })

    await t.rejects(store.apply(given(['a', 'a'], 1)), { code: 'EFFECTS_REFUSED', retryable: false })
    t.same(await store.seen(unit, [acme('event')]), [])
    t.same(await store.apply(given(['a', 'b'], 1)), { kind: 'applied' })
    t.same(await store.apply(given(['c'], 1)), { kind: 'conflict', on: 'inbox' })
    t.same(await notes(), ['a', 'b'])

    const throwing = {
      ...given(['d'], 2),
      inbox: [],
      applyTracked: () => Promise.reject(new TypeError('oops')),
    }
    await t.rejects(store.apply(throwing), { code: 'EFFECTS_REFUSED', message: /oops/ })
  })

  await t.test('a deadlock is run again, without the caller', async (t) => {
    let runs = 0
    let entered = 0
    let bothIn: () => void = () => undefined
    const both = new Promise<void>((resolve) => (bothIn = resolve))
    await database.sql`insert into note values ('a', ''), ('b', '')`
    const crossing = (mine: string, other: string) =>
      store.apply(
        batch({
          inbox: [done(mine, 1)],
          tracked: [tracked(mine, 's', 'e')],
          applyTracked: async (sql) => {
            runs += 1
            await sql`update note set body = body || 'x' where id = ${mine}`
            if ((entered += 1) === 2) bothIn()
            await both
            await sql`update note set body = body || 'x' where id = ${other}`
          },
        }),
      )

    const outcomes = await Promise.all([crossing('a', 'b'), crossing('b', 'a')])

    t.same(outcomes, [{ kind: 'applied' }, { kind: 'applied' }])
    t.ok(runs > 2, 'one of them ran twice')
    t.same(await database.sql`select body from note`, [{ body: 'xx' }, { body: 'xx' }])
  })

  await t.test('a savepoint undoes one record and leaves the rest', async (t) => {
    const transaction = await store.begin()
    await transaction.savepoint(() => transaction.sql`insert into note values ('kept', '')`)
    const failing = transaction.savepoint(async () => {
      await transaction.sql`insert into note values ('undone', '')`
      throw new Error('handler')
    })
    await t.rejects(failing, { message: 'handler' })
    const swallowing = transaction.savepoint(async () => {
      await transaction.sql`insert into note values ('kept', '')`.catch(() => 'swallowed')
    })
    await t.rejects(
      swallowing,
      { code: '23505' },
      'an error that was swallowed had undone the record all the same',
    )
    const forgotten = transaction.savepoint(() => {
      void transaction.sql`insert into note values ('not awaited', '')`
      return Promise.resolve()
    })
    await forgotten
    const nested = transaction.savepoint(() => transaction.savepoint(() => Promise.resolve()))
    await t.rejects(nested, { message: /one after the other/ })

    t.same(await store.apply(batch({ inbox: [done('event', 1)] }), transaction), { kind: 'applied' })

    t.same(await notes(), ['kept', 'not awaited'])
    t.equal((await store.seen(unit, [acme('event')])).length, 1)
    await t.rejects(transaction.sql`select 1`, { message: /is over/ })
    await t.rejects(store.apply(batch({}), transaction), { message: /is over/ })
  })

  await t.test('a transaction that is not applied, or conflicts, leaves nothing', async (t) => {
    const undone = await store.begin()
    await undone.sql`insert into note values ('undone', '')`
    await undone.rollback()
    await undone.rollback()
    t.same(await notes(), [])

    await store.apply(batch({ inbox: [done('event', 1)] }))
    const late = await store.begin()
    await late.sql`insert into note values ('late', '')`
    t.same(await store.apply(batch({ inbox: [done('event', 2)] }), late), { kind: 'conflict', on: 'inbox' })
    t.same(await notes(), [])

    const broken = await store.begin()
    await t.rejects(broken.sql`select nonsense`, { code: '42703' }, "an author's error keeps its SQLSTATE")
    await t.rejects(store.apply(batch({ inbox: [done('other', 2)] }), broken), { code: 'EFFECTS_REFUSED' })
    t.same(await store.seen(unit, [acme('other')]), [])
  })

  await t.test('open transactions do not starve the other questions', async (t) => {
    const open = await Promise.all([store.begin(), store.begin(), store.begin(), store.begin()])

    t.same(await store.loadStates(unit, [acme('p')]), [{ version: 0, value: undefined }])

    await Promise.all(open.map((transaction) => transaction.rollback()))
  })

  await t.test('values come in and out as what they are', async (t) => {
    const transaction = await store.begin()
    const { sql } = transaction
    const date = new Date(1_700_000_000_123)
    const big = 9_007_199_254_740_993n

    const [row] =
      await sql`select ${1}::int as int, ${1.5}::float8 as float, ${7}::bigint as small, ${big}::bigint as big,
      ${'ä\\"\''}::text as text, ${true}::boolean as yes, ${date}::timestamptz as at, ${null}::text as nothing,
      ${undefined}::int as missing, ${'{"a":[1]}'}::jsonb as json, ${'[1]'}::json as plain_json, ${'1.10'}::numeric as numeric`
    t.strictSame(
      { ...row },
      {
        int: 1,
        float: 1.5,
        small: 7,
        big,
        text: 'ä\\"\'',
        yes: true,
        at: date,
        nothing: null,
        missing: null,
        json: { a: [1] },
        plain_json: [1],
        numeric: '1.10',
      },
    )

    const [arrays] =
      await sql`select ${['a', 'b,"c\\', 'null', null]}::text[] as texts, ${[1, 2]}::bigint[] as bigs,
      ${[true, false]}::boolean[] as flags, ${[date]}::timestamptz[] as dates, ${[]}::text[] as none, ${['{"a":1}']}::jsonb[] as jsons,
      ${[0.5]}::float8[] as floats`
    t.strictSame(
      { ...arrays },
      {
        texts: ['a', 'b,"c\\', 'null', null],
        bigs: [1, 2],
        flags: [true, false],
        dates: [date],
        none: [],
        jsons: [{ a: 1 }],
        floats: [0.5],
      },
    )
    t.same(
      await sql`select * from unnest(${['x', 'NULL', null]}::text[], ${[1, undefined as never, 2]}::int[]) as row (name, nth)`,
      [
        { name: 'x', nth: 1 },
        { name: 'NULL', nth: null },
        { name: null, nth: 2 },
      ],
    )
    await transaction.rollback()
  })

  await t.test('sessions are short of patience with whoever holds locks', async (t) => {
    const transaction = await store.begin()

    const [settings] =
      await transaction.sql`select current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('transaction_isolation') as isolation, current_setting('application_name') as name`

    t.same(settings, {
      idle: '10s',
      statement: '30s',
      lock: '15s',
      isolation: 'read committed',
      name: 'effects-store-test',
    })
    await transaction.rollback()
  })
})
