// A slice's events leave in the order of their positions, each of them as often as it takes and no event overtakes one
// of its key; what cannot be sent is put aside or waited for, and everybody else goes on.

import t from 'tap'
import type { PendingRecord, ReadLimits, RefusedRecord } from '../../../runtime/delivery/outbox.ts'
import type { OutgoingRecord } from '../../../runtime/delivery/outgoing.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { batchVerdict, type RecordRefusal } from '../../../runtime/relay/batch-verdict.ts'
import { SliceRun, type SliceProducer } from '../../../runtime/relay/slice-run.ts'
import { TopicHolds } from '../../../runtime/relay/topic-holds.ts'
import { Wake } from '../../../runtime/relay/wake.ts'
import { createLog } from '../../../runtime/telemetry/index.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const log = createLog({ level: 'silent' })
const lease = { slice: 3, transactionalId: 'tx-3', holder: 'me', term: 7 }
const limits = { batchRecords: 8, batchBytes: 1_000_000, pollMs: 20 }
const unavailable = new TroupeError('POSTGRES_UNAVAILABLE', 'away')
const tooLarge = new TroupeError('PRODUCE_REFUSED', 'too large')
const missing = new TroupeError('TOPIC_MISSING', 'no such topic')

const pending = (position: number, topic = 'out'): PendingRecord => ({
  position,
  id: `id-${String(position)}`,
  type: 'thing.happened',
  unit: undefined,
  seq: undefined,
  record: { topic, key: null, value: Buffer.from(String(position)), headers: [] },
})

class Table {
  rows: PendingRecord[]
  readonly parked: RefusedRecord[] = []
  readonly takes: ReadLimits[] = []
  failTakes = 0
  failRemovals = 0

  constructor(rows: readonly PendingRecord[]) {
    this.rows = [...rows]
  }

  async take(_slice: number, sent: readonly number[], read: ReadLimits) {
    await this.remove(sent)
    if (this.failTakes-- > 0) throw unavailable
    this.takes.push(read)
    const records = this.rows
      .filter(({ record }) => !read.withoutTopics.includes(record.topic))
      .slice(0, read.records)
    return { records, more: records.length > 0, heldBack: false }
  }

  async remove(sent: readonly number[]): Promise<void> {
    await Promise.resolve()
    if (sent.length > 0 && this.failRemovals-- > 0) throw unavailable
    this.rows = this.rows.filter(({ position }) => !sent.includes(position))
  }

  park(refused: readonly RefusedRecord[]): Promise<number> {
    this.parked.push(...refused)
    this.rows = this.rows.filter((row) => !refused.some(({ position }) => position === row.position))
    return Promise.resolve(refused.length)
  }
}

type Refuse = (records: readonly OutgoingRecord[]) => readonly RecordRefusal[]

class Broker {
  readonly done = { sent: 0, parked: 0 }
  readonly batches: number[][] = []
  readonly connected: string[] = []
  closed = 0
  missing = new Set<string>()
  refuse: Refuse = () => []
  throwNext: TroupeError[] = []

  readonly connect = (transactionalId: string): Promise<SliceProducer> => {
    this.connected.push(transactionalId)
    let broken: TroupeError | undefined
    return Promise.resolve({
      get broken() {
        return broken
      },
      send: async (records) => {
        await Promise.resolve()
        const error = this.throwNext.shift()
        if (error) throw (broken = error)
        const refusals = this.refuse(records)
        if (refusals.length > 0) return { kind: 'aborted', refusals }
        this.batches.push(records.map(({ value }) => Number(Buffer.from(value ?? []).toString())))
        return { kind: 'sent' }
      },
      refusalOfTopic: (topic) => Promise.resolve(this.missing.has(topic) ? missing : undefined),
      close: () => {
        this.closed += 1
        return Promise.resolve()
      },
    } satisfies SliceProducer)
  }
}

const start = (table: Table, broker: Broker, heldUntilMs = Infinity) =>
  new SliceRun(lease, heldUntilMs, limits, {
    store: table,
    connect: broker.connect,
    log,
    onDone: (outcome, records) => {
      broker.done[outcome] += records
    },
    now: () => performance.now(),
    random: () => 0,
  })

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

t.test('in order, in batches, under the id of the slice', async (t) => {
  const table = new Table(range(1, 20).map((n) => pending(n)))
  const broker = new Broker()
  const run = start(table, broker)
  await waitUntil('the table is empty', () => table.rows.length === 0)
  t.same(broker.batches, [range(1, 8), range(9, 16), range(17, 20)])
  t.same(broker.connected, ['tx-3'])
  await waitUntil('it is idle', () => run.state === 'idle')
  table.rows.push(pending(21))
  run.wake()
  await waitUntil('the table is empty', () => table.rows.length === 0)
  t.equal(run.sentRecords, 21)
  run.stop()
  t.equal(await run.ended, 'stopped')
  t.equal(broker.closed, 1)
})

t.test(
  'a Postgres that is away between sending and removing makes no duplicate when it is back',
  async (t) => {
    const table = new Table(range(1, 12).map((n) => pending(n)))
    const broker = new Broker()
    table.failTakes = 1
    table.failRemovals = 2
    const run = start(table, broker)
    await waitUntil('the table is empty', () => table.rows.length === 0)
    t.same(broker.batches, [range(1, 8), range(9, 12)])
    run.stop()
    await run.ended
    t.equal(run.lastError, undefined)
  },
)

t.test('one that ends between sending and removing still removes', async (t) => {
  const table = new Table([pending(1)])
  const broker = new Broker()
  const run = start(table, broker)
  broker.refuse = () => {
    run.stop()
    return []
  }
  await run.ended
  t.same(table.rows, [])
  t.same(broker.batches, [[1]])
})

t.test(
  'a failed transaction is sent again, from the beginning, by a new producer where the old one broke',
  async (t) => {
    const table = new Table(range(1, 10).map((n) => pending(n)))
    const broker = new Broker()
    broker.throwNext = [new TroupeError('KAFKA_UNAVAILABLE', 'no answer')]
    let failures = 2
    broker.refuse = () =>
      failures-- > 0
        ? [{ index: 3, error: new TroupeError('PRODUCE_FAILED', 'timed out'), certain: false }]
        : []
    const run = start(table, broker)
    await waitUntil('the table is empty', () => table.rows.length === 0)
    t.same(broker.batches, [range(1, 8), range(9, 10)])
    t.same(broker.connected, ['tx-3', 'tx-3'])
    t.same(table.parked, [])
    run.stop()
    await run.ended
  },
)

t.test(
  'a record that no broker takes is found by halves and put aside; the others leave in order',
  async (t) => {
    const table = new Table(range(1, 40).map((n) => pending(n)))
    const broker = new Broker()
    // The broker refuses a request with all its records.
    broker.refuse = (records) =>
      records.some(({ value }) => ['5', '6', '30'].includes(Buffer.from(value ?? []).toString()))
        ? records.map((_, index) => ({ index, error: tooLarge, certain: false }))
        : []
    const run = start(table, broker)
    await waitUntil('the table is empty', () => table.rows.length === 0)
    t.same(
      broker.batches.flat(),
      range(1, 40).filter((n) => ![5, 6, 30].includes(n)),
    )
    t.same(
      table.parked.map(({ position }) => position),
      [5, 6, 30],
    )
    t.same(table.parked[0], { position: 5, code: 'PRODUCE_REFUSED', message: 'too large' })
    t.equal(run.parkedRecords, 3)
    t.same(broker.done, { sent: 37, parked: 3 })
    run.stop()
    await run.ended
  },
)

t.test('a topic that is missing waits with all its events, the others go on', async (t) => {
  const table = new Table(range(1, 20).map((n) => pending(n, n % 2 === 0 ? 'gone' : 'out')))
  const broker = new Broker()
  broker.missing.add('gone')
  const run = start(table, broker)
  await waitUntil('the other topic is sent', () => table.rows.length === 10)
  t.same(
    broker.batches.flat(),
    range(1, 20).filter((n) => n % 2 === 1),
  )
  t.same(run.heldTopics, [{ topic: 'gone', message: 'no such topic' }])
  broker.missing.clear()
  await waitUntil('the topic is there, and its events are sent', () => table.rows.length === 0)
  t.same(
    broker.batches.flat().slice(10),
    range(1, 20).filter((n) => n % 2 === 0),
  )
  t.same(run.heldTopics, [])
  run.stop()
  await run.ended
})

t.test('nothing is sent after the time of the lease, until it is renewed', async (t) => {
  const table = new Table([pending(1)])
  const broker = new Broker()
  const run = start(table, broker, performance.now() - 1)
  await waitUntil('it waits', () => table.takes.length > 0 && run.state === 'waiting')
  t.same(broker.batches, [])
  run.renew(Infinity)
  await waitUntil('it is sent', () => broker.batches.length === 1)
  run.stop()
  await run.ended
})

t.test('one that is fenced ends, and removes nothing', async (t) => {
  const table = new Table([pending(1)])
  const broker = new Broker()
  broker.throwNext = [new TroupeError('KAFKA_FENCED', 'another one')]
  t.equal(await start(table, broker).ended, 'fenced')
  t.equal(table.rows.length, 1)
  t.equal(broker.closed, 1)
})

t.test('a bug ends it as a bug', async (t) => {
  const table = new Table([pending(1)])
  const broker = new Broker()
  broker.refuse = () => {
    throw new TypeError('undefined is not a function')
  }
  await t.rejects(start(table, broker).ended, { message: 'undefined is not a function' })
  t.equal(broker.closed, 1)
})

t.test('the verdict on a batch', async (t) => {
  const batch = [pending(1), pending(2, 'gone'), pending(3)]
  const refusal = (index: number, error: TroupeError, certain = false) => ({ index, error, certain })
  const passing = new TroupeError('PRODUCE_FAILED', 'later')
  t.same(batchVerdict(batch, [refusal(0, tooLarge, true), refusal(1, missing)]).kind, 'hold', 'a topic first')
  t.same(batchVerdict(batch, [refusal(0, tooLarge, true), refusal(2, tooLarge)]), {
    kind: 'park',
    refused: [{ position: 1, code: 'PRODUCE_REFUSED', message: 'too large' }],
  })
  t.same(batchVerdict(batch, [refusal(0, tooLarge), refusal(1, passing)]), { kind: 'narrow', records: 1 })
  t.same(batchVerdict([pending(1)], [refusal(0, tooLarge)]).kind, 'park')
  t.same(batchVerdict(batch, [refusal(0, passing)]), { kind: 'again', error: passing })
  t.equal(batchVerdict(batch, []).kind, 'again')
})

t.test('a topic is asked for less and less often', async (t) => {
  const holds = new TopicHolds()
  t.equal(holds.dueInMs(0), Infinity)
  t.equal(holds.hold('gone', missing, 0, 1), true)
  t.equal(holds.hold('gone', missing, 0, 1), false)
  t.same(holds.due(499), [])
  t.equal(holds.dueInMs(100), 400)
  t.same(holds.due(500), ['gone'])
  for (let times = 0; times < 50; times += 1) holds.hold('gone', missing, 0, 1)
  t.equal(holds.dueInMs(0), 15_000, 'but it is')
  t.same(holds.topics, ['gone'])
  holds.free('gone')
  t.same(holds.topics, [])
})

t.test('a wake that comes before the sleep is not lost', async (t) => {
  const wake = new Wake()
  wake.wake()
  await wake.within(Infinity)
  wake.reset()
  const slept = wake.within(Infinity)
  wake.wake()
  await slept
  await wake.within(0)
  t.pass('never slept for ever')
})
