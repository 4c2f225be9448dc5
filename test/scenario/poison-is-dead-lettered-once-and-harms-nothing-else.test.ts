// Poison is dead-lettered once, with its cause, and harms nothing else: of the events one in a hundred cannot be decoded,
// names a schema nobody has, makes the handler throw, is refused, never ends, holds its thread, ends its thread or uses up
// its heap. What nobody declared is told as an unhandled exception too, once. Those in between have their effects, in order
// per key, and a thread that ends takes no partition back with it. It has its attempts in all, also where its process is
// stopped between them.

import t from 'tap'
import { frame } from '../../runtime/serde/index.ts'
import {
  EffectsTrial,
  PoisonTrial,
  sizeOf,
  skipWithoutTrialServices,
  tried,
  type Poison,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
const unknownId = 987_654
const headerBytes = 5
const timeLimitMs = 1_000

const poisons: readonly Poison[] = [
  {
    what: 'cut off',
    isUnhandled: false,
    made: { damage: (value) => value.subarray(0, value.length - 1) },
    says: {
      'dlq-outcome': /^undecodable$/,
      'dlq-attempts': /^0$/,
      'dlq-error-class': /^RECORD_UNDECODABLE$/,
    },
  },
  {
    what: 'unknown schema id',
    isUnhandled: false,
    made: { damage: (value) => frame(unknownId, value.subarray(headerBytes)) },
    says: {
      'dlq-outcome': /^undecodable$/,
      'dlq-attempts': /^0$/,
      'dlq-error-message': new RegExp(String(unknownId)),
    },
  },
  {
    what: 'throws',
    isUnhandled: true,
    made: { failures: 99 },
    says: {
      'dlq-outcome': /^exhausted$/,
      'dlq-attempts': /^3$/,
      'dlq-error-message': /failed as it was told to/,
    },
  },
  {
    what: 'refused',
    isUnhandled: false,
    made: { gate: 'refused' },
    says: { 'dlq-outcome': /^rejected$/, 'dlq-error-message': /refused as it was told to/ },
  },
  {
    what: 'never ends',
    isUnhandled: true,
    made: { gate: 'hangs' },
    says: {
      'dlq-outcome': /^exhausted$/,
      'dlq-attempts': /^3$/,
      'dlq-error-class': /^TIME_LIMIT$/,
      'dlq-error-message': /did not end within/,
    },
  },
  {
    what: 'holds its thread',
    isUnhandled: true,
    made: { gate: 'spins' },
    says: {
      'dlq-outcome': /^exhausted$/,
      'dlq-attempts': /^2$/,
      'dlq-error-class': /^TIME_LIMIT$/,
      'dlq-error-message': /held its thread/,
    },
  },
  {
    what: 'ends its thread',
    isUnhandled: true,
    made: { gate: 'exits' },
    says: {
      'dlq-outcome': /^exhausted$/,
      'dlq-attempts': /^2$/,
      'dlq-error-class': /^WORKER_LOST$/,
      'dlq-error-message': /exited with code: 7/,
    },
  },
  {
    what: 'uses up its heap',
    isUnhandled: true,
    made: { gate: 'hoards' },
    says: {
      'dlq-outcome': /^exhausted$/,
      'dlq-attempts': /^2$/,
      // Where it takes longer than the time limit to fill the heap, the thread is ended for being held.
      'dlq-error-class': /^(WORKER_OUT_OF_MEMORY|TIME_LIMIT)$/,
    },
  },
]

t.test('one in a hundred, of all kinds in turn', { skip }, async (t) => {
  // given
  const trial = await PoisonTrial.begin(t, {
    poisons,
    share: 0.01,
    events: sizeOf('poisonedEvents'),
    env: {
      TRIAL_TIME_LIMIT_MS: String(timeLimitMs),
      WORKER_HEAP_MB: '64',
      // Also where a slow machine lets batches grow.
      KEPT_BATCH_BYTES: String(2 ** 24),
    },
  })

  // when
  await trial.untilProduced()

  // then
  const { wentBy } = await trial.assertHarmless(t, 60_000)
  t.ok(wentBy > 0, 'events behind poison had their effects before it was given up')
  const told = (what: RegExp): number =>
    trial.trial.consumers.flatMap((consumer) => consumer.lines(what)).length
  t.ok(told(/^a worker thread died/) > 0, 'threads ended')
  t.equal(
    told(/fetched again from its frontier/),
    0,
    'and took with them what they had in hand, no partition',
  )
})

t.test('its process is stopped between its attempts', { skip }, async (t) => {
  // given a process that has handled everything
  const trial = await EffectsTrial.begin(t, {
    consumers: 1,
    env: { ACTORS_DIR: 'test/scenario/obedient-actors', TRIAL_RETRY_DELAY_MS: '3000' },
  })
  const [consumer] = trial.consumers as [EffectsTrial['consumers'][number]]
  const deaths = (): number => consumer.lines(/^a worker thread died/).length
  await trial.supply.stop()
  await trial.trial.untilAllCommitted()

  // when an event ends its thread, and the process is stopped and started before its next attempt
  await trial.trial.producer.publish([{ thing: 'poison', n: 0, gate: 'exits' }])
  await trial.until('a thread died', () => deaths() > 0)
  const stopped = await consumer.stop()
  consumer.start()
  await consumer.untilRunning()
  await trial.until('it is given up', async () => (await trial.trial.deadLetters()).length > 0)

  // then
  const [letter, ...others] = await trial.trial.deadLetters()
  const header = (name: string): string => String(letter?.headers?.find((given) => name in given)?.[name])
  t.same(others, [], 'dead-lettered once')
  t.match([header('dlq-error-class'), header('dlq-attempts')], ['WORKER_LOST', '2'])
  t.equal(stopped.exitCode, 0, 'it was stopped in order')
  t.equal(deaths(), 2, 'as many threads died of it as without a stop')
  tried(t, 'a stop between two attempts of an event that ends its thread', 1)
})
