// A replay in Postgres: a range of a unit's past, what is done of it written once with its effects, its states changed by
// compare-and-set; one that keeps ending whoever handles it is told by its tries.

import t from 'tap'
import { noOutcomes, type ReplayedPart, type Unit } from '../../runtime/delivery/index.ts'
import {
  migrate,
  openCommandBox,
  openDatabase,
  openEffectsStore,
  openProgressStore,
  openReplayStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const progress = openProgressStore({ url: server.url })
const effects = openEffectsStore({ url: server.url })
const store = openReplayStore({ url: server.url })
const box = openCommandBox({ url: server.url })
t.teardown(async () => {
  await Promise.all([store, effects, progress, box, database].map((one) => one.close()))
  await server.close()
})

const unit: Unit = { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 3 }
const range = { from: 10, to: 90 }
const asked = { unit, range, dedupe: 'replay', ratePerS: 100, by: 'ada' } as const
const part = (id: number, from: number, to: number): ReplayedPart => ({
  id,
  done: [{ from, to }],
  counts: { applied: to - from, passedOver: 0, dead: 0, skipped: 0 },
})
const apply = (replayed: ReplayedPart, epoch = 1) =>
  effects.apply({
    ...{ unit, inbox: [], duplicates: [], states: [], tracked: [], applyTracked: undefined },
    progress: { epoch, lane: 0, ranges: [], frontier: 50, counts: noOutcomes() },
    replayed,
  })

t.test('of a unit that is not there, or not so far, there is none', async (t) => {
  t.equal(await store.create(asked), undefined)
  await progress.take([{ unit, lanes: 1 }], 'me')
  t.equal(await store.create(asked), undefined, 'it has not begun')
  await database.sql`update troupe.units set frontier = 50`
  t.equal(await store.create({ ...asked, range: { from: 50, to: 90 } }), undefined)
  await t.rejects(store.create({ ...asked, range: { from: 9, to: 9 } }), { code: 'CONFIG_INVALID' })
  await t.rejects(store.create({ ...asked, ratePerS: 0 }), { code: 'CONFIG_INVALID' })
})

t.test('it ends where its unit stands; what is done of it is done once, under the epoch', async (t) => {
  const replay = await store.create(asked)
  const id = replay?.id ?? 0
  t.match(replay, { unit, range: { from: 10, to: 50 }, state: 'running', nextOffset: 10, done: [] })
  t.match(await box.replays(), [{ id }])
  t.same(await apply(part(id, 10, 20)), { kind: 'applied' })
  t.same(await apply(part(id, 19, 30)), { kind: 'conflict', on: 'replay' }, 'in part done')
  t.match(await apply(part(id, 20, 30), 9), { kind: 'fenced', on: 'epoch' })
  t.match(await store.replay(id), { done: [{ from: 10, to: 20 }], applied: 10 })
  await store.advance(id, 10, 20, 2)
  await store.advance(id, 10, 30, 2)
  t.match(await store.replay(id), { nextOffset: 20, done: [], gone: 2 }, 'the second knew too little')
  t.same(await apply(part(id, 10, 20)), { kind: 'conflict', on: 'replay' }, 'below what is through')
  t.same(await apply(part(id, 20, 50)), { kind: 'applied' })
  await store.advance(id, 20, 50, 0)
  t.match(await store.replay(id), { state: 'finished', applied: 40, nextOffset: 50 })
  t.same(await apply(part(id, 50, 60)), { kind: 'conflict', on: 'replay' })
  t.same(await box.replays(), [])
  await t.rejects(store.change(id, 'running', 'ada'), { code: 'TRANSITION_UNLISTED' })
})

t.test('paused what is in hand may end, stopped it may not; tries are counted until one tells', async (t) => {
  const id = (await store.create(asked))?.id ?? 0
  t.same([await store.beginBatch(id, false), await store.beginBatch(id, false)], [1, 2])
  t.equal(await store.beginBatch(id, true), 1)
  await store.giveUp(id, 'hopeless \0')
  t.match(await store.replay(id), { state: 'paused', trouble: /^hopeless/ })
  t.equal(await store.beginBatch(id, true), undefined)
  t.same(await apply(part(id, 10, 12)), { kind: 'applied' })
  t.match(await store.change(id, 'running', 'ada'), { state: 'running', trouble: '' })
  t.equal(await store.beginBatch(id, false), 1)
  t.match(await store.change(id, 'stopped', 'ada'), { state: 'stopped' })
  t.same(await apply(part(id, 12, 13)), { kind: 'conflict', on: 'replay' })
  t.equal(await store.change(999, 'paused', 'ada'), undefined)
  t.match(await store.replays('shop'), [{ id }, { state: 'finished' }])
  t.same(await store.replays('other'), [])
})
