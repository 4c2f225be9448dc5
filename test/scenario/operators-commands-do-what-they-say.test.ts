// Each command of operators does what it says on a node of two processes, is acknowledged by both, and is in the audit log.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isTooLate, OperatedNode, skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

const root = new URL('../../', import.meta.url).href
const commanded = `export { default } from '${root}test/scenario/commanded-actors/commanded.ts'\n`
/** Another actor, in a group of its own. */
const late = (group: string): string => `
import { commit, defineActor } from '${root}runtime/actor/index.ts'
import { ThingHappened } from '${root}test/scenario/schemas/things.ts'
export default defineActor({
  name: 'late', group: '${group}', receives: { 'trial.thing.happened': ThingHappened }, receive: () => commit(),
})
`

t.test('on a node that is at work', { skip }, async (t) => {
  const operated = await OperatedNode.begin(t, 4, { commanded })
  const { trial, effects, database } = operated
  const { group, topic } = trial
  const { sql } = database
  const unit = `group: "${group}", actor: "commanded"`
  const all = async (count: number): Promise<void> => {
    for (const { partition } of trial.partitions) await operated.publish(partition, count)
  }
  const lifecycles = async (): Promise<string> =>
    (await operated.partitions())
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ units }) => units[0]?.lifecycle)
      .join()
  await all(10)
  await operated.untilEffects(40)

  await t.test('pause and resume: of the actor', async (t) => {
    const told = await operated.steer(`pause(${unit}, reason: "a trial")`)
    t.match(told, { outcome: 'DONE', command: { answers: [{ state: 'DONE' }, { state: 'DONE' }] } })
    await all(5)
    await operated.untilLag(20)
    t.equal(await lifecycles(), 'paused,paused,paused,paused')
    t.equal(await effects.count(), 40)
    t.match(await operated.steer(`resume(${unit})`), { outcome: 'DONE' })
    await operated.untilEffects(60)
  })

  await t.test('pause and resume: of a partition, the others go on', async (t) => {
    t.match(await operated.steer(`pause(group: "${group}", topic: "${topic}", partition: 1)`), {
      outcome: 'DONE',
    })
    await all(5)
    await effects.untilAtLeast(75)
    await operated.untilLag(5)
    t.equal(await lifecycles(), 'running,paused,running,running')
    t.equal(await effects.count(), 75)
    t.match(await operated.steer(`resume(group: "${group}")`), { outcome: 'DONE' })
    await operated.untilEffects(80)
  })

  await t.test('reset: kept nothing is done again, replayed everything is', async (t) => {
    const again = async (): Promise<number> => {
      const [row] = await sql<{ again: number }>`
        select sum(duplicate + redelivered)::integer as again from troupe.units where group_id = ${group}`
      return row?.again ?? 0
    }
    t.match(await operated.steer(`resetOffsets(${unit}, to: EARLIEST)`), { outcome: 'DONE' })
    await waitUntil('all were handled again', async () => (await again()) === 80)
    t.equal(await effects.count(), 80)
    t.match(await operated.steer(`resetOffsets(${unit}, to: EARLIEST, dedupe: REPLAY)`), { outcome: 'DONE' })
    await operated.untilEffects(160)
    t.equal(await again(), 0)
  })

  await t.test('registered without a restart, refused, disabled and enabled', async (t) => {
    const pids = [...operated.node.pids().values()]
    operated.deploy({ late: late(`${group}-late`), broken: 'export default {' })
    t.match(await operated.steered('registerActor(module: "broken")'), {
      outcome: 'REFUSED',
      message: /cannot be imported/,
    })
    t.match(await operated.steered('registerActor(module: "late")'), { outcome: 'DONE' })
    const applied = async (): Promise<number> => {
      const { data } = await operated.ask(
        `{ outcomes(group: "${group}-late") { nodes { outcomes { applied } } } }`,
      )
      const { nodes } = data['outcomes'] as unknown as { nodes: { outcomes: { applied: number } }[] }
      return nodes.reduce((sum, { outcomes }) => sum + outcomes.applied, 0)
    }
    await waitUntil('it has handled all there is', async () => (await applied()) === 80)
    t.match(await operated.steered('disableActor(module: "commanded")'), { outcome: 'DONE' })
    await all(5)
    await waitUntil('the other goes on', async () => (await applied()) === 100)
    t.equal(await effects.count(), 160, 'and the one that is disabled does not')
    t.match(await operated.steered('enableActor(module: "commanded")'), { outcome: 'DONE' })
    await operated.untilHeldBy(2)
    await operated.untilEffects(180)
    t.same([...operated.node.pids().values()], pids, 'in the same processes')
  })

  await t.test('a parked key: its first record left out, another tried now', async (t) => {
    const place = (key: string): string =>
      `${unit}, topic: "${topic}", partition: 2, key: ${JSON.stringify(key)}`
    const keys = async (): Promise<readonly { key: string; records: number; firstOffset: number }[]> => {
      const { data } = await operated.ask(
        `{ parkedKeys(group: "${group}") { nodes { key records firstOffset } } }`,
      )
      return (
        data['parkedKeys'] as unknown as { nodes: { key: string; records: number; firstOffset: number }[] }
      ).nodes
    }
    const [first] = await operated.publish(2, 1, { thing: 'waits', gate: 'a' })
    await operated.publish(2, 1, { thing: 'waits', gate: 'b' })
    await operated.publish(2, 2, { thing: 'waits' })
    const [parked] = await waitUntil('all wait behind it', async () => {
      const found = await keys()
      return found[0]?.records === 4 ? found : undefined
    })
    t.equal(parked?.firstOffset, first?.offset)
    const key = parked?.key ?? ''
    t.match(await operated.steer(`skipParkedKey(${place(key)}, offset: ${String(first?.offset)})`), {
      outcome: 'DONE',
    })
    await waitUntil('the second is the first now', async () => (await keys())[0]?.records === 3)
    t.equal(await effects.count(), 180)
    writeFileSync(join(trial.folder, 'open-b'), '')
    t.match(await operated.steer(`releaseParkedKey(${place(key)})`), { outcome: 'DONE' })
    await waitUntil('nothing is parked', async () => (await keys()).length === 0)
    await operated.untilEffects(183)
  })

  await t.test('a redrive: interrupted, taken up by another relay, paused and resumed', async (t) => {
    const letters = 40
    await operated.publish(3, letters, { thing: 'dies', failures: 1 })
    const inState = async (state: string): Promise<number> => {
      const [row] = await sql<{ count: number }>`
        select count(*)::integer as count from troupe.dead_letters where group_id = ${group} and state = ${state}`
      return row?.count ?? 0
    }
    await waitUntil('all are found', async () => (await inState('dead')) === letters)
    writeFileSync(join(trial.folder, 'mended'), '')
    const begun = await operated.steer(
      `redrive(filter: { group: "${group}" }, ratePerSecond: 10, idempotencyKey: "r")`,
    )
    t.match(begun, { outcome: 'DONE', message: /redrives 40 letters/ })
    const id = String(begun.madeId)
    await waitUntil('some are redriven', async () => (await inState('redriven')) > 3)
    t.match(await operated.steer(`pauseRedrive(id: "${id}")`), { outcome: 'DONE' })
    await operated.relay.stop('SIGKILL')
    operated.startRelay()
    t.ok((await inState('redriven')) < letters, 'it was interrupted')
    t.match(await operated.steer(`resumeRedrive(id: "${id}")`), { outcome: 'DONE' })
    await waitUntil('all are redriven', async () => (await inState('redriven')) === letters)
    await operated.untilEffects(183 + letters)
    t.equal(await effects.count(), 183 + letters, 'each had its effect once')
    t.match(
      await operated.steer(`redrive(filter: { group: "${group}" }, ratePerSecond: 10, idempotencyKey: "r")`),
      {
        madeId: id,
      },
    )
  })

  await t.test('the audit log has all of it', async (t) => {
    const { data } = await operated.ask('{ auditLog(first: 100) { nodes { who mutation outcome message } } }')
    const { nodes } = data['auditLog'] as unknown as {
      nodes: { who: string; mutation: string; outcome: string; message: string }[]
    }
    t.ok(nodes.every(({ who }) => who === 'Ada'))
    t.same(
      nodes
        .toReversed()
        .filter((entry) => !isTooLate(entry))
        .map(({ mutation, outcome }) => `${mutation} ${outcome}`),
      [
        'pause DONE',
        'resume DONE',
        'pause DONE',
        'resume DONE',
        'resetOffsets DONE',
        'resetOffsets DONE',
        'registerActor REFUSED',
        'registerActor DONE',
        'disableActor DONE',
        'enableActor DONE',
        'skipParkedKey DONE',
        'releaseParkedKey DONE',
        'redrive DONE',
        'pauseRedrive DONE',
        'resumeRedrive DONE',
      ],
    )
  })
})
