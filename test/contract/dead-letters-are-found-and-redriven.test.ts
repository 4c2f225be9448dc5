// The index finds dead letters by what people ask, and a campaign redrives each once, however often it is interrupted.

import t from 'tap'
import {
  runCampaignStep,
  type CampaignPorts,
  type CampaignStep,
  type InboxKey,
  type NewDeadLetter,
  type OutgoingRecord,
} from '../../runtime/delivery/index.ts'
import { TroupeError } from '../../runtime/errors.ts'
import {
  insertDeadLetters,
  migrate,
  openDatabase,
  openDeadLetterIndex,
  openEffectsStore,
  openRedriveStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const { sql } = database
const index = openDeadLetterIndex({ url: server.url })
const store = openRedriveStore({ url: server.url })
const effects = openEffectsStore({ url: server.url })
t.teardown(async () => {
  await Promise.all([index.close(), store.close(), effects.close(), database.close()])
  await server.close()
})
t.beforeEach(async () => {
  await sql`truncate troupe.dead_letters, troupe.redrive_campaigns, troupe.dead_letter_receipts, troupe.inbox`
})

const noon = Date.UTC(2026, 0, 5, 12)
const bytes = (text: string): Uint8Array => Buffer.from(text)

const letter = (
  offset: number,
  changed: Partial<NewDeadLetter['cause']> & { key?: string; redrives?: number; inboxKey?: InboxKey } = {},
): NewDeadLetter => {
  const { key = `k${String(offset % 3)}`, redrives = 0, inboxKey, ...cause } = changed
  return {
    original: {
      topic: 'shipping',
      partition: 0,
      offset,
      timestamp: noon - 5,
      key: bytes(key),
      value: Uint8Array.of(0, 255, offset % 256),
      headers: [
        ['event-id', `e${String(offset)}`],
        ['x', Uint8Array.of(0x61)],
      ],
    },
    cause: {
      group: 'shop',
      actor: 'tracker',
      outcome: 'exhausted',
      attempts: 5,
      errorClass: 'TypeError',
      message: 'cannot read properties of undefined',
      stack: 'at receive',
      correlationId: 'c1',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      failedAtMs: noon + offset,
      ...cause,
    },
    tenant: 'acme',
    eventId: `e${String(offset)}`,
    eventType: 'shipping.package.scanned',
    errorCode: 'HANDLER_FAILED',
    inboxKey,
    redrives,
  }
}
const upTo = (n: number): number[] => Array.from({ length: n }, (_, nth) => nth)
const offsets = ({ letters }: { readonly letters: readonly { readonly offset: number }[] }): number[] =>
  letters.map(({ offset }) => offset)

t.test('a letter comes back whole, and is indexed once', async (t) => {
  const odd = letter(1, {
    message: `a\0b\ud800${'x'.repeat(3_000)}`,
    key: '',
    inboxKey: { tenant: 'a\0', key: '\0\ud800' },
  })
  t.equal(await insertDeadLetters(sql, [odd, letter(2)]), 2)
  t.equal(await insertDeadLetters(sql, [letter(2), letter(3)]), 1)
  t.equal(await insertDeadLetters(sql, []), 0)

  const page = await index.search({})
  t.strictSame(offsets(page), [3, 2, 1])
  t.equal(page.next, undefined)
  const found = await index.find(page.letters[2]?.id ?? 0)
  t.match(found, {
    group: 'shop',
    actor: 'tracker',
    actorVersion: undefined,
    key: '',
    inboxKey: { tenant: 'a\0', key: '\0\ud800' },
    traceId: 'a'.repeat(32),
    stack: 'at receive',
    state: 'dead',
    receipts: [],
    original: { topic: 'shipping', partition: 0, offset: 1, timestamp: noon - 5 },
  })
  t.equal(found?.message.length, 2_000)
  t.strictSame([...(found?.original.value ?? [])], [0, 255, 1])
  t.strictSame(
    found?.original.headers.map(([name, value]) => [name, String(Buffer.from(value ?? []))]),
    [
      ['event-id', 'e1'],
      ['x', 'a'],
    ],
  )
  t.equal(await index.find(0), undefined)
})

t.test('who reads the topic and who gave the record up may both tell of it, in any order', async (t) => {
  const known = { tenant: 'acme', key: 'k' }
  const state = async (offset: number) =>
    (await index.search({})).letters.find((each) => each.offset === offset)?.inboxKey
  t.equal(await insertDeadLetters(sql, [letter(1), letter(1), letter(2, { inboxKey: known })]), 2)
  t.equal(await insertDeadLetters(sql, [letter(1, { inboxKey: known }), letter(2)]), 0)
  t.strictSame(await state(1), known)
  t.strictSame(await state(2), known)
})

t.test('no name is too long or too odd for the index', async (t) => {
  const long = Array.from({ length: 4_000 }, (_, nth) =>
    String.fromCodePoint(0x4e00 + ((nth * 7_919) % 20_000)),
  ).join('')
  const odd = {
    ...letter(1, { errorClass: long, group: 'g\0', actor: 'a\ud800' }),
    eventId: long,
    errorCode: long,
  }
  t.equal(await insertDeadLetters(sql, [odd]), 1)
  t.strictSame(offsets(await index.search({ eventId: long, group: 'g\0' })), [1])
})

t.test('people find letters by what they know', async (t) => {
  await insertDeadLetters(sql, [
    letter(1),
    letter(2, { actor: 'invoices', errorClass: 'CardDeclined', message: 'declined: no funds left on card' }),
    letter(3, { group: 'other', key: 'K'.repeat(5_000) }),
    letter(4, { errorClass: 'TimeoutError', message: 'the gateway timed out after 3000 ms' }),
  ])
  const table = [
    [{}, [4, 3, 2, 1]],
    [{ actor: 'tracker' }, [4, 3, 1]],
    [{ actor: 'tracker', group: 'shop' }, [4, 1]],
    [{ error: 'CardDeclined' }, [2]],
    [{ error: 'HANDLER_FAILED' }, [4, 3, 2, 1]],
    [{ key: 'k1' }, [4, 1]],
    [{ key: 'K'.repeat(5_000) }, [3]],
    [{ key: 'k1\0' }, []],
    [{ eventId: 'e2' }, [2]],
    [{ topic: 'orders' }, []],
    [{ tenant: 'acme', fromMs: noon + 2, toMs: noon + 4 }, [3, 2]],
    [{ text: 'timed out' }, [4]],
    [{ text: '"no funds"' }, [2]],
    [{ text: 'card -declined' }, []],
    [{ text: `'); drop table x` }, []],
    [{ state: 'discarded' }, []],
  ] as const
  for (const [search, expected] of table) {
    t.strictSame(offsets(await index.search(search)), [...expected], JSON.stringify(search).slice(0, 60))
  }
  await t.rejects(index.search({ limit: 0 }), { code: 'CONFIG_INVALID' })
  await t.rejects(index.search({ cursor: 'nonsense' }), { code: 'CONFIG_INVALID' })
})

t.test('pages follow each other without gaps, also among letters of one millisecond', async (t) => {
  await insertDeadLetters(
    sql,
    upTo(25).map((offset) => letter(offset, { failedAtMs: noon + (offset >> 3) })),
  )
  const seen: number[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const page = await index.search({ limit: 10, cursor })
    seen.push(...offsets(page))
    cursor = page.next
    pages += 1
    // one that dies meanwhile moves nothing
    await insertDeadLetters(sql, [letter(100 + pages, { failedAtMs: noon + 100 })])
  } while (cursor !== undefined)
  t.equal(pages, 3)
  t.strictSame(seen, upTo(25).reverse())
})

t.test('a search in a large index reads its page, not the table', async (t) => {
  await sql`
    insert into troupe.dead_letters (group_id, actor, topic, partition, record_offset, key, headers, tenant, event_id,
      event_type, correlation_id, outcome, attempts, error_class, error_code, message, stack, failed_at)
    select 'shop', 'actor-' || n % 50, 'shipping', 0, n, convert_to('k' || n, 'UTF8'), '\\x01', 'acme', 'e' || n, 't', 'c', 'exhausted',
      1, 'Class' || n % 10000, 'CODE', 'word' || n || ' failed', '', to_timestamp(1700000000 + n)
    from generate_series(1, 30000) as n`
  await sql`analyze troupe.dead_letters`
  const plan = async (filter: string): Promise<string> =>
    (
      await sql<{ 'QUERY PLAN': string }>`
        explain (analyze, costs off) select * from troupe.dead_letters_of(${filter}::jsonb)
        order by failed_at desc, id desc limit 51`
    )
      .map((row) => row['QUERY PLAN'])
      .join('\n')
  for (const [filter, name] of [
    ['{}', 'by_time'],
    ['{"actor":"actor-7"}', 'by_actor'],
    ['{"key":"k777"}', 'by_key'],
    ['{"text":"word777"}', 'by_text'],
    ['{"eventId":"e777"}', 'by_event'],
    ['{"error":"Class7"}', 'by_class'],
  ] as const) {
    const text = await plan(filter)
    t.match(text, new RegExp(`dead_letters_${name}`), `${filter}\n${text}`)
    t.notMatch(text, /Seq Scan/)
  }
})

t.test('a discard has a receipt, and happens once', async (t) => {
  await insertDeadLetters(sql, [letter(1), letter(2)])
  const { letters } = await index.search({})
  const ids = letters.map(({ id }) => id)
  const [one, two] = await Promise.all([
    index.discard(ids, 'ada', 'test data'),
    index.discard(ids, 'bob', ''),
  ])
  t.equal(one.length + two.length, 2)
  t.match(one[0] ?? two[0], { outcome: 'discarded', campaignId: undefined, producedTo: undefined })
  t.strictSame(offsets(await index.search({ state: 'discarded' })), [2, 1])
  t.equal((await index.find(ids[0] ?? 0))?.receipts.length, 1)
  t.strictSame(await index.discard([], 'ada', ''), [])
  t.strictSame(await index.discard([999_999], 'ada', ''), [])
})

/** Its process is killed before it writes receipts. */
const dyingStore: typeof store = Object.create(store, {
  lease: { value: store.lease.bind(store) },
  claimLetters: { value: store.claimLetters.bind(store) },
  settle: { value: () => Promise.reject(new Error('killed')) },
}) as typeof store

interface Produced {
  readonly records: OutgoingRecord[]
  fail: (offset: number) => TroupeError | undefined
}
const ports = (runner: string, produced: Produced, leaseMs = 60_000): CampaignPorts => ({
  store,
  inbox: effects,
  runner,
  leaseMs,
  produce: (record) => {
    const error = produced.fail(record.value?.[2] ?? -1)
    if (error) return Promise.reject(error)
    produced.records.push(record)
    return Promise.resolve({ topic: record.topic, partition: 0, offset: 1_000 + produced.records.length })
  },
})
const fresh = (): Produced => ({ records: [], fail: () => undefined })
const toTheEnd = async (given: CampaignPorts, id: number): Promise<CampaignStep[]> => {
  const steps: CampaignStep[] = []
  for (;;) {
    const step = await runCampaignStep(given, id)
    steps.push(step)
    if (step.kind !== 'more') return steps
    if (steps.length > 100) throw new Error('it never ends')
  }
}
const producedOffsets = ({ records }: Produced): number[] => records.map(({ value }) => value?.[2] ?? -1)

t.test('a campaign is previewed, runs in order at its pace, and leaves a receipt an event', async (t) => {
  await insertDeadLetters(sql, [
    ...upTo(25).map((offset) => letter(offset)),
    letter(30, { actor: 'invoices' }),
    letter(31, { redrives: 3 }),
  ])
  const preview = await store.preview({ actor: 'tracker' })
  t.match(preview, {
    letters: 26,
    guarded: 1,
    settled: 0,
    byActorAndError: [{ actor: 'tracker', errorClass: 'TypeError', letters: 26 }],
  })
  t.strictSame(
    preview.examples.map(({ offset }) => offset),
    [0, 1, 2, 3, 4],
  )

  const campaign = await store.create({ filter: { actor: 'tracker' }, ratePerS: 50, by: 'ada' })
  await insertDeadLetters(sql, [letter(40)]) // died later
  const produced = fresh()
  const steps = await toTheEnd(ports('p1', produced), campaign.id)

  t.strictSame(steps.slice(0, 3), [
    { kind: 'more', afterMs: 200, letters: 10 },
    { kind: 'more', afterMs: 200, letters: 10 },
    { kind: 'more', afterMs: 120 + 80, letters: 6 },
  ])
  t.match(steps[3], { kind: 'finished' })
  t.strictSame(producedOffsets(produced), upTo(25))
  t.match(await store.campaign(campaign.id), {
    state: 'finished',
    redriven: 25,
    skipped: 1,
    refused: 0,
    settled: 0,
  })
  const receipts = await store.receipts(campaign.id)
  t.equal(receipts.length, 26)
  t.match(receipts[0], {
    outcome: 'redriven',
    by: 'p1',
    producedTo: { topic: 'shipping', partition: 0, offset: 1_001 },
  })
  t.match(receipts.at(-1), { outcome: 'skipped', reason: 'redriven 3 times before; 3 are allowed' })
  t.strictSame(offsets(await index.search({ state: 'dead' })), [40, 31, 30])
  t.match(await runCampaignStep(ports('p1', produced), campaign.id), { kind: 'not-ours' })
  t.equal((await store.campaigns())[0]?.id, campaign.id)
})

t.test(
  'a step that is killed between producing and its receipt is run again with the same ids',
  async (t) => {
    await insertDeadLetters(
      sql,
      upTo(3).map((offset) => letter(offset)),
    )
    const campaign = await store.create({ filter: {}, by: 'ada' })
    const produced = fresh()
    const killed = ports('p1', produced, 1)
    await t.rejects(runCampaignStep({ ...killed, store: dyingStore }, campaign.id), /killed/)
    // another process goes on once the lease is over
    t.match(await toTheEnd(ports('p2', produced), campaign.id), [
      { kind: 'more', letters: 3 },
      { kind: 'finished' },
    ])
    const ids = produced.records.map(
      ({ headers }) => headers.find(([name]) => name === 'troupe-redrive')?.[1],
    )
    t.equal(ids.length, 6)
    t.equal(new Set(ids).size, 3)
    t.match(await store.campaign(campaign.id), { redriven: 3 })
    t.equal((await store.receipts(campaign.id)).length, 3)
  },
)

t.test('two processes never run one campaign at a time, and settle a letter once', async (t) => {
  await insertDeadLetters(
    sql,
    upTo(40).map((offset) => letter(offset)),
  )
  const campaign = await store.create({ filter: {}, by: 'ada' })
  const produced = fresh()
  const [one, two] = await Promise.all([
    toTheEnd(ports('p1', produced), campaign.id),
    toTheEnd(ports('p2', produced), campaign.id),
  ])
  t.strictSame([one, two].map((steps) => steps.at(-1)?.kind).sort(), ['finished', 'not-ours'])
  t.strictSame(producedOffsets(produced), upTo(40))
})

t.test('what the broker refuses stays dead; what is away stays claimed and comes later', async (t) => {
  await insertDeadLetters(
    sql,
    upTo(3).map((offset) => letter(offset)),
  )
  const campaign = await store.create({ filter: {}, by: 'ada' })
  const produced = fresh()
  produced.fail = (offset) =>
    offset === 0
      ? new TroupeError('PRODUCE_REFUSED', 'too large')
      : offset === 1
        ? new TroupeError('KAFKA_UNAVAILABLE', 'no broker answers')
        : undefined
  t.match(await runCampaignStep(ports('p1', produced), campaign.id), {
    kind: 'waiting',
    afterMs: 1_000,
    reason: 'no broker answers',
  })
  t.match(await store.campaign(campaign.id), { state: 'running', redriven: 1, refused: 1 })
  // paused meanwhile, then resumed
  await store.change(campaign.id, 'paused', 'ada')
  t.match(await runCampaignStep(ports('p1', produced), campaign.id), { kind: 'not-ours' })
  await store.change(campaign.id, 'running', 'ada')
  produced.fail = () => undefined
  await toTheEnd(ports('p1', produced), campaign.id)
  t.strictSame(producedOffsets(produced), [2, 1])
  t.strictSame(offsets(await index.search({ state: 'dead' })), [0])
})

t.test('a producer that is broken for good ends the step, and loses nothing', async (t) => {
  await insertDeadLetters(sql, [letter(0), letter(1)])
  const campaign = await store.create({ filter: {}, by: 'ada' })
  const produced = fresh()
  produced.fail = (offset) => (offset === 1 ? new TroupeError('KAFKA_FATAL', 'no more') : undefined)
  await t.rejects(runCampaignStep(ports('p1', produced), campaign.id), { code: 'KAFKA_FATAL' })
  produced.fail = () => undefined
  await toTheEnd(ports('p1', produced), campaign.id)
  t.strictSame(producedOffsets(produced), [0, 1])
})

t.test('a cancelled campaign settles what it had claimed, and begins nothing', async (t) => {
  await insertDeadLetters(
    sql,
    upTo(30).map((offset) => letter(offset)),
  )
  const campaign = await store.create({ filter: {}, by: 'ada' })
  const produced = fresh()
  produced.fail = () => new TroupeError('KAFKA_UNAVAILABLE', 'away')
  await runCampaignStep(ports('p1', produced), campaign.id)
  await store.change(campaign.id, 'cancelled', 'ada')
  produced.fail = () => undefined
  t.match(await toTheEnd(ports('p1', produced), campaign.id), [
    { kind: 'more', letters: 20 },
    { kind: 'not-ours' },
  ])
  t.match(await store.campaign(campaign.id), { state: 'cancelled', redriven: 20 })
  t.equal((await index.search({ state: 'dead' })).letters.length, 10)
  await t.rejects(store.change(campaign.id, 'running', 'ada'), { code: 'TRANSITION_UNLISTED' })
  t.equal(await store.change(0, 'paused', 'ada'), undefined)
  await t.rejects(store.create({ filter: {}, by: 'ada', ratePerS: 0 }), { code: 'CONFIG_INVALID' })
  await t.rejects(store.create({ filter: {}, by: 'ada', maxRedrives: 0.5 }), { code: 'CONFIG_INVALID' })
})

t.test('a preview says which letters will be discarded, as the campaign then does', async (t) => {
  const key = (name: string): InboxKey => ({ tenant: 'acme', key: name })
  const strange = [key('nul\0'), key('half\ud800'), key('"\\u0000"'), key('y'.repeat(2_000))]
  const states = [
    ['rejected', 'rejected'],
    ['done', 'done'],
    ['parked', 'parked'],
    ['dead', 'dead'],
    ['forgotten', undefined],
  ] as const
  for (const [offset, [name, outcome]] of states.entries())
    if (outcome !== undefined)
      await sql`
        insert into troupe.inbox (group_id, actor, tenant, key, topic, partition, record_offset, outcome, day)
        values ('shop', 'tracker', 'acme', ${name}, 'shipping', 0, ${offset}, ${outcome}, troupe.today())`
  await insertDeadLetters(sql, [
    ...states.map(([name], offset) => letter(offset, { inboxKey: key(name) })),
    letter(10, { inboxKey: key('done'), redrives: 3 }),
    letter(11),
    letter(12, { actor: 'other', inboxKey: key('done') }),
    ...strange.map((inboxKey, nth) => letter(20 + nth, { inboxKey })),
  ])
  const preview = await store.preview({ actor: 'tracker' })
  t.match(preview, {
    letters: 11,
    guarded: 1,
    settled: 3,
    byActorAndError: [{ actor: 'tracker', letters: 11, settled: 3 }],
  })
  t.strictSame(
    preview.examples.map(({ offset }) => offset),
    [3, 4, 11, 20, 21],
  )
  const campaign = await store.create({ filter: { actor: 'tracker' }, by: 'ada' })
  const produced = fresh()
  await toTheEnd(ports('p1', produced), campaign.id)
  t.match(await store.campaign(campaign.id), { redriven: 7, skipped: 1, settled: 3 })
  t.match(await store.preview({}), { letters: 2, guarded: 1, settled: 0 })
})

t.test(
  'the row of the inbox belongs to one redrive; an event that was handled otherwise is not redriven',
  async (t) => {
    const unit = { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 0 }
    const key = (name: string): InboxKey => ({ tenant: 'acme', key: name })
    await effects.apply({
      unit,
      inbox: ['a', 'b', 'c'].map((name, offset) => ({ ...key(name), offset, outcome: 'dead' as const })),
      duplicates: [],
      states: [],
      tracked: [],
      applyTracked: undefined,
    })
    await effects.moveInbox(unit, [{ ...key('b'), from: 'dead', to: 'done' }])
    await insertDeadLetters(sql, [
      letter(0, { inboxKey: key('a') }),
      letter(1, { inboxKey: key('b') }),
      letter(2, { inboxKey: key('c') }),
      letter(3, { inboxKey: key('forgotten') }),
      letter(4),
    ])
    const campaign = await store.create({ filter: {}, by: 'ada' })
    const produced = fresh()
    produced.fail = (offset) => (offset === 2 ? new TroupeError('PRODUCE_REFUSED', 'too large') : undefined)
    await toTheEnd(ports('p1', produced), campaign.id)

    t.strictSame(producedOffsets(produced), [0, 3, 4])
    t.match(await store.campaign(campaign.id), { redriven: 3, refused: 1, settled: 1 })
    // then only the record that carries the redrive's id moves the row on, once
    const first = (await index.search({ eventId: 'e0' })).letters[0]
    const holder = `redrive-${String(campaign.id)}-${String(first?.id)}`
    const settle = { ...key('a'), from: 'dead', to: 'done' } as const
    t.strictSame(await effects.moveInbox(unit, [settle]), [false])
    t.strictSame(await effects.moveInbox(unit, [{ ...settle, holder }]), [true])
    t.strictSame(await effects.moveInbox(unit, [{ ...settle, holder }]), [false])
    // and what was refused is nobody's again
    t.strictSame(await effects.moveInbox(unit, [{ ...key('c'), from: 'dead', to: 'dead' }]), [true])
  },
)
