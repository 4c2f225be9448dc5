/**
 * Who has a partition, where several processes say so, or none that is alive.
 *
 * P1 A live claim counts before a dead one: a dead process's report is as old as its death.
 * P2 Among live ones the farthest frontier counts. A group's frontier only goes forward, so whoever is behind is about to
 *    give the partition back, or has lost it without having noticed. With the same frontier, the latest report.
 * P3 A dead claim of a topic that no live member of the group reads any more is no partition of the group.
 */

import type { AssignmentStatus } from '../../../runtime/control/index.ts'
import type { ProcessView } from './process-view.ts'

export interface PartitionView {
  readonly groupName: string
  /** The numbers that count, told by `told`. */
  readonly status: AssignmentStatus
  readonly told: ProcessView
  readonly hold: 'HELD' | 'CONTESTED' | 'UNHELD'
  readonly claimants: readonly ProcessView[]
  /** See drain-estimate.ts. */
  readonly drainMs: number | null
}

type Held = Omit<PartitionView, 'drainMs'>

interface Claim {
  readonly groupName: string
  readonly status: AssignmentStatus
  readonly process: ProcessView
}

/** By group, topic and partition. */
export const partitionViews = (processes: readonly ProcessView[]): readonly Held[] => {
  const claims = processes.flatMap((process) =>
    (process.report?.groups ?? []).flatMap(({ name: groupName, assignments }) =>
      assignments.map((status) => ({ groupName, status, process })),
    ),
  )
  const byPartition = Map.groupBy(claims, ({ groupName, status: { topic, partition } }) =>
    JSON.stringify([groupName, topic, partition]),
  )
  const read = topicsRead(processes)
  return [...byPartition.values()]
    .map(viewOf)
    .filter(
      ({ hold, groupName, status }) => hold !== 'UNHELD' || (read.get(groupName)?.has(status.topic) ?? true),
    )
}

const viewOf = (claims: readonly Claim[]): Held => {
  const [first, ...others] = claims as readonly [Claim, ...Claim[]]
  const { groupName, status, process } = others.reduce(
    (best, claim) => (countsBefore(claim, best) ? claim : best),
    first,
  )
  const claimants = claims.map((claim) => claim.process).filter(({ live }) => live)
  const hold = claimants.length > 1 ? 'CONTESTED' : claimants.length === 1 ? 'HELD' : 'UNHELD'
  return { groupName, status, told: process, hold, claimants }
}

const countsBefore = (one: Claim, other: Claim): boolean => {
  if (one.process.live !== other.process.live) return one.process.live
  const ahead = (one.status.frontier ?? -1) - (other.status.frontier ?? -1)
  return ahead === 0 ? one.process.lastBeat > other.process.lastBeat : ahead > 0
}

/** The topics that live members of a group read; a group without live members is missing: nothing is known against it. */
const topicsRead = (processes: readonly ProcessView[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const topics = new Map<string, Set<string>>()
  for (const { live, report } of processes) {
    if (!live || report === null) continue
    for (const { name } of report.groups) topics.set(name, topics.get(name) ?? new Set())
    for (const actor of report.actors) for (const topic of actor.topics) topics.get(actor.group)?.add(topic)
  }
  return topics
}
