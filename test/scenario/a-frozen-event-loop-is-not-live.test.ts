// A process whose event loop stands still does not answer /livez in time, and one whose consumer is not polled within
// max.poll.interval says so with 503; both are live again when that is over.

import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { skipWithoutTrialServices, Trial } from '../harness/scenario/index.ts'
import { TelemetryOf } from '../harness/telemetry-of.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const freezer = resolve(import.meta.dirname, '../harness/scenario/event-loop-freezer.ts')
/** As a kubelet waits for a probe. */
const probeTimeoutMs = 1_000

t.test('a frozen event loop, and a consumer that is not polled', { skip }, async (t) => {
  // given
  const trial = await Trial.begin(t, { partitions: 2 })
  const freezeFile = join(trial.folder, 'freeze')
  const noPollFile = join(trial.folder, 'no-poll')
  const consumer = await trial.start('consumer', {
    NODE_OPTIONS: `--import=${freezer}`,
    FREEZE_FILE: freezeFile,
    NO_POLL_FILE: noPollFile,
    KAFKA_MAX_POLL_INTERVAL_MS: '4000',
    DRAIN_TIMEOUT_MS: '2000',
  })
  const asked = await TelemetryOf.of(consumer)
  const isLive = async (): Promise<boolean> => {
    const answer = await asked.live(probeTimeoutMs)
    return answer !== 'silent' && answer.status === 200
  }
  await waitUntil('it is live', isLive)
  await waitUntil('it is ready', async () => (await asked.ready()).status === 200)

  // when, then
  writeFileSync(freezeFile, '')
  await waitUntil('it gives no answer', async () => (await asked.live(probeTimeoutMs)) === 'silent')
  rmSync(freezeFile)
  await waitUntil('it is live again', isLive)

  // when
  writeFileSync(noPollFile, '')
  const answer = await waitUntil('it says that it is not live', async () => {
    const given = await asked.live(probeTimeoutMs)
    return given !== 'silent' && given.status === 503 ? given : undefined
  })
  // then
  t.equal(answer.reasons.length, 1)
  t.match(
    answer.reasons[0],
    new RegExp(`group ${trial.group} was not polled for \\d+ ms.*KAFKA_MAX_POLL_INTERVAL_MS`),
  )
  rmSync(noPollFile)
  await waitUntil('it is live again', isLive)
  const seen = await trial.producer.publish([{ thing: 'after', n: 1 }])
  await trial.witness.untilHandled(seen)
  t.pass('and works on')
})
