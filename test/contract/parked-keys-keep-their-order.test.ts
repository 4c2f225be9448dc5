// A parked key's records wait in the order of their offsets; it is unparked only when its queue is empty.

import t from 'tap'
import {
  parkingKeyOf,
  type NewParkedRecord,
  type ParkedSettlement,
  type Unit,
} from '../../runtime/delivery/index.ts'
import {
  answerCommands,
  migrate,
  openDatabase,
  openEffectsStore,
  openParkingStore,
  parkRecords,
  releaseKeys,
  settleParked,
  startEmbeddedPostgres,
  type SettleOutcome,
} from '../../runtime/store/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const store = openParkingStore({ url: server.url })
const effects = openEffectsStore({ url: server.url })
t.teardown(async () => {
  await Promise.all([store.close(), effects.close(), database.close()])
  await server.close()
})
t.beforeEach(async () => {
  await sql`truncate troupe.parked_keys, troupe.parked_records, troupe.parked_commands`
})

const unit: Unit = { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 3 }
const failure = { errorClass: 'TypeError', errorCode: 'HANDLER_FAILED', message: 'no such \0 field' }
const bytes = (text: string): Uint8Array => Buffer.from(text)
const record = (offset: number, key: string | null, attempts = 0, afterMs = 0): NewParkedRecord => ({
  parkingKey: parkingKeyOf(key === null ? null : bytes(key), offset),
  original: {
    topic: unit.topic,
    partition: unit.partition,
    offset,
    timestamp: -1,
    key: key === null ? null : bytes(key),
    value: Uint8Array.of(0, 255),
    headers: [['event-id', `e${String(offset)}`]],
  },
  inboxKey: { tenant: 't\0', key: `e${String(offset)}` },
  attempts,
  afterMs,
  failure: attempts === 0 ? undefined : failure,
})
const a = 'key a'
const b = 'key b'
const finished = (parkingKey: string, offset: number): ParkedSettlement => ({
  kind: 'finished',
  parkingKey,
  offset,
})

const dueOffsets = async (): Promise<readonly number[]> =>
  (await store.due(unit)).map(({ original }) => original.offset)
const settle = async (...settlements: readonly ParkedSettlement[]): Promise<SettleOutcome> => {
  const transaction = await effects.begin()
  const outcome = await settleParked(transaction.sql, unit, settlements)
  if (outcome.kind === 'settled') await transaction.sql`commit`
  await transaction.rollback()
  return outcome
}

t.test('a key goes from parked to unparked, record by record', async (t) => {
  // given a key whose record failed, with two behind it, and another key
  t.equal(
    await parkRecords(sql, unit, [record(8, 'a'), record(5, 'a', 1, 0), record(6, 'b', 1, 3_600_000)]),
    3,
  )
  t.equal(await parkRecords(sql, unit, [record(9, 'a')]), 1)
  t.match(await store.load(unit), {
    kind: 'all',
    keys: new Map([
      [a, { parkingKey: a, records: 3, held: false }],
      [b, { parkingKey: b, records: 1, held: false }],
    ]),
  })
  // then only the first one is due, as it was
  const [first, ...others] = await store.due(unit)
  t.strictSame(others, [])
  t.match(first, {
    parkingKey: a,
    attempts: 1,
    inboxKey: { tenant: 't\0', key: 'e5' },
    failure: { errorClass: 'TypeError', message: 'no such \ufffd field' },
    original: { topic: 'shipping', partition: 3, offset: 5, timestamp: -1 },
  })
  t.strictSame([...(first?.original.value ?? [])], [0, 255])
  // when it fails again, it waits
  t.match(await settle({ kind: 'again', parkingKey: a, offset: 5, attempts: 2, afterMs: 60_000, failure }), {
    kind: 'settled',
    unparked: [],
  })
  t.strictSame(await dueOffsets(), [])
  const next = await store.nextDueInMs(unit)
  t.ok(next !== undefined && next > 50_000 && next <= 60_000, String(next))
  t.equal((await store.queue(unit, a))[0]?.attempts, 2)
  // when it is released and ends, the next one is due at once, and so on
  await releaseKeys(sql, unit, [a])
  for (const [offset, unparked] of [
    [5, []],
    [8, []],
    [9, [a]],
  ] as const) {
    t.strictSame(await dueOffsets(), [offset])
    t.strictSame(await settle(finished(a, offset)), { kind: 'settled', unparked: [...unparked] })
  }
  t.strictSame(await store.parkedAmong(unit, [a, b, 'key c']), [b])
  t.match(await store.survey(unit), { keys: 1, held: 0, records: 1 })
})

t.test('a record is parked once, and settled once', async (t) => {
  await parkRecords(sql, unit, [record(5, 'a', 1), record(8, 'a')])
  t.equal(await parkRecords(sql, unit, [record(5, 'a', 1), record(8, 'a')]), 0)
  t.match(await store.survey(unit), { keys: 1, records: 2 })
  t.strictSame(await settle(finished(a, 9)), { kind: 'conflict' })
  t.strictSame(await settle(finished(a, 5), finished(b, 6)), { kind: 'conflict' })
  t.strictSame(await settle(finished(a, 5)), { kind: 'settled', unparked: [] })
  t.strictSame(await settle(finished(a, 5)), { kind: 'conflict' }, 'twice')
  t.strictSame(await settle(), { kind: 'settled', unparked: [] })
  t.equal(await parkRecords(sql, unit, []), 0)
})

t.test('of a topic that was made anew nothing is taken for what was parked of the old one', async (t) => {
  const old = record(5, 'a', 1)
  await parkRecords(sql, unit, [old])
  const another = record(5, 'b', 1)
  const value = Uint8Array.of(7)
  await t.rejects(
    parkRecords(sql, unit, [{ ...another, original: { ...another.original, value } }, record(6, 'b')]),
    { code: 'EFFECTS_REFUSED', message: /offset 5 of shipping\/3 is parked already, with another record/ },
  )
})

t.test('a key that is held waits for an operator, with all that comes', async (t) => {
  await parkRecords(sql, unit, [record(5, 'a', 5)])
  t.match(await settle({ kind: 'finished-and-held', parkingKey: a, offset: 5 }), { unparked: [] })
  t.match(await store.survey(unit), { keys: 1, held: 1, records: 0 })
  await parkRecords(sql, unit, [record(7, 'a')])
  t.strictSame(await dueOffsets(), [])
  t.equal(await store.nextDueInMs(unit), undefined)
  // when the operator releases it
  t.strictSame(await releaseKeys(sql, unit, [a]), [])
  t.strictSame(await dueOffsets(), [7])
  t.match(await settle(finished(a, 7)), { unparked: [a] })
  // and one that is held without records is unparked at once
  await parkRecords(sql, unit, [record(9, 'a', 5)])
  await settle({ kind: 'finished-and-held', parkingKey: a, offset: 9 })
  t.strictSame(await releaseKeys(sql, unit, [a, 'key none']), [a])
})

t.test('a record that arrives while its key is being unparked is not lost', async (t) => {
  await parkRecords(sql, unit, [record(5, 'a', 1)])
  // given a transaction that unparks the key and has not ended
  const unparking = await effects.begin()
  t.match(await settleParked(unparking.sql, unit, [finished(a, 5)]), { unparked: [a] })
  // when a record arrives for it, from an owner that should not be there
  const arriving = parkRecords(sql, unit, [record(6, 'a')])
  await waitUntil('the arrival waits for the lock', async () => {
    const [row] = await sql<{ waiting: number }>`select count(*) as waiting from pg_locks where not granted`
    return (row?.waiting ?? 0) > 0
  })
  await unparking.sql`commit`
  await unparking.rollback()
  await arriving
  // then the key is parked, with it
  t.match(await store.survey(unit), { keys: 1, records: 1 })
  t.strictSame(await dueOffsets(), [6])
  // and the other way around: an arrival that has not ended keeps the key parked
  const other = await effects.begin()
  await parkRecords(other.sql, unit, [record(7, 'a')])
  const settling = settle(finished(a, 6))
  await waitUntil('the settlement waits for the lock', async () => {
    const [row] = await sql<{ waiting: number }>`select count(*) as waiting from pg_locks where not granted`
    return (row?.waiting ?? 0) > 0
  })
  await other.sql`commit`
  await other.rollback()
  t.match(await settling, { unparked: [] })
  t.strictSame(await dueOffsets(), [7])
})

t.test('records without key park alone; odd keys keep apart', async (t) => {
  await parkRecords(sql, unit, [
    record(1, null, 1),
    record(2, null, 1),
    record(3, '\0', 1),
    record(4, 'x'.repeat(5_000), 1),
  ])
  t.match(await store.survey(unit), { keys: 4, records: 4 })
  t.strictSame(
    await store.parkedAmong(unit, ['offset 1', 'offset 9', 'key \0', `key ${'x'.repeat(5_000)}`]),
    ['offset 1', 'key \0', `key ${'x'.repeat(5_000)}`],
  )
  t.match(await settle(finished('key \0', 3)), { unparked: ['key \0'] })
  t.strictSame(await store.load(unit, 2), { kind: 'too-many' })
  t.match(await store.load({ ...unit, partition: 4 }), { kind: 'all', keys: new Map() })
})

t.test('operators write commands; the owner answers each once', async (t) => {
  const id = await store.ask({ unit, parkingKey: a, kind: 'skip', offset: 5, by: 'ada' })
  await store.ask({ unit, parkingKey: a, kind: 'release', offset: undefined, by: 'bob' })
  const commands = await store.commands(unit)
  t.match(commands, [
    { id, unit, parkingKey: a, kind: 'skip', offset: 5, by: 'ada' },
    { kind: 'release', offset: undefined, by: 'bob' },
  ])
  t.strictSame(await store.commands({ ...unit, actor: 'other' }), [])
  t.equal(await answerCommands(sql, [{ id, answer: 'skipped' }]), true)
  t.equal(await answerCommands(sql, [{ id, answer: 'skipped' }]), false)
  t.equal((await store.commands(unit)).length, 1)
})

t.test('a command on a key that is not parked any more is answered without an owner', async (t) => {
  const elsewhere = { ...unit, partition: 7 }
  await parkRecords(sql, elsewhere, [record(1, 'there', 1)])
  const ask = (parkingKey: string): Promise<number> =>
    store.ask({ unit: elsewhere, parkingKey, kind: 'release', offset: undefined, by: 'ada' })
  const [there, gone] = [await ask('key there'), await ask('key gone')]
  for (const id of [there, gone]) await store.answerIfUnparked(id)
  t.match(await store.commands(elsewhere), [{ id: there }])
  t.match(await sql`select answer from troupe.parked_commands where id = ${gone} and done_at is not null`, [
    { answer: 'nothing is parked there any more' },
  ])
})

t.test('among many parked keys what is due is read by index', async (t) => {
  await sql`
    insert into troupe.parked_keys (group_id, actor, topic, partition, parking_key, records, due_at)
    select 'shop', 'tracker', 'shipping', 3, 'key ' || n, 1, now() + n * interval '1 minute' from generate_series(-10, 49000) as n`
  await sql`
    insert into troupe.parked_records (group_id, actor, topic, partition, record_offset, parking_key, headers, attempts,
      error_class, error_code, message)
    select 'shop', 'tracker', 'shipping', 3, n + 10, 'key ' || n, '\\x01', 1, '', '', '' from generate_series(-10, 49000) as n`
  const [, ms] = await timed(() => store.due(unit))
  const [keys] = await timed(() => store.load(unit))
  t.equal((await dueOffsets()).length, 11)
  t.equal(keys.kind === 'all' && keys.keys.size, 49_011)
  t.comment(`11 due of 49,011 parked keys: ${ms.toFixed(1)} ms`)
  const plan = await sql<{ 'QUERY PLAN': string }>`
    explain (analyze, costs off) select * from troupe.parked_keys
    where group_id = 'shop' and actor = 'tracker' and topic = 'shipping' and partition = 3 and due_at <= troupe.clock()
    order by due_at limit 500`
  t.match(plan.map((row) => row['QUERY PLAN']).join('\n'), /Index Scan using parked_keys_due/)
})

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  const answer = await work()
  return [answer, performance.now() - start]
}
