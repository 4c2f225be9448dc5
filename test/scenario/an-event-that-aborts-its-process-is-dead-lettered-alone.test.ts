// An event that aborts its process is found, and dead-lettered once with its cause: after a process has died, what it may
// have had in hand is tried in a process without Kafka, and so is what was parked. Everything else has its effects, once
// and in order.

import t from 'tap'
import {
  EffectsTrial,
  LastingNode,
  PoisonTrial,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'

const skip = await skipWithoutTrialServices()
const aborting = 3

t.test('SIGABRT in a node of two processes', { skip }, async (t) => {
  // given
  const trial = await PoisonTrial.begin(t, {
    poisons: [
      {
        what: 'aborts its process',
        isUnhandled: true,
        made: { gate: 'aborts' },
        says: {
          'dlq-outcome': /^exhausted$/,
          'dlq-attempts': /^1$/,
          'dlq-error-class': /^PROCESS_ABORTED$/,
          'dlq-error-message': /ended that process with SIGABRT/,
        },
      },
    ],
    share: 0.001,
    most: aborting,
    events: 5_000,
    consumers: 1,
    env: { PROCESSES: '2', PROCESS_RESTARTS: '100' },
  })
  const node = new LastingNode(trial.trial.consumers[0]!)
  t.teardown(() => node.end())

  // when
  await trial.untilProduced()

  // then
  await trial.assertHarmless(t, 60_000)
  const died = node.primary.life.lines(/SIGABRT/)
  t.comment(`${String(died.length)} lines tell of an abort`)
  t.ok(died.length > 0, 'processes died of it')
})

t.test('SIGABRT by a parked record, where its partition has nothing else left', { skip }, async (t) => {
  // given a node that has handled everything
  const trial = await EffectsTrial.begin(t, {
    consumers: 1,
    env: {
      ACTORS_DIR: 'test/scenario/obedient-actors',
      TRIAL_RETRY_MODE: 'park',
      PROCESSES: '2',
      PROCESS_RESTARTS: '100',
    },
  })
  const node = new LastingNode(trial.consumers[0]!)
  t.teardown(() => node.end())
  await trial.supply.stop()
  await trial.trial.untilAllCommitted()

  // when an event fails, is parked, and ends its process whenever it is tried again
  const [place] = await trial.trial.producer.publish([
    { thing: 'parked', n: 0, gate: 'aborts when parked', failures: 1 },
  ])
  await trial.trial.untilCommitted([place!])
  await trial.until('it is given up', async () => (await trial.trial.deadLetters()).length > 0)

  // then
  const [letter, ...others] = await trial.trial.deadLetters()
  const header = (name: string): string => String(letter?.headers?.find((given) => name in given)?.[name])
  t.same(others, [], 'dead-lettered once')
  t.match([header('dlq-error-class'), header('dlq-attempts')], ['PROCESS_ABORTED', '2'])
  const deaths = node.primary.life.lines(/^process ended$/).filter(({ by }) => by === 'SIGABRT')
  t.equal(deaths.length, 1, 'one process died of it')
  tried(t, 'a parked event that aborts its process', 1)
})
