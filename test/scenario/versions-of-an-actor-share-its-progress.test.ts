// A version of an actor has some of its partitions as a canary, is rolled back, promoted, and rolled back again, under load and with a process killed: a partition is one version's at a time, and nothing is lost, done twice or out of order.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OperatedNode, skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

const root = new URL('../../', import.meta.url).href
/** Writes the partition of each record that it handles into a file of its own. */
const version = (name: string, order = 'key'): string => `
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineActor } from '${root}runtime/actor/index.ts'
import { appendEffects, countedKey } from '${root}test/scenario/effects-actors/effects.ts'
import { ThingHappened } from '${root}test/scenario/schemas/things.ts'
export default defineActor({
  name: 'parcels', receives: { 'trial.thing.happened': ThingHappened }, order: '${order}', effects: 'postgres',
  applyTracked: appendEffects, idempotencyKey: countedKey,
  receive({ thing, n }, ctx) {
    const { partition, offset, timestamp } = ctx
    appendFileSync(join(process.env['WITNESS_FOLDER'] ?? '', 'by-${name}'), String(partition))
    ctx.track({ entity: 'thing', id: thing, state: 'happened', at: timestamp, n, partition, offset })
  },
})
`

t.test('a canary, a promotion, and the way back', { skip }, async (t) => {
  // given
  const operated = await OperatedNode.begin(t, 4, { 'parcels-a': version('a') })
  const { trial } = operated
  const supply = operated.supply()
  t.teardown(() => supply.stop().catch(() => undefined))
  await operated.effects.untilAtLeast(100)
  operated.deploy({ 'parcels-b': version('b'), 'parcels-c': version('c', 'partition') })
  const handledBy = (name: string): string => {
    const file = join(trial.folder, `by-${name}`)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  /** From now on each version handles these partitions, all of them, and no others. */
  const untilShared = async (shares: Readonly<Record<string, string>>): Promise<void> => {
    const begun = Object.keys(shares).map((name) => [name, handledBy(name).length] as const)
    const since = (): Readonly<Record<string, string>> =>
      Object.fromEntries(
        begun.map(([name, from]) => [name, [...new Set(handledBy(name).slice(from))].toSorted().join('')]),
      )
    const foreign = (): boolean =>
      Object.entries(since()).some(([name, seen]) =>
        Array.from(seen).some((each) => !shares[name]?.includes(each)),
      )
    const all = (): boolean =>
      Object.entries(shares).every(([name, share]) => since()[name]?.length === share.length)
    await waitUntil(`${JSON.stringify(shares)} have been handled`, () => foreign() || all(), {
      progress: () => Object.values(since()).join('').length,
    })
    t.same(since(), shares)
  }
  interface Told {
    readonly version: string
    readonly role: string
    readonly partitions: readonly number[]
    readonly applied: number
  }
  const versions = async (): Promise<readonly Told[]> => {
    const { data } = await operated.ask(
      '{ actors { nodes { name versions { version role partitions applied } } } }',
    )
    const { nodes } = data['actors'] as unknown as { nodes: { name: string; versions: Told[] }[] }
    return nodes.find(({ name }) => name === 'parcels')?.versions ?? []
  }

  // when, then: what cannot be is refused, and nothing is registered
  for (const [mutation, message] of [
    ['canaryActor(module: "parcels-c", partitions: [1])', /its order is partition/],
    ['canaryActor(module: "parcels-b", partitions: [1, 99])', /a partition 99/],
    ['canaryActor(module: "nobody", partitions: [1])', /has neither/],
    ['rollBackActor(actor: "parcels")', /no canary/],
  ] as const)
    t.match(await operated.steered(mutation), { outcome: 'REFUSED', message }, mutation)
  const dry = await operated.steered('canaryActor(module: "parcels-b", partitions: [1, 3], dryRun: true)')
  t.match(dry.touches[0], /\/1 is handled by parcels-b/)
  t.match(await operated.ask('{ registrations { module } }'), { data: { registrations: [] } })

  // when: it has two of four partitions
  t.match(await operated.steered('canaryActor(module: "parcels-b", partitions: [3, 1])'), { outcome: 'DONE' })
  // then
  await untilShared({ a: '02', b: '13' })
  await waitUntil('both are told with their counts', async () => {
    const [current, canary] = await versions()
    return (
      current?.role === 'CURRENT' &&
      current.version.startsWith('parcels-a@') &&
      current.applied > 0 &&
      canary?.role === 'CANARY' &&
      canary.version.startsWith('parcels-b@') &&
      canary.partitions.join() === '1,3' &&
      canary.applied > 0
    )
  })

  // when, then: a process is killed, its successor has the same of both
  const before = operated.node.pids().get(1)
  await operated.node.killProcess(1)
  await operated.node.untilAssigned(1, before)
  await operated.untilHeldBy(2)
  await untilShared({ a: '02', b: '13' })

  // when, then: back, promoted, and back again
  t.match(await operated.steered('rollBackActor(actor: "parcels")'), { outcome: 'DONE' })
  await untilShared({ a: '0123', b: '' })
  t.match(await operated.steered('promoteActor(module: "parcels-b", reason: "it is better")'), {
    outcome: 'DONE',
  })
  await untilShared({ a: '', b: '0123' })
  t.match(await operated.steered('promoteActor(module: "parcels-b")'), {
    outcome: 'REFUSED',
    message: /runs already/,
  })
  t.match(await operated.steered('registerActor(module: "parcels-a")'), {
    outcome: 'REFUSED',
    message: /defines an actor parcels, too/,
  })
  t.match(await operated.steered('rollBackActor(actor: "parcels")'), { outcome: 'DONE' })
  await untilShared({ a: '0123', b: '' })
  t.match(await operated.steered('rollBackActor(actor: "parcels")'), { outcome: 'REFUSED' })
  t.match(await operated.ask('{ promotions(actor: "parcels") { module fromModule by rolledBackBy } }'), {
    data: { promotions: [{ module: 'parcels-b', fromModule: 'parcels-a', by: 'Ada', rolledBackBy: 'Ada' }] },
  })

  // then
  const produced = await supply.stop()
  await trial.untilAllCommitted()
  t.same(await operated.verdict(produced), { lost: [], duplicated: [], reordered: [], unknown: [] })
  t.match(await operated.steered(`audit(group: "${trial.group}")`), {
    outcome: 'DONE',
    message: /every offset is accounted for/,
  })
})
