// Work that is put aside takes turns with its lane's own: never two of a lane are out, also while one waits for its retry,
// and the frontier and the credit know nothing of it.

import t from 'tap'
import { PartitionActor, type LaneWork } from '../../../runtime/partition/index.ts'

const actorOf = (order: 'key' | 'none'): PartitionActor => {
  const actor = new PartitionActor({
    order,
    lanes: 2,
    maxRecords: 100,
    maxBytes: 1_000,
    epoch: 1,
    position: 10,
  })
  actor.start()
  return actor
}

const batch = (): ArrayBuffer => new ArrayBuffer(8)
const deliver = (actor: PartitionActor, lane: number, offset: number): void => {
  const view = { lane, count: 1, bytes: 8, firstOffset: offset, lastOffset: offset, batch: batch() }
  actor.deliver(1, [view], offset + 1)
}
const putAside = (actor: PartitionActor, lane: number): number | undefined =>
  actor.offerAside(actor.epoch, {
    lane,
    batch: batch(),
    records: [{ index: 0, attempt: 2 }],
    firstOffset: 3,
    lastOffset: 3,
  })
const taken = (actor: PartitionActor): LaneWork => {
  const work = actor.take()
  if (work === undefined) throw new Error('there is nothing to take')
  return work
}

t.test('one of a lane is out at a time', (t) => {
  const actor = actorOf('key')
  deliver(actor, 0, 10)
  const first = taken(actor)
  putAside(actor, 0)
  deliver(actor, 0, 11)
  t.equal(actor.take(), undefined, 'nothing while the lane has work out')
  putAside(actor, 1)
  t.equal(taken(actor).lane, 1, 'other lanes go on')
  actor.complete(1, first.workId)
  const aside = taken(actor)
  t.equal(aside.isAside, true, 'it goes before what was delivered since')
  t.equal(actor.take(), undefined)
  actor.complete(1, aside.workId)
  t.equal(taken(actor).firstOffset, 11)
  t.end()
})

t.test('it goes out while the lane waits for a retry, which waits for it then', (t) => {
  const actor = actorOf('key')
  deliver(actor, 0, 10)
  const first = taken(actor)
  putAside(actor, 0)
  actor.retryLater(1, first.workId, [{ index: 0, attempt: 2 }], batch())
  const aside = taken(actor)
  t.equal(aside.isAside, true)
  t.equal(actor.release(1, first.workId), true)
  t.equal(actor.take(), undefined, 'the retry waits for it')
  actor.complete(1, aside.workId)
  t.equal(taken(actor).workId, first.workId)
  t.equal(actor.take(), undefined)
  t.end()
})

t.test('it holds no frontier and costs no credit; a rewind drops it', (t) => {
  for (const order of ['key', 'none'] as const) {
    const actor = actorOf(order)
    putAside(actor, 0)
    const aside = taken(actor)
    t.equal(actor.frontier(), 10)
    t.equal(actor.unfinishedRecords, 0)
    t.equal(actor.idle, false)
    t.equal(actor.complete(1, aside.workId), true)
    t.strictSame([actor.idle, actor.unfinishedRecords, actor.credit().records], [true, 0, 100])
    putAside(actor, 1)
    actor.rewind(2, 10)
    t.equal(actor.take(), undefined)
    t.equal(
      actor.offerAside(1, { lane: 0, batch: batch(), records: [], firstOffset: 0, lastOffset: 0 }),
      undefined,
    )
    actor.drain()
    t.equal(putAside(actor, 0), undefined, 'nothing is taken while it drains')
  }
  t.end()
})

t.test('it is never tried again as it is', (t) => {
  const actor = actorOf('key')
  putAside(actor, 0)
  const aside = taken(actor)
  t.throws(() => actor.retryLater(1, aside.workId, undefined, batch()), { code: 'PARTITION_MISUSED' })
  t.throws(() => putAside(actor, 2), { code: 'PARTITION_MISUSED' })
  t.end()
})
