// What waits in a lane goes out as one batch when its turn comes, within the bounds of a batch, and changes neither
// order nor frontier; while every lane has work under way and waiting nothing more is asked for.

import fc from 'fast-check'
import t from 'tap'
import { BatchReader, joinBatches, writeBatch } from '../../../runtime/batch/index.ts'
import { PartitionActor, type LaneBatch, type LaneWork } from '../../../runtime/partition/index.ts'

const batchOf = (offsets: readonly number[]): ArrayBuffer =>
  writeBatch(
    offsets.map((offset) => ({
      offset,
      timestamp: 1_000 + offset,
      timestampType: 'create',
      key: new Uint8Array([offset % 251]),
      value: offset % 3 === 0 ? undefined : new Uint8Array(offset % 7),
      headers: offset % 2 === 0 ? [['name', new Uint8Array(2)]] : [],
    })),
  )

const offsetsIn = (batch: ArrayBuffer): number[] => {
  const reader = new BatchReader(batch)
  const offsets: number[] = []
  while (reader.next()) offsets.push(reader.offset)
  return offsets
}

const view = (lane: number, offsets: readonly number[]): LaneBatch => {
  const batch = batchOf(offsets)
  const [firstOffset = 0] = offsets
  return {
    lane,
    count: offsets.length,
    bytes: batch.byteLength,
    firstOffset,
    lastOffset: offsets.at(-1) ?? 0,
    batch,
  }
}

const actorWith = (
  order: 'partition' | 'key' | 'none',
  lanes: number,
  maxRecords: number,
): PartitionActor => {
  const actor = new PartitionActor({
    order,
    lanes,
    epoch: 1,
    maxRecords: 1_000,
    maxBytes: 1_000_000,
    joining: { maxRecords, maxBytes: 100_000, join: joinBatches },
  })
  actor.start()
  return actor
}

const taken = (actor: PartitionActor): LaneWork => {
  const work = actor.take()
  if (work === undefined) throw new Error('nothing to take')
  return work
}

t.test('a trickle behind slow work becomes one batch', async (t) => {
  // given one batch under way, and four of a record each behind it
  const actor = actorWith('partition', 1, 100)
  actor.deliver(1, [view(0, [10])], 11)
  const first = taken(actor)
  for (const offset of [11, 12, 13, 14]) actor.deliver(1, [view(0, [offset])], offset + 1)
  t.equal(actor.wantsMore, false)

  // when it is finished
  actor.complete(1, first.workId)
  const second = taken(actor)

  // then they go out together, and the frontier waits for them together
  t.match(second, { count: 4, firstOffset: 11, lastOffset: 14, range: { from: 11, to: 15 } })
  t.same(offsetsIn(second.batch), [11, 12, 13, 14])
  t.equal(actor.wantsMore, true)
  t.equal(actor.frontier(), 11)
  t.equal(actor.complete(1, second.workId), true)
  t.equal(actor.frontier(), 15)
  t.same([actor.unfinishedRecords, actor.unfinishedBytes, actor.idle], [0, 0, true])
})

t.test(
  'a lane whose record is retried holds up no other, and what waits behind it is joined later',
  async (t) => {
    const actor = actorWith('key', 2, 100)
    actor.deliver(1, [view(0, [0, 2]), view(1, [1])], 3)
    const retried = taken(actor)
    const other = taken(actor)
    actor.retryLater(1, retried.workId, [{ index: 1, attempt: 2 }], retried.batch)
    actor.deliver(1, [view(0, [4])], 5)
    actor.deliver(1, [view(0, [6])], 7)
    actor.complete(1, other.workId)
    t.equal(actor.wantsMore, true, 'the other lane has nothing to do')
    actor.deliver(1, [view(1, [7])], 8)
    t.same(offsetsIn(taken(actor).batch), [7])

    actor.release(1, retried.workId)
    const again = taken(actor)
    t.match(again, { workId: retried.workId, records: [{ index: 1, attempt: 2 }] })
    t.same(offsetsIn(again.batch), [0, 2], 'nothing was joined to what somebody has looked at')
    actor.complete(1, again.workId)
    t.same(offsetsIn(taken(actor).batch), [4, 6])
  },
)

t.test('records that are passed over stay with their own batch', async (t) => {
  // given a source that went back for another's sake: the second delivery begins below the position
  const actor = actorWith('partition', 1, 100)
  actor.deliver(1, [view(0, [0])], 1)
  actor.deliver(1, [view(0, [1])], 2)
  actor.deliver(1, [view(0, [0, 1, 2])], 3)
  actor.deliver(1, [view(0, [3])], 4)
  for (const expected of [
    { offsets: [0], firstOffset: 0 },
    { offsets: [1], firstOffset: 1 },
    { offsets: [0, 1, 2], firstOffset: 2 },
    { offsets: [3], firstOffset: 3 },
  ]) {
    const work = taken(actor)
    t.same({ offsets: offsetsIn(work.batch), firstOffset: work.firstOffset }, expected)
    actor.complete(1, work.workId)
  }
  t.equal(actor.frontier(), 4)
})

t.test(
  'whatever is delivered and finished in whatever order, each record goes out once, each lane in order',
  async () => {
    const step = fc.record({ sizes: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), finish: fc.nat(4) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (steps, maxRecords) => {
        const lanes = 3
        const actor = actorWith('key', lanes, maxRecords)
        const delivered: number[][] = [[], [], []]
        const seen: number[][] = [[], [], []]
        const inHand: LaneWork[] = []
        let next = 0
        const takeAll = (): void => {
          for (let work = actor.take(); work !== undefined; work = actor.take()) {
            inHand.push(work)
            seen[work.lane]?.push(...offsetsIn(work.batch))
            if (work.count > Math.max(maxRecords, 3)) throw new Error('a batch grew beyond its bound')
          }
        }
        const finish = (nth: number): void => {
          const [work] = inHand.splice(nth % inHand.length, 1)
          if (work && !actor.complete(1, work.workId)) throw new Error('not taken as finished')
          const open = delivered.flatMap((all, lane) => all.slice((seen[lane] ?? []).length))
          const least = Math.min(next, ...open, ...inHand.map(({ firstOffset }) => firstOffset))
          if (actor.frontier() !== least)
            throw new Error(`frontier ${String(actor.frontier())}, not ${least}`)
        }
        for (const { sizes, finish: nth } of steps) {
          const begin = next
          const views = sizes.flatMap((size, lane) => {
            const offsets = Array.from({ length: size }, () => next++)
            delivered[lane]?.push(...offsets)
            return size === 0 ? [] : [view(lane, offsets)]
          })
          if (next > begin) actor.deliver(1, views, next)
          takeAll()
          if (nth > 0 && inHand.length > 0) finish(nth)
          takeAll()
        }
        while (inHand.length > 0) {
          finish(0)
          takeAll()
        }
        if (JSON.stringify(seen) !== JSON.stringify(delivered)) throw new Error('not each once and in order')
        if (actor.unfinishedRecords !== 0) throw new Error('credit is not given back')
      }),
      { numRuns: 500, seed: 7 },
    )
  },
)
