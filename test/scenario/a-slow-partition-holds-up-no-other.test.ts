// A partition whose handler is slow holds up no other: they go on to the end of their logs with a single worker
// thread, while far more than its credit waits in the slow one. Nothing is paused for it, and nothing fetched twice.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { skipWithoutTrialServices, Trial } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 4
const perPartition = 1_500
const creditRecords = 100
const slow = 2

t.test('one handler that waits at a gate', { skip }, async (t) => {
  // given: a consumer that has begun with a record of one partition, and does not end
  const trial = await Trial.begin(t, { partitions })
  const { witness, producer } = trial
  const pausesFile = join(trial.folder, 'pauses')
  const [held] = await producer.publish([{ thing: 'slow', n: 0, gate: 'slow', partition: slow }])
  const consumer = await trial.start('consumer', {
    WORKER_THREADS: '1',
    BATCH_RECORDS: '50',
    CREDIT_RECORDS: String(creditRecords),
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '../harness/scenario/pause-counter.ts')).href}`,
    PAUSES_FILE: pausesFile,
  })
  await waitUntil('the slow one has begun', () => witness.lines().length === 1)

  // when: much more comes for all of them
  const rest = await producer.publish(
    Array.from({ length: perPartition * partitions }, (_, i) => ({
      thing: `thing-${String(i % partitions)}`,
      n: Math.floor(i / partitions),
      partition: i % partitions,
    })),
  )
  const others = rest.filter(({ partition }) => partition !== slow)
  await witness.untilHandled(others)
  await waitUntil('the others are committed to their ends', async () =>
    (await trial.committed()).every((offset, partition) => partition === slow || offset === perPartition),
  )

  // then
  const ofSlow = witness.lines().filter(({ partition }) => partition === slow)
  t.same(
    ofSlow.map(({ what, offset }) => ({ what, offset })),
    [{ what: 'began', offset: held?.offset }],
    'the slow one waits meanwhile',
  )

  // when
  witness.openGate('slow')
  await witness.untilHandled(rest)
  await trial.untilAllCommitted()
  await consumer.stop()

  // then
  const calls = readFileSync(pausesFile, 'utf8').trim().split('\n')
  t.same(calls, ['counting'], 'pause count 0, and nothing was moved to be fetched again')
  t.equal(witness.lines().length, 2 * producer.published.length, 'each record was handled once')
  t.equal(consumer.exitCode, 0)
})
