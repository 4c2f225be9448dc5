// A range of the past is handled again by a running node of two processes: with `keep` what had no effect has one, with
// `replay` each event of the range has its effect once more, though the process that handles it is killed midway, the replay
// is paused and goes on, and the partition goes on all the while; nothing outside of the range has another one.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isTooLate, OperatedNode, skipWithoutTrialServices, tried } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

const root = new URL('../../', import.meta.url).href
const commanded = `export { default } from '${root}test/scenario/commanded-actors/commanded.ts'\n`

interface ToldReplay {
  readonly id: string
  readonly state: string
  readonly trouble: string | null
  readonly nextOffset: number
  readonly toOffset: number
  readonly applied: number
  readonly passedOver: number
  readonly dead: number
}

t.test('on a node that is at work', { skip }, async (t) => {
  // given: a partition with a past, of which some is dead and some came twice
  const operated = await OperatedNode.begin(t, 4, { commanded })
  const { trial, effects, node } = operated
  const { group, topic } = trial
  await operated.publish(0, 200, { thing: 'a' })
  await operated.publish(0, 5, { thing: 'dies', failures: 1 })
  await operated.publish(0, 195, { thing: 'b' })
  await trial.producer.publish([
    { thing: 'a', n: 7, partition: 0 },
    { thing: 'b', n: 9, partition: 0 },
  ])
  await operated.untilEffects(395)
  let produced = 402
  const unit = `group: "${group}", actor: "commanded", topic: "${topic}", partition: 0`
  const range = (more: string): Promise<{ readonly outcome: string; readonly message: string }> =>
    operated.steered(`replayRange(${unit}, ${more})`)
  const replays = async (): Promise<readonly ToldReplay[]> => {
    const { data } = await operated.ask(
      `{ replays(group: "${group}") { id state trouble nextOffset toOffset applied passedOver dead } }`,
    )
    return data['replays'] as unknown as readonly ToldReplay[]
  }
  const finished = (): Promise<ToldReplay> =>
    waitUntil('the replay is through', async () => {
      const [last] = await replays()
      return last?.state === 'FINISHED' ? last : undefined
    })
  /** How many effects the event at each offset of the partition has. */
  const timesAt = async (): Promise<ReadonlyMap<number, number>> => {
    const times = new Map<number, number>()
    for (const { partition, offset } of await effects.all())
      if (partition === 0) times.set(offset, (times.get(offset) ?? 0) + 1)
    return times
  }
  const unlike = async (expected: (offset: number) => number): Promise<readonly string[]> => {
    const times = await timesAt()
    return Array.from({ length: produced }, (_, offset) => offset)
      .filter((offset) => (times.get(offset) ?? 0) !== expected(offset))
      .map((offset) => `${String(offset)}: ${String(times.get(offset) ?? 0)}`)
  }
  const isTwin = (offset: number): boolean => offset === 400 || offset === 401

  await t.test('keep: what had no effect has one', async (t) => {
    writeFileSync(join(trial.folder, 'mended'), '')
    t.match(await range('fromOffset: 0, dryRun: true'), { outcome: 'DRY_RUN' })
    t.same(await replays(), [], 'which begins none')
    t.match(await range('fromOffset: 0'), { outcome: 'DONE', message: /handles 0 to before 402 again/ })
    t.match(await finished(), { applied: 5, passedOver: 397, dead: 0, nextOffset: 402, trouble: null })
    t.same(await unlike((offset) => (isTwin(offset) ? 0 : 1)), [], 'those that were dead, once')
  })

  await t.test('replay: once more, whoever is killed', async (t) => {
    // when: slowly, under load, with a pause, and its owner killed
    t.match(await range('fromOffset: 150, toOffset: 402, dedupe: REPLAY, ratePerSecond: 100'), {
      outcome: 'DONE',
    })
    await effects.untilAtLeast(440)
    await operated.publish(0, 100, { thing: 'c' })
    const [begun] = await replays()
    const { id, nextOffset } = begun!
    t.match(await operated.steer(`pauseReplay(id: "${id}")`), { outcome: 'DONE' })
    t.ok(nextOffset < 402, `it was paused at ${String(nextOffset)}`)
    t.match(await operated.steer(`resumeReplay(id: "${id}")`), { outcome: 'DONE' })
    const owner = (await operated.partitions()).find(({ partition }) => partition === 0)?.process
    const { data } = await operated.ask(`{ process(id: "${owner?.id ?? ''}") { pid } }`)
    const { pid } = data['process'] as unknown as { pid: number }
    const slot = [...node.pids()].find(([, child]) => child === pid)?.[0]
    await node.killProcess(slot ?? 0)
    const [atKill] = await replays()
    t.ok((atKill?.nextOffset ?? 402) < 402, `its owner was killed at ${String(atKill?.nextOffset)}`)
    await operated.publish(0, 100, { thing: 'd' })
    produced += 200
    const end = await finished()
    await operated.untilHeldBy(2)
    await operated.untilLag(0)
    // then: of the range each event has two, of all else one; what came twice stands where it was handled first
    const isAgain = (offset: number): boolean => offset >= 150 && offset < 402
    t.same(await unlike((offset) => (isTwin(offset) ? 0 : isAgain(offset) ? 2 : 1)), [])
    t.match(end, { applied: 250, passedOver: 2, dead: 0 })
    tried(t, 'events handled again by a process that is killed, and another', 250)
  })

  await t.test('by time, refused, stopped', async (t) => {
    t.match(await range(`fromTime: "${new Date(Date.now() + 3_600_000).toISOString()}"`), {
      outcome: 'REFUSED',
      message: /no record of/,
    })
    t.match(await range('fromOffset: 700'), { outcome: 'REFUSED' })
    t.match(await range('fromTime: "2020-01-01T00:00:00Z", dedupe: REPLAY, ratePerSecond: 5'), {
      outcome: 'DONE',
    })
    const [begun] = await replays()
    const { id } = begun!
    t.match(await operated.steer(`stopReplay(id: "${id}")`), { outcome: 'DONE' })
    t.match(await operated.steer(`resumeReplay(id: "${id}")`), { outcome: 'REFUSED', message: /is stopped/ })
    t.match(await range(`fromTime: "2020-01-01T00:00:00Z"`), { outcome: 'DONE' })
    t.match(await finished(), { applied: 0, passedOver: 602 }, 'all had their effects')
  })

  await t.test('the account of the group is whole, and the audit log has all of it', async (t) => {
    t.match(await operated.steered(`audit(group: "${group}")`), {
      outcome: 'DONE',
      message: /every offset is accounted for/,
    })
    const { data } = await operated.ask('{ auditLog(first: 100) { nodes { mutation outcome message } } }')
    const { nodes } = data['auditLog'] as unknown as {
      nodes: { mutation: string; outcome: string; message: string }[]
    }
    const told = nodes.toReversed().filter((entry) => !isTooLate(entry))
    t.same(
      told.map(({ mutation, outcome }) => `${mutation} ${outcome}`),
      [
        'replayRange DRY_RUN',
        'replayRange DONE',
        'replayRange DONE',
        'pauseReplay DONE',
        'resumeReplay DONE',
        'replayRange REFUSED',
        'replayRange REFUSED',
        'replayRange DONE',
        'stopReplay DONE',
        'resumeReplay REFUSED',
        'replayRange DONE',
        'audit DONE',
      ],
    )
  })
})
