// A partition whose workers keep ending for no reason that can be found stands still and says why, holds up no other, and
// goes on when it is told to.

import t from 'tap'
import { WorkerLost } from '../../../runtime/pool/index.ts'
import { memoryProgressStore } from '../../../runtime/store/index.ts'
import { actorNamed, groupInMemory, settled, type InMemoryGroup } from '../../harness/group-in-memory.ts'

let threads = 0
const unexplained = (): WorkerLost =>
  new WorkerLost('the thread died', {
    kind: 'worker-lost',
    reason: 'the worker thread ended: exited with code 1',
    thread: (threads += 1),
    suspects: [],
    suspectsInAll: 0,
  })

const unitOf = (group: InMemoryGroup, partition: number) =>
  group.run.status(0).assignments.find((at) => at.partition === partition)?.units[0]

/** The workers of partition 0 end whenever they have something of it. */
const dieUntilQuarantined = async (group: InMemoryGroup): Promise<number> => {
  for (let deaths = 0; deaths < 100; deaths += 1) {
    if (unitOf(group, 0)?.quarantine) return deaths
    const job = group.workers.jobs.find(({ task }) => task.kind === 'handle' && task.unit.partition === 0)
    await job?.dies(unexplained())
    await settled()
    await group.waits.passAll()
  }
  throw new Error('it was never quarantined')
}

for (const effects of ['none', 'postgres'] as const) {
  t.test(`effects ${effects}`, async (t) => {
    // given
    const rows = effects === 'postgres' ? { store: memoryProgressStore() } : undefined
    const group = await groupInMemory([actorNamed('a', 'partition', 1, effects)], {}, rows)
    group.member.append(0, 3)
    group.member.append(1, 3)
    await group.assign(0, 1)

    // when
    const deaths = await dieUntilQuarantined(group)

    // then
    t.ok(deaths > 10, `after ${String(deaths)} deaths`)
    t.match(unitOf(group, 0), { quarantine: /exited with code 1.*restart budget.*resume the partition/ })
    for (const job of group.workers.jobs) await job.done()
    t.equal(group.frontier(1), 3, 'the other partition goes on')
    t.equal(group.frontier(0), 0)
    t.same(group.workers.jobs, [], 'nothing of it is dispatched')

    // when
    t.notOk(group.run.resume({ group: 'shop', actor: 'a', topic: 'orders', partition: 1 }), 'it is in none')
    t.ok(group.run.resume({ group: 'shop', actor: 'a', topic: 'orders', partition: 0 }))
    await settled()
    await group.waits.passAll()
    for (const job of group.workers.jobs) await job.done()

    // then
    t.equal(unitOf(group, 0)?.quarantine, null)
    t.equal(group.frontier(0), 3)
    t.same(group.fatal, [])
    await group.run.stop()
  })
}
