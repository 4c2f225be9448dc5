// A revoked partition commits nothing late: a handler that ends after the drain budget, when its partition belongs to
// another process already, changes no committed offset; the new owner handles the record and commits it.

import t from 'tap'
import { passedUnhandled, skipWithoutTrialServices, Trial, wentBack } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 4
const drainTimeoutMs = 500

t.test('the old owner ends after it was revoked', { skip }, async (t) => {
  // given: the first process is inside a record of every partition, and others wait behind it
  const trial = await Trial.begin(t, {
    partitions,
    env: { DRAIN_TIMEOUT_MS: String(drainTimeoutMs), BATCH_RECORDS: '5' },
  })
  const { witness } = trial
  const old = await trial.start('old')
  const before = await trial.producer.publish(
    trial.partitions.map(({ partition }) => ({ thing: 'before', n: partition, partition })),
  )
  await trial.untilAllCommitted()
  const held = await trial.producer.publish(
    trial.partitions.map(({ partition }) => ({
      thing: `held-${String(partition)}`,
      n: 0,
      gate: 'held',
      partition,
    })),
  )
  const behind = await trial.producer.publish(
    trial.partitions.flatMap(({ partition }) =>
      Array.from({ length: 20 }, (_, n) => ({ thing: `behind-${String(partition)}`, n, partition })),
    ),
  )
  const begun = (pid: number): ReadonlySet<number> =>
    new Set(
      witness
        .lines()
        .filter((line) => line.pid === pid && line.what === 'began' && held.some((at) => isAt(line, at)))
        .map(({ partition }) => partition),
    )
  await waitUntil(
    'the old owner is inside a record of every partition',
    () => begun(old.pid).size === partitions,
  )
  const watch = trial.watchCommits()

  // when: a second process takes half of them, and is inside the same records; only then the old owner's handlers end
  const next = await trial.start('next')
  await waitUntil(
    'the new owner is inside the records it took over',
    () => begun(next.pid).size === partitions / 2,
  )
  const moved = begun(next.pid)
  const [revoked] = old.lines('partitions revoked')
  witness.openGate('held', old.pid)
  await waitUntil('the old owner has ended them all', () =>
    held.every((at) =>
      witness.lines().some((line) => line.pid === old.pid && line.what === 'ended' && isAt(line, at)),
    ),
  )
  await waitUntil('the old owner has committed what it kept', async () =>
    (await trial.committed()).every((offset, partition) => moved.has(partition) || offset === 22),
  )

  // then
  const late = await trial.committed()
  t.equal(revoked?.['drainedInTime'], false, 'the drain budget was over when the partitions were given back')
  for (const { partition, offset } of before.filter((at) => moved.has(at.partition))) {
    t.equal(
      late[partition],
      offset + 1,
      `partition ${String(partition)} stands where it stood when it was revoked`,
    )
  }

  // when: the new owner's handlers may end too
  witness.openGate('held')
  await witness.untilHandled([...held, ...behind])
  await trial.untilAllCommitted()

  // then
  const samples = await watch.stop()
  const byNext = witness.lines().filter(({ pid }) => pid === next.pid)
  t.same(
    moved,
    new Set(byNext.filter(({ what }) => what === 'ended').map(({ partition }) => partition)),
    'the new owner handled what it took over',
  )
  t.same(wentBack(samples), [], 'no committed offset went back')
  t.same(passedUnhandled(samples, trial.producer.published, witness), [], 'nor passed an unfinished record')
})

const isAt = (a: Place, b: Place): boolean => a.partition === b.partition && a.offset === b.offset

interface Place {
  readonly partition: number
  readonly offset: number
}
