// A partition actor goes only where its lifecycle table lets it, and refuses what cannot be before it changes anything.

import fc from 'fast-check'
import t from 'tap'
import {
  lifecycleTransitions,
  PartitionActor,
  type LaneBatch,
  type Lifecycle,
  type PartitionActorOptions,
} from '../../../runtime/partition/index.ts'
import { Fifo } from '../../../runtime/partition/mailbox/fifo.ts'

const options: PartitionActorOptions = { order: 'key', lanes: 2, maxRecords: 10, maxBytes: 1_000, epoch: 1 }
const batch = (over: Partial<LaneBatch> = {}): LaneBatch => ({
  lane: 0,
  count: 2,
  bytes: 20,
  firstOffset: 5,
  lastOffset: 9,
  batch: new ArrayBuffer(8),
  ...over,
})

const inState: Readonly<Record<Lifecycle, () => PartitionActor>> = {
  assigned: () => new PartitionActor(options),
  running: () => after(inState.assigned(), 'start'),
  paused: () => after(inState.running(), 'pause'),
  draining: () => after(inState.running(), 'drain'),
  revoked: () => after(inState.running(), 'revoke'),
}
const after = (actor: PartitionActor, call: 'start' | 'pause' | 'drain' | 'revoke'): PartitionActor => {
  actor[call]()
  return actor
}
const calls: Readonly<
  Record<Lifecycle, readonly (keyof PartitionActor & ('start' | 'resume' | 'pause' | 'drain' | 'revoke'))[]>
> = {
  assigned: [],
  running: ['start', 'resume'],
  paused: ['pause'],
  draining: ['drain'],
  revoked: ['revoke'],
}

t.test('the lifecycle table is walked whole', (t) => {
  const states = Object.keys(lifecycleTransitions) as Lifecycle[]
  for (const from of states) {
    for (const to of states) {
      const reached = calls[to].filter((call) => {
        // given an actor in one state
        const actor = inState[from]()
        t.equal(actor.lifecycle, from)
        try {
          // when it is sent to another
          actor[call]()
          t.equal(actor.lifecycle, to)
          return true
        } catch (error) {
          // then an unlisted transition names both and changes nothing
          t.match(error, { code: 'TRANSITION_UNLISTED', message: new RegExp(from) })
          if (call !== 'start' && call !== 'resume')
            t.match(error, { message: `cannot go from ${from} to ${to}` })
          t.equal(actor.lifecycle, from)
          return false
        }
      })
      t.equal(reached.length, lifecycleTransitions[from].includes(to) ? 1 : 0, `${from} to ${to}`)
    }
  }
  t.end()
})

t.test('options that cannot be are refused', (t) => {
  for (const wrong of [
    { lanes: 0 },
    { lanes: 1.5 },
    { maxRecords: 0 },
    { maxRecords: Number.NaN },
    { maxBytes: -1 },
    { maxBytes: Infinity },
    { maxOpenBatches: 0 },
    { epoch: -1 },
    { position: -1 },
    { order: 'partition', lanes: 2 },
  ] as const) {
    t.throws(
      () => new PartitionActor({ ...options, ...wrong }),
      { code: 'PARTITION_MISUSED' },
      JSON.stringify(wrong),
    )
  }
  t.end()
})

t.test('a delivery that cannot be is refused whole', (t) => {
  const wrong: readonly (readonly [
    views: readonly LaneBatch[],
    nextOffset: number | undefined,
    sentence: RegExp,
  ])[] = [
    [[batch()], undefined, /ends before offset undefined/],
    [[batch()], Number.NaN, /ends before offset NaN/],
    [[batch({ lane: 2 })], 10, /lane 2 of 2/],
    [[batch({ lane: -1 })], 10, /lane -1/],
    [[batch({ count: 0 })], 10, /0 records at 5 to 9/],
    [[batch({ count: 6 })], 10, /6 records at 5 to 9/],
    [[batch({ count: 1.5 })], 10, /1.5 records/],
    [[batch({ bytes: -1 })], 10, /-1 bytes/],
    [[batch({ firstOffset: 10 })], 10, /2 records at 10 to 9/],
    [[batch()], 9, /do not fit a delivery that ends before 9/],
    [
      [batch({ count: 5 }), batch({ count: 5, lane: 1 }), batch({ count: 1, lane: 1 })],
      10,
      /12 records .* credit of 10/,
    ],
  ]
  for (const [views, nextOffset, message] of wrong) {
    // given a running actor and a good batch beside the wrong one
    const actor = inState.running()
    // when both are delivered
    t.throws(() => actor.deliver(1, [batch({ count: 1, lane: 1 }), ...views], nextOffset), {
      code: 'PARTITION_MISUSED',
      message,
    })
    // then neither was taken
    t.equal(actor.unfinishedRecords, 0)
    t.equal(actor.take(), undefined)
    t.equal(actor.frontier(), undefined)
  }
  t.end()
})

t.test('misplaced calls are refused', (t) => {
  const misused = { code: 'PARTITION_MISUSED' }
  t.throws(() => inState.assigned().deliver(1, [batch()], 10), misused, 'delivered before the start')
  for (const [epoch, offset] of [
    [1, 0],
    [0, 0],
    [Number.NaN, 0],
    [2, -1],
    [2, 0.5],
  ] as const) {
    t.throws(() => {
      inState.running().rewind(epoch, offset)
    }, misused)
  }
  t.throws(
    () => {
      inState.revoked().rewind(2, 0)
    },
    { code: 'TRANSITION_UNLISTED', message: /revoked/ },
  )
  // given work in flight, when it is to be retried but nothing of it, then it stays in flight
  const actor = inState.running()
  actor.deliver(1, [batch()], 10)
  const workId = actor.take()?.workId ?? 0
  t.throws(() => actor.retryLater(1, workId, [], new ArrayBuffer(0)), misused)
  t.equal(actor.complete(1, workId), true)
  t.equal(actor.frontier(), 10)
  t.end()
})

t.test('a record bigger than the bound in bytes is handled, and stops draining meanwhile', (t) => {
  // given one record of ten times the bound
  const actor = inState.running()
  t.ok(actor.deliver(1, [batch({ count: 1, bytes: 10_000, lastOffset: 5 })], 6))
  // then nothing is drained until it is done
  t.strictSame(actor.credit(), { records: 0, bytes: 0 })
  t.ok(actor.complete(1, actor.take()?.workId ?? 0))
  t.strictSame(actor.credit(), { records: 10, bytes: 1_000 })
  t.end()
})

t.test('its position may be known from the start, and a drain may read nothing', (t) => {
  const actor = new PartitionActor({ ...options, position: 7 })
  actor.start()
  t.equal(actor.frontier(), 7)
  t.ok(actor.deliver(1, [], undefined))
  t.equal(actor.frontier(), 7)
  t.ok(actor.deliver(1, [], 12))
  t.equal(actor.frontier(), 12, 'nothing but transaction markers')
  t.end()
})

t.test('work costs the same however much there is', (t) => {
  // given a hundred thousand batches in the mailbox of a blocked lane, and one lane that goes on
  const count = 100_000
  const actor = new PartitionActor({ ...options, maxRecords: 1e9, maxBytes: 1e9, maxOpenBatches: 1e9 })
  actor.start()
  for (let offset = 0; offset < count; offset += 1) {
    actor.deliver(
      1,
      [batch({ lane: offset % 2, count: 1, firstOffset: offset, lastOffset: offset })],
      offset + 1,
    )
  }
  const blocked = actor.take()
  t.equal(blocked?.lane, 0)
  // when the other lane is handled whole, with a look at the frontier each time
  let handled = 0
  for (let work = actor.take(); work !== undefined; work = actor.take(), handled += 1) {
    actor.complete(1, work.workId)
    if (actor.frontier() !== 0) t.fail('the frontier passed the blocked lane')
  }
  // then it ends, and the frontier jumps when the blocked work is done
  t.equal(handled, count / 2)
  actor.complete(1, blocked?.workId ?? 0)
  t.equal(actor.frontier(), 2)
  t.end()
})

t.test('a fifo is an array that gives its first', (t) => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat()), { maxLength: 300, size: 'max' }), (steps) => {
      const fifo = new Fifo<number>()
      const model: number[] = []
      for (const pushed of steps) {
        if (pushed !== null) {
          fifo.push(pushed)
          model.push(pushed)
        } else if (fifo.shift() !== model.shift()) return false
        if (fifo.size !== model.length || fifo.peek() !== model[0]) return false
      }
      return true
    }),
  )
  t.end()
})
