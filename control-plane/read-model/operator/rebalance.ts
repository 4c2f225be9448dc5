/** What changed in groups between two pictures: who came and went, and whose partitions are whose. Pure. */

import { type ClusterPicture, compareKeys, type GroupView } from './cluster-picture.ts'

export interface RebalanceView {
  readonly groupName: string
  readonly at: Date
  readonly joined: readonly MemberChange[]
  readonly left: readonly MemberChange[]
  /** By topic and partition; `mostMoves` of them. */
  readonly moves: readonly PartitionMove[]
  readonly movedPartitions: number
  readonly liveMembers: number
  readonly unheldPartitions: number
}

interface MemberChange {
  readonly processId: string
  readonly nodeName: string
}

interface PartitionMove {
  readonly topic: string
  readonly partition: number
  /** null: no live process. */
  readonly fromProcessId: string | null
  readonly toProcessId: string | null
}

const mostMoves = 100

/** What a comparison needs of a picture. */
export interface Holding {
  readonly readAt: Date
  readonly groups: ReadonlyMap<string, GroupHolding>
}

interface GroupHolding {
  /** Node by process id. */
  readonly members: ReadonlyMap<string, string>
  readonly partitions: ReadonlyMap<string, Held>
  readonly unheldPartitions: number
}

interface Held {
  readonly topic: string
  readonly partition: number
  readonly processId: string | null
}

export const holdingOf = ({ readAt }: ClusterPicture, groups: readonly GroupView[]): Holding => ({
  readAt,
  groups: new Map(groups.map((group) => [group.name, groupHolding(group)])),
})

const groupHolding = ({ members, partitions }: GroupView): GroupHolding => ({
  members: new Map(members.map(({ process }) => [process.id, process.nodeName])),
  partitions: new Map(
    partitions.map(({ status: { topic, partition }, told }) => [
      JSON.stringify([topic, partition]),
      { topic, partition, processId: told.live ? told.id : null },
    ]),
  ),
  unheldPartitions: partitions.filter(({ hold }) => hold === 'UNHELD').length,
})

const nothing: GroupHolding = { members: new Map(), partitions: new Map(), unheldPartitions: 0 }

/** One for each group that changed, by name. */
export const rebalancesBetween = (before: Holding, after: Holding): readonly RebalanceView[] =>
  [...new Set([...before.groups.keys(), ...after.groups.keys()])]
    .sort()
    .map((name) =>
      rebalanceOf(name, after.readAt, before.groups.get(name) ?? nothing, after.groups.get(name) ?? nothing),
    )
    .filter(({ joined, left, movedPartitions }) => joined.length + left.length + movedPartitions > 0)

const rebalanceOf = (
  groupName: string,
  at: Date,
  before: GroupHolding,
  after: GroupHolding,
): RebalanceView => {
  const moves = movesBetween(before, after)
  return {
    groupName,
    at,
    joined: notIn(before, after),
    left: notIn(after, before),
    moves: moves.slice(0, mostMoves),
    movedPartitions: moves.length,
    liveMembers: after.members.size,
    unheldPartitions: after.unheldPartitions,
  }
}

const notIn = (without: GroupHolding, { members }: GroupHolding): readonly MemberChange[] =>
  [...members]
    .filter(([processId]) => !without.members.has(processId))
    .map(([processId, nodeName]) => ({ processId, nodeName }))

const movesBetween = (before: GroupHolding, after: GroupHolding): readonly PartitionMove[] =>
  [...new Map([...before.partitions, ...after.partitions])]
    .map(([key, { topic, partition }]) => ({
      topic,
      partition,
      fromProcessId: before.partitions.get(key)?.processId ?? null,
      toProcessId: after.partitions.get(key)?.processId ?? null,
    }))
    .filter(({ fromProcessId, toProcessId }) => fromProcessId !== toProcessId)
    .sort((one, other) => compareKeys([one.topic, one.partition], [other.topic, other.partition]))
