// Timers are set, moved and cancelled with their batch, fire once in the version that was read, and are found by index.

import t from 'tap'
import type { TimerChange, Unit } from '../../runtime/delivery/index.ts'
import {
  deleteFiredTimers,
  migrate,
  openDatabase,
  openTimerStore,
  startEmbeddedPostgres,
  writeTimers,
} from '../../runtime/store/index.ts'

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const store = openTimerStore({ url: server.url })
t.teardown(async () => {
  await Promise.all([store.close(), database.close()])
  await server.close()
})
t.beforeEach(async () => {
  await sql`truncate troupe.timers`
})

const unit: Unit = { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 3 }
const past = Date.UTC(2020, 0, 1)
const future = Date.UTC(2100, 0, 1)
const set = (key: string, name: string, dueAtMs: number, payload?: unknown): TimerChange => ({
  kind: 'set',
  tenant: 'acme',
  key,
  name,
  dueAtMs,
  payload,
  recordKey: Buffer.from(key),
})
const cancel = (key: string, name: string): TimerChange => ({ kind: 'cancel', tenant: 'acme', key, name })
const dueNames = async (of: Unit = unit): Promise<readonly string[]> =>
  (await store.due(of)).map(({ key, name }) => `${key}/${name}`)

t.test('a timer is set, moved, cancelled, and comes back with what it was given', async (t) => {
  await writeTimers(sql, unit, [
    set('a', 'remind', past + 2, { n: [1, null, 'ä'] }),
    set('a', 'expire', past + 1),
    set('b', 'remind', future),
    set('c', 'remind', past),
    cancel('c', 'remind'),
  ])
  t.strictSame(await dueNames(), ['a/expire', 'a/remind'])
  t.match((await store.due(unit))[1], { tenant: 'acme', dueAtMs: past + 2, payload: { n: [1, null, 'ä'] } })
  t.equal((await store.due(unit))[0]?.payload, undefined)
  t.equal(await store.nextDueInMs(unit), 0)

  await writeTimers(sql, unit, [
    set('a', 'expire', future),
    set('a', 'remind', future),
    set('b', 'remind', past),
  ])
  t.strictSame(await dueNames(), ['b/remind'])
  await writeTimers(sql, unit, [cancel('b', 'remind'), cancel('b', 'never-set')])
  t.strictSame(await dueNames(), [])
  const next = await store.nextDueInMs(unit)
  t.ok(next !== undefined && next > 1e9, String(next))
  await writeTimers(sql, unit, [])
  t.equal(await store.nextDueInMs({ ...unit, partition: 0 }), undefined)
})

t.test('a timer fires in the version that was read, once', async (t) => {
  await writeTimers(sql, unit, [set('a', 'x', past), set('b', 'x', past + 1)])
  const [a, b] = await store.due(unit)
  if (!a || !b) return t.fail('both are due')
  t.equal(await deleteFiredTimers(sql, unit, [b, a]), true)
  t.equal(await deleteFiredTimers(sql, unit, [a]), false)
  // moved, or cancelled and set again: another version
  await writeTimers(sql, unit, [set('a', 'x', past)])
  const [first] = await store.due(unit)
  await writeTimers(sql, unit, [set('a', 'x', past)])
  t.equal(await deleteFiredTimers(sql, unit, first ? [first] : []), false)
  const [second] = await store.due(unit)
  await writeTimers(sql, unit, [cancel('a', 'x')])
  await writeTimers(sql, unit, [set('a', 'x', past)])
  t.equal(await deleteFiredTimers(sql, unit, second ? [second] : []), false)
  t.equal(await deleteFiredTimers(sql, unit, []), true)
  // and one that sets itself again when it fires
  const [third] = await store.due(unit)
  t.equal(await deleteFiredTimers(sql, unit, third ? [third] : []), true)
  await writeTimers(sql, unit, [set('a', 'x', future)])
  t.strictSame(await dueNames(), [])
})

t.test('the owner of the partition whose record set it last fires it', async (t) => {
  const other = { ...unit, partition: 7 }
  await writeTimers(sql, unit, [set('a', 'x', past)])
  await writeTimers(sql, other, [set('a', 'x', past)])
  t.strictSame(await dueNames(), [])
  t.strictSame(await dueNames(other), ['a/x'])
  t.strictSame(await dueNames({ ...other, actor: 'invoices' }), [])
})

t.test('keys and names that Postgres cannot hold come back as they were', async (t) => {
  const long = 'x'.repeat(5_000)
  await writeTimers(sql, unit, [set('nul\0', 'n', past), set(long, 'n', past + 1), set('', 'n', past + 2)])
  const due = await store.due(unit)
  t.strictSame(
    due.map(({ key }) => key),
    ['nul\0', long, ''],
  )
  t.equal(await deleteFiredTimers(sql, unit, due), true)
  await t.rejects(writeTimers(sql, unit, [set('a', 'bad', past, () => 1)]), {
    code: 'EFFECTS_REFUSED',
    message: /the payload of timer "bad", which is not JSON/,
  })
})

t.test('among 100,000 pending timers a tick reads its page by index', async (t) => {
  await sql`
    insert into troupe.timers (group_id, actor, tenant, key, name, version, topic, partition, record_key, due_at)
    select 'shop', 'tracker', 'acme', 'k' || n, 'x', nextval('troupe.timer_versions'), 'shipping', 3, convert_to('k' || n, 'UTF8'),
      to_timestamp(${past / 1_000}::double precision) + (case when n <= 1200 then n / 4 else 4e9 + n end) * interval '1 ms'
    from generate_series(1, 100000) as n`
  // pages follow each other, also among timers of one millisecond
  const seen: string[] = []
  for (let page = await store.due(unit); page.length > 0; page = await store.due(unit, page.at(-1))) {
    t.ok(page.length <= 500)
    seen.push(...page.map(({ key }) => key))
    if (seen.length > 2_000) break
  }
  t.equal(new Set(seen).size, seen.length)
  t.ok(seen.length >= 1_200, String(seen.length))
  const plan = (
    await sql<{ 'QUERY PLAN': string }>`
      explain (analyze, buffers, costs off) select * from troupe.timers
      where group_id = 'shop' and actor = 'tracker' and topic = 'shipping' and partition = 3
        and due_at <= to_timestamp(${past / 1_000 + 1}::double precision) order by due_at, version limit 500`
  )
    .map((row) => row['QUERY PLAN'])
    .join('\n')
  t.match(plan, /Index Scan using timers_due/)
  t.notMatch(plan, /Sort/)
  t.comment(plan)
})
