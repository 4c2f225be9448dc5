// A unit's row takes what its owner finished, once, from no other owner: on Postgres and on its memory twin alike.

import t, { type Test } from 'tap'

import {
  noOutcomes,
  type BatchEffects,
  type EffectsStore,
  type OutcomeCounts,
  type Progress,
  type RememberedLoss,
  type ProgressStore,
  type Unit,
  type UnitStart,
  whereverTheGroupIs,
} from '../../runtime/delivery/index.ts'
import {
  memoryEffectsStore,
  memoryProgressStore,
  migrate,
  openDatabase,
  openEffectsStore,
  openProgressStore,
  requireDurableCommits,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import { mutants, openMutantStore, type Mutant } from '../harness/store/mutant-stores.ts'
import { waitUntil } from '../harness/wait-until.ts'

const unit: Unit = { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 3 }
const other: Unit = { ...unit, partition: 4 }
const counted = (counts: Partial<OutcomeCounts>): OutcomeCounts => ({ ...noOutcomes(), ...counts })
const applied = { kind: 'applied' }
const alreadyDone = { kind: 'already-done', on: 'ledger' }
const fenced = (on: 'epoch' | 'ledger' | 'lock') => ({ kind: 'fenced', on })

const progress = (epoch: number, from: number, to: number, more: Partial<Progress> = {}): Progress => ({
  epoch,
  lane: 0,
  ranges: from < to ? [{ from, to }] : [],
  frontier: 0,
  counts: from < to ? counted({ applied: to - from }) : noOutcomes(),
  ...more,
})
const batch = (given: Progress | undefined, effects: Partial<BatchEffects> = {}): BatchEffects => ({
  unit,
  inbox: [],
  duplicates: [],
  states: [],
  tracked: [],
  applyTracked: undefined,
  ...(given && { progress: given }),
  ...effects,
})
const done = (key: string, offset: number) => ({ tenant: '', key, offset, outcome: 'done' as const })
const start = (of: Unit, epoch: number, offset: number, more: Partial<UnitStart> = {}): UnitStart => ({
  unit: of,
  epoch,
  offset,
  topicId: 't1',
  account: 'anew',
  events: [{ kind: 'seeded', from: undefined, to: offset }],
  ...more,
})

interface Subject {
  readonly progress: ProgressStore
  readonly effects: EffectsStore
  close(): Promise<void>
}

const inMemory = (): Promise<Subject> => {
  const progress = memoryProgressStore()
  const effects = memoryEffectsStore({ progress })
  return Promise.resolve({ progress, effects, close: () => effects.close() })
}

const server = await startEmbeddedPostgres()
t.teardown(() => server.close())
const { url } = server
await migrate({ url })
const database = openDatabase({ url, maxConnections: 8 })
t.teardown(() => database.close())
const { sql } = database

const empty = () =>
  sql`truncate troupe.units, troupe.unit_events, troupe.remembered_losses, troupe.owner_backends, troupe.inbox, troupe.duplicates, troupe.actor_state, troupe.tracked`

const onPostgres = async (): Promise<Subject> => {
  await empty()
  const progress = openProgressStore({ url })
  const effects = openEffectsStore({ url, maxConnections: 8 })
  return {
    progress,
    effects,
    close: async () => {
      await Promise.all([progress.close(), effects.close()])
    },
  }
}

/** Takes the unit and begins it at 0. Its epoch. */
const own = async (
  store: ProgressStore,
  { of = unit, lanes = 1, owner = 'me', at = 0 } = {},
): Promise<number> => {
  const [taken] = await store.take([{ unit: of, lanes }], owner)
  const epoch = taken?.epoch ?? 0
  await store.begin([start(of, epoch, at)])
  return epoch
}
const report = async (store: ProgressStore, of = unit) => (await store.read([of]))[0]

const suite = async (t: Test, open: () => Promise<Subject>): Promise<void> => {
  const claim = (name: string, body: (t: Test, subject: Subject) => Promise<void>): Promise<unknown> =>
    t.test(name, async (t) => {
      const subject = await open()
      try {
        await body(t, subject)
      } finally {
        await subject.close()
      }
    })

  await claim('each taking is a new epoch and tells of the owner before', async (t, { progress: store }) => {
    const claims = [
      { unit: other, lanes: 2 },
      { unit, lanes: 1 },
    ]
    const nothing = {
      ledger: undefined,
      topicId: undefined,
      accountedFrom: undefined,
      groupAheadTo: undefined,
      cut: undefined,
    }
    t.strictSame(await store.take(claims, 'a'), [
      { unit: other, epoch: 1, ...nothing, wasClean: true, previousOwner: undefined },
      { unit, epoch: 1, ...nothing, wasClean: true, previousOwner: undefined },
    ])
    t.strictSame(await store.begin([start(unit, 1, 50), start(other, 9, 7)]), [true, false], 'only its own')

    const known = {
      ledger: { frontier: 50, done: [[]] },
      topicId: 't1',
      accountedFrom: 50,
      groupAheadTo: undefined,
      cut: undefined,
    }
    t.strictSame(await store.take([{ unit, lanes: 1 }], 'a'), [
      { unit, epoch: 2, ...known, wasClean: false, previousOwner: 'a' },
    ])
    t.strictSame(await store.advance([{ unit, epoch: 1, frontier: 60, clean: true }]), [false])
    t.strictSame(await store.advance([{ unit, epoch: 2, frontier: 50, clean: true }]), [true])
    t.strictSame(await store.take([{ unit, lanes: 1 }], 'b'), [
      { unit, epoch: 3, ...known, wasClean: true, previousOwner: 'a' },
    ])
    t.strictSame(await store.take([], 'b'), [])
    t.strictSame(await store.read([{ ...unit, topic: 'none' }]), [undefined])
  })

  await claim(
    'a batch moves its row: ledger, frontier, counters',
    async (t, { progress: store, effects }) => {
      const epoch = await own(store, { lanes: 2, at: 100 })

      t.same(await effects.apply(batch(progress(epoch, 100, 120, { lane: 1, frontier: 100 }))), applied)
      t.same(await effects.apply(batch(progress(epoch, 120, 150, { lane: 1, frontier: 105 }))), applied)
      const counts = counted({
        applied: 3,
        rejected: 2,
        duplicate: 1,
        undecodable: 4,
        exhausted: 5,
        skipped: 6,
        redelivered: 7,
      })
      t.same(
        await effects.apply(batch(progress(epoch, 100, 130, { lane: 0, frontier: 130, counts }))),
        applied,
      )
      t.same(await effects.apply(batch(progress(epoch, 140, 160, { lane: 0, frontier: 120 }))), applied)

      t.strictSame(await report(store), {
        unit,
        epoch,
        ledger: { frontier: 130, done: [[{ from: 140, to: 160 }], [{ from: 130, to: 150 }]] },
        topicId: 't1',
        groupAheadTo: undefined,
        cut: undefined,
        accountedFrom: 100,
        owner: 'me',
        clean: false,
        counts: { ...counts, applied: 73 },
        events: [{ kind: 'seeded', from: undefined, to: 100 }],
      })
      t.strictSame(await store.advance([{ unit, epoch, frontier: 160, clean: false }]), [true])
      t.strictSame(await store.advance([{ unit, epoch, frontier: 150, clean: false }]), [true], 'never back')
      t.strictSame((await report(store))?.ledger, { frontier: 160, done: [[], []] })
      await store.advance([{ unit, epoch, frontier: 160, clean: true }])
      await effects.apply(batch(progress(epoch, 160, 170)))
      t.equal((await report(store))?.clean, false, 'given back, and yet at work')
    },
  )

  await claim(
    'the same batch again is done already, whatever it brings',
    async (t, { progress: store, effects }) => {
      const epoch = await own(store)
      const first = batch(progress(epoch, 10, 20), {
        inbox: [done('a', 10)],
        states: [{ tenant: '', key: 'k', loadedVersion: 0, value: 1 }],
      })

      t.same(await effects.apply(first), applied)
      t.same(await effects.apply(first), alreadyDone, 'its inbox is in the way')
      t.same(await effects.apply({ ...first, inbox: [] }), alreadyDone, 'its state is in the way')
      t.same(
        await effects.apply({ ...first, inbox: [], states: [] }),
        alreadyDone,
        'its ledger is in the way',
      )
      await effects.apply(batch(progress(epoch, 20, 30, { frontier: 30 })))
      t.same(await effects.apply(first), alreadyDone, 'below the frontier')
      t.same(
        await effects.apply({ ...first, inbox: [], states: [] }),
        alreadyDone,
        'told by the frontier alone',
      )

      t.equal((await report(store))?.counts.applied, 20, 'counted once')
    },
  )

  await claim(
    'a batch that overlaps in part is nobody’s: fenced',
    async (t, { progress: store, effects }) => {
      const epoch = await own(store)
      await effects.apply(batch(progress(epoch, 10, 20)))

      for (const [from, to] of [
        [5, 11],
        [19, 30],
        [5, 30],
      ] as const)
        t.same(
          await effects.apply(batch(progress(epoch, from, to), { inbox: [done('x', from)] })),
          fenced('ledger'),
        )
      t.same(await effects.seen(unit, [done('x', 1)]), [])
      t.same(await effects.apply(batch(progress(epoch, 5, 10))), applied)
      t.strictSame((await report(store))?.ledger?.done, [[{ from: 5, to: 20 }]])
    },
  )

  await claim('an older owner is fenced, and leaves nothing', async (t, { progress: store, effects }) => {
    const mine = await own(store, { owner: 'a' })
    await store.take([{ unit, lanes: 1 }], 'b')
    const late = (more: Partial<BatchEffects>) =>
      effects.apply(batch(progress(mine, 0, 10), { inbox: [done('late', 1)], ...more }))

    t.same(await late({}), fenced('epoch'))
    t.same(await late({ states: [{ tenant: '', key: 'k', loadedVersion: 0, value: 1 }] }), fenced('epoch'))
    t.same(await late({ inbox: [] }), fenced('epoch'), 'with no effect at all')
    t.same(await effects.apply(batch(progress(mine, 0, 0))), fenced('epoch'), 'and without ranges')

    t.same(await effects.seen(unit, [done('late', 1)]), [])
    t.equal((await effects.loadStates(unit, [{ tenant: '', key: 'k' }]))[0]?.version, 0)
    t.same((await report(store))?.counts, noOutcomes())
    t.same(await effects.apply({ ...batch(progress(1, 0, 10)), unit: other }), fenced('epoch'), 'never taken')
    await store.take([{ unit: other, lanes: 1 }], 'b')
    t.same(
      await effects.apply({ ...batch(progress(1, 0, 10)), unit: other }),
      fenced('ledger'),
      'never begun',
    )
    t.same(
      await store.advance([{ unit: other, epoch: 1, frontier: 9, clean: false }]),
      [false],
      'never begun',
    )
  })

  await claim(
    'a conflict with another batch stays one while the unit is its own',
    async (t, { progress: store, effects }) => {
      const epoch = await own(store)
      await effects.apply(batch(undefined, { unit: other, inbox: [done('taken', 1)] }))

      const conflicting = batch(progress(epoch, 0, 10), { inbox: [done('taken', 5)] })
      t.same(await effects.apply(conflicting), { kind: 'conflict', on: 'inbox' })
      await store.take([{ unit, lanes: 1 }], 'b')
      t.same(await effects.apply(conflicting), fenced('epoch'), 'no use in handling it again')
    },
  )

  await claim(
    'a part of a batch has effects, and its range at its end',
    async (t, { progress: store, effects }) => {
      const epoch = await own(store)

      t.same(await effects.apply(batch(progress(epoch, 0, 0), { inbox: [done('a', 1)] })), applied)
      t.strictSame((await report(store))?.ledger?.done, [[]])
      t.same(await effects.apply(batch(progress(epoch, 0, 10), { inbox: [done('b', 2)] })), applied)

      t.strictSame((await report(store))?.ledger?.done, [[{ from: 0, to: 10 }]])
      t.equal((await report(store))?.counts.applied, 10)
      await t.rejects(
        effects.apply(batch(progress(epoch, 0, 0, { counts: counted({ applied: 1 }) }))),
        { code: 'BUG' },
        'else it would be counted twice',
      )
    },
  )

  await claim(
    'with another number of lanes only what all lanes have done counts',
    async (t, { progress: store, effects }) => {
      const epoch = await own(store, { lanes: 3 })
      for (const [lane, to] of [40, 30, 20].entries())
        await effects.apply(batch(progress(epoch, 0, to, { lane })))
      await effects.apply(batch(progress(epoch, 50, 60, { lane: 1 })))

      const [taken] = await store.take([{ unit, lanes: 2 }], 'me')
      const [again] = await store.take([{ unit, lanes: 2 }], 'me')

      const all = [{ from: 0, to: 20 }]
      t.strictSame(taken?.ledger, { frontier: 0, done: [all, all] })
      t.strictSame(again?.ledger, taken?.ledger)
      t.same(
        await effects.apply(batch(progress(again?.epoch ?? 0, 50, 60, { lane: 2 }))),
        fenced('ledger'),
        'no such lane',
      )
    },
  )

  await claim(
    'a start that leaves something out is in the account',
    async (t, { progress: store, effects }) => {
      const first = await own(store)
      await effects.apply(batch(progress(first, 0, 10, { frontier: 10 })))
      await effects.apply(batch(progress(first, 20, 40)))
      const [taken] = await store.take([{ unit, lanes: 1 }], 'me')
      const epoch = taken?.epoch ?? 0
      const loss = { kind: 'retention-loss', from: 10, to: 30 } as const
      const skipping = start(unit, epoch, 30, { account: 'continue', topicId: undefined, events: [loss] })

      t.strictSame(await store.begin([skipping]), [true])

      t.match(await report(store), {
        ledger: { frontier: 30, done: [[{ from: 30, to: 40 }]] },
        topicId: 't1',
        groupAheadTo: undefined,
        accountedFrom: 0,
        counts: { applied: 30 },
        events: [{ kind: 'seeded' }, loss],
      })
      await store.begin([
        start(unit, epoch, 5, { topicId: 't2', events: [{ kind: 'recreated', from: 30, to: 5 }] }),
      ])
      t.match(await report(store), {
        ledger: { frontier: 5, done: [[]] },
        topicId: 't2',
        accountedFrom: 5,
        counts: { applied: 0 },
        events: [{ kind: 'recreated', from: 30, to: 5 }],
      })
      t.equal((await report(store))?.events.length, 1, 'a new account has events of its own')
    },
  )

  await claim('a log that was cut is remembered until a reset', async (t, { progress: store }) => {
    const cut = { from: 30, to: 50 }
    const claims = [
      { unit, lanes: 1 },
      { unit: other, lanes: 1 },
    ]
    await store.take(claims, 'a')
    await store.begin([start(unit, 1, 50)])
    await store.hold([
      { unit, epoch: 9, reason: 'beyond-end', range: { from: 0, to: 1 } }, // another's
      { unit, epoch: 1, reason: 'beyond-end', range: cut },
      { unit: other, epoch: 1, reason: 'beyond-end', range: cut },
    ])

    t.match(await store.take(claims, 'b'), [{ cut }, { cut, ledger: undefined }])
    t.match(await report(store), {
      cut,
      events: [{ kind: 'seeded' }, { kind: 'held-beyond-end', from: 50, to: 30 }],
    })
    t.equal(await store.reset(unit, { frontier: 30, dedupe: 'keep', by: 'ann' }), true)
    t.equal(await store.reset(other, { frontier: 30, dedupe: 'keep', by: 'ann' }), true, 'though never begun')

    t.match(await store.take(claims, 'b'), [
      { cut: undefined, ledger: { frontier: 30 } },
      { cut: undefined, ledger: { frontier: 30 } },
    ])
    // or another topic of the name
    await store.hold([{ unit, epoch: 4, reason: 'beyond-end', range: cut }])
    await store.begin([start(unit, 4, 0, { topicId: 't2' })])
    t.match(await store.take([{ unit, lanes: 1 }], 'b'), [{ cut: undefined, ledger: { frontier: 0 } }])
  })

  await claim('what holds a unit up is told once, until it goes on', async (t, { progress: store }) => {
    const hold = async (epoch: number, to: number): Promise<void> => {
      const [taken] = await store.take([{ unit, lanes: 1 }], 'a')
      t.equal(taken?.epoch, epoch)
      await store.hold([{ unit, epoch, reason: 'retention-loss', range: { from: 10, to } }])
    }
    await store.take([{ unit, lanes: 1 }], 'a')
    await store.begin([start(unit, 1, 10)])
    await hold(2, 30)
    await hold(3, 35) // the log begins later and later meanwhile
    const held = { kind: 'held-retention-loss', from: 10, to: 30 }
    t.strictSame((await report(store))?.events.slice(1), [held], 'besides that it was seeded')
    t.match(await report(store), { cut: undefined, ledger: { frontier: 10 } })

    await store.reset(unit, { frontier: 10, dedupe: 'keep', by: 'ann' })
    await hold(5, 40)
    t.strictSame((await report(store))?.events, [
      { kind: 'reset', from: 10, to: 10 },
      { ...held, to: 40 },
    ])
  })

  await claim('a reset fences the owner and begins an account', async (t, { progress: store, effects }) => {
    const epoch = await own(store)
    const inbox = [5, 15].map((offset) => done(`e${String(offset)}`, offset))
    await effects.apply(batch(progress(epoch, 0, 20, { frontier: 20 }), { inbox }))
    const keys = inbox.map(({ tenant, key }) => ({ tenant, key }))
    const seen = async () => (await effects.seen(unit, keys)).map(({ key }) => key).sort()

    t.equal(await store.reset(unit, { frontier: 12, dedupe: 'keep', by: 'ann' }), true)
    t.same(await effects.apply(batch(progress(epoch, 20, 30))), fenced('epoch'))
    t.same(await seen(), ['e15', 'e5'])
    t.match(await report(store), {
      epoch: epoch + 1,
      clean: true,
      ledger: { frontier: 12, done: [[]] },
      accountedFrom: 12,
      counts: { applied: 0 },
      events: [{ kind: 'reset', from: 20, to: 12 }],
    })

    const [again] = await store.take([{ unit, lanes: 1 }], 'me')
    t.equal(again?.groupAheadTo, whereverTheGroupIs, 'what the group committed is no sign of a loss')
    await store.begin([
      start(unit, again?.epoch ?? 0, 12, { account: 'continue', groupAheadTo: 20, events: [] }),
    ])
    t.equal((await report(store))?.groupAheadTo, 20)

    t.equal(await store.reset(unit, { frontier: 10, dedupe: 'replay', by: 'ann' }), true)
    t.same(await seen(), ['e5'], 'from there on events run again')
    t.equal(await store.reset(other, { frontier: 10, dedupe: 'replay', by: 'ann' }), false)
  })

  await claim('attempts that ended their worker are remembered', async (t, { progress: store }) => {
    const loss = (offset: number, attempt = 1): RememberedLoss => ({
      offset,
      attempt,
      kind: 'worker-stuck',
      reason: `the attempt ${String(attempt)} of ${String(offset)}`,
    })
    // given two records that ended a worker, one of them twice
    const epoch = await own(store, { owner: 'a', at: 10 })
    for (const given of [loss(30), loss(12), loss(30, 2)])
      t.equal(await store.remember(unit, epoch, given), true)
    // when another takes the unit, then it knows the last of each, and the one before has no say
    await own(store, { of: other })
    const [taken] = await store.take([{ unit, lanes: 1 }], 'b')
    t.same(await store.remembered([other, unit]), [[], [loss(12), loss(30, 2)]])
    t.equal(await store.remember(unit, epoch, loss(13)), false)
    // when the frontier has passed one, then it is gone
    await store.advance([{ unit, epoch: taken!.epoch, frontier: 13, clean: false }])
    t.same(await store.remembered([unit]), [[loss(30, 2)]])
    await store.remember(unit, taken!.epoch, { ...loss(40), reason: 'with a \0 in it' })
    t.match(await store.remembered([unit]), [[loss(30, 2), { offset: 40, reason: /^with a . in it$/ }]])
    // when an operator moves it, or its account begins anew, then all are forgotten
    t.equal(await store.reset(unit, { frontier: 10, dedupe: 'keep', by: 'ann' }), true)
    t.same(await store.remembered([unit]), [[]], 'also those that would be due again')
    const anew = await own(store, { at: 10 })
    await store.remember(unit, anew, loss(50))
    t.equal(await own(store, { at: 0 }), anew + 1)
    t.same(await store.remembered([unit]), [[]])
  })

  await claim('eight lanes at once: all is done once', async (t, { progress: store, effects }) => {
    const epoch = await own(store, { lanes: 8 })
    const lane = async (lane: number): Promise<void> => {
      for (let from = 0; from < 100; from += 10) {
        const given = batch(progress(epoch, from, from + 10, { lane }), {
          inbox: [done(`${String(lane)}-${String(from)}`, from)],
        })
        const outcomes = await Promise.all([effects.apply(given), effects.apply(given)])
        t.same(outcomes.map(({ kind }) => kind).sort(), ['already-done', 'applied'])
      }
    }

    await Promise.all(Array.from({ length: 8 }, (_, nth) => lane(nth)))

    t.match(await report(store), { counts: { applied: 800 } })
    t.strictSame(
      (await report(store))?.ledger?.done,
      Array.from({ length: 8 }, () => [{ from: 0, to: 100 }]),
    )
  })

  await claim(
    'many owners, one unit: what is applied is in the account, once',
    async (t, { progress: store, effects }) => {
      await own(store)
      let appliedRecords = 0
      const owner = async (name: string): Promise<void> => {
        for (let round = 0; round < 8; round += 1) {
          const [taken] = await store.take([{ unit, lanes: 1 }], name)
          const from = taken?.ledger?.done[0]?.at(-1)?.to ?? taken?.ledger?.frontier ?? 0
          for (let nth = 0; nth < 3; nth += 1) {
            const outcome = await effects.apply(
              batch(progress(taken?.epoch ?? 0, from + nth, from + nth + 1), {
                inbox: [done(String(from + nth), from)],
              }),
            )
            if (outcome.kind === 'applied') appliedRecords += 1
            else t.same(outcome, fenced('epoch'))
          }
        }
      }

      await Promise.all(['a', 'b', 'c', 'd'].map(owner))

      const row = await report(store)
      t.equal(row?.counts.applied, appliedRecords)
      t.strictSame(row?.ledger?.done, [[{ from: 0, to: appliedRecords }]], 'without a gap')
      t.equal(row?.epoch, 33)
    },
  )
}

await t.test('in memory', (t) => suite(t, inMemory))
await t.test('on Postgres', (t) => suite(t, onPostgres))

await t.test('what is taken away is missed: mutants', async (t) => {
  const trials: Readonly<Record<Mutant, (effects: EffectsStore, store: ProgressStore) => Promise<boolean>>> =
    {
      // A stale owner commits what its successor has done under other keys.
      'fence off': async (effects, store) => {
        const epoch = await own(store)
        await store.take([{ unit, lanes: 1 }], 'b')
        const outcome = await effects.apply(batch(progress(epoch, 0, 10), { inbox: [done('k', 1)] }))
        return outcome.kind !== 'applied' && (await effects.seen(unit, [done('k', 1)])).length === 0
      },
      // A COMMIT whose answer was lost is tried again; its effects leave no key and no version.
      'ledger off': async (effects, store) => {
        const epoch = await own(store)
        const row = { entity: 'e', id: 'i', state: 's', at: 0, tenant: '', eventId: 'x' }
        const given = batch(progress(epoch, 0, 10), {
          tracked: [row],
          applyTracked: async (sql) => {
            await sql`insert into effect values (1)`
          },
        })
        await effects.apply(given)
        await effects.apply(given)
        return (await sql`select from effect`).length === 1
      },
      // An event comes again at another offset.
      'inbox off': async (effects, store) => {
        const epoch = await own(store)
        const handle = (from: number) =>
          effects.apply(batch(progress(epoch, from, from + 10), { inbox: [done('event', from)] }))
        const outcomes = [await handle(0), await handle(10)]
        return outcomes.filter(({ kind }) => kind === 'applied').length === 1
      },
    }
  await sql`create table effect (n integer)`
  for (const name of Object.keys(mutants) as Mutant[]) {
    const store = openProgressStore({ url })
    const genuine = openEffectsStore({ url })
    const mutant = openMutantStore({ url }, name)
    await empty()
    await sql`truncate effect`
    t.equal(await trials[name](genuine, store), true, `${name}: the genuine one passes`)
    await empty()
    await sql`truncate effect`
    t.equal(await trials[name](mutant, store), false, `${name}: the mutant is caught`)
    await Promise.all([store.close(), genuine.close(), mutant.close()])
  }
})

await t.test('a frozen owner', async (t) => {
  const freeze = async (owner: string, statement: (sql: typeof database.sql) => Promise<unknown>) => {
    const frozen = openEffectsStore({ url, owner, applicationName: `frozen-${owner}` })
    const transaction = await frozen.begin()
    await statement(transaction.sql)
    return { transaction, close: () => frozen.close() }
  }
  const locksRow = (sql: typeof database.sql) =>
    sql`update troupe.units set updated_at = now() where partition = ${unit.partition}`
  const isGone = (owner: string) =>
    waitUntil('its session has ended', async () => {
      const rows =
        await sql`select from pg_stat_activity where application_name = ${`frozen-${owner}`} and xact_start is not null`
      return rows.length === 0
    })

  await t.test('that holds the row is ended by who takes it', async (t) => {
    const { progress: store, close } = await onPostgres()
    const impatient = openProgressStore({ url, lockTimeoutMs: 200 })
    const epoch = await own(store, { owner: 'a' })
    const frozen = await freeze('a', locksRow)

    const [taken] = await impatient.take([{ unit, lanes: 1 }], 'b')

    t.equal(taken?.epoch, epoch + 1)
    await t.rejects(frozen.transaction.sql`select 1`, { code: 'POSTGRES_UNAVAILABLE' })
    await Promise.all([frozen.close(), impatient.close(), close()])
  })

  await t.test('that holds other locks is ended on demand; who works on, is not', async (t) => {
    const { progress: store, close } = await onPostgres()
    await own(store, { owner: 'a' })
    const frozen = await freeze(
      'a',
      (sql) => sql`insert into troupe.tracked values ('', 'e', 'i', now(), 's', 'x', '', '')`,
    )
    const stranger = await freeze('c', (sql) => sql`select 1`)
    const idle = openEffectsStore({ url, owner: 'a', applicationName: 'idle-a' })
    await idle.seen(unit, [done('k', 1)])
    await store.take([{ unit, lanes: 1 }], 'b')
    const mine = await freeze('b', (sql) => sql`select 1`)

    t.equal(await store.terminateFrozen([unit], 'b'), 1)
    await isGone('a')
    await t.rejects(frozen.transaction.sql`select 1`, { code: 'POSTGRES_UNAVAILABLE' })
    await stranger.transaction.sql`select 1`
    await mine.transaction.sql`select 1`
    t.equal((await sql`select from pg_stat_activity where application_name = 'idle-a'`).length, 1)
    t.equal(await store.terminateFrozen([unit], 'b'), 0)
    t.equal(await store.terminateFrozen([other], 'b'), 0)
    await Promise.all([frozen, stranger, mine, idle].map((each) => each.close()))
    await close()
  })

  await t.test('whose process id of the server is somebody else’s now, is left alone', async (t) => {
    const { progress: store, close } = await onPostgres()
    await own(store, { owner: 'a' })
    const innocent = await freeze('x', (sql) => sql`select 1`)
    await sql`update troupe.owner_backends set owner = 'a', backend_start = backend_start - interval '1 second'`

    t.equal(await store.terminateFrozen([unit], 'b'), 0)
    await innocent.transaction.sql`select 1`
    await innocent.close()

    const fresh = await freeze('y', (sql) => sql`select 1`)
    t.equal((await sql`select from troupe.owner_backends`).length, 1, 'sessions that ended are forgotten')
    await fresh.close()
    await close()
  })

  await t.test('that holds the row longer than a batch waits: fenced, and nothing is applied', async (t) => {
    const { progress: store, close } = await onPostgres()
    const epoch = await own(store, { owner: 'a' })
    const frozen = await freeze('a', locksRow)
    const effects = openEffectsStore({ url, lockTimeoutMs: 100 })

    t.same(await effects.apply(batch(progress(epoch, 0, 10), { inbox: [done('k', 1)] })), fenced('lock'))
    t.same(await effects.apply(batch(progress(epoch, 0, 10))), fenced('lock'))

    t.same(await effects.seen(unit, [done('k', 1)]), [])
    await frozen.transaction.rollback()
    t.same(await effects.apply(batch(progress(epoch, 0, 10))), applied)
    await Promise.all([frozen.close(), effects.close(), close()])
  })
})

await t.test('in a transaction of ctx.sql the fence is the last statement too', async (t) => {
  const { progress: store, effects, close } = await onPostgres()
  const epoch = await own(store)
  await sql`create table written (n integer)`
  const writing = async (n: number, given: Progress) => {
    const transaction = await effects.begin()
    await transaction.sql`insert into written values (${n})`
    return effects.apply(batch(given, { inbox: [done(String(n), n)] }), transaction)
  }

  t.same(await writing(1, progress(epoch, 0, 10)), applied)
  t.same(await writing(2, progress(epoch, 0, 10)), alreadyDone)
  t.same(await writing(3, progress(epoch - 1, 10, 20)), fenced('epoch'))
  t.same(await writing(1, progress(epoch, 10, 20)), { kind: 'conflict', on: 'inbox' })

  t.strictSame(
    [...(await sql`select n from written`)].map((row) => ({ ...row })),
    [{ n: 1 }],
  )
  await close()
})

await t.test(
  'the COMMIT sent behind a fence that fails commits nothing, in a session’s first statements too',
  async (t) => {
    const { progress: store, close } = await onPostgres()
    const epoch = await own(store)
    for (let nth = 0; nth < 5; nth += 1) {
      const effects = openEffectsStore({ url, maxConnections: 1 })
      t.same(
        await effects.apply(batch(progress(epoch - 1, 0, 10), { inbox: [done('k', 1)] })),
        fenced('epoch'),
      )
      t.same(await effects.seen(unit, [done('k', 1)]), [])
      await effects.close()
    }
    await close()
  },
)

await t.test('a database that forgets what it committed is refused', async (t) => {
  await requireDurableCommits(url)
  await sql`create database forgetful`
  await sql`alter database forgetful set synchronous_commit = off`
  await t.rejects(requireDurableCommits(url.replace(/postgres$/, 'forgetful')), {
    code: 'COMMITS_NOT_DURABLE',
    retryable: false,
    message: /synchronous_commit = off \(set by: database\).*alter role/,
  })
  await t.rejects(requireDurableCommits('postgres://postgres@127.0.0.1:1/x'), {
    code: 'POSTGRES_UNAVAILABLE',
  })
})
