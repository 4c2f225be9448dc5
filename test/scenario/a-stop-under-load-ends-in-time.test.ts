// A stop under load ends after the drain time-out at the latest, with exit code 0, whatever handlers do; and the next
// start handles nothing again that was committed.

import t from 'tap'
import {
  passedUnhandled,
  skipWithoutTrialServices,
  Trial,
  type WitnessLine,
} from '../harness/scenario/index.ts'
import type { TroupeProcess } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 4

/** Sends SIGTERM; how its drains ended. */
const stopped = async (consumer: TroupeProcess): Promise<readonly unknown[]> => {
  await consumer.stop('SIGTERM')
  return consumer.lines('partitions revoked').map(({ drainedInTime }) => drainedInTime)
}

/** Of the lines of these processes: records begun below what was committed before. */
const handledAgain = (
  lines: readonly WitnessLine[],
  pid: number,
  committed: readonly (number | undefined)[],
): readonly WitnessLine[] =>
  lines.filter((line) => line.pid === pid && line.offset < (committed[line.partition] ?? 0))

for (const { order, count } of [
  { order: 'partition', count: 1_600 },
  { order: 'key', count: 12_000 },
]) {
  t.test(`handlers that end in time, order ${order}`, { skip }, async (t) => {
    // given: a backlog that outlasts all stops
    const drainTimeoutMs = 60_000
    const trial = await Trial.begin(t, {
      partitions,
      env: { WITNESS_ORDER: order, BATCH_RECORDS: '100', DRAIN_TIMEOUT_MS: String(drainTimeoutMs) },
    })
    const { witness } = trial
    const watch = trial.watchCommits()
    const published = await trial.producer.publish(
      Array.from({ length: count }, (_, n) => ({ thing: `thing-${String(n % 100)}`, n, holdMs: n % 20 })),
    )

    for (let stop = 1; stop <= 3; stop += 1) {
      // when
      const before = await trial.committed()
      const consumer = await trial.start(`consumer-${String(stop)}`)
      const goal = witness.endedCount() + count / 8
      await waitUntil(
        'an eighth more is handled, and records are in hand',
        () => witness.endedCount() > goal && witness.lines().at(-1)?.what === 'began',
      )
      const drainedInTime = await stopped(consumer)

      // then
      t.equal(consumer.exitCode, 0, `stop ${String(stop)}: exit code`)
      t.same(drainedInTime, [true], 'within the drain time-out')
      t.ok(witness.endedCount() < count, 'in the middle of the load')
      t.same(handledAgain(witness.lines(), consumer.pid, before), [], 'nothing committed was handled again')
    }

    // when
    const before = await trial.committed()
    const last = await trial.start('last')
    await witness.untilHandled(published)
    await trial.untilAllCommitted()

    // then
    t.same(handledAgain(witness.lines(), last.pid, before), [], 'nothing committed was handled again')
    // With lanes, one that is ahead of the others has handled records beyond the frontier.
    if (order === 'partition') t.equal(witness.lines().length, 2 * count, 'nor anything else')
    t.same(passedUnhandled(await watch.stop(), published, witness), [], 'nothing was committed unhandled')
  })
}

t.test('handlers that do not end', { skip }, async (t) => {
  // given: a record that waits at a gate in every partition, with others done before it
  const drainTimeoutMs = 1_000
  const trial = await Trial.begin(t, { partitions, env: { DRAIN_TIMEOUT_MS: String(drainTimeoutMs) } })
  const { witness } = trial
  const consumer = await trial.start('stuck')
  const before = await trial.producer.publish(
    trial.partitions.map(({ partition }) => ({ thing: `before-${String(partition)}`, n: 0, partition })),
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
  await waitUntil('each is in a handler', () => witness.lines().length === 2 * before.length + held.length)

  // when
  const drainedInTime = await stopped(consumer)

  // then
  t.equal(consumer.exitCode, 0, 'exit code')
  t.same(drainedInTime, [false], 'what did not end was not waited for')
  t.same(
    await trial.committed(),
    before.map(({ offset }) => offset + 1),
    'what had not ended was not committed',
  )

  // when
  witness.openGate('held')
  const next = await trial.start('next')
  await witness.untilHandled(held)

  // then
  t.same(
    handledAgain(
      witness.lines(),
      next.pid,
      before.map(({ offset }) => offset + 1),
    ),
    [],
    'nothing committed again',
  )
})
