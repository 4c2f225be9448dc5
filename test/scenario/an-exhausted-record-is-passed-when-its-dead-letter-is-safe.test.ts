// A record whose attempts are exhausted is dead-lettered, and passed only when the broker has acknowledged the dead
// letter: while the dead-letter topic refuses it, its offset is not committed, and what is behind its batch is not begun.

import t from 'tap'
import { alterTopic, passedUnhandled, skipWithoutTrialServices, Trial } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const partitions = 2
const each = 30
const exhaustedAt = 10
const batchRecords = 5

t.test('a dead-letter topic that refuses', { skip }, async (t) => {
  // given: a dead-letter topic that takes no record, and a record that fails whenever it is tried
  const trial = await Trial.begin(t, {
    partitions,
    env: { BATCH_RECORDS: String(batchRecords) },
    deadLetterConfig: { 'max.message.bytes': '1' },
  })
  const { witness, producer } = trial
  const watch = trial.watchCommits()
  const published = await producer.publish(
    Array.from({ length: partitions * each }, (_, i) => {
      const [partition, n] = [i % partitions, Math.floor(i / partitions)]
      const failures = partition === 0 && n === exhaustedAt ? 99 : 0
      return { thing: `thing-${String(partition)}`, n, partition, failures }
    }),
  )
  const isExhausted = ({ partition, offset }: { partition: number; offset: number }): boolean =>
    partition === 0 && offset === exhaustedAt

  // when
  const consumer = await trial.start('consumer')
  await consumer.says(/could not be produced/)
  await waitUntil('the other partition is at its end', async () => (await trial.committed())[1] === each)

  // then
  const failed = witness.lines().filter(({ what }) => what === 'failed')
  t.same(
    failed.map(({ attempt }) => attempt),
    [1, 2, 3],
    'its attempts are used up',
  )
  t.ok(((await trial.committed())[0] ?? 0) <= exhaustedAt, 'its offset is not committed')
  t.notOk(
    witness.lines().some(({ partition, offset }) => partition === 0 && offset >= exhaustedAt + batchRecords),
    'nothing behind its batch is begun',
  )

  // when: the topic takes it
  await alterTopic(trial.brokers, trial.deadLetterTopic, { 'max.message.bytes': '1000000' })
  const rest = published.filter((place) => !isExhausted(place))
  await witness.untilHandled(rest)
  await trial.untilAllCommitted()

  // then
  const [deadLetter, ...others] = await trial.deadLetters()
  const header = (name: string): string => String(deadLetter?.headers?.find((given) => name in given)?.[name])
  t.same(others, [], 'one dead letter')
  t.same(
    ['dlq-partition', 'dlq-offset', 'dlq-outcome', 'dlq-attempts'].map(header),
    ['0', String(exhaustedAt), 'exhausted', '3'],
    'of that record',
  )
  t.same(
    (await trial.unhandledExceptions()).map(({ headers }) => headers),
    [deadLetter?.headers],
    'told once as an unhandled exception, however often the other topic refused it',
  )
  t.match(header('dlq-error-message'), /failed as it was told to/, 'with its cause')
  t.same(passedUnhandled(await watch.stop(), rest, witness), [], 'nothing was passed unhandled')
})
