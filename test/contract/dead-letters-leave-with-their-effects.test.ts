// The dead letter of an actor with effects in Postgres is in the index and in the outbox if and only if the transaction is
// committed that says what became of its record: once, whoever tells it again, and as its record was, byte for byte.

import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import {
  deadLetter,
  noOutcomes,
  readDeadLetter,
  type BatchEffects,
  type NewDeadLetter,
  type OriginalRecord,
  type Unit,
} from '../../runtime/delivery/index.ts'
import { letterRow, type OutboxLetter } from '../../runtime/delivery/outbox-letter.ts'
import { sliceOfUnit, type OutboxRow } from '../../runtime/delivery/outbox.ts'
import {
  migrate,
  openDatabase,
  openDeadLetterIndex,
  openEffectsStore,
  openOutboxStore,
  openProgressStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'

const unit: Unit = { group: 'shop', actor: 'teller', topic: 'orders', partition: 3 }
const limits = { records: 100, bytes: 1_000_000, withoutTopics: [] }

const server = await startEmbeddedPostgres()
t.teardown(() => server.close())
const { url } = server
await migrate({ url })
const { sql, close } = openDatabase({ url })
t.teardown(close)
const outboxStore = openOutboxStore({ url })
t.teardown(() => outboxStore.close())
const index = openDeadLetterIndex({ url })
t.teardown(() => index.close())

const letterAt = (offset: number, original: Partial<OriginalRecord> = {}): OutboxLetter => {
  const letter: NewDeadLetter = {
    original: {
      topic: unit.topic,
      partition: unit.partition,
      offset,
      timestamp: 1_700_000_000_000,
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: [],
      ...original,
    },
    cause: {
      group: unit.group,
      actor: unit.actor,
      outcome: 'exhausted',
      attempts: 3,
      errorClass: 'Error',
      message: 'no',
      failedAtMs: 1_700_000_001_000,
    },
    tenant: 't',
    eventId: `e${String(offset)}`,
    eventType: 'shop.order.told',
    errorCode: '',
    inboxKey: { tenant: 't', key: `e${String(offset)}` },
    redrives: 0,
  }
  return { letter, row: letterRow(randomUUID(), deadLetter('dead', letter.original, letter.cause, letter)) }
}

const event: OutboxRow = {
  id: randomUUID(),
  type: 'shop.order.told',
  record: { topic: 'told', key: null, value: Buffer.from('v'), headers: [] },
}

const world = async (t: Test) => {
  await sql`truncate troupe.units, troupe.unit_events, troupe.inbox, troupe.outbox, troupe.dead_letters`
  const progress = openProgressStore({ url })
  const effects = openEffectsStore({ url })
  t.teardown(() => Promise.all([progress.close(), effects.close()]))
  const [taken] = await progress.take([{ unit, lanes: 1 }], 'me')
  const epoch = taken?.epoch ?? 0
  await progress.begin([{ unit, epoch, offset: 0, topicId: undefined, account: 'anew', events: [] }])
  let from = 0
  const apply = (letters: readonly OutboxLetter[], more: Partial<BatchEffects> = {}, ofEpoch = epoch) =>
    effects.apply({
      unit,
      inbox: [],
      duplicates: [],
      states: [],
      tracked: [],
      applyTracked: undefined,
      progress: {
        epoch: ofEpoch,
        lane: 0,
        ranges: [{ from, to: (from += 10) }],
        frontier: 0,
        counts: noOutcomes(),
      },
      letters,
      ...more,
    })
  const waiting = async () => (await outboxStore.take(sliceOfUnit(unit), [], limits)).records
  return { effects, apply, waiting }
}

const entries = (): Promise<readonly object[]> =>
  sql`select record_offset, state, encode(value, 'escape') as value from troupe.dead_letters order by id`
const dead = (offset: number) => ({
  tenant: 't',
  key: `e${String(offset)}`,
  offset,
  outcome: 'dead' as const,
})

t.test('letters stand behind the events of their batch, and are numbered with them', async (t) => {
  const { apply, waiting } = await world(t)
  t.match(await apply([letterAt(1), letterAt(2)], { outbox: [event], inbox: [dead(1), dead(2)] }), {
    kind: 'applied',
  })
  t.same(
    (await waiting()).map(({ seq, record: { topic } }) => ({ seq, topic })),
    [
      { seq: 1, topic: 'told' },
      { seq: 2, topic: 'dead' },
      { seq: 3, topic: 'dead' },
    ],
  )
  t.same(await entries(), [
    { record_offset: 1, state: 'dead', value: 'v' },
    { record_offset: 2, state: 'dead', value: 'v' },
  ])
})

t.test('what is not committed has no letter', async (t) => {
  const { apply, waiting } = await world(t)
  await apply([], { inbox: [dead(1)] })
  t.match(await apply([letterAt(1)], { inbox: [dead(1)] }), { kind: 'conflict' })
  t.match(await apply([letterAt(2)], {}, 99), { kind: 'fenced' })
  await t.rejects(apply([letterAt(3)], { outbox: [{ ...event, id: 'no uuid' }] }), {
    code: 'EFFECTS_REFUSED',
  })
  t.same(await waiting(), [])
  t.same(await entries(), [])
})

t.test('a record leaves as it was, with its letter around it', async (t) => {
  // given: what no event would have
  const { apply, waiting } = await world(t)
  const originals: readonly Partial<OriginalRecord>[] = [
    { key: null, value: null },
    { key: Buffer.alloc(0), value: Buffer.alloc(0) },
    { value: Buffer.from([0, 255, 0]), timestamp: -1 },
    {
      headers: [
        ['event-id', 'no uuid at all'],
        ['event-id', 'a second one'],
        ['event-type', Buffer.from('shop.order.told')],
        ['tenant-id', 't'],
        ['bytes', Buffer.from([0, 255])],
        ['empty', ''],
        ['tenant-id', 'another'],
        ['dlq-topic', 'of an earlier hop'],
      ],
    },
  ]
  const letters = originals.map((original, offset) => letterAt(offset, original))
  // when
  await apply(letters)
  // then
  const sent = (await waiting()).map(({ record }) => record)
  const plain = (record: OutboxRow['record'] | undefined) => ({
    topic: record?.topic,
    key: record?.key && Buffer.from(record.key).toString('hex'),
    value: record?.value && Buffer.from(record.value).toString('hex'),
    headers: record?.headers.map(([name, text]) => [name, Buffer.from(text as string).toString()]),
  })
  t.same(
    sent.map(plain),
    letters.map(({ row }) => plain(row.record)),
  )
  t.equal(sent[0]?.value, null)
  t.equal(sent[1]?.value?.length, 0)
  // and: their topic tells the index nothing new
  const read = sent.map((record) =>
    readDeadLetter({
      ...record,
      headers: record.headers.map(([name, text]) => [name, Buffer.from(text as string)]),
    }),
  )
  const told = read.filter((letter) => typeof letter !== 'string')
  t.equal(told.length, letters.length)
  t.equal(await index.add(told), 0)
})

t.test('a letter that is on its way is not sent again', async (t) => {
  const { apply, waiting } = await world(t)
  await apply([letterAt(1)])
  t.match(await apply([letterAt(1), letterAt(2)]), { kind: 'applied' })
  t.same(
    (await waiting()).map(({ seq }) => seq),
    [1, 2],
  )
  t.equal((await entries()).length, 2)
})

t.test('a record that takes the place of another, or of one that was settled, has its letter', async (t) => {
  const { apply, waiting } = await world(t)
  await apply([letterAt(1), letterAt(2), letterAt(3)])
  const [, second] = (await index.search({})).letters.toReversed()
  await index.discard([second?.id ?? 0], 'me', 'seen')

  await apply([letterAt(1, { value: Buffer.from('of a topic made anew') }), letterAt(2), letterAt(3)])

  t.equal((await waiting()).length, 5)
  t.same(await entries(), [
    { record_offset: 3, state: 'dead', value: 'v' },
    { record_offset: 1, state: 'dead', value: 'of a topic made anew' },
    { record_offset: 2, state: 'dead', value: 'v' },
  ])
})

t.test("an actor's own statements and its dead letters are one transaction", async (t) => {
  const { effects, apply, waiting } = await world(t)
  await sql`create table if not exists told (n integer)`
  const within = await effects.begin()
  await within.sql`insert into told values (1)`
  const [progress] = [{ epoch: 0, lane: 0, ranges: [], frontier: 0, counts: noOutcomes() }]
  const of: BatchEffects = {
    unit,
    inbox: [],
    duplicates: [],
    states: [],
    tracked: [],
    applyTracked: undefined,
    progress,
    letters: [letterAt(1)],
  }
  t.match(await effects.apply(of, within), { kind: 'fenced' })
  t.same(await waiting(), [])
  t.equal((await apply([letterAt(1)])).kind, 'applied')
  t.equal((await waiting()).length, 1)
})
