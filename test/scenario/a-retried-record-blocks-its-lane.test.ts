// A record that is to be tried again blocks its lane, in order: nothing behind it is begun before it has ended, with
// order 'key' nothing of its key; what is in other lanes goes on.

import t from 'tap'
import {
  outOfOrder,
  partitionOf,
  skipWithoutTrialServices,
  thingOf,
  Trial,
  type Happening,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
const partitions = 2
const things = 20

/** Every seventh record fails once or twice, and then succeeds. */
const stumbling = (count: number): readonly Happening[] =>
  Array.from({ length: count }, (_, i) => ({
    thing: `thing-${String(i % things)}`,
    n: Math.floor(i / things),
    failures: i % 7 === 0 ? 1 + (i % 2) : 0,
    holdMs: i % 3,
  }))

for (const { order, laneOf } of [
  { order: 'partition', laneOf: partitionOf },
  { order: 'key', laneOf: thingOf },
]) {
  t.test(`order ${order}`, { skip }, async (t) => {
    // given
    const trial = await Trial.begin(t, { partitions, env: { WITNESS_ORDER: order, BATCH_RECORDS: '30' } })
    const published = await trial.producer.publish(stumbling(200))

    // when
    await trial.start('consumer')
    await trial.witness.untilHandled(published)
    await trial.untilAllCommitted()

    // then
    const lines = trial.witness.lines()
    t.same(outOfOrder(lines, laneOf), [], 'nothing overtook a record that was tried again')
    for (const failures of [0, 1, 2]) {
      const ended = lines.filter(({ what, event }) => what === 'ended' && failuresOf(event) === failures)
      t.ok(
        ended.length > 0 && ended.every(({ attempt }) => attempt === failures + 1),
        `${String(failures)} failed attempts`,
      )
    }
    t.same(await trial.deadLetters(), [], 'nothing was dead-lettered')
  })
}

const failuresOf = (event: unknown): number => (event as { readonly failures: number }).failures
