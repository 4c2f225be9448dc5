// A shadow of an actor sees what the version that runs handles while it throws, differs, dawdles and ends its process: it is compared and counted, and nothing of the version that runs is lost, done twice, reordered or stopped.

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OperatedNode, skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

const root = new URL('../../', import.meta.url).href
const version = (receive: string, more = ''): string => `
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { defineActor } from '${root}runtime/actor/index.ts'
import { appendEffects } from '${root}test/scenario/effects-actors/effects.ts'
import { ThingHappened } from '${root}test/scenario/schemas/things.ts'
const isAsked = (what) => existsSync(join(process.env['WITNESS_FOLDER'] ?? '', what))
export default defineActor({
  name: 'parcels', receives: { 'trial.thing.happened': ThingHappened }, order: 'key', effects: 'postgres',
  applyTracked: appendEffects, ${more}
  async receive({ thing, n }, ctx) {
    ${receive}
  },
})
`
const track = `
    const { partition, offset, timestamp } = ctx
    ctx.state = { handled: (ctx.state?.handled ?? 0) + 1 }
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
`
/** Of eight records one fails and one differs. */
const shadow = `
    if (ctx.isShadow && isAsked('to-end')) process.exit(3)
    while (isAsked('to-dawdle')) await wait(20)
    if (ctx.offset % 8 === 0) throw new RangeError('the shadow cannot')
    if (ctx.offset % 8 === 1) ctx.track({ entity: 'thing', id: thing, state: 'more', at: 0, n, partition: 0, offset: 0 })
    ${track}
`

interface Report {
  readonly handled: number
  readonly failed: number
  readonly differing: number
  readonly dropped: number
  readonly failures: readonly { readonly errorClass: string; readonly count: number }[]
  readonly lastFailure: { readonly message: string } | null
  readonly lastDifference: { readonly text: string } | null
  readonly ended: readonly string[]
}

t.test('a shadow beside the version that runs', { skip }, async (t) => {
  // given
  const operated = await OperatedNode.begin(t, 4, { 'parcels-a': version(track) })
  const { trial, node } = operated
  const supply = operated.supply()
  t.teardown(() => supply.stop().catch(() => undefined))
  await operated.effects.untilAtLeast(100)
  operated.deploy({
    'parcels-b': version(shadow),
    'parcels-c': version(track, 'sql: true,'),
    'parcels-d': version(track, `group: 'another',`),
  })
  const pids = [...node.pids().values()]
  const ask = (file: string): string => {
    const path = join(trial.folder, file)
    writeFileSync(path, '')
    return path
  }
  const report = async (): Promise<Report | undefined> => {
    const { data } = await operated.ask(`{ actors { nodes { name versions { role version shadow {
      handled failed differing dropped failures { errorClass count } lastFailure { message } lastDifference { text } ended } } } } }`)
    const { nodes } = data['actors'] as unknown as {
      nodes: { name: string; versions: { role: string; version: string; shadow: Report | null }[] }[]
    }
    const versions = nodes.find(({ name }) => name === 'parcels')?.versions ?? []
    return versions.find(({ role }) => role === 'SHADOW')?.shadow ?? undefined
  }
  /** `since`: what goes on while it is waited for. */
  const untilReport = (
    what: string,
    holds: (report: Report) => boolean,
    since: (report: Report) => number,
  ): Promise<Report> => {
    let seen = 0
    const holding = async (): Promise<Report | undefined> => {
      const told = await report()
      seen = told === undefined ? 0 : since(told)
      return told !== undefined && holds(told) ? told : undefined
    }
    return waitUntil(what, holding, { progress: () => seen })
  }

  // when, then: what cannot be is refused, and nothing is registered
  for (const [mutation, message] of [
    ['shadowActor(module: "parcels-c")', /sql: true/],
    ['shadowActor(module: "parcels-d")', /group another/],
    ['shadowActor(module: "parcels-b", partitions: [99])', /a partition 99/],
    ['shadowActor(module: "nobody")', /has neither/],
  ] as const)
    t.match(await operated.steered(mutation), { outcome: 'REFUSED', message }, mutation)
  const dry = await operated.steered('shadowActor(module: "parcels-b", dryRun: true)')
  t.match(dry.touches[0], /^parcels-b sees all that parcels-a handles/)
  t.match(await operated.ask('{ registrations { module } }'), { data: { registrations: [] } })

  // when: it throws and differs
  t.match(await operated.steered('shadowActor(module: "parcels-b", reason: "is it better?")'), {
    outcome: 'DONE',
  })
  // then: it is told
  const told = await untilReport(
    'it was compared',
    ({ handled, failed, differing }) => handled >= 100 && failed >= 5 && differing >= 10,
    ({ handled }) => Math.min(handled, 1_000),
  )
  t.match(told, {
    failures: [{ errorClass: 'RangeError' }],
    lastFailure: { message: 'the shadow cannot' },
    lastDifference: { text: /fails \(RangeError\)|rows|row that it tracks/ },
    ended: [],
  })
  t.ok(told.differing > told.failed && told.differing < told.handled, 'what it tracks beside is told, too')

  // when: it dawdles
  const dawdle = ask('to-dawdle')
  // then: what it has no room for is dropped, and the version that runs goes on
  await untilReport(
    'it drops what it has no room for',
    ({ dropped }) => dropped > told.dropped + 100,
    ({ dropped }) => dropped,
  )
  await operated.effects.untilAtLeast((await operated.effects.count()) + 200)

  // when: it ends its process with each record
  ask('to-end')
  rmSync(dawdle)
  // then: it has ended
  await untilReport(
    'its budget has ended it',
    ({ ended }) => ended.some((why) => why.includes('budget')),
    ({ failures }) => failures.find(({ errorClass }) => errorClass === 'ProcessEnded')?.count ?? 0,
  )
  await operated.effects.untilAtLeast((await operated.effects.count()) + 200)
  t.same([...node.pids().values()], pids, 'no process of the node has ended')

  // when, then: it is taken back
  t.match(await operated.steered('rollBackActor(actor: "parcels")'), {
    outcome: 'DONE',
    touches: ['parcels-b, its shadow, ends'],
  })
  await waitUntil('nobody tells of it', async () => (await report()) === undefined)
  t.match(
    await operated.ask('{ auditLog(first: 1, mutation: "shadowActor") { nodes { reason outcome } } }'),
    {
      data: { auditLog: { nodes: [{ reason: 'is it better?', outcome: 'DONE' }] } },
    },
  )

  // then
  const produced = await supply.stop()
  await trial.untilAllCommitted()
  t.same(await operated.verdict(produced), { lost: [], duplicated: [], reordered: [], unknown: [] })
  t.match(await operated.steered(`audit(group: "${trial.group}")`), {
    outcome: 'DONE',
    message: /every offset is accounted for/,
  })
})
