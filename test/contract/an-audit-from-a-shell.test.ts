// `troupe audit` compares what Postgres counted with what Kafka has, for people and for programs, and ends with a code.

import t from 'tap'
import { noOutcomes, type OutcomeCounts, type Unit } from '../../runtime/delivery/index.ts'
import { RecordProducer, startMockCluster } from '../../runtime/kafka/index.ts'
import {
  migrate,
  openAuditStore,
  openDatabase,
  openEffectsStore,
  openProgressStore,
  startEmbeddedPostgres,
} from '../../runtime/store/index.ts'
import { startTroupe, type ShellAnswer } from '../harness/troupe-shell.ts'

t.setTimeout(300_000)

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const progress = openProgressStore({ url: server.url })
const effects = openEffectsStore({ url: server.url })
const store = openAuditStore({ url: server.url })
const broker = await startMockCluster()
await broker.createTopics(['shipping', 'orders'])
const producer = await RecordProducer.connect({ brokers: broker.bootstrapServers, clientId: 'test' })
t.teardown(async () => {
  await producer.close(5_000)
  await Promise.all([database.close(), progress.close(), effects.close(), store.close()])
  await broker.close()
  await server.close()
})
t.beforeEach(() => database.sql`truncate troupe.units, troupe.unit_events, troupe.dead_letters`)

const unit = (partition: number, actor = 'tracker'): Unit => ({
  group: 'shop',
  actor,
  topic: 'shipping',
  partition,
})
const audit = (...args: readonly string[]): Promise<ShellAnswer> =>
  startTroupe(['audit', ...args], {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: server.url,
    KAFKA_BROKERS: broker.bootstrapServers,
  }).answer

/** As a runtime does: takes it, begins it at 0, and handles what is before `to` with these outcomes. */
const handle = async (of: Unit, to: number, counts: Partial<OutcomeCounts>): Promise<void> => {
  const [taken] = await progress.take([{ unit: of, lanes: 1 }], 'node-1')
  const epoch = taken?.epoch ?? 0
  await progress.begin([
    {
      unit: of,
      epoch,
      offset: 0,
      topicId: undefined,
      account: 'anew',
      events: [{ kind: 'seeded', from: undefined, to: 0 }],
    },
  ])
  const nothing = { inbox: [], duplicates: [], states: [], tracked: [], applyTracked: undefined }
  if (to > 0)
    t.match(
      await effects.apply({
        ...nothing,
        unit: of,
        progress: {
          epoch,
          lane: 0,
          ranges: [{ from: 0, to }],
          frontier: to,
          counts: { ...noOutcomes(), ...counts },
        },
      }),
      { kind: 'applied' },
    )
  await progress.advance([{ unit: of, epoch, frontier: to, clean: true }])
}
const produce = (partition: number, records: number): Promise<void> =>
  producer.produceAll(
    Array.from({ length: records }, (_, nth) => ({
      topic: 'shipping',
      partition,
      key: Buffer.from(`k${String(nth)}`),
      value: Buffer.from('v'),
      headers: [],
    })),
  )

t.test(
  'what is accounted for is clean; what is not is found, and what is left behind is no finding',
  async (t) => {
    // given two partitions that were handled, one with records that nobody takes, one without any
    await produce(0, 20)
    await produce(1, 30)
    await produce(2, 5)
    await handle(unit(0), 20, { applied: 18, rejected: 2 })
    await handle(unit(1), 10, { applied: 10 })
    // when
    const first = await audit('shop')
    // then
    t.equal(first.code, 6, first.err)
    t.match(first.out, /^group shop: 4 units, 1 with findings\n/)
    t.match(first.out, /\nACTOR +PARTITION +ACCOUNTED +APPLIED +REJECTED +PASSED OVER +ABSENT +BEHIND *\n/)
    t.match(first.out, /\ntracker +shipping\/0 +\[0,20\) +18 +2 +0 +\? +0 +clean\n/)
    t.match(first.out, /\ntracker +shipping\/1 +\[0,10\) +10 +0 +0 +\? +20 +clean\n/)
    t.match(first.out, /\ntracker +shipping\/2 .* never-taken\n/)
    t.match(first.out, /\nevents:\n {2}\S+ \S+ +tracker shipping\/0 +seeded to 0, by node-1\n/)
    t.match(first.out, /\nfindings:\n {2}tracker shipping\/2 \[0,5\): Records wait, /)
    t.match(first.out, /2 of 2 dead letters are not in the index/)

    // when they are taken too
    await handle(unit(2), 5, { skipped: 5 })
    t.match(await audit('shop'), { code: 0, out: /every offset is accounted for/ })
    t.match(await audit('shop', '--topic', 'shipping', '--actor', 'tracker', '--json'), {
      code: 0,
      out: /^\{"group":"shop","clean":true,"units":\[\{"actor":"tracker","topic":"shipping","partition":0,"counts":\{"applied":18/,
    })
  },
)

t.test('records without an outcome are proven by reading the log; those of a reset are told', async (t) => {
  await handle(unit(0), 20, { applied: 17 })
  await handle(unit(1), 30, { applied: 30 })
  await handle(unit(2), 5, { applied: 5 })
  t.match(await audit('shop'), {
    code: 6,
    out: /shipping\/0 \[0,20\): Offsets have no outcome.* 3 offsets or more/,
  })
  const deep = await audit('shop', '--deep')
  t.match(deep, {
    code: 6,
    err: /reading shipping\/0: 20 offsets/,
    out: /3 records of the log have no outcome/,
  })
  t.match(deep.out, /tracker +shipping\/1 +\[0,30\) +30 +0 +0 +0 +clean/)

  // when an operator goes back to before
  await progress.reset(unit(0), { frontier: 0, dedupe: 'keep', by: 'ada' })
  const after = await audit('shop', '--deep', '--json')
  const { clean, units } = JSON.parse(after.out) as { clean: boolean; units: { events: object[] }[] }
  t.match([after.code, clean], [0, true])
  t.match(units[0]?.events, [{ kind: 'seeded' }, { kind: 'reset', from: 20, to: 0, by: 'ada' }])
})

t.test('a table that was put back, a topic that is gone, a unit that was never begun', async (t) => {
  await handle(unit(3), 7, { applied: 7 })
  await handle({ ...unit(0), topic: 'gone' }, 7, { applied: 7 })
  await progress.take([{ unit: unit(0, 'other'), lanes: 1 }], 'node-2')
  const { code, out } = await audit('shop')
  t.equal(code, 6)
  t.match(out, /tracker shipping\/3 \[0,7\): The frontier is beyond the end of the log\./)
  t.match(out, /tracker gone\/0: Kafka has no such partition\./)
  t.match(out, /other shipping\/0: The unit was taken and never begun.* node-2 took it/)
})

t.test('a log that was cut is named, also where it has grown since and when it was resolved', async (t) => {
  // given a unit that was seen to stand beyond its log's end, which has grown past its place since
  await handle(unit(0), 20, { applied: 20 })
  await handle(unit(1), 30, { applied: 30 })
  await handle(unit(2), 5, { applied: 5 })
  const [taken] = await progress.take([{ unit: unit(1), lanes: 1 }], 'node-2')
  const epoch = taken?.epoch ?? 0
  await progress.hold([{ unit: unit(1), epoch, reason: 'beyond-end', range: { from: 12, to: 30 } }])

  // when, then
  t.match(await audit('shop'), {
    code: 6,
    out: /tracker shipping\/1 \[12,30\): The log was cut, .* It ended at 12 when the unit stood at 30.* ends at 30 now/,
  })

  // when an operator resolves it
  await progress.reset(unit(1), { frontier: 12, dedupe: 'keep', by: 'ada' })
  // then
  t.match(await audit('shop'), {
    code: 0,
    out: /shipping\/1 +held-beyond-end from 30 to 12, by node-2\n.* shipping\/1 +reset from 30 to 12, by ada/,
  })
})

t.test('a group that nobody knows is told with those there are', async (t) => {
  t.match(await audit('shop'), {
    code: 2,
    err: /no such units are known of the group "shop"; no group has any yet/,
  })
  await handle(unit(0), 0, {})
  t.match(await audit('shp'), { code: 2, err: /"shp"; there are some of: shop/ })
  t.match(await audit(), { code: 2, err: /missing required argument 'group'/ })
  t.match(await audit('--help'), { code: 0, out: /Every offset between a unit's start and its frontier/ })
  t.strictSame(await store.groups(), ['shop'])
})
