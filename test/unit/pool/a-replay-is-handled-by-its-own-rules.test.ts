// A batch of a replay has the effects that its rule gives it: with `keep` of what had none, with `replay` of every event where it
// was handled first; it parks nothing, does not touch the counts of its unit, and says which of its offsets are done.

import t from 'tap'
import { defineActor, type ActorContext } from '../../../runtime/actor/index.ts'
import { noOutcomes, type ReplayDedupe } from '../../../runtime/delivery/index.ts'
import { memoryEffectsStore, memoryProgressStore } from '../../../runtime/store/index.ts'
import {
  batchOf,
  Happened,
  ignored,
  occurred,
  testHost,
  unitOf,
  type Given,
} from '../../harness/host-in-memory.ts'

const damaged = Buffer.from('none of ours')
/** At the offsets 100 to 105: handled, dead, refused, of no actor, unreadable, a twin of the first. */
const past: readonly Given[] = [
  { n: 0, key: 'a' },
  { n: 1, key: 'b' },
  { n: 2, key: 'c' },
  { value: ignored() },
  { value: damaged },
  { n: 0, eventId: 'e0', key: 'a' },
]

const withPast = async () => {
  const progress = memoryProgressStore()
  const store = memoryEffectsStore({ progress })
  const fails = new Set([1])
  const actor = defineActor({
    name: 'keeper',
    receives: { 'test.thing.happened': Happened },
    effects: 'postgres',
    order: 'key',
    retry: { mode: 'park', attempts: 2, backoff: 'fixed', firstDelayMs: 50 },
    receive: (event: Happened, ctx: ActorContext) => {
      if (event.n === 2) return { kind: 'reject', reason: 'no' } as const
      if (fails.has(event.n)) throw new Error('broken')
      ctx.track({ entity: 'thing', id: String(event.n), state: 'seen', at: 1 })
      return undefined
    },
  })
  const host = testHost([actor], store)
  const unit = unitOf(actor)
  await progress.take([{ unit, lanes: 1 }], 'me')
  await progress.begin([{ unit, epoch: 1, offset: 100, topicId: undefined, account: 'anew', events: [] }])
  const showing = {
    progress: { epoch: 1, lane: 0, ranges: [], frontier: 100, counts: noOutcomes() },
  } as const
  // The second of them has used up its attempts.
  const first = await host.handled(actor, batchOf(past), {
    records: past.map((_, index) => ({ index, attempt: index === 1 ? 2 : 1 })),
    progress: { ...showing.progress, ranges: [{ from: 100, to: 106 }] },
  })
  t.same(occurred(first), { applied: 1, exhausted: 1, rejected: 1, skipped: 1, undecodable: 1, duplicate: 1 })
  const replay = (dedupe: ReplayDedupe, indexes = past.map((_, index) => index), attempt = 1, id = 7) =>
    host.handled(actor, batchOf(past), {
      records: indexes.map((index) => ({ index, attempt })),
      replay: { id, dedupe, offsets: past.map((_, index) => 100 + index) },
      ...showing,
    })
  return { actor, store, fails, host, unit, replay, first }
}

t.test('keep: what is dead is handled, nothing else', async (t) => {
  const { replay, store, fails, unit } = await withPast()
  fails.clear()
  await replay('keep')
  t.same(
    store.tracked.map(({ id }) => id),
    ['0', '1'],
    'each once',
  )
  t.match(store.replayed, [
    {
      id: 7,
      done: [{ from: 100, to: 106 }],
      counts: { applied: 1, passedOver: 3, dead: 1, skipped: 1 },
    },
  ])
  t.match(await store.seen(unit, [{ tenant: 't', key: 'e1' }]), [{ outcome: 'done', offset: 101 }])
})

t.test('replay: each event where it was handled first', async (t) => {
  const { replay, store, fails } = await withPast()
  fails.clear()
  await replay('replay')
  t.same(
    store.tracked.map(({ id }) => id),
    ['0', '0', '1'],
    'and not its twin',
  )
  t.match(store.replayed, [{ counts: { applied: 2, passedOver: 1, dead: 2, skipped: 1 } }])
  await replay('replay', undefined, 1, 8)
  t.equal(store.tracked.length, 5, 'another replay has them once more')
})

t.test('what was done by a transaction whose answer was lost is not done again', async (t) => {
  const { replay, store, fails } = await withPast()
  fails.clear()
  await replay('replay')
  const again = await replay('replay')
  t.equal(store.tracked.length, 3)
  t.equal(store.replayed.length, 1)
  t.same(occurred(again), { skipped: 1, undecodable: 1 }, 'nothing of it counts')
})

t.test('what fails is not parked: it is left, and dead when its attempts are used up', async (t) => {
  const { replay, store, unit } = await withPast()
  const tried = await replay('keep', [0, 1])
  t.match(tried.unfinished, [{ index: 1, attempt: 2, afterMs: 50 }])
  t.equal(tried.parking, undefined)
  t.match(store.replayed, [{ done: [{ from: 100, to: 101 }] }])
  const last = await replay('keep', [1], 2)
  t.same(last.unfinished, [])
  t.match(store.replayed.at(-1), { done: [{ from: 101, to: 102 }], counts: { dead: 1 } })
  t.match(await store.seen(unit, [{ tenant: 't', key: 'e1' }]), [{ outcome: 'dead', offset: 101 }])
})

t.test('a replayed event that was done and dies is dead, and may be redriven', async (t) => {
  const { replay, store, unit, fails } = await withPast()
  fails.add(0)
  await replay('replay', [0], 2)
  t.match(await store.seen(unit, [{ tenant: 't', key: 'e0' }]), [{ outcome: 'dead', offset: 100 }])
})
