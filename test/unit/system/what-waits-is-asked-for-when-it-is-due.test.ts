// What waits in Postgres is asked for when it is due, not before: a unit with nothing parked and no timer due asks
// nothing, however many timers are pending; what is due goes into its lane, each key and timer once.

import t from 'tap'
import {
  noOutcomes,
  parkingKeyOf,
  type BatchEffects,
  type NewParkedRecord,
  type TimerChange,
  type Unit,
} from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { PartitionActor } from '../../../runtime/partition/index.ts'
import { memoryParkingStore, memoryTimerStore } from '../../../runtime/store/index.ts'
import { ParkedKeys } from '../../../runtime/system/parked-keys.ts'
import { UnitTimers } from '../../../runtime/system/unit-timers.ts'
import { settled, Waits } from '../../harness/group-in-memory.ts'

const unit: Unit = { group: 'g', actor: 'a', topic: 't', partition: 0 }
const nothing: BatchEffects = {
  ...{ unit, inbox: [], duplicates: [], states: [], tracked: [], applyTracked: undefined },
}

/** Counts what is asked, and fails while `isAway`. */
const counted = <S extends object>(store: S, asked: string[], isAway: () => boolean): S =>
  new Proxy(store, {
    get: (of, name) => {
      const method = Reflect.get(of, name) as unknown
      if (typeof method !== 'function') return method
      return (...args: unknown[]): unknown => {
        asked.push(String(name))
        if (isAway()) return Promise.reject(new TroupeError('POSTGRES_UNAVAILABLE', 'away'))
        return (method as (...given: unknown[]) => unknown).apply(of, args)
      }
    },
  })

const setUp = () => {
  const clock = { ms: 0, away: false }
  const waits = new Waits()
  const asked: string[] = []
  const told: string[] = []
  const actor = new PartitionActor({
    order: 'key',
    lanes: 4,
    maxRecords: 9,
    maxBytes: 9,
    epoch: 1,
    position: 0,
  })
  actor.start()
  const ports = {
    pause: waits.pause,
    monotonicMs: () => clock.ms,
    random: () => 0.5,
    offered: () => void told.push('offered'),
    away: () => void told.push('away'),
    failed: (error: unknown) => void told.push(`failed: ${String(error)}`),
  }
  /** All waits that end until then. */
  const pass = async (ms: number): Promise<void> => {
    clock.ms += ms
    for (const wait of waits.open.filter((open) => open.ms <= ms)) wait.pass()
    await settled()
    await settled()
  }
  return { actor, asked, clock, pass, ports, told, waits }
}

const timer = (key: string, dueAtMs: number): TimerChange => ({
  ...{ kind: 'set', tenant: '', key, name: 'remind', dueAtMs, payload: { for: key } },
  recordKey: Buffer.from(key),
})

t.test('a timer is asked for when it is due, whatever else is pending', async (t) => {
  // given many timers of which the first is due in an hour and a half
  const { actor, asked, clock, pass, ports, told, waits } = setUp()
  const store = memoryTimerStore(() => clock.ms)
  store.apply({
    ...nothing,
    timers: Array.from({ length: 1_000 }, (_, n) => timer(`k${String(n)}`, 5_400_000 + n * 60_000)),
  })
  const timers = new UnitTimers(unit, actor, 4, true, {
    ...ports,
    store: counted(store, asked, () => clock.away),
  })
  await settled()
  t.strictSame(asked.splice(0), ['nextDueInMs'])
  t.strictSame(waits.lengths, [3_600_000], 'the clock of the server is asked anew once an hour')

  // when one is set that is due sooner
  store.apply({ ...nothing, timers: [timer('soon', 50)] })
  timers.told({ fired: 0, nextDueMs: 50 })
  t.strictSame(waits.lengths, [50])
  await pass(50)

  // then it is in its lane
  t.strictSame([asked.splice(0), told.splice(0)], [['nextDueInMs', 'due'], ['offered']])
  const work = actor.take()
  const [fired] = (work && timers.workOf(work)) ?? []
  t.match(fired, { key: 'soon', payload: { for: 'soon' }, attempts: 0 })
  t.equal(actor.take(), undefined)

  // when it has fired
  store.apply({ ...nothing, firedTimers: fired ? [fired] : [] })
  if (work) timers.ended(work, { fired: 1, nextDueMs: undefined }, 0)
  await pass(5)
  t.strictSame(asked.splice(0), ['nextDueInMs'])
  t.strictSame(waits.lengths, [3_600_000])

  // and while Postgres is away it is asked again, later and later; after the end nothing is
  clock.away = true
  await pass(3_600_000)
  t.strictSame([asked.splice(0), told.splice(0)], [['nextDueInMs'], ['away']])
  clock.away = false
  timers.end()
  t.strictSame(waits.lengths, [])
})

const parked = (key: string, offset: number, attempts: number, afterMs: number): NewParkedRecord => ({
  parkingKey: parkingKeyOf(Buffer.from(key), offset),
  original: {
    ...{ topic: 't', partition: 0, offset, timestamp: -1, key: Buffer.from(key), value: null, headers: [] },
  },
  ...{ inboxKey: undefined, attempts, afterMs, failure: undefined },
})

t.test('a key is in one batch at a time, and without parked keys nothing is asked', async (t) => {
  // given
  const { actor, asked, clock, pass, ports, told, waits } = setUp()
  const store = memoryParkingStore(() => clock.ms)
  const keys = new ParkedKeys(unit, actor, 4, true, {
    ...ports,
    store: counted(store, asked, () => clock.away),
  })
  t.ok(keys.situation, 'before the first look every batch is asked about')
  await settled()
  t.strictSame([keys.situation, waits.lengths, asked.splice(0)], [undefined, [], ['survey']])

  // when something is parked
  store.apply({ ...nothing, parked: [parked('a', 5, 1, 40), parked('a', 6, 0, 0), parked('b', 7, 1, 900)] })
  keys.told({ parked: 3, settled: 0, nextDueMs: 40 })
  t.match(keys.situation, { records: 3 })
  await pass(40)

  // then what is due is in its lane, and is not read twice
  const work = actor.take()
  t.strictSame(work && keys.workOf(work)?.records.map(({ offset }) => offset), [5, 6])
  t.strictSame(work?.records, [
    { index: 0, attempt: 2 },
    { index: 1, attempt: 1 },
  ])
  keys.told({ parked: 0, settled: 0, nextDueMs: 0 })
  await pass(1_000)
  const other = actor.take()
  t.strictSame(other && keys.workOf(other)?.records.map(({ offset }) => offset), [7])
  t.equal(actor.take(), undefined)

  // when all of it is settled
  const finished = (offset: number, key: string) =>
    ({ kind: 'finished', parkingKey: `key ${key}`, offset }) as const
  store.apply({ ...nothing, settled: [finished(5, 'a'), finished(6, 'a'), finished(7, 'b')] })
  if (work) keys.ended(work, { parked: 0, settled: 2, nextDueMs: 0 }, 0)
  if (other) keys.ended(other, { parked: 0, settled: 1, nextDueMs: 0 }, 0)
  for (let n = 0; n < 3; n += 1) await pass(1_000)

  // then nothing is asked any more
  t.strictSame([keys.situation, keys.survey.keys, waits.lengths], [undefined, 0, []])
  t.notOk(told.some((line) => line.startsWith('failed')))
  t.strictSame(noOutcomes().parked, 0)
})

t.test('what operators ask is given to a worker once', async (t) => {
  const { actor, clock, pass, ports } = setUp()
  const store = memoryParkingStore(() => clock.ms)
  store.apply({ ...nothing, parked: [parked('a', 5, 1, 9_000_000), parked('b', 6, 1, 9_000_000)] })
  const ask = (parkingKey: string, kind: 'release' | 'skip', offset?: number) =>
    store.ask({ unit, parkingKey, kind, offset, by: 'ada' })
  await ask('key a', 'skip', 5)
  await ask('key b', 'skip', 4)
  await ask('key b', 'release')
  const keys = new ParkedKeys(unit, actor, 4, true, { ...ports, store })
  await settled()
  await settled()
  const work = actor.take()
  t.match(work && keys.workOf(work), {
    records: [],
    released: ['key b'],
    skipped: [{ parkingKey: 'key a', offset: 5 }],
    answers: [
      { answer: 'skipped for ada' },
      { answer: 'not skipped: the first is at 6' },
      { answer: 'released for ada' },
    ],
  })
  await pass(1_000)
  t.equal(actor.take(), undefined, 'not again while it is in hand')
  keys.end()
})
