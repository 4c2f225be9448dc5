// Relays are killed and frozen past their leases while events are written: every event of the outbox reaches its topic,
// those of each key in their order; an event that is sent twice has the same id both times.

import t from 'tap'
import { outboxSlices } from '../../runtime/delivery/outbox.ts'
import { parsePrometheus, sumOf } from '../harness/prometheus-text.ts'
import { skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { OutboxTrial } from '../harness/scenario/outbox-trial.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const freezes = 3

t.test('SIGKILL, and SIGSTOP past the lease, under supply', { skip }, async (t) => {
  // given: two relays with slices of their own, and writers that go on
  const world = await OutboxTrial.begin(t)
  const first = await world.relay('first')
  const second = await world.relay('second')
  await world.untilShared(2)
  const supplying = world.supply()
  await world.untilSent(2_000)

  // when: one is killed, and another one takes its place
  first.kill('SIGKILL')
  await world.untilHolders('the slices of the dead are taken over', (holders) => holders.size === 1)
  const third = await world.relay('third')
  await world.untilShared(2)

  // when: each in turn is frozen, until all of its slices are the other's and are being sent
  for (let freeze = 0; freeze < freezes; freeze += 1) {
    const frozen = freeze % 2 === 0 ? second : third
    await world.untilSent(world.sent + 1_000)
    frozen.kill('SIGSTOP')
    await world.untilHolders('the slices of the frozen are taken over', (holders) => holders.size === 1)
    await world.untilSent(world.sent + 1_000)
    frozen.kill('SIGCONT')
    await world.untilShared(2)
  }
  world.endSupply()
  await supplying
  await waitUntil('the outbox is empty', async () => (await world.left()) === 0)

  // then: relays say so, each of its slices
  t.equal((await world.ask(second, '/readyz')).status, 200)
  const series = await waitUntil('no relay has a backlog any more', async () => {
    const told = await Promise.all([second, third].map((relay) => world.ask(relay, '/metrics')))
    const series = told.flatMap(({ text }) => parsePrometheus(text))
    return sumOf(series, 'troupe_outbox_backlog_records') === 0 ? series : undefined
  })
  t.equal(sumOf(series, 'troupe_outbox_slices'), outboxSlices)
  t.ok((sumOf(series, 'troupe_outbox_records_total', { outcome: 'sent' }) ?? 0) > 0)
  t.equal(sumOf(series, 'troupe_outbox_age_seconds'), 0)
  await Promise.all([second.stop(), third.stop()])

  // then
  const topic = await world.onTopic()
  t.same([second.exitCode, third.exitCode], [0, 0], 'both end as asked')
  t.same(await world.leases(), [], 'and leave no lease behind')
  t.ok(world.written.size > 10_000, `${String(world.written.size)} events were written`)
  t.same(topic.lost, [], 'none is lost')
  t.same(topic.strange, [], 'nothing else is on the topic')
  t.same(topic.outOfOrder, [], 'those of each key came in order')
  t.same(await world.parked(), [], 'none was put aside')
  t.comment(`sent again with the same id: ${String(topic.again)} of ${String(world.written.size)}`)
})
