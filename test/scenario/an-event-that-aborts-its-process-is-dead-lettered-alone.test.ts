// An event that aborts its process is found, and dead-lettered once with its cause: after a process has died, what it may
// have had in hand is tried in a process without Kafka. Everything else has its effects, once and in order.

import t from 'tap'
import { LastingNode, PoisonTrial, skipWithoutTrialServices } from '../harness/scenario/index.ts'

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
