// A node of two processes that is drained gives back what it has in order and stays up without work, over restarts; another node takes over; it goes on when it is resumed; its processes are replaced one by one: nothing is lost or done twice.

import t from 'tap'
import { OperatedNode, skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

const root = new URL('../../', import.meta.url).href
const effects = `export { default } from '${root}test/scenario/effects-actors/effects.ts'\n`

t.test('under a supply that goes on', { skip }, async (t) => {
  // given
  const operated = await OperatedNode.begin(t, 4, { effects })
  const { trial } = operated
  const supply = operated.supply()
  t.teardown(() => supply.stop().catch(() => undefined))
  await operated.effects.untilAtLeast(100)
  const more = async (): Promise<void> =>
    operated.effects.untilAtLeast((await operated.effects.count()) + 100)

  const untilRestarted = async (times: number): Promise<void> => {
    const { life } = operated.node.primary
    const progress = (): number => life.lines(/./).length
    const all = (): boolean => life.lines('all processes were restarted').length === times
    await waitUntil('all processes of the node were restarted', all, { progress })
  }

  // when, then: nobody else is there
  const dry = await operated.steer('drainNode(node: "node-a", dryRun: true)')
  t.equal(dry.outcome, 'DRY_RUN')
  t.match(dry.touches.at(-1), /has no member on another node/)
  t.match(await operated.steer('drainNode(node: "node-z")'), { outcome: 'REFUSED', message: /has reported/ })
  t.match(await operated.steer('resumeNode(node: "node-a")'), {
    outcome: 'REFUSED',
    message: /is not drained/,
  })

  // when: another node is there, and the first is drained
  const other = operated.startNode('node-b', { PROCESSES: '1' })
  await other.says('running')
  await operated.untilHeldBy(3)
  const drained = await operated.steered('drainNode(node: "node-a", reason: "a disk")')
  t.match(drained, { outcome: 'DONE', command: { answers: [{ state: 'DONE' }, { state: 'DONE' }] } })
  const owners = async (): Promise<readonly string[]> => [
    ...new Set((await operated.partitions()).flatMap(({ process }) => process?.nodeName ?? [])),
  ]
  await operated.untilHeldBy(1)
  t.same(await owners(), ['node-b'], 'the other one has all')
  t.match(await operated.ask('{ drains { node by reason } }'), {
    data: { drains: [{ node: 'node-a', by: 'Ada', reason: 'a disk' }] },
  })
  await more()

  // and its processes are started again: they stay without work
  const before = [...operated.node.pids()]
  t.match(await operated.steered('restartNode(node: "node-a", idempotencyKey: "again")'), { outcome: 'DONE' })
  await untilRestarted(1)
  for (const [slot, pid] of before)
    t.not(operated.node.pids().get(slot), pid, `slot ${String(slot)} is another`)
  t.match(await operated.steer('restartNode(node: "node-a", idempotencyKey: "again")'), { outcome: 'DONE' })
  t.same(await owners(), ['node-b'])
  await more()

  // when: it is resumed
  t.match(await operated.steered('resumeNode(node: "node-a")'), { outcome: 'DONE' })
  await operated.untilHeldBy(3)
  await more()

  // and restarted at work, and a node of one process cannot be
  t.match(await operated.steer('restartNode(node: "node-b")'), {
    outcome: 'REFUSED',
    command: { answers: [{ state: 'REFUSED', message: /this one process/ }] },
  })
  const atWork = [...operated.node.pids()]
  t.match(await operated.steered('restartNode(node: "node-a")'), { outcome: 'DONE' })
  await untilRestarted(2)
  for (const [slot, pid] of atWork)
    t.not(operated.node.pids().get(slot), pid, `slot ${String(slot)} is another`)
  await operated.untilHeldBy(3)
  await more()

  // then
  const produced = await supply.stop()
  await trial.untilAllCommitted()
  t.same(await operated.verdict(produced), { lost: [], duplicated: [], reordered: [], unknown: [] })
})
