// Events go into the outbox if and only if their batch's effects are committed, numbered by their unit without gaps and in
// the order of commits: on Postgres and on its memory twin alike. What Debezium's event router looks for is there.

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import {
  noOutcomes,
  type BatchEffects,
  type EffectsStore,
  type ProgressStore,
  type Unit,
} from '../../runtime/delivery/index.ts'
import { outboxSlices, sliceOfUnit, type OutboxRow } from '../../runtime/delivery/outbox.ts'
import {
  memoryEffectsStore,
  memoryProgressStore,
  migrate,
  openDatabase,
  openEffectsStore,
  openOutboxStore,
  openProgressStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import { openMutantStore } from '../harness/store/mutant-stores.ts'
import { waitUntil } from '../harness/wait-until.ts'

const unit: Unit = { group: 'shop', actor: 'teller', topic: 'orders', partition: 3 }
const lanes = 4

interface Numbered {
  readonly id: string
  readonly seq: number
}

interface Subject {
  readonly progress: ProgressStore
  readonly effects: EffectsStore
  /** In the order of positions. */
  rows(): Promise<readonly Numbered[]>
  close(): Promise<void>
}

const inMemory = (): Promise<Subject> => {
  const progress = memoryProgressStore()
  const effects = memoryEffectsStore({ progress })
  return Promise.resolve({
    progress,
    effects,
    rows: () => Promise.resolve(effects.outbox.map(({ id, seq }) => ({ id, seq }))),
    close: () => effects.close(),
  })
}

const server = await startEmbeddedPostgres()
t.teardown(() => server.close())
const { url } = server
await migrate({ url })
const { sql, close } = openDatabase({ url, maxConnections: 4 })
t.teardown(close)

const rowsInPostgres = (): Promise<readonly Numbered[]> =>
  sql<{ id: string; seq: number }>`select id::text, seq from troupe.outbox order by position`

const onPostgres = async (): Promise<Subject> => {
  await sql`truncate troupe.units, troupe.unit_events, troupe.inbox, troupe.tracked, troupe.outbox`
  const progress = openProgressStore({ url })
  const effects = openEffectsStore({ url, maxConnections: 8 })
  return {
    progress,
    effects,
    rows: rowsInPostgres,
    close: async () => {
      await Promise.all([progress.close(), effects.close()])
    },
  }
}

/** Its epoch. */
const begun = async ({ progress }: Pick<Subject, 'progress'>): Promise<number> => {
  const [taken] = await progress.take([{ unit, lanes }], 'me')
  const epoch = taken?.epoch ?? 0
  await progress.begin([{ unit, epoch, offset: 0, topicId: undefined, account: 'anew', events: [] }])
  return epoch
}

const row = (more: Partial<OutboxRow['record']> = {}): OutboxRow => ({
  id: randomUUID(),
  type: 'shop.order.told',
  record: { topic: 'told', key: Buffer.from('k'), value: Buffer.from('v'), headers: [], ...more },
})
const rows = (count: number): readonly OutboxRow[] => Array.from({ length: count }, () => row())

/** Offsets from `from` on, ten of them, done in their lane. */
const batch = (
  epoch: number,
  from: number,
  outbox: readonly OutboxRow[],
  { lane = 0, ...more }: Partial<BatchEffects> & { readonly lane?: number } = {},
): BatchEffects => ({
  unit,
  inbox: [],
  duplicates: [],
  states: [],
  tracked: [],
  applyTracked: undefined,
  progress: {
    epoch,
    lane,
    ranges: [{ from, to: from + 10 }],
    frontier: 0,
    counts: { ...noOutcomes(), applied: 10 },
  },
  outbox,
  ...more,
})
const done = (key: string) => ({ tenant: '', key, offset: 0, outcome: 'done' as const })
const ids = (...batches: readonly (readonly OutboxRow[])[]): readonly string[] =>
  batches.flat().map(({ id }) => id)
const oneTo = (last: number): readonly number[] => Array.from({ length: last }, (_, n) => n + 1)

const onBoth = (claim: string, run: (t: Test, subject: Subject) => Promise<void>): void => {
  for (const [where, open] of [
    ['in memory', inMemory],
    ['on Postgres', onPostgres],
  ] as const) {
    t.test(`${claim}, ${where}`, async (t) => {
      const subject = await open()
      try {
        await run(t, subject)
      } finally {
        await subject.close()
      }
    })
  }
}

onBoth('rows are numbered in the order of their batches', async (t, subject) => {
  const epoch = await begun(subject)
  const [first, second] = [rows(3), rows(2)]

  t.equal((await subject.effects.apply(batch(epoch, 0, first))).kind, 'applied')
  t.equal((await subject.effects.apply(batch(epoch, 10, []))).kind, 'applied')
  t.equal((await subject.effects.apply(batch(epoch, 20, second, { inbox: [done('a')] }))).kind, 'applied')

  const found = await subject.rows()
  t.same(
    found.map(({ id }) => id),
    ids(first, second),
  )
  t.same(
    found.map(({ seq }) => seq),
    oneTo(5),
  )
})

onBoth('a batch that is not applied has no rows and uses no number', async (t, subject) => {
  // given: a unit with one row, and a key that was handled
  const epoch = await begun(subject)
  const [before, after] = [rows(1), rows(2)]
  await subject.effects.apply(batch(epoch, 0, before, { inbox: [done('a')] }))

  // when: a conflict, ranges that were done, another epoch, a row that does not fit
  t.match(await subject.effects.apply(batch(epoch, 10, rows(3), { inbox: [done('a')] })), {
    kind: 'conflict',
  })
  t.match(await subject.effects.apply(batch(epoch, 0, before)), { kind: 'already-done' })
  t.match(await subject.effects.apply(batch(epoch, 5, rows(3))), { kind: 'fenced', on: 'ledger' })
  t.match(await subject.effects.apply(batch(epoch + 1, 10, rows(3))), { kind: 'fenced', on: 'epoch' })
  t.match(await subject.effects.apply(batch(epoch - 1, 10, rows(3), { inbox: [done('b')] })), {
    kind: 'fenced',
    on: 'epoch',
  })
  await t.rejects(subject.effects.apply(batch(epoch, 10, [row(), row({ topic: 'no name' })])), {
    code: 'EFFECTS_REFUSED',
  })

  // then
  await subject.effects.apply(batch(epoch, 10, after, { inbox: [done('b')] }))
  const found = await subject.rows()
  t.same(
    found.map(({ id }) => id),
    ids(before, after),
  )
  t.same(
    found.map(({ seq }) => seq),
    oneTo(3),
  )
})

onBoth('numbers go on under a new owner, and after a reset', async (t, subject) => {
  const first = await begun(subject)
  await subject.effects.apply(batch(first, 0, rows(2)))
  const [taken] = await subject.progress.take([{ unit, lanes }], 'another')
  await subject.effects.apply(batch(taken?.epoch ?? 0, 10, rows(2)))
  await subject.progress.reset(unit, { frontier: 0, dedupe: 'keep', by: 'me' })
  t.match(await subject.effects.apply(batch(taken?.epoch ?? 0, 20, rows(1))), { kind: 'fenced', on: 'epoch' })
  const [again] = await subject.progress.take([{ unit, lanes }], 'another')
  await subject.effects.apply(batch(again?.epoch ?? 0, 0, rows(2)))

  t.same(
    (await subject.rows()).map(({ seq }) => seq),
    oneTo(6),
  )
})

onBoth('what does not fit the outbox is refused before anything is written', async (t, subject) => {
  const epoch = await begun(subject)
  const unfit: readonly (readonly [what: string, row: OutboxRow])[] = [
    ['a topic that Kafka does not take', row({ topic: 'a/b' })],
    ['an id that is no UUID', { ...row(), id: 'x' }],
    ['a header with NUL', row({ headers: [['h', 'a\0b']] })],
    ['a header that is no text', row({ headers: [['h', Buffer.from([0xff])]] })],
    ['an id of another event', row({ headers: [['event-id', 'another']] })],
    ['more than a statement takes', row({ value: Buffer.alloc(65 * 1024 * 1024) })],
  ]
  for (const [what, one] of unfit) {
    const refused = subject.effects.apply(batch(epoch, 0, [row(), one], { inbox: [done(what)] }))
    await t.rejects(refused, { code: 'EFFECTS_REFUSED' }, what)
  }
  const { progress: numbers, ...unnumbered } = batch(epoch, 0, rows(1))
  t.ok(numbers)
  await t.rejects(subject.effects.apply(unnumbered), { code: 'BUG' })
  t.same(await subject.rows(), [])
  t.same(await subject.effects.seen(unit, [done(unfit[0]?.[0] ?? '')]), [])
})

onBoth('committers of one unit that run at once leave no gap', async (t, subject) => {
  // given: as many committers as lanes, one in three of their batches rolled back
  const epoch = await begun(subject)
  await subject.effects.apply(batch(epoch, 0, [], { inbox: [done('taken')] }))
  const rounds = 40

  // when
  const committed: (readonly OutboxRow[])[] = []
  await Promise.all(
    oneTo(lanes - 1).map(async (lane) => {
      for (let round = 0; round < rounds; round += 1) {
        const outbox = rows(1 + (round % 5))
        const isUndone = round % 3 === 0
        const inbox = [done(isUndone ? 'taken' : `${String(lane)}-${String(round)}`)]
        const { kind } = await subject.effects.apply(batch(epoch, round * 10, outbox, { lane, inbox }))
        t.equal(kind, isUndone ? 'conflict' : 'applied')
        if (kind === 'applied') committed.push(outbox)
      }
    }),
  )

  // then: numbers without gaps in the order of positions, each batch's rows together
  const found = await subject.rows()
  t.same(
    found.map(({ seq }) => seq),
    oneTo(committed.flat().length),
  )
  const placeOf = new Map(found.map(({ id }, place) => [id, place]))
  for (const batch of committed) {
    const places = batch.map(({ id }) => placeOf.get(id) ?? NaN)
    t.same(
      places,
      places.map((_, n) => (places[0] ?? NaN) + n),
    )
  }
})

t.test('nobody ever sees a number without those before it', async (t) => {
  // given: committers at once, and a reader all the while
  const subject = await onPostgres()
  const epoch = await begun(subject)
  const over = new AbortController()
  let looks = 0
  const reading = (async () => {
    while (!over.signal.aborted) {
      const seqs = (await rowsInPostgres()).map(({ seq }) => seq)
      if (seqs.some((seq, n) => seq !== n + 1)) return seqs
      looks += 1
    }
    return undefined
  })()

  // when
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let round = 0; round < 50; round += 1)
        await subject.effects.apply(batch(epoch, round * 10, rows(3), { lane }))
    }),
  )
  over.abort()

  // then
  t.equal(await reading, undefined)
  t.ok(looks > 0)
  t.equal((await rowsInPostgres()).length, lanes * 50 * 3)
  await subject.close()
})

t.test("an actor's own statements and its events are one transaction", async (t) => {
  const subject = await onPostgres()
  const epoch = await begun(subject)
  await sql`create table told (n integer)`
  const outbox = rows(2)

  // when: one that is committed, one that is fenced, one whose author's statement fails
  const apply = async (of: BatchEffects) => {
    const transaction = await subject.effects.begin()
    await transaction.savepoint(async () => {
      await transaction.sql`insert into told values (1)`
    })
    return subject.effects.apply(of, transaction)
  }
  t.match(await apply(batch(epoch, 0, outbox)), { kind: 'applied' })
  t.match(await apply(batch(epoch - 1, 10, rows(2))), { kind: 'fenced', on: 'epoch' })
  const applyTracked: BatchEffects['applyTracked'] = async (sql) => {
    await sql`insert into told values (1 / 0)`
  }
  const tracked = [{ entity: 'e', id: 'i', state: 's', at: 0, tenant: '', eventId: 'x' }]
  await t.rejects(apply(batch(epoch, 10, rows(2), { tracked, applyTracked })), { code: 'EFFECTS_REFUSED' })

  // then
  t.same(await subject.rows(), [
    { id: outbox[0]?.id, seq: 1 },
    { id: outbox[1]?.id, seq: 2 },
  ])
  t.equal((await sql`select from told`).length, 1)
  await subject.close()
})

t.test('a relay reads what was written, and is woken for it', async (t) => {
  const subject = await onPostgres()
  const outbox = openOutboxStore({ url })
  const epoch = await begun(subject)
  const woken: number[] = []
  const listener = await outbox.listen((slices) => {
    woken.push(...slices)
  })
  const full = row({
    key: Buffer.from([0, 255, 92, 34]),
    value: Buffer.from([0, 1, 2, 255]),
    partition: 7,
    timestamp: 1_700_000_000_123,
    headers: [
      ['event-type', 'shop.order.told'],
      ['tenant-id', 'acme'],
      ['correlation-id', 'c "1" \\ {é}'],
      ['source', 'teller'],
      ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`],
      ['causation-id', 'orders-3-0'],
      ['own', 'twice'],
      ['own', 'twice'],
      ['empty', ''],
    ],
  })
  const bare = row({ key: null, value: null })

  // when
  await subject.effects.apply(batch(epoch, 0, [full, bare]))

  // then
  await waitUntil('the slice is named', () => woken.includes(sliceOfUnit(unit)))
  const limits = { records: 10, bytes: 1_000_000, withoutTopics: [] }
  const { records } = await outbox.take(sliceOfUnit(unit), [], limits)
  t.match(records, [
    { id: full.id, type: full.type, unit, seq: 1 },
    { id: bare.id, type: bare.type, unit, seq: 2 },
  ])
  const [read, readBare] = records.map(({ record }) => record)
  t.match(read, { topic: 'told', partition: 7, timestamp: 1_700_000_000_123 })
  t.same(read?.key && [...read.key], [0, 255, 92, 34])
  t.same(read?.value && [...read.value], [0, 1, 2, 255])
  const [type, ...others] = full.record.headers
  t.same(read?.headers, [type, ['event-id', full.id], ...others])
  t.equal(readBare?.key, null)
  t.equal(readBare?.value, null)

  const later = row()
  await subject.effects.apply(batch(epoch, 10, [later]))
  const positions = records.map(({ position }) => position)
  const rest = await outbox.take(sliceOfUnit(unit), positions, limits)
  t.same(
    rest.records.map(({ id, seq }) => [id, seq]),
    [[later.id, 3]],
  )
  await listener.close()
  await Promise.all([outbox.close(), subject.close()])
})

t.test('what was put aside is sent once more by the statement that operators are told', async (t) => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  const statement = /```sql\n(with back[^]*?);\n```/.exec(page)?.[1] ?? ''
  const subject = await onPostgres()
  const outbox = openOutboxStore({ url })
  const epoch = await begun(subject)
  const [large, small] = rows(2) as [OutboxRow, OutboxRow]
  await subject.effects.apply(batch(epoch, 0, [large, small]))
  const limits = { records: 10, bytes: 1_000_000, withoutTopics: [] }
  const [first] = (await outbox.take(sliceOfUnit(unit), [], limits)).records
  await outbox.park([{ position: first?.position ?? 0, code: 'PRODUCE_REFUSED', message: 'too large' }])

  const text = statement.replace('[17, 18]', `[${String(first?.position)}]`)
  await sql(Object.assign([text], { raw: [text] }))

  const { records } = await outbox.take(sliceOfUnit(unit), [], limits)
  t.same(
    records.map(({ id, seq }) => [id, seq]),
    [
      [small.id, 2],
      [large.id, 1],
    ],
  )
  t.same(records[1]?.record, first?.record)
  t.match(await outbox.backlog([sliceOfUnit(unit)]), { parked: 0, slices: [{ records: 2 }] })
  await Promise.all([outbox.close(), subject.close()])
})

t.test('with the fence off a stale owner writes events: the tests above would see it', async (t) => {
  const subject = await onPostgres()
  const mutant = openMutantStore({ url, maxConnections: 2 }, 'fence off')
  const epoch = await begun(subject)
  t.match(await mutant.apply(batch(epoch - 1, 0, rows(1), { inbox: [done('a')] })), { kind: 'applied' })
  t.equal((await subject.rows()).length, 1)
  await Promise.all([mutant.close(), subject.close()])
})

/** https://debezium.io/documentation/reference/stable/transformations/outbox-event-router.html: the columns it reads by default. */
const eventRouter = {
  id: ['uuid', 'NO'],
  aggregatetype: ['text', 'NO'],
  aggregateid: ['text', 'NO'],
  type: ['text', 'NO'],
  payload: ['bytea', 'YES'],
} as const
/** What the options in docs/operations.md name besides. */
const routedBesides = {
  topic: ['text', 'NO'],
  partition_key: ['bytea', 'YES'],
  partition: ['integer', 'YES'],
  timestamp_ms: ['bigint', 'YES'],
  tenant: ['text', 'YES'],
  correlation_id: ['text', 'YES'],
  source: ['text', 'YES'],
  traceparent: ['text', 'YES'],
} as const

t.test("the columns of Debezium's outbox event router are there", async (t) => {
  const found = await sql<{ name: string; type: string; nullable: string }>`
    select column_name::text as name, data_type::text as type, is_nullable::text as nullable
    from information_schema.columns where table_schema = 'troupe' and table_name = 'outbox'`
  const columns = Object.fromEntries(found.map(({ name, type, nullable }) => [name, [type, nullable]]))
  t.match(columns, { ...eventRouter, ...routedBesides })

  // and they hold what it makes of them: aggregate type and id, the event's type, its header `id`
  const subject = await onPostgres()
  const told = row({ headers: [['correlation-id', 'c1']] })
  await subject.effects.apply(batch(await begun(subject), 0, [told]))
  const [routed] =
    await sql`select id::text, aggregatetype, aggregateid, type, topic, correlation_id from troupe.outbox`
  t.same(routed, {
    id: told.id,
    aggregatetype: 'order',
    aggregateid: 'k',
    type: 'shop.order.told',
    topic: 'told',
    correlation_id: 'c1',
  })
  await subject.close()
})

t.test('a slice is one of those that have a lease', async (t) => {
  const leases = await sql`select from troupe.outbox_slices`
  t.equal(leases.length, outboxSlices)
})
