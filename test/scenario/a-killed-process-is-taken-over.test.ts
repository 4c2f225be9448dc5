// Two processes share the partitions; one is killed in the middle of its work; the other takes over, and every record
// is handled, those of each key in order.

import t from 'tap'
import { outOfOrder, skipWithoutTrialServices, thingOf, Trial } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 6
const things = 60
const perSlice = 5
const slices = 60

t.test('SIGKILL under load', { skip }, async (t) => {
  // given: two processes with partitions of their own, and a supply that goes on
  const trial = await Trial.begin(t, { partitions, env: { WITNESS_ORDER: 'key', BATCH_RECORDS: '50' } })
  const { witness } = trial
  const survivor = await trial.start('survivor')
  const victim = await trial.start('victim')
  const owned = (pid: number): ReadonlySet<number> =>
    new Set(
      witness
        .lines()
        .filter((line) => line.pid === pid)
        .map(({ partition }) => partition),
    )
  await victim.says('partitions assigned')
  const supply = async (): Promise<void> => {
    for (let slice = 0; slice < slices; slice += 1) {
      await trial.producer.publish(
        Array.from({ length: things * perSlice }, (_, i) => ({
          thing: `thing-${String(i % things)}`,
          n: slice * perSlice + Math.floor(i / things),
          holdMs: 3,
        })),
      )
      // As fast as they are handled, not faster: the kill comes while the supply lasts.
      await waitUntil(
        'most of the supply is handled, or a process is dead',
        () => victim.ended || trial.producer.published.length - witness.endedCount() < 600,
      )
    }
  }
  const supplying = supply()

  // when: it has work in its hands
  await waitUntil(
    'both have handled records',
    () => owned(victim.pid).size > 0 && owned(survivor.pid).size > 0,
  )
  const total = things * perSlice * slices
  await waitUntil(
    'a third is handled, and the victim is inside a record',
    () =>
      witness.endedCount() > total / 3 &&
      witness.lines().findLast(({ pid }) => pid === victim.pid)?.what === 'began',
  )
  const sharedBefore = { victim: owned(victim.pid), survivor: owned(survivor.pid) }
  victim.kill('SIGKILL')
  await supplying
  await witness.untilHandled(trial.producer.published)
  await trial.untilAllCommitted()

  // then
  const lines = witness.lines()
  t.equal(trial.producer.published.length, total, 'all were produced')
  t.same(witness.missing(trial.producer.published), [], 'every record was handled')
  t.equal(
    sharedBefore.victim.size + sharedBefore.survivor.size >= partitions,
    true,
    'they had shared the partitions',
  )
  t.equal(owned(survivor.pid).size, partitions, 'the survivor works on all of them')
  const bySurvivor = lines.filter(({ pid }) => pid === survivor.pid)
  t.same(outOfOrder(bySurvivor, thingOf), [], 'each key in order at the survivor')
  t.same(
    outOfOrder(
      lines.filter(({ pid }) => pid === victim.pid),
      thingOf,
    ),
    [],
    'and at the victim while it lived',
  )
  const victimsLast = lines.findLastIndex(({ pid }) => pid === victim.pid)
  const tookOver = new Set(lines.slice(victimsLast).map(({ partition }) => partition))
  for (const partition of sharedBefore.victim)
    t.ok(tookOver.has(partition), `partition ${String(partition)} went on`)
  t.same(await trial.deadLetters(), [], 'nothing was dead-lettered')
})
