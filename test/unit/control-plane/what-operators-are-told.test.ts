// What operators are told follows from the reports alone: what moved between two of them, how long a backlog lasts, which dead letters are new.

import t from 'tap'

import { ArrivedLetters } from '../../../control-plane/operator/watching/arrived-letters.ts'
import { SharedPoll } from '../../../control-plane/operator/watching/shared-poll.ts'
import { ClusterPicture } from '../../../control-plane/read-model/operator/cluster-picture.ts'
import { drainMsOf, slowest } from '../../../control-plane/read-model/operator/drain-estimate.ts'
import { processView } from '../../../control-plane/read-model/operator/process-view.ts'
import { holdingOf, rebalancesBetween } from '../../../control-plane/read-model/operator/rebalance.ts'
import { actor, assignment, statusReport, unit } from '../../harness/status-reports.ts'
import { waitUntil } from '../../harness/wait-until.ts'

type Parts = Readonly<Record<string, readonly number[]>>

/** process → its partitions of the group. */
const pictureOf = (parts: Parts): ClusterPicture => {
  const now = new Date(1_000_000)
  const processes = Object.entries(parts).map(([id, partitions]) =>
    processView(
      {
        ...{ id, node: 'n', kind: 'runtime', version: 1, state: 'running', intervalMs: 1_000 },
        startedAt: now,
        reportedAt: now,
        report: statusReport(id, {
          actors: [actor()],
          groups: [{ name: 'g', joined: true, assignments: partitions.map((nth) => assignment(nth)) }],
        }),
      },
      now,
    ),
  )
  return new ClusterPicture(now, processes)
}
const between = (before: Parts, after: Parts) => {
  const [one, other] = [pictureOf(before), pictureOf(after)]
  return rebalancesBetween(holdingOf(one, one.groups), holdingOf(other, other.groups))
}

t.test('who came, who went, and whose partitions are whose', async (t) => {
  t.same(between({ a: [0, 1] }, { a: [0, 1] }), [])
  t.match(between({ a: [0, 1] }, { a: [0], b: [1] }), [
    {
      groupName: 'g',
      joined: [{ processId: 'b' }],
      left: [],
      moves: [{ partition: 1, fromProcessId: 'a', toProcessId: 'b' }],
      movedPartitions: 1,
      liveMembers: 2,
    },
  ])
  t.match(between({ a: [0], b: [1] }, { a: [0] }), [
    { left: [{ processId: 'b' }], moves: [{ partition: 1, fromProcessId: 'b', toProcessId: null }] },
  ])
  t.match(between({}, { a: [0] }), [{ joined: [{ processId: 'a' }], movedPartitions: 1 }])
  t.match(between({ a: [0] }, {}), [{ left: [{ processId: 'a' }], liveMembers: 0 }])
  const many = Array.from({ length: 300 }, (_, nth) => nth)
  const [storm] = between({ a: many }, { b: many })
  t.equal(storm?.moves.length, 100)
  t.equal(storm?.movedPartitions, 300)
  t.ok(
    (storm?.moves ?? []).every(({ partition }, nth) => partition === nth),
    'in order',
  )
})

t.test('how long a backlog lasts', async (t) => {
  const rate = (perSecond: number) => () => perSecond
  t.equal(drainMsOf(assignment(0), rate(10)), 5_000, '50 records, 10 a second')
  t.equal(drainMsOf(assignment(0), rate(0)), null, 'nothing moves')
  t.equal(drainMsOf(assignment(0, { lagRecords: 0 }), rate(0)), 0)
  t.equal(drainMsOf(assignment(0, { end: null, lagRecords: null }), rate(10)), null)
  t.equal(drainMsOf(assignment(0, { units: [unit({ frontier: null })] }), rate(10)), null)
  const two = assignment(0, { units: [unit(), unit({ actor: 'slow', frontier: 140 })] })
  t.equal(
    drainMsOf(two, (name) => (name === 'slow' ? 1 : 10)),
    10_000,
    'the slowest tells',
  )
  t.equal(slowest([]), null)
  t.equal(slowest([1, null, 3]), null)
  t.equal(slowest([1, 3, 2]), 3)
})

t.test('a letter that commits below a later one is new, and each is new once', async (t) => {
  const arrived = new ArrivedLetters()
  arrived.begin(10, [10, 8])
  t.equal(arrived.floor, 7, 'nine may come')
  t.same(arrived.known, [10, 8])
  arrived.add([9, 12], true, 0)
  t.same(
    arrived.known.toSorted((a, b) => a - b),
    [8, 9, 10, 12],
  )
  t.equal(arrived.floor, 7)
  arrived.add([], true, 14_000)
  t.equal(arrived.floor, 7, 'eleven may still come')
  arrived.add([11, 13], true, 15_000)
  t.equal(arrived.floor, 12, 'all of the first look have ended')
  t.same(arrived.known, [13])
  arrived.add([14], false, 16_000)
  arrived.add([], true, 40_000)
  t.ok(arrived.floor <= 14)

  const empty = new ArrivedLetters()
  empty.begin(0, [])
  t.equal(empty.floor, 0)
})

t.test('one read for all that watch, none for nobody, and again after one that failed', async (t) => {
  let reads = 0
  const warned: string[] = []
  const ignore = (): void => undefined
  const log = { debug: ignore, info: ignore, warn: (text: string) => void warned.push(text), error: ignore }
  const poll = new SharedPoll<number>({
    read: () => {
      reads += 1
      return reads === 2 || reads === 3 ? Promise.reject(new Error('away')) : Promise.resolve(reads)
    },
    everyMs: 1,
    what: 'it',
    log: { ...log, child: () => ({ ...log, child: () => undefined as never }) },
  })
  const told: number[][] = [[], []]
  const stops = told.map((one) => poll.watch((value) => void one.push(value)))
  await waitUntil('both are told after the failure', () => told.every((one) => one.includes(4)))
  t.ok(told.every((one) => one[0] === 1 && one[1] === 4))
  t.equal(warned.length, 1, 'one outage is told once')
  for (const stop of stops) stop()
  const end = reads
  const [first] = told
  await new Promise((resolve) => setImmediate(resolve))
  t.ok(reads <= end + 1)
  t.ok(first !== undefined && Math.max(...first) <= end + 1)
  poll.close()
})
