// What a batch means for its unit's row goes with its effects, in one transaction: all of it once nothing is left to do,
// nothing but the epoch before; and what the row does not take is given up whole.

import t, { type Test } from 'tap'
import {
  defineActor,
  reject,
  retry,
  type ActorDefinition,
  type Tracked,
} from '../../../runtime/actor/index.ts'
import {
  noOutcomes,
  type BatchEffects,
  type EffectsStore,
  type Progress,
} from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import {
  memoryEffectsStore,
  memoryProgressStore,
  type MemoryProgressStore,
} from '../../../runtime/store/index.ts'
import { batchOf, Happened, ignored, testHost, unitOf, type Given } from '../../harness/host-in-memory.ts'

type Receive = (event: Happened) => unknown

const row = (n: number): Tracked => ({ entity: 'thing', id: String(n), state: 'seen', at: n })
const keeper = (receive: Receive = () => undefined, options: Record<string, unknown> = {}): ActorDefinition =>
  defineActor({
    name: 'keeper',
    receives: { 'test.thing.happened': Happened },
    effects: 'postgres',
    receive: ((event: Happened, ctx: { track: (row: Tracked) => void }) => {
      ctx.track(row(event.n))
      return receive(event)
    }) as never,
    ...options,
  })

const progress = (more: Partial<Progress> = {}): Progress => ({
  epoch: 1,
  lane: 0,
  ranges: [{ from: 100, to: 110 }],
  frontier: 100,
  counts: noOutcomes(),
  ...more,
})

/** A unit that was begun at 100, in one lane, and a store that says what was asked of it. */
const begun = async (actor: ActorDefinition) => {
  const rows = memoryProgressStore()
  const unit = unitOf(actor)
  await rows.take([{ unit, lanes: 1 }], 'we')
  await rows.begin([{ unit, epoch: 1, offset: 100, topicId: undefined, account: 'anew', events: [] }])
  const store = memoryEffectsStore({ progress: rows })
  const asked: BatchEffects[] = []
  const spied: EffectsStore = {
    ...store,
    apply: (effects, within) => {
      asked.push(effects)
      return store.apply(effects, within)
    },
  }
  return { rows, unit, store, asked, host: testHost([actor], spied) }
}
const rowOf = async (rows: MemoryProgressStore, actor: ActorDefinition) =>
  (await rows.read([unitOf(actor)]))[0]!
const events = (count: number): Given[] => Array.from({ length: count }, (_, n) => ({ n }))

t.test('a batch that leaves nothing: its range, with the outcome of every record', async (t) => {
  const actor = keeper(({ n }) => (n === 1 ? reject('no') : undefined), { order: 'none' })
  const { rows, host, asked } = await begun(actor)
  const batch = batchOf([
    ...events(3),
    { value: ignored(), schemaId: 12 },
    { value: Buffer.from('no Avro') },
    { n: 0, eventId: 'e0' },
  ])
  await host.handled(actor, batch, { progress: progress() })
  const { ledger, counts } = await rowOf(rows, actor)
  t.match(counts, { applied: 2, rejected: 1, skipped: 1, undecodable: 1, duplicate: 1 })
  t.same(ledger!.done, [[{ from: 100, to: 110 }]])
  t.equal(asked.length, 1, 'in one transaction with the effects')
})

t.test('a batch of which nothing is received, or nothing is left to do, is told too', async (t) => {
  const actor = keeper()
  for (const [batch, more] of [
    [batchOf([{ value: ignored(), schemaId: 12 }]), {}],
    [batchOf(events(2)), { done: [{ from: 90, to: 102 }] }],
  ] as const) {
    const { rows, host, store } = await begun(actor)
    await host.handled(actor, batch, { progress: progress(), ...more })
    t.same((await rowOf(rows, actor)).ledger!.done, [[{ from: 100, to: 110 }]])
    t.same(store.tracked, [])
  }
})

t.test('what an owner before has done is left out', async (t) => {
  const actor = keeper()
  const { host, store } = await begun(actor)
  const result = await host.handled(actor, batchOf(events(5)), {
    done: [{ from: 101, to: 103 }],
    progress: progress({
      ranges: [
        { from: 100, to: 101 },
        { from: 103, to: 110 },
      ],
    }),
  })
  t.same(
    store.tracked.map(({ id }) => id),
    ['0', '3', '4'],
  )
  t.equal(result.counts.applied, 3)
})

t.test('with a record to be retried only the epoch is told, and all of it with its last run', async (t) => {
  let fails = true
  const actor = keeper(({ n }) => (n === 2 && fails ? retry('not yet') : undefined), { order: 'none' })
  const { rows, host } = await begun(actor)
  const first = await host.handled(actor, batchOf(events(4)), { progress: progress() })
  t.match(first, { counts: { applied: 3 }, unfinished: [{ index: 2 }] })
  t.match(await rowOf(rows, actor), { ledger: { done: [[]] }, counts: { applied: 0 } })

  fails = false
  await host.handled(actor, first.batch!, {
    records: first.unfinished,
    progress: progress({ counts: { ...noOutcomes(), ...first.counts } }),
  })
  t.match(await rowOf(rows, actor), { ledger: { done: [[{ from: 100, to: 110 }]] }, counts: { applied: 4 } })
})

const fences: Readonly<
  Record<string, (rows: MemoryProgressStore, actor: ActorDefinition) => Promise<unknown>>
> = {
  epoch: (rows, actor) => rows.take([{ unit: unitOf(actor), lanes: 1 }], 'another'),
  ledger: (rows, actor) =>
    Promise.resolve(rows.commit(unitOf(actor), progress({ ranges: [{ from: 104, to: 106 }] }))),
}

const nothingHappened = async (
  t: Test,
  { store, rows }: { store: ReturnType<typeof memoryEffectsStore>; rows: MemoryProgressStore },
  actor: ActorDefinition,
): Promise<void> => {
  t.same(store.tracked, [], 'no effect')
  t.same(await store.seen(unitOf(actor), [{ tenant: 't', key: 'e0' }]), [], 'no key is remembered')
  t.equal((await rowOf(rows, actor)).counts.applied, 0)
}

for (const [on, happens] of Object.entries(fences)) {
  t.test(`fenced on ${on}: nothing is applied, and nothing is counted`, async (t) => {
    const actor = keeper()
    const world = await begun(actor)
    await happens(world.rows, actor)
    const result = await world.host.talk(world.host.task(actor, batchOf(events(3)), { progress: progress() }))
    t.same(result, { kind: 'fenced', on })
    await nothingHappened(t, world, actor)
  })
}

t.test('fenced with a record to be retried: a run without ranges shows its epoch, too', async (t) => {
  const actor = keeper(({ n }) => (n === 1 ? retry('not yet') : undefined), { order: 'none' })
  const world = await begun(actor)
  await world.rows.take([{ unit: world.unit, lanes: 1 }], 'another')
  const result = await world.host.talk(world.host.task(actor, batchOf(events(2)), { progress: progress() }))
  t.same(result, { kind: 'fenced', on: 'epoch' })
  await nothingHappened(t, world, actor)
})

t.test('fenced while the failure of a refused record is written: all of it is given up', async (t) => {
  const actor = keeper(undefined, { retry: { attempts: 1 } })
  const world = await begun(actor)
  const { rows, store } = world
  let calls = 0
  const host = testHost([actor], {
    ...store,
    apply: async (effects) => {
      calls += 1
      if (calls > 1) return store.apply(effects)
      await rows.take([{ unit: unitOf(actor), lanes: 1 }], 'another')
      throw new TroupeError('EFFECTS_REFUSED', 'a constraint')
    },
  })
  const result = await host.talk(host.task(actor, batchOf(events(1)), { progress: progress() }))
  t.same(result, { kind: 'fenced', on: 'epoch' })
  await nothingHappened(t, world, actor)
})

t.test(
  'a COMMIT whose answer was lost: the second run finds its ranges done, and that is a success',
  async (t) => {
    const actor = keeper()
    const { rows, store } = await begun(actor)
    let lost = true
    const host = testHost([actor], {
      ...store,
      apply: async (effects) => {
        const outcome = await store.apply(effects)
        if (!lost) return outcome
        lost = false
        throw new TroupeError('POSTGRES_UNAVAILABLE', 'the connection was closed')
      },
    })
    const result = await host.handled(actor, batchOf(events(3)), { progress: progress() })
    t.equal(result.counts.applied, 3)
    t.equal(store.tracked.length, 3, 'once')
    t.match(await rowOf(rows, actor), { counts: { applied: 3 } })
  },
)

t.test('a duplicate of an event that is parked or dead runs nothing, is linked to it and told', async (t) => {
  for (const [outcome, code] of [
    ['done', undefined],
    ['rejected', undefined],
    ['parked', 'DUPLICATE_OF_PARKED'],
    ['dead', 'DUPLICATE_OF_DEAD'],
  ] as const) {
    const actor = keeper()
    const { host, store, unit } = await begun(actor)
    const key = { tenant: 't', key: 'e0' }
    const before = { ...unit, partition: 7 }
    await store.apply({
      unit: before,
      inbox: [{ ...key, offset: 17, outcome }],
      duplicates: [],
      states: [],
      tracked: [],
      applyTracked: undefined,
    })
    const result = await host.handled(actor, batchOf(events(2)), { progress: progress() })
    t.match(result.counts, { applied: 1, duplicate: 1 })
    t.match(store.duplicates, [{ ...key, offset: 100 }], 'linked by its key')
    t.same(
      result.failures.map(({ failure }) => failure.code),
      code === undefined ? [] : [code],
    )
    if (code) t.match(result.failures[0]!.failure.message, /things\/7 at 17/)
  }
})
