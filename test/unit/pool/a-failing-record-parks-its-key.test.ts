// A record that fails parks its key: what comes behind it waits in Postgres too, all else is finished with the batch, and
// what is tried again is settled in one transaction with its effects.

import t from 'tap'
import { defineActor, reject, type ActorContext, type ActorDefinition } from '../../../runtime/actor/index.ts'
import { writeBatch } from '../../../runtime/batch/index.ts'
import {
  noOutcomes,
  type ParkedRecord,
  type ParkedWork,
  type Progress,
} from '../../../runtime/delivery/index.ts'
import { memoryEffectsStore, memoryParkingStore, memoryProgressStore } from '../../../runtime/store/index.ts'
import {
  batchOf,
  Happened,
  occurred,
  testHost,
  unitOf,
  type Given,
  type Handled,
} from '../../harness/host-in-memory.ts'

const idle = { released: [], skipped: [], answers: [] }

const setUp = async (options: Record<string, unknown> = {}, retry: Record<string, unknown> = {}) => {
  const fails = new Set<number>()
  const seen: string[] = []
  const actor: ActorDefinition = defineActor({
    name: 'keeper',
    receives: { 'test.thing.happened': Happened },
    receive: (event: Happened, ctx: ActorContext) => {
      seen.push(`${String(event.n)}.${String(ctx.attempt)}`)
      if (event.n < 0) return reject('never')
      if (fails.has(event.n)) throw new TypeError('not now')
      ctx.track({ entity: 'thing', id: String(event.n), state: 'seen', at: 0 })
      return undefined
    },
    effects: 'postgres',
    order: 'key',
    retry: { mode: 'park', attempts: 3, backoff: 'fixed', firstDelayMs: 50, ...retry },
    ...options,
  })
  const clock = { ms: 0 }
  const progress = memoryProgressStore()
  const parking = memoryParkingStore(() => clock.ms)
  const store = memoryEffectsStore({ progress, parking, now: () => clock.ms })
  const unit = unitOf(actor)
  await progress.take([{ unit, lanes: 1 }], 'me')
  await progress.begin([{ unit, epoch: 1, offset: 100, topicId: undefined, account: 'anew', events: [] }])
  const host = testHost([actor], store)
  const told = (from: number, to: number): Progress => ({
    epoch: 1,
    lane: 0,
    ranges: from === to ? [] : [{ from, to }],
    frontier: 100,
    counts: noOutcomes(),
  })
  let mayBeParked = false
  return {
    ...{ actor, fails, seen, clock, parking, store, host, unit },
    counts: async () => (await progress.read([unit]))[0]?.counts,
    /** Of the log: offsets from 100 on. */
    arrive: async (records: readonly Given[], from = 100): Promise<Handled> => {
      const result = await host.handled(actor, batchOf(records), {
        progress: told(from, 100 + records.length),
        firstOffset: from,
        ...(mayBeParked && { parked: { records: 0, oldestAgeMs: 0 } }),
      })
      if (result.parking !== undefined) mayBeParked = true
      return result
    },
    /** What is due, as their owner gives it out. */
    retry: async (commands: Partial<ParkedWork> = {}): Promise<Handled> => {
      const due = await parking.due(unit, 100, 20)
      const inOrder = due.toSorted((a, b) => a.original.offset - b.original.offset)
      return host.handled(actor, batchOfParked(inOrder), {
        progress: told(0, 0),
        records: inOrder.map(({ attempts }, index) => ({ index, attempt: attempts + 1 })),
        retry: {
          records: inOrder.map(({ parkingKey, original: { offset }, inboxKey }) => ({
            parkingKey,
            offset,
            inInbox: inboxKey !== undefined,
          })),
          ...idle,
          ...commands,
        },
      })
    },
  }
}

const batchOfParked = (records: readonly ParkedRecord[]): ArrayBuffer =>
  writeBatch(
    records.map(({ original: { offset, timestamp, key, value, headers } }) => ({
      ...{ offset, timestamp, timestampType: 'create' as const },
      key: key ?? undefined,
      value: value ?? undefined,
      headers: headers as readonly (readonly [string, Uint8Array | null])[],
    })),
  )

const tracked = ({ tracked: rows }: { readonly tracked: readonly { readonly id: string }[] }) =>
  rows.map(({ id }) => id)

const abc: readonly Given[] = [
  { n: 0, key: 'a' },
  { n: 1, key: 'b' },
  { n: 2, key: 'a' },
  { n: 3, key: 'b' },
  { n: 4, key: 'a' },
]

t.test('the batch is finished, its key waits, and comes back in order', async (t) => {
  // given
  const { arrive, retry, fails, seen, clock, parking, store, unit, counts } = await setUp()
  fails.add(0)

  // when
  const result = await arrive(abc)

  // then
  t.strictSame(result.unfinished, [])
  t.strictSame(occurred(result), { applied: 2, parked: 3 })
  t.strictSame(result.parking, { parked: 3, settled: 0, nextDueMs: 50 })
  t.equal(result.retries, 1)
  t.strictSame(tracked(store), ['1', '3'])
  t.strictSame(
    (await parking.queue(unit, 'key a')).map(({ original: { offset }, attempts }) => [offset, attempts]),
    [
      [100, 1],
      [102, 0],
      [104, 0],
    ],
  )

  // when another one of the key arrives, and one of another key
  t.strictSame(occurred(await arrive([...abc, { n: 5, key: 'a' }, { n: 6, key: 'c' }], 105)), {
    applied: 1,
    parked: 1,
  })
  // and the first fails once more
  clock.ms = 60
  t.strictSame((await retry()).parking, { parked: 0, settled: 0, nextDueMs: 50 })
  t.strictSame(await parking.due(unit), [], 'it waits again')
  t.equal((await parking.queue(unit, 'key a'))[0]?.attempts, 2)
  // and succeeds at last
  fails.clear()
  clock.ms = 200
  const last = await retry()

  // then
  t.strictSame(occurred(last), { applied: 4 })
  t.strictSame(last.parking, { parked: 0, settled: 4, nextDueMs: 0 })
  t.strictSame(tracked(store), ['1', '3', '6', '0', '2', '4', '5'])
  t.strictSame(
    seen.filter((name) => name.startsWith('0.')),
    ['0.1', '0.2', '0.3'],
  )
  t.match(await counts(), { applied: 7, parked: 0 })
  t.match(await parking.survey(unit), { keys: 0, records: 0 })
})

t.test(
  'a stranger with the key of a parked event does nothing; it does nothing again when that one has happened',
  async (t) => {
    const { arrive, retry, fails, clock, store } = await setUp()
    fails.add(0)
    await arrive([{ n: 0, key: 'a', eventId: 'same' }])
    t.strictSame(
      occurred(
        await arrive(
          [
            { n: 0, key: 'a' },
            { n: 7, key: 'b', eventId: 'same' },
          ],
          101,
        ),
      ),
      { duplicate: 1 },
    )
    fails.clear()
    clock.ms = 100
    t.strictSame(occurred(await retry()), { applied: 1 })
    t.strictSame(tracked(store), ['0'])
    const again = [...abc.slice(0, 2), { n: 8, key: 'c', eventId: 'same' }]
    t.strictSame(occurred(await arrive(again, 102)), { duplicate: 1 })
  },
)

t.test('a record that dies is finished, and its key held or not', async (t) => {
  for (const afterDeadLetter of ['hold', 'release'] as const) {
    const { arrive, retry, fails, clock, parking, unit, counts, store } = await setUp(
      {},
      { attempts: 2, parking: { afterDeadLetter } },
    )
    fails.add(0)
    await arrive(abc)
    clock.ms = 60
    const dying = await retry()
    const isHeld = afterDeadLetter === 'hold'
    t.strictSame(occurred(dying), isHeld ? { exhausted: 1 } : { applied: 2, exhausted: 1 })
    t.equal(store.outbox.length, 1, 'a dead letter')
    t.match(await parking.survey(unit), isHeld ? { keys: 1, held: 1, records: 2 } : { keys: 0 })
    if (!isHeld) continue
    // when an operator lets it go
    t.strictSame(occurred(await retry({ released: ['key a'] })), {})
    t.strictSame(occurred(await retry()), { applied: 2 })
    t.strictSame(tracked(store), ['1', '3', '2', '4'])
    t.match(await counts(), { applied: 4, exhausted: 1, parked: 0 })
  }
})

t.test('what an operator leaves out does not happen, and the rest goes on', async (t) => {
  const { arrive, retry, fails, clock, parking, unit, store } = await setUp()
  fails.add(0)
  await arrive(abc)
  const [first] = await parking.queue(unit, 'key a')
  const id = await parking.ask({ unit, parkingKey: 'key a', kind: 'skip', offset: 100, by: 'ada' })
  const skipping = await retry({
    skipped: [{ parkingKey: 'key a', offset: 100, inboxKey: first?.inboxKey }],
    answers: [{ id, answer: 'skipped' }],
  })
  t.strictSame(occurred(skipping), { skipped: 1 })
  t.strictSame(await parking.commands(unit), [])
  t.strictSame(occurred(await retry()), { applied: 2 })
  t.strictSame(tracked(store), ['1', '3', '2', '4'])
  // and a stranger with its key is its duplicate
  clock.ms = 10
  t.strictSame(occurred(await arrive([...abc, { n: 9, key: 'z', eventId: 'e0' }], 105)), { duplicate: 1 })
})

t.test('past a limit the lane waits, or the record goes on before them', async (t) => {
  for (const onLimit of ['block', 'release'] as const) {
    const { arrive, fails } = await setUp({}, { parking: { maxParkedPerKey: 2, onLimit } })
    fails.add(0)
    const first = await arrive([{ n: 0, key: 'a' }])
    t.strictSame(occurred(first), { parked: 1 })
    const result = await arrive([{ n: 0, key: 'a' }, ...[1, 2, 3].map((n) => ({ n, key: 'a' }))], 101)
    const isBlocked = onLimit === 'block'
    t.strictSame(occurred(result), isBlocked ? { parked: 1 } : { parked: 1, applied: 2 })
    t.strictSame(
      result.unfinished.map(({ index, attempt }) => [index, attempt]),
      isBlocked
        ? [
            [2, 1],
            [3, 1],
          ]
        : [],
    )
  }
})

t.test('a retry whose COMMIT was not answered is not carried out twice', async (t) => {
  const { arrive, retry, fails, clock, parking, unit, store, actor, host } = await setUp()
  fails.add(0)
  await arrive(abc)
  fails.clear()
  clock.ms = 60
  const due = await parking.due(unit, 100, 20)
  await retry()
  // when the same ones are tried once more, as if nobody knew
  const inOrder = due.toSorted((a, b) => a.original.offset - b.original.offset)
  const again = await host.handled(actor, batchOfParked(inOrder), {
    progress: { epoch: 1, lane: 0, ranges: [], frontier: 100, counts: noOutcomes() },
    records: inOrder.map((_, index) => ({ index, attempt: 2 })),
    retry: {
      records: inOrder.map(({ parkingKey, original: { offset } }) => ({ parkingKey, offset, inInbox: true })),
      ...idle,
    },
  })
  // then
  t.strictSame(occurred(again), {})
  t.equal(again.parking, undefined)
  t.strictSame(tracked(store), ['1', '3', '0', '2', '4'])
})

t.test('without order nothing waits for a record but itself', async (t) => {
  const { arrive, fails, store } = await setUp({ order: 'none' })
  fails.add(0)
  t.strictSame(occurred(await arrive(abc)), { applied: 4, parked: 1 })
  t.strictSame(tracked(store), ['1', '2', '3', '4'])
})

t.test('a parked record that nobody receives any more is passed over', async (t) => {
  const { arrive, fails, clock, parking, unit, store, host, counts } = await setUp()
  fails.add(0)
  await arrive(abc)
  clock.ms = 60
  fails.clear()
  const due = await parking.due(unit, 100, 20)
  const changed = due.map((record, nth) =>
    nth === 1 ? { ...record, original: { ...record.original, value: null } } : record,
  )
  const result = await host.handled(
    defineActor({
      name: 'keeper',
      receives: { 'test.thing.happened': Happened },
      receive: () => undefined,
      effects: 'postgres',
      order: 'key',
    }),
    batchOfParked(changed),
    {
      progress: { epoch: 1, lane: 0, ranges: [], frontier: 100, counts: noOutcomes() },
      records: changed.map(({ attempts }, index) => ({ index, attempt: attempts + 1 })),
      retry: {
        records: changed.map(({ parkingKey, original: { offset } }) => ({
          parkingKey,
          offset,
          inInbox: true,
        })),
        ...idle,
      },
    },
  )
  t.strictSame(occurred(result), { applied: 2, skipped: 1 })
  t.match(await counts(), { applied: 4, skipped: 1, parked: 0 })
  t.match(await parking.survey(unit), { keys: 0 })
  t.equal(tracked(store).length, 4)
})
