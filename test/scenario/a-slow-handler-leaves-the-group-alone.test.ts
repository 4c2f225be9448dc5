// A slow handler leaves the group alone: records that are handled for longer than max.poll.interval, one that waits and one
// that holds its thread, cause no rebalance, and others are handled meanwhile.

import t from 'tap'
import {
  assertEffectsOnce,
  EffectsTrial,
  lengthMs,
  sizeOf,
  skipWithoutTrialServices,
  tried,
} from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const maxPollIntervalMs = 10_000
const holdMs = 12_500
const everyNth = 12_000
const firstAt = 1_000

t.test('handlers that wait, and that hold their thread', { skip }, async (t) => {
  // given: now and then two events in a row that take longer than the poll interval
  const times = sizeOf('slowHandlers')
  const isSlow = (nth: number): boolean => nth < firstAt + times * everyNth && nth % everyNth === firstAt
  const trial = await EffectsTrial.begin(t, {
    env: {
      ACTORS_DIR: 'test/scenario/obedient-actors',
      KAFKA_MAX_POLL_INTERVAL_MS: String(maxPollIntervalMs),
      // A drain is not to be waited for longer than the interval either.
      DRAIN_TIMEOUT_MS: '5000',
    },
    supply: {
      more: (nth) => {
        if (isSlow(nth)) return { holdMs }
        return isSlow(nth - 1) ? { holdMs, gate: 'thread' } : {}
      },
    },
  })
  const changes = (): number =>
    trial.consumers.flatMap((consumer) => consumer.lines(/^partitions (assigned|revoked|lost)/)).length
  const before = changes()

  for (let time = 0; time < times; time += 1) {
    // when
    const nth = firstAt + time * everyNth
    await waitUntil('they were produced', () => trial.supply.produced.length > nth + 2)
    const since = await trial.effects.count()
    await trial.until(
      'both have ended',
      async () => (await trial.effects.countOf(trial.supply.produced.slice(nth, nth + 2))) === 2,
    )

    // then
    t.ok((await trial.effects.count()) - since > 100, 'others were handled meanwhile')
    t.equal(changes(), before, 'no partition was assigned, revoked or lost')
  }
  const conclusion = await trial.conclude()

  // then
  assertEffectsOnce(t, conclusion)
  t.ok(lengthMs(conclusion.waits[0]!) > maxPollIntervalMs, 'and they were slow')
  tried(t, 'a handler that waits, and one that holds its thread, past max.poll.interval: each', times)
})
