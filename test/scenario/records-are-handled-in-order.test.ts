// Records are handled in order: those of a partition with order 'partition', those of a key with order 'key', where
// the others of its partition go on beside it.

import t from 'tap'
import { Random } from '../../demo/random.ts'
import {
  outOfOrder,
  partitionOf,
  skipWithoutTrialServices,
  thingOf,
  Trial,
  type Happening,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
const partitions = 4
const seed = Date.now()

/** `each` events of every thing, interleaved: no thing's events are neighbours in the log. */
const interleaved = (things: number, each: number, holdUpToMs: number): readonly Happening[] => {
  const random = new Random(seed)
  return Array.from({ length: things * each }, (_, i) => ({
    thing: `thing-${String(i % things)}`,
    n: Math.floor(i / things),
    holdMs: random.below(holdUpToMs + 1),
  }))
}

t.test('order per partition', { skip }, async (t) => {
  // given
  t.comment(`seed ${String(seed)}`)
  const trial = await Trial.begin(t, { partitions, env: { WITNESS_ORDER: 'partition', BATCH_RECORDS: '50' } })
  await trial.start('consumer')

  // when
  const published = await trial.producer.publish(interleaved(24, 50, 4))
  await trial.witness.untilHandled(published)

  // then
  const lines = trial.witness.lines()
  t.same(outOfOrder(lines, partitionOf), [], 'one after the other, in the order of the log')
  t.equal(lines.length, 2 * published.length, 'each record once')
  t.equal(new Set(lines.map(({ partition }) => partition)).size, partitions, 'in all partitions')
})

t.test('order per key', { skip }, async (t) => {
  // given
  const trial = await Trial.begin(t, { partitions, env: { WITNESS_ORDER: 'key', BATCH_RECORDS: '200' } })
  await trial.start('consumer')

  // when
  const published = await trial.producer.publish(interleaved(40, 50, 20))
  await trial.witness.untilHandled(published)

  // then
  const lines = trial.witness.lines()
  t.same(outOfOrder(lines, thingOf), [], 'a key’s records one after the other, in the order of the log')
  t.equal(lines.length, 2 * published.length, 'each record once')
  t.not(outOfOrder(lines, partitionOf).length, 0, 'keys of one partition side by side')
})
