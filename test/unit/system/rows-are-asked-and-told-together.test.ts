// What units ask of their rows and tell them goes together: those taken at the same time in one round, frontiers in one
// statement after the other; and of a row a unit knows what was done before it, and what of its own is still to be told.

import t from 'tap'
import {
  emptyLedger,
  noOutcomes,
  type OutcomeCounts,
  type ProgressStore,
  type StartPolicies,
  type Unit,
  type UnitAdvance,
  type UnitClaim,
} from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import type { LaneWork } from '../../../runtime/partition/index.ts'
import { memoryProgressStore } from '../../../runtime/store/index.ts'
import { Advances, type Advancing } from '../../../runtime/system/advances.ts'
import { UnitProgress } from '../../../runtime/system/unit-progress.ts'
import { UnitTakes, type TakePorts, type TopicQuestions } from '../../../runtime/system/unit-takes.ts'
import { settled } from '../../harness/group-in-memory.ts'

const unit = (partition: number, actor = 'a'): Unit => ({ group: 'g', actor, topic: 'orders', partition })
const claim = (partition: number, actor = 'a'): UnitClaim => ({ unit: unit(partition, actor), lanes: 2 })
const unanswered = () => new TroupeError('POSTGRES_UNAVAILABLE', 'Postgres is away')

/** Notes the calls of a store, and what they were about. */
const noted = (store: ProgressStore) => {
  const calls: string[] = []
  const spied: ProgressStore = {
    ...store,
    take: (claims, owner) => {
      calls.push(`take ${claims.map(({ unit: { partition } }) => partition).join(',')}`)
      return store.take(claims, owner)
    },
    begin: (starts) => {
      calls.push(`begin ${starts.map(({ unit: { partition } }) => partition).join(',')}`)
      return store.begin(starts)
    },
    terminateFrozen: (units, owner) => {
      calls.push(`terminate ${units.map(({ partition }) => partition).join(',')}`)
      return store.terminateFrozen(units, owner)
    },
  }
  return { calls, spied }
}
const policies: StartPolicies = {
  autoOffsetReset: 'earliest',
  onRetentionLoss: 'quarantine',
  onPostgresBehind: 'replay',
}
const takes = ({ offsets, topicIds, ...more }: Partial<TakePorts & TopicQuestions> = {}) => {
  const store = memoryProgressStore()
  const { calls, spied } = noted(store)
  const asked: string[] = []
  const ports: TakePorts = {
    store: spied,
    owner: 'we',
    policies,
    creditRecords: 100,
    brokers: {
      offsets:
        offsets ??
        ((kind, partitions) => {
          asked.push(`${kind} ${partitions.map(({ partition }) => partition).join(',')}`)
          const answers = { begin: 3, end: 20, committed: undefined } as const
          return Promise.resolve(partitions.map(() => answers[kind]))
        }),
      topicIds:
        topicIds ??
        ((topics) => {
          asked.push(`id of ${topics.join(',')}`)
          return Promise.resolve(topics.map(() => undefined))
        }),
    },
    ...more,
  }
  return { store, calls, asked, taking: new UnitTakes(ports) }
}

t.test(
  'units that are assigned together are one round: one statement, one question of each kind',
  async (t) => {
    const { taking, calls, asked } = takes()
    const answers = await Promise.all([taking.take([claim(0), claim(0, 'b')]), taking.take([claim(1)])])
    t.same(calls, ['take 0,0,1', 'begin 0,0,1'])
    t.same(asked, ['id of orders', 'committed 0,1', 'begin 0,1', 'end 0,1'], 'after the rows were taken')
    t.same(
      answers.map((each) => each.map(({ kind }) => kind)),
      [['begun', 'begun'], ['begun']],
    )
    t.match(answers[0][0], { epoch: 1, offset: 3, groupStart: 3, events: [{ kind: 'seeded', to: 3 }] })
  },
)

t.test('one round at a time: what is asked for meanwhile goes with the next', async (t) => {
  const { taking, calls } = takes()
  const first = taking.take([claim(0)])
  await Promise.resolve()
  const rest = [taking.take([claim(0)]), taking.take([claim(1)])]
  const epochs = [...(await first), ...(await Promise.all(rest)).flat()].map(
    (take) => take.kind === 'begun' && take.epoch,
  )
  t.same(epochs, [1, 2, 1])
  t.same(
    calls.filter((call) => call.startsWith('take')),
    ['take 0', 'take 0,1'],
  )
})

t.test('what an owner before left in a transaction is ended, before anybody looks', async (t) => {
  const { store, taking, calls } = takes()
  for (const partition of [0, 1]) {
    const [taken] = await store.take([claim(partition)], 'before')
    const start = { unit: unit(partition), epoch: taken!.epoch, offset: 5, topicId: undefined }
    await store.begin([{ ...start, account: 'anew', events: [] }])
    await store.advance([{ unit: unit(partition), epoch: 1, frontier: 6, clean: partition === 0 }])
  }
  await taking.take([claim(0), claim(1), claim(2)])
  t.same(calls, ['take 0,1,2', 'terminate 1', 'begin 0,1,2'], 'of the one that was not given back clean')
})

t.test('what may have ended an owner stays suspect until it is passed, whoever takes it again', async (t) => {
  // given: an owner that ended at 5
  let away = false
  const { store, taking } = takes({
    offsets: (kind, partitions) =>
      away ? Promise.reject(unanswered()) : Promise.resolve(partitions.map(() => (kind === 'end' ? 20 : 3))),
  })
  const [taken] = await store.take([claim(0)], 'before')
  const start = { unit: unit(0), epoch: taken!.epoch, offset: 5, topicId: undefined }
  await store.begin([{ ...start, account: 'anew', events: [] }])
  const suspects = async (): Promise<unknown> => {
    const [take] = await taking.take([claim(0)])
    return take?.kind === 'begun' ? take.suspects : take
  }
  const goesOnTo = (frontier: number, epoch: number): Promise<unknown> =>
    store.advance([{ unit: unit(0), epoch, frontier, clean: false }])

  // then
  away = true
  await t.rejects(suspects(), { code: 'POSTGRES_UNAVAILABLE' }, 'the row is taken, and nothing else known')
  away = false
  t.same(await suspects(), [{ from: 5, to: 20 }])
  await goesOnTo(8, 3)
  t.same(await suspects(), [{ from: 8, to: 20 }], 'taken again by the one that was trying them')
  await goesOnTo(20, 4)
  t.same(await suspects(), [], 'they are passed: what we lost ourselves ended a thread at most')
})

t.test('in quarantine nothing is begun, the others are', async (t) => {
  const { store, taking, calls } = takes()
  await store.take([claim(1)], 'before')
  const start = { unit: unit(1), epoch: 1, offset: 50, topicId: undefined }
  await store.begin([{ ...start, account: 'anew', events: [] }])
  const answers = await taking.take([claim(0), claim(1)])
  t.match(answers, [{ kind: 'begun' }, { kind: 'quarantined', epoch: 2, message: /50, is beyond/ }])
  t.equal(calls.at(-1), 'begin 0')
})

t.test('a topic that was made again is told by its id, and begun anew', async (t) => {
  let id = 'first'
  const { taking } = takes({ topicIds: (topics) => Promise.resolve(topics.map(() => id)) })
  await taking.take([claim(0)])
  const [same] = await taking.take([claim(0)])
  id = 'second'
  const [another] = await taking.take([claim(0)])
  t.match(same, { kind: 'begun', events: { length: 0 } })
  t.match(another, { kind: 'begun', offset: 3, events: [{ kind: 'recreated', from: 3, to: 3 }] })
  t.match(await taking.take([claim(0)]), [{ events: { length: 0 } }], 'it is told once')
})

t.test('without an answer for the ids nothing is begun', async (t) => {
  const { taking, calls } = takes({ topicIds: () => Promise.reject(unanswered()) })
  await t.rejects(taking.take([claim(0)]), { code: 'POSTGRES_UNAVAILABLE' })
  t.same(calls, ['take 0'])
})

t.test(
  'what waits in Postgres is suspect after an unclean end, also where the log has nothing left',
  async (t) => {
    // given an owner that ended with all of the log done
    const { store, taking } = takes({ offsets: (_, partitions) => Promise.resolve(partitions.map(() => 4)) })
    const [before] = await store.take([claim(0)], 'another')
    const epoch = before?.epoch ?? 0
    const { unit } = claim(0)
    await store.begin([{ unit, epoch, offset: 4, topicId: undefined, account: 'anew', events: [] }])
    // when, then
    const suspect = { kind: 'begun', suspects: [], asideSuspectBelow: 4 }
    t.match(await taking.take([claim(0)]), [suspect])
    t.match(await taking.take([claim(0)]), [suspect], 'as long as it is had')
    // when it was another's meanwhile, who gave it back
    const [between] = await store.take([claim(0)], 'another')
    await store.advance([{ unit, epoch: between?.epoch ?? 0, frontier: 4, clean: true }])
    t.match(await taking.take([claim(0)]), [{ asideSuspectBelow: 0 }])
  },
)

t.test('taken by somebody else in between', async (t) => {
  const { store, taking } = takes({
    offsets: async (_, partitions) => {
      await store.take([claim(0)], 'another')
      return partitions.map(() => 4)
    },
  })
  t.same(await taking.take([claim(0)]), [{ kind: 'taken-away' }])
})

t.test('a round that fails fails for all of it, and the next one goes on', async (t) => {
  let failing = true
  const { taking } = takes({
    offsets: (_, partitions) =>
      failing ? Promise.reject(unanswered()) : Promise.resolve(partitions.map(() => 4)),
  })
  const first = [taking.take([claim(0)]), taking.take([claim(1)])]
  for (const each of first) await t.rejects(each, { code: 'POSTGRES_UNAVAILABLE' })
  failing = false
  t.match(await taking.take([claim(0)]), [{ kind: 'begun', epoch: 2 }])
})

t.test('where units without a row begin, beside those with one', async (t) => {
  for (const [committed, reset, expected] of [
    [7, 'earliest', 7],
    [undefined, 'earliest', 3],
    [undefined, 'latest', 20],
    [1, 'latest', 20],
  ] as const) {
    const { taking } = takes({
      policies: { ...policies, autoOffsetReset: reset, onRetentionLoss: 'skip' },
      offsets: (kind, partitions) =>
        Promise.resolve(partitions.map(() => ({ begin: 3, end: 20, committed })[kind])),
    })
    t.match(await taking.take([claim(0)]), [{ kind: 'begun', groupStart: expected }])
  }
})

/** A unit that is at `frontier`, and what it heard. */
const advancing = (frontier: number) => {
  const heard: string[] = []
  const self: Advancing & { frontier: number } = {
    frontier,
    advance(clean): UnitAdvance {
      return { unit: unit(0), epoch: 1, frontier: this.frontier, clean }
    },
    advanced: (advance) => void heard.push(`has ${String(advance.frontier)}`),
    fenced: () => void heard.push('fenced'),
  }
  return { heard, self }
}

/** A store of which nothing is answered before the test does. */
const slowStore = () => {
  const sent: {
    readonly advances: readonly UnitAdvance[]
    readonly answer: PromiseWithResolvers<readonly boolean[]>
  }[] = []
  const store = {
    advance: (advances: readonly UnitAdvance[]) => {
      const answer = Promise.withResolvers<readonly boolean[]>()
      sent.push({ advances, answer })
      return answer.promise
    },
  } as unknown as ProgressStore
  return { sent, advances: new Advances(store) }
}

t.test('frontiers are told by one statement at a time, as they are when it is sent', async (t) => {
  const { sent, advances } = slowStore()
  const one = advancing(4)
  const other = advancing(8)
  const first = advances.advance([one.self], false)
  await settled()
  const second = advances.advance([one.self], false)
  const third = advances.advance([one.self, other.self], true)
  one.self.frontier = 9
  await settled()
  t.equal(sent.length, 1)
  sent[0]!.answer.resolve([true])
  t.equal(await first, true)
  await settled()

  t.equal(sent.length, 2, 'both that came meanwhile are one')
  t.match(sent[1]!.advances, [
    { frontier: 9, clean: true },
    { frontier: 8, clean: true },
  ])
  sent[1]!.answer.resolve([true, false])
  t.same(await Promise.all([second, third]), [true, true])
  t.same(one.heard, ['has 4', 'has 9'])
  t.same(other.heard, ['fenced'])
})

t.test('away: nobody hears anything, and the next statement is sent', async (t) => {
  const { sent, advances } = slowStore()
  const one = advancing(4)
  const first = advances.advance([one.self], false)
  await settled()
  sent[0]!.answer.reject(unanswered())
  t.equal(await first, false)
  t.same(one.heard, [])
  const second = advances.advance([one.self], false)
  await settled()
  sent[1]!.answer.resolve([true])
  t.equal(await second, true)
})

t.test('a bug is thrown to who asked; who has nothing to tell sends nothing', async (t) => {
  const { sent, advances } = slowStore()
  const { self } = advancing(4)
  const first = advances.advance([self], false)
  await settled()
  sent[0]!.answer.reject(new TroupeError('BUG', 'it is broken'))
  await t.rejects(first, { code: 'BUG' })
  t.equal(await advances.advance([{ ...self, advance: () => undefined }], true), true)
  t.equal(sent.length, 1)
})

const work = (workId: number, lane: number, from: number, to: number): LaneWork => ({
  workId,
  epoch: 1,
  lane,
  count: 1,
  bytes: 1,
  firstOffset: from,
  lastOffset: to - 1,
  batch: new ArrayBuffer(8),
  records: undefined,
  range: { from, to },
})
const counted = (counts: Partial<OutcomeCounts>): OutcomeCounts => ({ ...noOutcomes(), ...counts })

t.test('of a row a unit knows what others have done, and tells each offset once', (t) => {
  const before = { frontier: 10, done: [[{ from: 14, to: 16 }], []] }
  const progress = new UnitProgress(7, before)
  const first = work(1, 0, 10, 20)
  const second = work(2, 1, 10, 20)

  t.same(progress.doneBefore(first), [{ from: 14, to: 16 }])
  t.equal(progress.doneBefore(second), undefined)
  const sent = progress.of(first, 10)!
  t.match(sent, {
    epoch: 7,
    lane: 0,
    ranges: [
      { from: 10, to: 14 },
      { from: 16, to: 20 },
    ],
    counts: noOutcomes(),
  })
  t.equal(progress.of(work(3, 0, 14, 16), 10), undefined, 'all of it is done already')

  // when it is finished in part, and then wholly
  progress.finishedInPart(first, counted({ applied: 3 }))
  progress.finishedInPart(first, counted({ applied: 1, rejected: 1 }))
  t.match(progress.of(first, 10)!.counts, { applied: 4, rejected: 1 })
  t.match(progress.of(second, 10)!.counts, { applied: 0 })
  progress.finished(first, sent)
  t.match(progress.of(work(1, 0, 20, 30), 10)!.counts, { applied: 0 }, 'they were told')
  t.equal(progress.recorded, 10)
  progress.finished(second, progress.of(second, 20)!)
  t.equal(progress.recorded, 20, 'the frontier goes along')
  progress.advanced(20)
  progress.advanced(12)
  t.equal(progress.recorded, 20, 'and never back')
  t.end()
})

t.test('a ledger of too many pieces is full until its frontier moves on', (t) => {
  const progress = new UnitProgress(1, emptyLedger(1, 0))
  for (let nth = 0; nth < 1_000; nth += 1) {
    t.equal(progress.isFull, false)
    const every = work(nth + 1, 0, 2 * nth + 1, 2 * nth + 2)
    progress.finished(every, progress.of(every, 0)!)
  }
  t.equal(progress.isFull, true)
  progress.advanced(3)
  t.equal(progress.isFull, false)
  t.end()
})
