// A unit's replays: read ahead, put aside batch by batch, one in hand; what is done is read from the row, so that what was lost is
// given out again and what was done is not; it keeps its rate, ends, and is given up where it cannot go on.

import t from 'tap'
import { BatchReader, writeBatch } from '../../../runtime/batch/index.ts'
import { union, type Replay, type ReplayStore, type Unit } from '../../../runtime/delivery/index.ts'
import { TroupeError } from '../../../runtime/errors.ts'
import { PartitionActor, type LaneWork } from '../../../runtime/partition/index.ts'
import type { LogReader } from '../../../runtime/kafka/index.ts'
import { ReplayBoard } from '../../../runtime/system/replays/replay-board.ts'
import { ReplayLog } from '../../../runtime/system/replays/replay-log.ts'
import { UnitReplays } from '../../../runtime/system/replays/unit-replays.ts'
import { settled, Waits } from '../../harness/group-in-memory.ts'

const unit: Unit = { group: 'g', actor: 'a', topic: 't', partition: 0 }
const replayOf = (more: Partial<Replay> = {}): Replay => ({
  id: 7,
  unit,
  range: { from: 10, to: 20 },
  dedupe: 'replay',
  ratePerS: 1_000_000,
  state: 'running',
  trouble: '',
  createdBy: 'ada',
  createdAtMs: 0,
  finishedAtMs: undefined,
  nextOffset: 10,
  done: [],
  ...{ applied: 0, passedOver: 0, dead: 0, skipped: 0, gone: 0 },
  ...more,
})

/** Of one replay. */
class Row implements Pick<ReplayStore, 'replay' | 'beginBatch' | 'advance' | 'giveUp'> {
  row: Replay
  tries = 0

  constructor(row: Replay) {
    this.row = row
  }

  replay(): Promise<Replay> {
    return Promise.resolve(this.row)
  }

  beginBatch(_: number, isSound: boolean): Promise<number> {
    this.tries = isSound ? 1 : this.tries + 1
    return Promise.resolve(this.tries)
  }

  advance(_: number, from: number, to: number, gone: number): Promise<void> {
    if (from !== this.row.nextOffset) return Promise.resolve()
    const state = to === this.row.range.to ? 'finished' : 'running'
    this.row = { ...this.row, nextOffset: to, state, gone: this.row.gone + gone }
    return Promise.resolve()
  }

  giveUp(_: number, trouble: string): Promise<void> {
    this.row = { ...this.row, state: 'paused', trouble }
    return Promise.resolve()
  }

  isDone(...offsets: readonly number[]): void {
    const done = union(
      this.row.done,
      offsets.map((offset) => ({ from: offset, to: offset + 1 })),
    )
    this.row = { ...this.row, done }
  }
}

const setUp = async (given: {
  readonly replay?: Partial<Replay>
  readonly offsets?: readonly number[]
  readonly low?: number
  readonly fails?: TroupeError
  readonly tries?: number
}) => {
  const { offsets = [10, 11, 13, 14], low = 0 } = given
  const clock = { ms: 0 }
  const waits = new Waits()
  const told: string[] = []
  const reads: (readonly [number, number])[] = []
  const actor = new PartitionActor({
    order: 'key',
    lanes: 2,
    maxRecords: 9,
    maxBytes: 9,
    epoch: 1,
    position: 0,
  })
  actor.start()
  const reader: Pick<LogReader, 'range' | 'read' | 'close'> = {
    range: () => (given.fails ? Promise.reject(given.fails) : Promise.resolve({ low, high: 30 })),
    read: async (_, from, to, each) => {
      reads.push([from, to])
      const records = offsets.filter((offset) => offset >= from).map(recordAt)
      if (records.length > 0) await each(writeBatch(records))
    },
    close: () => Promise.resolve(),
  }
  const board = new ReplayBoard()
  const row = new Row(replayOf(given.replay))
  row.tries = given.tries ?? 0
  const replays = new UnitReplays(unit, actor, {
    pause: waits.pause,
    monotonicMs: () => clock.ms,
    random: () => 0.5,
    offered: () => undefined,
    away: ({ code }) => void told.push(code),
    failed: (error) => void told.push(`failed: ${String(error)}`),
    gaveUp: (id, why) => void told.push(`${String(id)} given up: ${why}`),
    board,
    store: row as unknown as ReplayStore,
    log: new ReplayLog(() => Promise.resolve(reader as LogReader)),
  })
  board.set([row.row])
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 6; turn += 1) await settled()
  }
  await settle()
  return {
    ...{ actor, board, clock, reads, replays, row, told, waits },
    /** What is in hand, by its offsets. */
    take: (): { readonly work: LaneWork; readonly offsets: readonly number[] } | undefined => {
      const work = actor.take()
      return work && { work, offsets: offsetsOf(work.batch) }
    },
    end: async (
      work: LaneWork,
      afterMs = 0,
      unfinished: readonly { index: number; attempt: number }[] = [],
    ) => {
      replays.ended(work, unfinished, afterMs)
      actor.complete(work.epoch, work.workId)
      await settle()
    },
    pass: async (ms: number): Promise<void> => {
      clock.ms += ms
      for (const wait of waits.open.filter((open) => open.ms <= ms)) wait.pass()
      await settle()
    },
  }
}

const recordAt = (offset: number) => ({
  ...{ offset, timestamp: -1, timestampType: 'none' as const, headers: [] },
  ...{ key: Buffer.from('k'), value: Buffer.from('v') },
})

const offsetsOf = (batch: ArrayBuffer): readonly number[] => {
  const reader = new BatchReader(batch)
  const offsets: number[] = []
  while (reader.next()) offsets.push(reader.offset)
  return offsets
}

t.test('what is done is not given out again, what was lost is; then it ends', async (t) => {
  const { take, end, pass, row, replays, reads, told } = await setUp({})
  const first = take()
  t.same(first?.offsets, [10, 11, 13, 14], 'not those behind its range')
  t.same(replays.workOf(first!.work), { id: 7, dedupe: 'replay', offsets: [10, 11, 13, 14] })
  t.equal(take(), undefined, 'one is in hand')
  // when a worker was lost with it after a part was committed
  row.isDone(10, 13)
  await end(first!.work, 200)
  t.equal(take(), undefined, 'it waits')
  await pass(200)
  const second = take()
  t.same(second?.offsets, [11, 14])
  t.match(row.row, { nextOffset: 11 }, 'as far as all is done')
  row.isDone(11, 14)
  await end(second!.work)
  await pass(1)
  t.match(row.row, { state: 'finished', nextOffset: 20 })
  t.equal(reads.length, 1)
  t.same(told, [])
})

t.test('a record that failed is due for its next attempt', async (t) => {
  const { take, end, pass, row } = await setUp({})
  const first = take()
  row.isDone(10, 13, 14)
  await end(first!.work, 50, [{ index: 1, attempt: 2 }])
  await pass(50)
  t.match(take()?.work.records, [{ index: 0, attempt: 2 }])
})

t.test('its rate is kept', async (t) => {
  const { take, end, pass, row } = await setUp({ replay: { ratePerS: 10 } })
  const first = take()
  t.same(first?.offsets, [10, 11], 'a fifth of a second at a time')
  row.isDone(10, 11)
  await end(first!.work)
  t.equal(take(), undefined)
  await pass(200)
  t.same(take()?.offsets, [13, 14])
})

t.test('what the log has no more is counted', async (t) => {
  const { row, end, take, pass } = await setUp({ low: 13 })
  const first = take()
  t.same(first?.offsets, [13, 14])
  t.match(row.row, { gone: 3, nextOffset: 13 })
  row.isDone(13, 14)
  await end(first!.work)
  await pass(1)
  t.match(row.row, { gone: 3, state: 'finished' })
})

t.test('where nothing is left in its range it ends', async (t) => {
  const { row, take, pass } = await setUp({ offsets: [] })
  await pass(1)
  t.match(row.row, { state: 'finished', gone: 0 })
  t.equal(take(), undefined)
})

t.test('a broker that is away is waited for; a topic that is gone gives it up', async (t) => {
  const away = await setUp({ fails: new TroupeError('KAFKA_UNAVAILABLE', 'away') })
  t.same(away.told, ['KAFKA_UNAVAILABLE'])
  t.match(away.row.row, { state: 'running' })
  const gone = await setUp({ fails: new TroupeError('TOPIC_MISSING', 'gone') })
  t.same(gone.told, ['7 given up: gone'])
  t.match(gone.row.row, { state: 'paused', trouble: 'gone' })
})

t.test('one that keeps ending whoever handles it is given up', async (t) => {
  const { take, told, row } = await setUp({ tries: 5 })
  t.match(told, [/7 given up: whoever handled what follows offset 10/])
  t.equal(take(), undefined)
  t.match(row.row, { state: 'paused' })
})

t.test(
  'a unit that is paused, or gives back, is asked again; one whose epoch is over asks nothing',
  async (t) => {
    const { actor, take, end, pass, row, board, replays } = await setUp({ replay: { ratePerS: 10 } })
    const first = take()
    row.isDone(10, 11)
    actor.pause()
    await end(first!.work)
    await pass(200)
    t.equal(take(), undefined)
    actor.resume()
    await pass(1_000)
    t.same(take()?.offsets, [13, 14])
    replays.end()
    board.set([])
    t.equal(row.tries, 1, 'nobody ended over it')
  },
)
