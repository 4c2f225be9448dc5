// What an actor with effects in Postgres emits, and its dead letters, are rows of the outbox in the transaction of its
// effects: they leave if and only if those are committed, and Kafka is not asked meanwhile.

import t from 'tap'
import { defineActor, reject, type ActorContext, type ActorDefinition } from '../../../runtime/actor/index.ts'
import { noOutcomes, type Progress } from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { memoryEffectsStore, memoryProgressStore } from '../../../runtime/store/index.ts'
import { batchOf, Happened, header, occurred, testHost, unitOf } from '../../harness/host-in-memory.ts'

const teller = (receive: (event: Happened, ctx: ActorContext) => unknown): ActorDefinition =>
  defineActor({
    name: 'teller',
    receives: { 'test.thing.happened': Happened },
    receive: receive as never,
    effects: 'postgres',
  })
const emit = (ctx: ActorContext, n: number): void => {
  ctx.emit('test.thing.happened' as never, { eventId: 'own', tenantId: 't', n } as never)
}

const world = async (actor: ActorDefinition) => {
  const unit = unitOf(actor)
  const rows = memoryProgressStore()
  const store = memoryEffectsStore({ progress: rows })
  const [taken] = await rows.take([{ unit, lanes: 1 }], 'me')
  const epoch = taken?.epoch ?? 0
  await rows.begin([{ unit, epoch, offset: 0, topicId: undefined, account: 'anew', events: [] }])
  const progress = (from: number, to: number): Progress => ({
    epoch,
    lane: 0,
    ranges: [{ from, to }],
    frontier: 0,
    counts: noOutcomes(),
  })
  return { store, rows, progress, unit, ...testHost([actor], store) }
}

t.test('events are rows in the order they were emitted in, and nothing is produced', async (t) => {
  const actor = teller((event, ctx) => {
    emit(ctx, event.n)
    emit(ctx, event.n * 10)
  })
  const { store, progress, unit, handled, produced, registry } = await world(actor)

  const result = await handled(actor, batchOf([{ n: 1, key: 'a' }, { n: 2 }]), { progress: progress(0, 100) })

  t.same(occurred(result), { applied: 2 })
  t.same(produced, [])
  t.equal(registry.registered.length, 1)
  t.same(
    store.outbox.map(({ seq }) => seq),
    [1, 2, 3, 4],
  )
  const [first, second] = store.outbox
  t.match(first, { unit, type: 'test.thing.happened', record: { topic: 'emitted' } })
  t.same([...(first?.record.value?.subarray(0, 5) ?? [])], [0, 0, 0, 0, 99], 'with the id of its schema')
  t.equal(Buffer.from(first?.record.key ?? []).toString(), 'a')
  t.not(first?.id, second?.id)
  t.equal(first && header(first.record, 'event-id'), first?.id)
  t.equal(first && header(first.record, 'causation-id'), 'e0')
  t.equal(first && header(first.record, 'tenant-id'), 't')
  t.equal(first && header(first.record, 'source'), 'teller')
})

t.test('a record that fails has none, but a dead letter behind those of the others', async (t) => {
  const actor = teller((event, ctx) => {
    emit(ctx, event.n)
    return event.n === 2 ? reject('no') : undefined
  })
  const { store, progress, handled, produced } = await world(actor)
  const result = await handled(actor, batchOf([{ n: 1 }, { n: 2 }, { n: 3 }]), { progress: progress(0, 100) })
  t.same(occurred(result), { applied: 2, rejected: 1 })
  t.same(
    store.outbox.map(({ record: { topic } }) => topic),
    ['emitted', 'emitted', 'dead'],
  )
  const letter = store.outbox[2]?.record
  t.equal(letter && header(letter, 'dlq-outcome'), 'rejected')
  t.equal(letter && header(letter, 'dlq-inbox-key'), '["t","e1"]')
  t.same(produced, [])
})

t.test('the letter of a record that cannot be read goes with the first transaction, once', async (t) => {
  // given: two that cannot be read, one that is tried again, and one that the first transaction conflicts over
  let conflicts = 0
  const actor = teller((event) => {
    if (event.n === 1) throw new Error('not yet')
  })
  const { store, progress, unit } = await world(actor)
  const stumbling = {
    ...store,
    apply: (...given: Parameters<typeof store.apply>) =>
      (conflicts += 1) === 1
        ? Promise.resolve({ kind: 'conflict', on: 'inbox' } as const)
        : store.apply(...given),
  }
  const { handled, produced } = testHost([actor], stumbling)
  const records = [{ value: Buffer.from('?') }, { n: 1 }, { n: 2 }, { value: Buffer.alloc(0), key: 'k' }]
  // when: the batch is left unfinished, and delivered again by an owner that knows nothing of it
  const first = await handled(actor, batchOf(records), { progress: progress(0, 4) })
  t.same(occurred(first), { undecodable: 2 })
  t.equal(first.unfinished.length, 2)
  await handled(actor, batchOf(records), { progress: progress(0, 4) })
  // then
  t.same(
    store.outbox.map(({ record }) => [header(record, 'dlq-offset'), record.value?.length]),
    [
      ['100', 1],
      ['103', 0],
    ],
  )
  t.same(
    store.outbox.map(({ seq, unit }) => ({ seq, unit })),
    [
      { seq: 1, unit },
      { seq: 2, unit },
    ],
  )
  t.same(produced, [])
})

t.test('a letter that a transaction has no room for is acknowledged before it', async (t) => {
  const actor = teller(() => undefined)
  const { store, progress, handled, produced } = await world(actor)
  const huge = Buffer.alloc(33 * 1024 * 1024)
  const result = await handled(actor, batchOf([{ value: huge }, { value: Buffer.from('?') }, { n: 1 }]), {
    progress: progress(0, 3),
  })
  t.same(occurred(result), { applied: 1, undecodable: 2 })
  t.same(
    produced.map(({ value }) => value?.length),
    [huge.length],
  )
  t.same(
    store.outbox.map(({ record }) => record.value?.length),
    [1],
  )
})

t.test('a fenced owner leaves none', async (t) => {
  const actor = teller((event, ctx) => emit(ctx, event.n))
  const { store, rows, progress, unit, talk, task } = await world(actor)
  const stale = progress(0, 100)
  await rows.take([{ unit, lanes: 1 }], 'another')
  t.match(await talk(task(actor, batchOf([{ n: 1 }]), { progress: stale })), { kind: 'fenced', on: 'epoch' })
  t.same(store.outbox, [])
})

t.test('a batch that is handled again leaves its events once', async (t) => {
  // given: a transaction that is refused for a conflict, then a Postgres that is away
  const actor = teller((event, ctx) => emit(ctx, event.n))
  const { store, progress, unit, rows } = await world(actor)
  let calls = 0
  const stumbling = {
    ...store,
    apply: (...given: Parameters<typeof store.apply>) => {
      calls += 1
      if (calls === 1) return Promise.resolve({ kind: 'conflict', on: 'state' } as const)
      if (calls === 2) return Promise.reject(new TroupeError('POSTGRES_UNAVAILABLE', 'away'))
      return store.apply(...given)
    },
  }
  const { handled, produced } = testHost([actor], stumbling)
  // when
  await handled(actor, batchOf([{ n: 1 }, { n: 2 }]), { progress: progress(0, 100) })
  // then
  t.equal(calls, 3)
  t.equal(store.outbox.length, 2)
  t.same(produced, [])
  t.equal((await rows.read([unit]))[0]?.counts.applied, 2)
})
