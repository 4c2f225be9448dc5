// A partition belongs to one version of an actor; a candidate that is not of the same making has none; each version is counted by itself.

import t from 'tap'
import { actorVersions } from '../../../control-plane/read-model/operator/actor-versions.ts'
import {
  misfitOfVersions,
  noShadowStatus,
  type ActorShape,
  type ActorStatus,
  type ShadowStatus,
} from '../../../runtime/control/index.ts'
import { noOutcomes } from '../../../runtime/delivery/index.ts'
import { versionOf, type LoadedActor } from '../../../runtime/system/loaded-actor.ts'
import { Tally } from '../../../runtime/system/tally.ts'

const loaded = (version: string): LoadedActor => ({ version, lanes: 4 }) as LoadedActor

t.test('those of the canary are its own, all others are not', async (t) => {
  const actor = { ...loaded('a'), canary: { actor: loaded('b'), partitions: [1, 3] } }
  t.same(
    [0, 1, 2, 3, 4].map((partition) => versionOf(actor, partition).version),
    ['a', 'b', 'a', 'b', 'a'],
  )
  t.equal(versionOf(loaded('a'), 1).version, 'a')
})

t.test('what versions must have in common', async (t) => {
  const shape: ActorShape = {
    actor: 'parcels',
    group: 'g',
    topics: ['x', 'y'],
    order: 'key',
    effects: 'postgres',
    startFrom: 'earliest',
  }
  t.equal(misfitOfVersions(shape, { ...shape, topics: ['y', 'x'] }), undefined)
  for (const other of [
    { actor: 'letters' },
    { group: 'h' },
    { topics: ['x'] },
    { topics: ['x', 'z'] },
    { order: 'none' },
    { effects: 'none' },
    { startFrom: 'latest' },
  ])
    t.type(misfitOfVersions(shape, { ...shape, ...other }), 'string', JSON.stringify(other))
})

t.test('counted by version in a process, and added up over processes', async (t) => {
  const tally = new Tally(() => 0)
  const unit = { group: 'g', actor: 'parcels', topic: 'x', partition: 0 }
  const applied = (count: number) => ({ ...noOutcomes(), applied: count })
  tally.add(unit, applied(2), 0, 'a@1')
  tally.add({ ...unit, partition: 1 }, applied(3), 0, 'a@1')
  tally.add(unit, { ...applied(5), rejected: 1 }, 0, 'b@1')
  tally.add({ ...unit, group: 'h' }, applied(7), 0, 'a@1')
  tally.add(unit, applied(11), 0)
  const told = tally.versions(unit)
  t.match(told, [
    { version: 'a@1', counts: { applied: 5 } },
    { version: 'b@1', counts: { applied: 5, rejected: 1 } },
  ])
  t.equal(tally.units().length, 3, 'units are told as before')
  const status = (roles: Readonly<Record<string, 'current' | 'canary' | 'former'>>): ActorStatus =>
    ({
      versions: told.map((each) => ({
        ...each,
        role: roles[each.version] ?? 'former',
        partitions: roles[each.version] === 'canary' ? [1] : [],
      })),
    }) as unknown as ActorStatus
  const views = actorVersions([
    status({ 'a@1': 'former', 'b@1': 'current' }),
    status({ 'a@1': 'current', 'b@1': 'canary' }),
    {} as ActorStatus,
  ])
  t.match(views, [
    { version: 'a@1', role: 'current', applied: 10, partitions: [] },
    { version: 'b@1', role: 'current', applied: 10, rejected: 2, partitions: [1] },
  ])
})

t.test('a shadow is added up over processes', async (t) => {
  const shadow = (more: Partial<ShadowStatus>): ActorStatus =>
    ({
      versions: [
        { version: 'a@1', role: 'current', partitions: [], counts: noOutcomes() },
        {
          version: 'b@1',
          role: 'shadow',
          partitions: [],
          counts: noOutcomes(),
          shadow: { ...noShadowStatus, ...more },
        },
      ],
    }) as unknown as ActorStatus
  const place = { topic: 'x', partition: 0, offset: 7 }
  const [current, other] = actorVersions([
    shadow({ handled: 3, failed: 1, failures: { TypeError: 1 }, lastDifference: { ...place, text: 'so' } }),
    shadow({ handled: 5, failed: 3, failures: { RangeError: 2, TypeError: 1 }, dropped: 9, ended: 'why' }),
    shadow({ handled: 'many' as never }),
  ])
  t.match(current, { role: 'current', shadow: undefined })
  t.match(other, {
    role: 'shadow',
    shadow: {
      handled: 8,
      failed: 4,
      dropped: 9,
      differing: 0,
      failures: [
        { errorClass: 'TypeError', count: 2 },
        { errorClass: 'RangeError', count: 2 },
      ],
      lastFailure: null,
      lastDifference: { offset: 7, text: 'so' },
      ended: ['why'],
    },
  })
})
