// A key is known over midnight and for as many days as are kept; parked and dead ones are, until they are settled.

import t, { type Test } from 'tap'

import type { BatchEffects, EffectsStore, InboxEntry, InboxMove, Unit } from '../../runtime/delivery/index.ts'
import {
  memoryEffectsStore,
  migrate,
  openDatabase,
  openEffectsStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import { moveClock } from '../harness/store/moved-clock.ts'
import { waitUntil } from '../harness/wait-until.ts'

const unit: Unit = { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 3 }
const key = (name: string) => ({ tenant: 'acme', key: name })
const entry = (name: string, offset = 1, outcome: InboxEntry['outcome'] = 'done') => ({
  ...key(name),
  offset,
  outcome,
})
const batch = (effects: Partial<BatchEffects>): BatchEffects => ({
  unit,
  inbox: [],
  duplicates: [],
  states: [],
  tracked: [],
  applyTracked: undefined,
  ...effects,
})
const applied = { kind: 'applied' }
const conflict = { kind: 'conflict', on: 'inbox' }

interface Subject {
  readonly store: EffectsStore
  /** By the database's clock, in UTC. */
  setClock(at: string): Promise<void>
  close(): Promise<void>
}

const inMemory = (): Promise<Subject> => {
  let now = 0
  const store = memoryEffectsStore({ now: () => now })
  const setClock = (at: string): Promise<void> => {
    now = Date.parse(at)
    return Promise.resolve()
  }
  return Promise.resolve({ store, setClock, close: () => store.close() })
}

const server = await startEmbeddedPostgres()
t.teardown(() => server.close())
const { url } = server
await migrate({ url })
const { sql, close } = openDatabase({ url, maxConnections: 4 })
t.teardown(close)

const partitions = async (): Promise<readonly string[]> =>
  (
    await sql<{ name: string }>`
      select relname as name from pg_inherits join pg_class on oid = inhrelid
      where inhparent = 'troupe.inbox'::regclass order by 1`
  ).map(({ name }) => name.replace('inbox_', ''))

const onPostgres = async (): Promise<Subject> => {
  await moveClock(sql, undefined)
  for (const name of await partitions()) {
    const text = `drop table troupe.inbox_${name}`
    await sql(Object.assign([text], { raw: [text] }))
  }
  const store = openEffectsStore({ url })
  return { store, setClock: (at) => moveClock(sql, at), close: () => store.close() }
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
  const outcomes = async (store: EffectsStore, ...names: string[]) =>
    Object.fromEntries((await store.seen(unit, names.map(key))).map((hit) => [hit.key, hit.outcome]))

  await claim('a duplicate over midnight has no effect', async (t, { store, setClock }) => {
    await setClock('2030-05-01T23:59:59Z')
    t.same(await store.apply(batch({ inbox: [entry('a', 7)] })), applied)

    for (const at of ['2030-05-02T00:00:01Z', '2030-05-02T01:30:00Z', '2030-05-03T23:59:59Z']) {
      await setClock(at)
      t.same(await store.seen(unit, [key('a')]), [
        { ...key('a'), topic: 'shipping', partition: 3, offset: 7, outcome: 'done' },
      ])
      t.same(await store.apply(batch({ inbox: [entry('a', 9)] })), conflict, at)
      t.same(await store.apply(batch({ inbox: [entry(at), entry('a', 9)] })), conflict)
      t.same(await store.seen(unit, [key(at)]), [], 'wholly or not at all')
      t.same(await store.apply(batch({ inbox: [entry(at)] })), applied)
    }
    await setClock('2030-05-04T00:00:01Z')
    t.same(
      await outcomes(store, 'a', '2030-05-02T01:30:00Z'),
      { '2030-05-02T01:30:00Z': 'done' },
      'forgotten',
    )
    t.same(await store.apply(batch({ inbox: [entry('a', 11)] })), applied)
  })

  await claim('weeks without a record do no harm', async (t, { store, setClock }) => {
    await setClock('2031-01-01T12:00:00Z')
    await store.apply(batch({ inbox: [entry('a')] }))
    await setClock('2031-03-01T00:30:00Z')
    t.same(await outcomes(store, 'a'), {})
    t.same(await store.apply(batch({ inbox: [entry('a')] })), applied)
    t.same(await store.apply(batch({ inbox: [entry('a')] })), conflict)
  })

  await claim('rows of retries and redrives move by compare-and-set', async (t, { store, setClock }) => {
    await setClock('2032-01-01T00:10:00Z')
    const rows = (['done', 'rejected', 'parked', 'dead'] as const).map((state) => entry(state, 1, state))
    t.same(await store.apply(batch({ inbox: rows })), applied)
    await setClock('2032-01-02T00:10:00Z')
    const claimed: InboxMove = { ...key('dead'), from: 'dead', to: 'dead', nextHolder: 'redrive-1' }
    const finished: InboxMove = { ...key('dead'), from: 'dead', to: 'done', holder: 'redrive-1' }
    const other: InboxMove = { ...finished, holder: 'redrive-2' }

    t.same(await store.moveInbox(unit, [other, finished]), [false, false])
    t.same(await store.moveInbox(unit, [claimed]), [true])
    t.same(await store.moveInbox(unit, [claimed]), [false], 'somebody has it')
    t.same(await store.apply(batch({ moves: [other], inbox: [entry('new')] })), conflict)
    t.same(await outcomes(store, 'new', 'dead'), { dead: 'dead' })
    t.same(await store.apply(batch({ moves: [finished], inbox: [entry('new')] })), applied)
    t.same(await store.apply(batch({ moves: [finished] })), conflict, 'once')
    t.same(await outcomes(store, 'new', 'dead'), { new: 'done', dead: 'done' })

    const unpark = { ...key('parked'), from: 'parked', to: 'rejected' } as const
    t.same(await store.moveInbox(unit, [{ ...key('none'), from: 'dead', to: 'done' }, unpark]), [false, true])
    t.same(await store.moveInbox({ ...unit, actor: 'other' }, [unpark]), [false])
    for (const from of ['done', 'rejected'] as const) {
      const settled = { ...key(from), from, to: 'dead' } as const
      await t.rejects(store.moveInbox(unit, [settled]), { code: 'TRANSITION_UNLISTED' })
      await t.rejects(store.apply(batch({ moves: [settled] })), { code: 'TRANSITION_UNLISTED' })
    }
    t.same(await store.moveInbox(unit, []), [])
  })

  await claim('a row that is parked or dead outlives its day', async (t, { store, setClock }) => {
    await setClock('2033-01-01T00:10:00Z')
    await store.apply(
      batch({ inbox: [entry('parked', 1, 'parked'), entry('dead', 2, 'dead'), entry('done')] }),
    )
    for (let day = 2; day <= 9; day += 1) {
      await setClock(`2033-01-0${String(day)}T12:00:00Z`)
      await store.apply(batch({ inbox: [entry(`of day ${String(day)}`)] }))
    }

    t.same(await outcomes(store, 'parked', 'dead', 'done'), { parked: 'parked', dead: 'dead' })
    t.same(await store.apply(batch({ inbox: [entry('dead')] })), conflict)
    t.same(await store.apply(batch({ moves: [{ ...key('dead'), from: 'dead', to: 'done' }] })), applied)
    t.same(await outcomes(store, 'dead'), { dead: 'done' })
  })
}

await t.test('in memory', (t) => suite(t, inMemory))
await t.test('on Postgres', (t) => suite(t, onPostgres))

await t.test('on Postgres only', async (t) => {
  await t.test('who began before midnight and has not ended is met, and waited for', async (t) => {
    const { store, setClock, close } = await onPostgres()
    await setClock('2034-01-01T23:59:59Z')
    await store.apply(batch({ inbox: [entry('before')] }))
    const late = await store.begin()
    await late.sql`
      insert into troupe.inbox (group_id, actor, tenant, key, topic, partition, record_offset, outcome, day)
      values (${unit.group}, ${unit.actor}, 'acme', 'both', 'shipping', 3, 1, 'done', troupe.today())`

    await setClock('2034-01-02T00:00:01Z')
    const early = store.apply(batch({ inbox: [entry('both', 2)] }))
    await waitUntil('it waits', async () => {
      const rows =
        await sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%troupe.inbox%'`
      return rows.length > 0
    })
    await late.sql`commit`

    t.same(await early, conflict)
    await late.rollback()
    await close()
  })

  await t.test('partitions are made ahead and dropped, and every day is', async (t) => {
    const { store, setClock, close } = await onPostgres()
    await setClock('2035-01-01T12:00:00Z')
    await store.apply(batch({ inbox: [entry('a')] }))
    t.same(await partitions(), ['20341231', '20350101', '20350102'])

    for (let day = 2; day <= 7; day += 1) {
      await setClock(`2035-01-0${String(day)}T12:00:00Z`)
      const fresh = openEffectsStore({ url })
      await fresh.apply(batch({ inbox: [entry(`day ${String(day)}`)] }))
      await fresh.close()
    }

    t.same(await partitions(), ['20350104', '20350105', '20350106', '20350107', '20350108'])
    await close()
  })

  await t.test('twenty processes that begin a day at once all write, and wait for no reader', async (t) => {
    const { setClock, close } = await onPostgres()
    await setClock('2036-01-01T12:00:00Z')
    const stores = Array.from({ length: 20 }, () => openEffectsStore({ url, maxConnections: 1 }))
    await Promise.all(stores.map((store, nth) => store.apply(batch({ inbox: [entry(`a ${String(nth)}`)] }))))
    const reading = openEffectsStore({ url })
    const reader = await reading.begin()
    await reader.sql`select * from troupe.inbox`

    await setClock('2036-01-06T00:00:00Z')
    const outcomes = await Promise.all(
      stores.map((store, nth) => store.apply(batch({ inbox: [entry(`b ${String(nth)}`), entry('shared')] }))),
    )

    t.equal(outcomes.filter(({ kind }) => kind === 'applied').length, 1)
    await reader.rollback()
    await reading.close()
    await Promise.all(stores.map((store) => store.close()))
    await close()
  })

  await t.test('rows of the inbox from before have stayed', async (t) => {
    await sql`create database before`
    const old = openDatabase({ url: url.replace(/postgres$/, 'before') })
    const run = (text: string) => old.sql(Object.assign([text], { raw: [text] }))
    await run('create schema troupe')
    await run(`create table troupe.inbox (group_id text not null, actor text not null, tenant text not null,
      key text not null, topic text not null, partition integer not null, record_offset bigint not null, outcome text not null,
      handled_at timestamptz not null default now(), primary key (group_id, actor, tenant, key))`)
    await run(`insert into troupe.inbox select 'shop', 'tracker', 'acme', 'key-' || n, 'shipping', 3, n, 'done',
      now() - n * interval '1 hour' from generate_series(1, 1000) as n`)
    const file = new URL('../../schemas/sql/021.do.inbox-by-day.sql', import.meta.url)
    const { readFile } = await import('node:fs/promises')
    const { default: postgres } = await import('postgres')
    const admin = postgres(url.replace(/postgres$/, 'before'), { max: 1 })
    await admin.unsafe(await readFile(file, 'utf8'))
    await admin.end()

    const store = openEffectsStore({ url: url.replace(/postgres$/, 'before') })
    t.match(await store.seen(unit, [key('key-1'), key('key-1000')]), [{ offset: 1 }, { offset: 1_000 }])
    await Promise.all([store.close(), old.close()])
  })
})
