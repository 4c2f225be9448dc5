// Nothing is committed before it is handled: at no time does a committed offset pass a record that has not ended,
// though many end out of order, some are tried again, and members join and leave meanwhile.

import t from 'tap'
import { Random } from '../../demo/random.ts'
import {
  passedUnhandled,
  skipWithoutTrialServices,
  Trial,
  wentBack,
  type Happening,
} from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 4
const seed = Date.now()

/** Some take long and some fail at first, so that later records of a partition end before earlier ones. */
const unevenWork = (count: number): readonly Happening[] => {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => ({
    thing: `thing-${String(random.below(200))}`,
    n: i,
    holdMs: random.chance(0.05) ? random.below(400) : random.below(15),
    failures: random.chance(0.01) ? 1 : 0,
  }))
}

for (const order of ['partition', 'key', 'none'] as const) {
  t.test(`order ${order}`, { skip }, async (t) => {
    // given
    t.comment(`seed ${String(seed)}`)
    const env = { WITNESS_ORDER: order, BATCH_RECORDS: '40', COMMIT_INTERVAL_MS: '10' }
    const trial = await Trial.begin(t, { partitions, env })
    const first = await trial.start('first', { WORKER_THREADS: '1' })
    const watch = trial.watchCommits()

    // when
    const count = order === 'partition' ? 800 : 3_000
    const published = await trial.producer.publish(unevenWork(count))
    await waitUntil('a quarter is handled', () => trial.witness.endedCount() > count / 4)
    const second = await trial.start('second', { WORKER_THREADS: '1' })
    await second.says('partitions assigned')
    await waitUntil('half is handled', () => trial.witness.endedCount() > count / 2)
    await first.stop()
    await trial.witness.untilHandled(published)
    await trial.untilAllCommitted()
    const samples = await watch.stop()

    // then
    t.same(
      passedUnhandled(samples, published, trial.witness),
      [],
      'no sample had passed an unfinished record',
    )
    t.same(wentBack(samples), [], 'no committed offset went back')
    const distinct = new Set(samples.map(({ committed }) => committed.join())).size
    t.ok(distinct > 3, `and commits were seen all along: ${String(distinct)} different ones`)
  })
}
