// Whatever becomes of a COMMIT on its way, a batch that is applied until it succeeds has its effects once.

import t from 'tap'

import {
  noOutcomes,
  type ApplyOutcome,
  type BatchEffects,
  type EffectsStore,
  type Unit,
} from '../../runtime/delivery/index.ts'
import {
  migrate,
  openDatabase,
  openEffectsStore,
  openProgressStore,
  startEmbeddedPostgres,
  type EffectsStoreOptions,
} from '../../runtime/store/index.ts'
import { PostgresProxy, type CommitFault } from '../harness/proxy/index.ts'
import { openMutantStore } from '../harness/store/mutant-stores.ts'
import { waitUntil } from '../harness/wait-until.ts'

const server = await startEmbeddedPostgres()
const { url } = server
await migrate({ url })
const proxy = await PostgresProxy.start({ host: '127.0.0.1', port: Number(new URL(url).port) })
const { sql, close } = openDatabase({ url })
const progress = openProgressStore({ url, lockTimeoutMs: 100 })
t.teardown(async () => {
  await Promise.all([progress.close(), close()])
  await proxy.close()
  await server.close()
})
// Without a unique constraint: else it would be the one that is tested.
await sql`create table effect (offset_ bigint)`

let partition = 0
/** A unit of its own for each trial, begun at 0. */
const begun = async (): Promise<{ unit: Unit; epoch: number }> => {
  const unit = { group: 'g', actor: 'a', topic: 't', partition: (partition += 1) }
  const [taken] = await progress.take([{ unit, lanes: 1 }], 'me')
  const epoch = taken?.epoch ?? 0
  await progress.begin([{ unit, epoch, offset: 0, topicId: undefined, account: 'anew', events: [] }])
  await sql`truncate effect`
  return { unit, epoch }
}

/** Of offsets 0 to 9: with keys, or with nothing but the author's own effect. */
const batchOf = ({ unit, epoch }: { unit: Unit; epoch: number }, keyed: boolean): BatchEffects => {
  const offsets = Array.from({ length: 10 }, (_, offset) => offset)
  return {
    unit,
    inbox: keyed
      ? offsets.map((offset) => ({
          tenant: String(unit.partition),
          key: String(offset),
          offset,
          outcome: 'done',
        }))
      : [],
    duplicates: [],
    states: [],
    tracked: [{ entity: 'e', id: 'i', state: 's', at: 0, tenant: '', eventId: 'x' }],
    applyTracked: async (sql) => {
      await sql`insert into effect select * from unnest(${offsets}::bigint[])`
    },
    progress: {
      epoch,
      lane: 0,
      ranges: [{ from: 0, to: 10 }],
      frontier: 0,
      counts: { ...noOutcomes(), applied: 10 },
    },
  }
}

/** As a worker does: while Postgres is away, the same again. */
const applyUntilAnswered = (store: EffectsStore, batch: BatchEffects): Promise<ApplyOutcome> =>
  waitUntil('the batch is answered', () => store.apply(batch))
const effects = async (): Promise<number> => (await sql`select from effect`).length
const throughProxy = (options: Partial<EffectsStoreOptions> = {}): EffectsStoreOptions => ({
  url: proxy.urlFor(url),
  maxConnections: 2,
  ...options,
})

const faults: readonly (readonly [CommitFault, answer: ApplyOutcome['kind']])[] = [
  [{ kind: 'cut-before' }, 'applied'],
  [{ kind: 'cut-after' }, 'already-done'],
  [{ kind: 'delay-then-cut', delayMs: 100 }, 'already-done'],
  // The same again meets the transaction that is still under way, and waits for it.
  [{ kind: 'late-commit', delayMs: 300 }, 'already-done'],
]
for (const keyed of [true, false]) {
  for (const [fault, answer] of faults) {
    await t.test(`${fault.kind}, ${keyed ? 'with' : 'without'} keys`, async (t) => {
      const store = openEffectsStore(throughProxy())
      const owned = await begun()
      const armed = proxy.arm(fault)

      const outcome = await applyUntilAnswered(store, batchOf(owned, keyed))

      await armed.untilFired()
      t.equal(outcome.kind, answer)
      t.equal(await effects(), 10)
      const [row] = await progress.read([owned.unit])
      t.equal(row?.counts.applied, 10)
      t.same(row?.ledger?.done, [[{ from: 0, to: 10 }]])
      await store.close()
    })
  }
}

await t.test(
  'a COMMIT that comes later than a lock is waited for: a new epoch reads what became of it',
  async (t) => {
    const store = openEffectsStore(throughProxy({ lockTimeoutMs: 100 }))
    const owned = await begun()
    const armed = proxy.arm({ kind: 'late-commit', delayMs: 1_000 })

    t.same(await applyUntilAnswered(store, batchOf(owned, true)), { kind: 'fenced', on: 'lock' })

    const taken = await waitUntil('the unit is taken', () =>
      progress.take([{ unit: owned.unit, lanes: 1 }], 'me'),
    )
    await armed.untilFired()
    const again = { unit: owned.unit, epoch: taken[0]?.epoch ?? 0 }
    const isDone = taken[0]?.ledger?.done[0]?.length === 1
    const outcome = await applyUntilAnswered(store, batchOf(again, true))
    t.equal(outcome.kind, isDone ? 'already-done' : 'applied', 'as the row said')
    t.equal(await effects(), 10)
    t.same(await store.apply(batchOf(owned, true)), { kind: 'fenced', on: 'epoch' })
    await store.close()
  },
)

await t.test('with the ledger off a lost answer has effects twice: this test would see it', async (t) => {
  const store = openMutantStore(throughProxy(), 'ledger off')
  const owned = await begun()
  proxy.arm({ kind: 'cut-after' })

  await applyUntilAnswered(store, batchOf(owned, false))

  t.equal(await effects(), 20)
  await store.close()
})

await t.test('kills of sessions at any moment, eight lanes: every effect once', async (t) => {
  const unit = { group: 'g', actor: 'a', topic: 'killed', partition: 0 }
  const lanes = 8
  const works = 25
  const [taken] = await progress.take([{ unit, lanes }], 'me')
  const epoch = taken?.epoch ?? 0
  await progress.begin([{ unit, epoch, offset: 0, topicId: undefined, account: 'anew', events: [] }])
  await sql`truncate effect`
  const store = openEffectsStore({ url, maxConnections: lanes, applicationName: 'killed' })
  const answers: ApplyOutcome['kind'][] = []
  let kills = 0
  const killer = (async () => {
    for (let seen = 0; seen < lanes * works; seen = answers.length + 2) {
      await waitUntil(
        'two more batches are answered',
        () => answers.length >= Math.min(seen, lanes * works),
        { everyMs: 1 },
      )
      const killed = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'killed' and xact_start is not null order by random() limit 1`
      kills += killed.length
    }
  })()

  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let nth = 0; nth < works; nth += 1) {
        const given = batchOf({ unit, epoch }, false)
        const ranges = [{ from: nth * 10, to: nth * 10 + 10 }]
        const offset = nth * lanes + lane
        const outcome = await applyUntilAnswered(store, {
          ...given,
          applyTracked: async (sql) => {
            await sql`insert into effect values (${offset})`
          },
          ...(given.progress && { progress: { ...given.progress, lane, ranges } }),
        })
        answers.push(outcome.kind)
      }
    }),
  )
  await killer
  t.ok(kills >= 10, `${String(kills)} kills`)

  const [found] = await sql<{ effects: number; offsets: number }>`
    select count(*) as effects, count(distinct offset_) as offsets from effect`
  t.same({ ...found }, { effects: lanes * works, offsets: lanes * works })
  t.ok(answers.every((kind) => kind === 'applied' || kind === 'already-done'))
  t.equal((await progress.read([unit]))[0]?.counts.applied, lanes * works * 10)
  await store.close()
})
