// With retry.mode 'topic' a record whose attempt failed goes to a retry topic, which is of the broker before its batch is
// finished, and comes back from there when it is due: with its attempts, its own headers and the place it was read from
// first, whatever number of topics it waits in.

import t from 'tap'
import { defineActor, retry, type ActorContext, type ActorDefinition } from '../../../runtime/actor/index.ts'
import type { OutgoingRecord, Unit } from '../../../runtime/delivery/index.ts'
import {
  batchOf,
  Happened,
  happened,
  header,
  occurred,
  testHost,
  unitOf,
} from '../../harness/host-in-memory.ts'

const actorWith = (
  receive: (event: Happened, ctx: ActorContext) => unknown,
  policy: Record<string, unknown> = {},
): ActorDefinition =>
  defineActor({
    name: 'tested',
    receives: { 'test.thing.happened': Happened },
    receive: receive as never,
    order: 'none',
    retry: { mode: 'topic', attempts: 3, backoff: 'fixed', firstDelayMs: 5_000, ...policy },
  })

const failing = (): never => {
  throw new Error('not now')
}

/** As the broker would hand it out again, with the actor it is read for. */
const readAgain = (record: OutgoingRecord, actor: ActorDefinition) => ({
  unit: { ...unitOf(actor), topic: record.topic, partition: 0 } satisfies Unit,
  batch: batchOf([
    {
      key: record.key === null ? undefined : Buffer.from(record.key).toString(),
      value: record.value ?? undefined,
      headers: record.headers.map(([name, value]) => [name, Buffer.from(value as string)] as const),
    },
  ]),
})

const now = 1_750_000_000_000

t.test('it is on its way with all that it has', async (t) => {
  // given
  const { handled, produced } = testHost([actorWith(failing)])
  const own = [
    ['note', Buffer.from('mine')],
    ['bytes', Buffer.from([0, 255])],
    ['troupe-retry-attempt', Buffer.from('77')],
  ] as const
  // when
  const result = await handled(actorWith(failing), batchOf([{ n: 1, key: 'k', headers: own }, { n: 2 }]))
  // then
  t.same(occurred(result), { parked: 2 })
  t.equal(result.retries, 2)
  t.same(result.unfinished, [])
  const [first, second] = produced
  t.equal(first?.topic, 'things.g.retry.10s')
  t.equal(Buffer.from(first?.key ?? []).toString(), 'k')
  t.same(Buffer.from(first?.value ?? []), happened({ n: 1 }))
  t.same(
    first?.headers.map(([name, value]) => [name, Buffer.from(value as string).toString()]),
    [
      ['note', 'mine'],
      ['bytes', 'AP8='],
      ['troupe-retry-to', 'g/tested'],
      ['troupe-retry-topic', 'things'],
      ['troupe-retry-partition', '3'],
      ['troupe-retry-offset', '100'],
      ['troupe-retry-timestamp', '1700000000000'],
      ['troupe-retry-attempt', '2'],
      ['troupe-retry-due-at', String(now + 5_000)],
      ['troupe-retry-base64', '["bytes"]'],
    ],
  )
  t.equal(second?.key, null)
  t.equal(header(second, 'troupe-retry-offset'), '101')
})

t.test('it waits until it is due, and no attempt is used', async (t) => {
  let calls = 0
  const actor = actorWith(() => void (calls += 1))
  const sender = testHost([actorWith(failing)])
  await sender.handled(actorWith(failing), batchOf([{ n: 1 }]))
  const { unit, batch } = readAgain(sender.produced[0]!, actor)
  const early = testHost([actor], undefined, { now: () => now + 1_000 })
  const waiting = await early.handled(actor, batch, { unit })
  t.match(waiting.unfinished, [{ index: 0, attempt: 1, afterMs: 4_000 }])
  t.equal(calls, 0)
  const late = testHost([actor], undefined, { now: () => now + 5_000 })
  const done = await late.handled(actor, readAgain(sender.produced[0]!, actor).batch, {
    unit,
    records: [{ index: 0, attempt: 1 }],
  })
  t.same(occurred(done), { applied: 1 })
  t.equal(calls, 1)
})

t.test('through several topics it stays what it was, until it is dead', async (t) => {
  // given: three attempts, the last of which is dead-lettered
  const seen: object[] = []
  const actor = actorWith((_event, ctx) => {
    const { topic, partition, offset, timestamp, attempt, eventId, headers } = ctx
    seen.push({
      topic,
      partition,
      offset,
      timestamp,
      attempt,
      eventId,
      bytes: [...(headers.bytes('bytes') ?? [])],
      names: headers.names(),
      call: ctx.callKey('book'),
    })
    return retry('not now', { afterMs: attempt === 1 ? 500 : 30_000_000 })
  })
  let clock = now
  const world = testHost([actor], undefined, { now: () => clock })
  // when
  await world.handled(actor, batchOf([{ n: 1, eventId: '', headers: [['bytes', Buffer.from([0, 255])]] }]))
  for (let hop = 0; hop < 2; hop += 1) {
    clock += 100_000_000
    const { unit, batch } = readAgain(world.produced[hop]!, actor)
    await world.handled(actor, batch, { unit })
  }
  // then
  t.same(
    world.produced.map(({ topic }) => topic),
    ['things.g.retry.1s', 'things.g.retry.10s', 'dead'],
  )
  const [first, ...others] = seen
  t.match(first, {
    topic: 'things',
    partition: 3,
    offset: 100,
    attempt: 1,
    bytes: [0, 255],
    names: ['bytes'],
  })
  t.same(others, [
    { ...first, attempt: 2 },
    { ...first, attempt: 3 },
  ])
  const letter = world.produced[2]
  t.same(
    ['dlq-topic', 'dlq-partition', 'dlq-offset', 'dlq-attempts', 'dlq-base64-headers', 'troupe-retry-to'].map(
      (name) => header(letter, name),
    ),
    ['things', '3', '100', '3', '["bytes"]', undefined],
  )
})

t.test("what is another actor's, and what is nobody's", async (t) => {
  const actor = actorWith(() => undefined)
  const sender = testHost([actorWith(failing)])
  await sender.handled(actorWith(failing), batchOf([{ n: 1 }]))
  const record = sender.produced[0]!
  const due = { now: () => now + 60_000 }
  const redirected = {
    ...record,
    headers: record.headers.map(
      ([name, value]) => [name, name === 'troupe-retry-to' ? 'g/other' : value] as const,
    ),
  }
  const other = readAgain(redirected, actor)
  t.same(
    occurred(await testHost([actor], undefined, due).handled(actor, other.batch, { unit: other.unit })),
    { skipped: 1 },
  )
  for (const headers of [[], record.headers.filter(([name]) => name !== 'troupe-retry-offset')]) {
    const foreign = readAgain({ ...record, headers }, actor)
    const { handled, produced } = testHost([actor], undefined, due)
    t.same(occurred(await handled(actor, foreign.batch, { unit: foreign.unit })), { undecodable: 1 })
    t.match(header(produced[0], 'dlq-error-message'), /only Troupe writes into things\.g\.retry\.10s/)
  }
})
