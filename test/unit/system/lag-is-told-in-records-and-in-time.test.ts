// Lag is told of the actor that is farthest behind: in records against the end, in time by the first unfinished
// record's timestamp, by how long undelivered records are known to be there, and not at all where nothing is known.

import t from 'tap'
import { EndSightings } from '../../../runtime/system/end-sightings.ts'
import { ErrorSightings } from '../../../runtime/system/error-sightings.ts'
import { lagAt, type Standing } from '../../../runtime/system/lag.ts'
import { actorNamed, groupInMemory, settled } from '../../harness/group-in-memory.ts'

const now = 1_000_000
const standing = (
  frontier: number | null,
  position: number | null,
  oldestUnfinishedAtMs: number | null = null,
): Standing => ({ frontier, position, oldestUnfinishedAtMs })
const seen = (...sightings: readonly (readonly [end: number, atMs: number])[]): EndSightings => {
  const ends = new EndSightings()
  for (const [end, atMs] of sightings) ends.note(end, atMs)
  return ends
}

t.test('a table of standings', (t) => {
  for (const [what, standings, ends, lagRecords, lagMs] of [
    ['nothing is known', [standing(null, null)], seen(), null, null],
    ['the end is not known', [standing(5, 5)], seen(), null, null],
    ['no actor', [], seen([5, now]), null, null],
    ['all is finished', [standing(5, 5)], seen([5, now]), 0, 0],
    ['an empty log', [standing(0, 0)], seen([0, now]), 0, 0],
    ['beyond a broker’s old answer', [standing(9, 9)], seen([5, now - 900]), 0, 0],
    ['unfinished, by its timestamp', [standing(5, 9, now - 70)], seen([20, now]), 15, 70],
    ['unfinished beyond the old answer', [standing(8, 9, now - 70)], seen([5, now]), 1, 70],
    ['a producer’s clock ahead of ours', [standing(5, 9, now + 70)], seen([9, now]), 4, 0],
    ['unfinished, the end not known', [standing(5, 9, now - 70)], seen(), null, 70],
    ['undelivered: since it was seen', [standing(5, 5)], seen([5, now - 90], [7, now - 40], [9, now]), 4, 40],
    ['unfinished without timestamp', [standing(5, 9)], seen([9, now - 30]), 4, 30],
    ['the slowest of two', [standing(9, 9), standing(5, 9, now - 70)], seen([9, now]), 4, 70],
    ['one of two is not known', [standing(9, 9), standing(null, null)], seen([9, now]), null, null],
  ] as const) {
    // when
    const lag = lagAt(standings, ends, now)
    // then
    t.match(lag, { lagRecords, lagMs }, what)
  }
  t.end()
})

t.test('ends that were seen are bounded, and the oldest stays', (t) => {
  // given
  const ends = seen(...Array.from({ length: 10_000 }, (_, i) => [i + 1, i] as const))
  // then
  t.equal(ends.thereSince(0), 0)
  t.equal(ends.thereSince(10_000), undefined)
  t.equal(ends.latest, 10_000)
  // when the log was made anew
  ends.note(3, 20_000)
  // then
  t.equal(ends.thereSince(0), undefined, 'nothing is known of its records')
  ends.note(4, 20_001)
  t.equal(ends.thereSince(3), 20_001)
  t.end()
})

t.test('the same error is kept once, and a flood drives out its own kind only', (t) => {
  // given
  let at = 0
  const sightings = new ErrorSightings(() => (at += 1))
  sightings.see({ code: 'REGISTRY_UNAVAILABLE', message: 'away', actor: 'other' })
  // when
  for (let i = 0; i < 1_000; i += 1)
    sightings.see({ code: 'E', message: `try ${i} failed`, actor: 'a', offset: i })
  for (let i = 0; i < 1_000; i += 1)
    sightings.see({ code: 'E', message: `${'x'.repeat(i % 40)} failed`, actor: 'a', outcome: 'retry' })
  sightings.see({ code: 'LONG', message: 'y'.repeat(10_000) })
  // then
  const all = sightings.newest()
  t.ok(all.length <= 50)
  t.equal(all[0]?.code, 'LONG')
  t.ok((all[0]?.message.length ?? 0) <= 501)
  t.equal(all.filter(({ outcome }) => outcome === 'retry').length, 10)
  t.match(
    all.filter(({ outcome, code }) => outcome === null && code === 'E'),
    [{ times: 1_000, offset: 999, atMs: 1_001 }],
  )
  t.equal(all.filter(({ actor }) => actor === 'other').length, 1)
  // when there are very many kinds
  for (let i = 0; i < 200; i += 1) sightings.see({ code: `CODE_${'z'.repeat(i)}`, message: 'm' })
  // then
  t.equal(sightings.newest().length, 50)
  t.end()
})

t.test('a group tells where its partitions stand, before anything is delivered too', async (t) => {
  // given
  const { run, member, workers, assign } = await groupInMemory([actorNamed('one', 'partition', 1)])
  t.teardown(() => run.stop())
  t.equal(run.status(now).joined, false)
  await assign(0)
  // when
  await run.lookAtOffsets(() => now)
  // then
  t.match(run.status(now), {
    joined: true,
    assignments: [{ partition: 0, frontier: 0, position: 0, end: 0, lagRecords: 0, lagMs: 0 }],
  })
  // when
  member.append(0, 3)
  await settled()
  await run.lookAtOffsets(() => now)
  // then
  t.match(run.status(now), {
    assignments: [
      { frontier: 0, end: 3, lagRecords: 3, units: [{ unfinishedRecords: 3, waitingFor: null }] },
    ],
  })
  // when
  await workers.jobs[0]?.waits()
  // then
  t.match(run.status(now), { assignments: [{ units: [{ waitingFor: 'registry' }] }] })
  // when
  run.lost([{ topic: 'orders', partition: 0 }])
  await settled()
  t.match(run.status(now), { joined: false, assignments: [] })
})
