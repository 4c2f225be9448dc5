// Two processes share the partitions; one is killed in the middle of its work; the other takes over, and every record
// is handled, those of each key in order.

import t from 'tap'
import {
  outOfOrder,
  skipWithoutTrialServices,
  thingOf,
  Trial,
  type WitnessLine,
} from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 6
const things = 60
const perSlice = 5
const perSliceOfAll = things * perSlice
/** So many before the victim's last one at least, and after it. */
const slicesEach = 20
const mostBehind = 6 * perSliceOfAll
/** Records with this gate wait at it; it is open for the survivor only: the victim dies with them in its hands. */
const gate = 'survivor'

t.test('SIGKILL under load', { skip }, async (t) => {
  // given: two processes with partitions of their own, and a supply that goes on
  const trial = await Trial.begin(t, { partitions, env: { WITNESS_ORDER: 'key', BATCH_RECORDS: '50' } })
  const { witness } = trial
  const { published } = trial.producer
  const survivor = await trial.start('survivor')
  const victim = await trial.start('victim')
  witness.openGate(gate, survivor.pid)
  const linesOf = (pid: number): readonly WitnessLine[] => witness.lines().filter((line) => line.pid === pid)
  const partitionsOf = (pid: number): ReadonlySet<number> =>
    new Set(linesOf(pid).map(({ partition }) => partition))
  let slice = 0
  const supply = async (gateOfSlice = ''): Promise<void> => {
    const first = slice * perSlice
    slice += 1
    await trial.producer.publish(
      Array.from({ length: perSliceOfAll }, (_, i) => ({
        thing: `thing-${String(i % things)}`,
        n: first + Math.floor(i / things),
        holdMs: 3,
        gate: gateOfSlice,
      })),
    )
    await waitUntil(
      'most of the supply is handled, or the victim is dead',
      () => victim.ended || published.length - witness.endedCount() < mostBehind,
      { progress: () => witness.endedCount() },
    )
  }
  // "running" comes before a process has partitions: whoever goes on from there may find everything handled.
  while (slice < slicesEach || linesOf(victim.pid).length === 0) await supply()

  // when
  await supply(gate)
  const supplying = (async (): Promise<void> => {
    for (let i = 0; i < slicesEach; i += 1) await supply()
  })()
  await waitUntil('the victim is inside records', () => linesOf(victim.pid).some(isGated), {
    progress: () => witness.endedCount(),
  })
  const victims = partitionsOf(victim.pid)
  const survivors = partitionsOf(survivor.pid)
  victim.kill('SIGKILL')
  await supplying
  await witness.untilHandled(published)
  await trial.untilAllCommitted()

  // then
  t.ok(victims.size > 0 && survivors.size > 0, 'both had partitions')
  t.equal(partitionsOf(survivor.pid).size, partitions, 'the survivor works on all of them')
  t.equal(published.length, slice * perSliceOfAll, 'all were produced')
  t.same(witness.missing(published), [], 'every record was handled')
  t.same(outOfOrder(linesOf(survivor.pid), thingOf), [], 'each key in order by the survivor')
  t.same(outOfOrder(linesOf(victim.pid), thingOf), [], 'and by the victim while it lived')
  t.same(await trial.deadLetters(), [], 'nothing was dead-lettered')
})

const isGated = ({ event }: WitnessLine): boolean => (event as { readonly gate: string }).gate !== ''
