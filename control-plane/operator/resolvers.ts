/** GraphQL's fields → the picture of the cluster. Everything is in it already: no field reads anything by itself. */

import { boundedFirst } from '../read-model/page.ts'
import type { ClusterPicture } from '../read-model/operator/cluster-picture.ts'
import { outboxRows } from '../read-model/operator/outbox-rows.ts'
import { outboxView, type OutboxSliceView } from '../read-model/operator/outbox-view.ts'
import { pageInMemory } from '../read-model/operator/page-in-memory.ts'
import type { PartitionView } from '../read-model/operator/partition-view.ts'
import type { OperatorRole } from '../auth/key-holder.ts'
import { recordQueries, recordTypes } from './records/record-resolvers.ts'
import { commandQueries, commandTypes } from './steering/command-resolvers.ts'
import { letterQueries, letterTypes } from './steering/letter-resolvers.ts'
import { nodeMutations } from './steering/node-mutations.ts'
import { parkedMutations } from './steering/parked-mutations.ts'
import { registrationMutations } from './steering/registration-mutations.ts'
import { redriveMutations } from './steering/redrive-mutations.ts'
import { replayMutations } from './steering/replay-mutations.ts'
import { replayQueries, replayTypes } from './steering/replay-resolvers.ts'
import { unitMutations } from './steering/unit-mutations.ts'
import { trackingQueries, trackingTypes } from './tracking-resolvers.ts'
import { subscriptions } from './watching/subscriptions.ts'
import { versionMutations } from './steering/version-mutations.ts'
import type {
  ActorResolvers,
  ActorVersionResolvers,
  ClusterResolvers,
  ErrorSightingResolvers,
  GroupResolvers,
  NodeResolvers,
  OutboxSliceResolvers,
  OutboxSliceState,
  ParkedCountsResolvers,
  PartitionResolvers,
  ProcessResolvers,
  QueryResolvers,
  Role,
  UnitResolvers,
} from './generated/resolver-types.ts'

const Query: QueryResolvers = {
  cluster: (_, __, { picture }) => picture(),
  nodes: async (_, page, { picture }) =>
    pageInMemory((await picture()).nodes, 'nodes', ({ name }) => [name], page),
  processes: async (_, { liveness, ...page }, { picture }) =>
    pageInMemory(
      (await picture()).processes.filter((process) => isWanted(liveness, process.liveness)),
      'processes',
      ({ nodeName, id }) => [nodeName, id],
      page,
    ),
  process: async (_, { id }, { picture }) => (await picture()).processes.find((process) => process.id === id),
  actors: async (_, { group, ...page }, { picture }) =>
    pageInMemory(
      (await picture()).actors.filter((actor) => isWanted(group, actor.group)),
      'actors',
      (actor) => [actor.group, actor.name],
      page,
    ),
  groups: async (_, page, { picture }) =>
    pageInMemory((await picture()).groups, 'groups', ({ name }) => [name], page),
  group: async (_, { name }, { picture }) => (await picture()).groups.find((group) => group.name === name),
  partitions: async (_, { group, topic, ...page }, { picture }) =>
    pageInMemory(
      (await picture()).partitions.filter(
        ({ groupName, status }) => isWanted(group, groupName) && isWanted(topic, status.topic),
      ),
      'partitions',
      placeOf,
      page,
    ),
  outcomes: async (_, { group, actor, topic, ...page }, { picture }) =>
    pageInMemory(
      (await picture()).outcomes.filter(
        (unit) =>
          isWanted(group, unit.groupName) && isWanted(actor, unit.actor) && isWanted(topic, unit.topic),
      ),
      'outcomes',
      (unit) => [unit.groupName, unit.actor, unit.topic, unit.partition],
      page,
    ),
  eventTypes: async (_, { name }, { picture }) =>
    (await picture()).eventTypes.filter((type) => isWanted(name, type.name)).slice(0, mostEventTypes),
  outbox: async (_, __, { sql, picture }) => {
    const [rows, { processes }] = await Promise.all([outboxRows(sql), picture()])
    return outboxView(rows, processes)
  },
  lastErrors: async (_, { first, actor, group }, { picture }) => {
    const take = boundedFirst(first, 20)
    return (await picture()).errors
      .filter((error) => isWanted(actor, error.actor) && isWanted(group, error.group))
      .slice(0, take)
  },
}

const mostEventTypes = 500

/** Without a filter everything is. */
const isWanted = (filter: string | null | undefined, value: string | null): boolean =>
  typeof filter !== 'string' || filter === value

const placeOf = ({
  groupName,
  status,
}: PartitionView): readonly [group: string, topic: string, partition: number] => [
  groupName,
  status.topic,
  status.partition,
]

const Cluster: ClusterResolvers = {
  keyName: (_, __, { keyName }) => keyName,
  role: (_, __, { role }) => roles[role],
  liveProcesses: ({ processes }) => processes.filter(({ live }) => live).length,
  unreadyProcesses: ({ processes }) =>
    processes.filter(({ live, report }) => live && report?.readiness.some(({ ready }) => !ready)).length,
  silentProcesses: ({ processes }) => processes.filter(({ liveness }) => liveness === 'SILENT').length,
  unreadableProcesses: ({ processes }) => processes.filter(({ unreadable }) => unreadable !== null).length,
  lagRecords: ({ partitions }) => totalLagRecords(partitions),
  lagMs: ({ partitions }) => worstLagMs(partitions),
  unheldPartitions: ({ partitions }) => unheldOf(partitions),
  recordsPerSecond: (picture: ClusterPicture) => picture.allOutcomes.perSecond,
}

const roles: Readonly<Record<OperatorRole, Role>> = { viewer: 'VIEWER', operator: 'OPERATOR', admin: 'ADMIN' }

const Node: NodeResolvers = {
  processes: ({ processes }, { first }) => processes.slice(0, boundedFirst(first, 10)),
  liveProcesses: ({ processes }) => processes.filter(({ live }) => live).length,
}

const Process: ProcessResolvers = {
  pid: ({ report }) => report?.process.pid,
  troupeVersion: ({ report }) => report?.process.troupeVersion,
  nodeVersion: ({ report }) => report?.process.nodeVersion,
  readiness: ({ report }) =>
    report && { ready: report.readiness.every(({ ready }) => ready), checks: report.readiness },
  health: ({ report }) => report?.health,
}

const Actor: ActorResolvers = {
  groupName: ({ group }) => group,
  processes: ({ processes }, { first }) => processes.slice(0, boundedFirst(first, 10)),
  liveProcesses: ({ processes }) => processes.length,
  reads: ({ reads }) => reads ?? [],
  registration: async ({ name, group }, _, { registrations }) => {
    const own = (await registrations()).filter((one) => one.actor === name && one.group === group)
    return own.find(({ state }) => state === 'enabled') ?? own[0]
  },
}

const roleNames = { current: 'CURRENT', canary: 'CANARY', shadow: 'SHADOW', former: 'FORMER' } as const

const ActorVersion: ActorVersionResolvers = { role: ({ role }) => roleNames[role] }

const OutboxSlice: OutboxSliceResolvers = { state: ({ state }) => sliceStates[state] }

const sliceStates = {
  'taking-over': 'TAKING_OVER',
  sending: 'SENDING',
  idle: 'IDLE',
  waiting: 'WAITING',
  ended: 'ENDED',
  orphan: 'ORPHAN',
} as const satisfies Record<OutboxSliceView['state'], OutboxSliceState>

const ParkedCounts: ParkedCountsResolvers = { oldestAgeMs: ({ oldestAgeMs }) => Math.round(oldestAgeMs) }

const Group: GroupResolvers = {
  members: ({ members }, { first }) => members.slice(0, boundedFirst(first, 20)),
  liveMembers: ({ members }) => members.length,
  partitions: ({ partitions }, page) => pageInMemory(partitions, 'partitions', placeOf, page),
  partitionCount: ({ partitions }) => partitions.length,
  unheldPartitions: ({ partitions }) => unheldOf(partitions),
  unknownLagPartitions: ({ partitions }) =>
    partitions.filter(
      ({ status }) => ![status.lagRecords, status.lagMs].every((lag) => typeof lag === 'number'),
    ).length,
  lagRecords: ({ partitions }) => totalLagRecords(partitions),
  lagMs: ({ partitions }) => worstLagMs(partitions),
}

const unheldOf = (partitions: readonly PartitionView[]): number =>
  partitions.filter(({ hold }) => hold === 'UNHELD').length

/** null: none is known. */
const totalLagRecords = (partitions: readonly PartitionView[]): number | null => {
  const known = partitions.flatMap(({ status }) => status.lagRecords ?? [])
  return known.length === 0 ? null : known.reduce((sum, lag) => sum + lag, 0)
}

const worstLagMs = (partitions: readonly PartitionView[]): number | null => {
  const known = partitions.flatMap(({ status }) => status.lagMs ?? [])
  // A process may tell parts of a millisecond.
  return known.length === 0 ? null : Math.round(known.reduce((worst, lag) => Math.max(worst, lag), 0))
}

const mapped = <T>(value: number | null | undefined, map: (value: number) => T): T | null =>
  typeof value === 'number' ? map(value) : null

const Partition: PartitionResolvers = {
  topic: ({ status }) => status.topic,
  partition: ({ status }) => status.partition,
  process: ({ told }) => (told.live ? told : null),
  asOf: ({ told }) => told.lastBeat,
  position: ({ status }) => status.position,
  frontier: ({ status }) => status.frontier,
  end: ({ status }) => status.end,
  lagRecords: ({ status }) => status.lagRecords,
  lagMs: ({ status }) => mapped(status.lagMs, Math.round),
  units: ({ status }) => status.units,
}

const Unit: UnitResolvers = {
  oldestUnfinishedAt: ({ oldestUnfinishedAtMs }) => mapped(oldestUnfinishedAtMs, (at) => new Date(at)),
}

const ErrorSighting: ErrorSightingResolvers = {
  at: ({ atMs }) => new Date(atMs),
  // Reports of the first form did not count them.
  times: ({ times }) => mapped(times, Number) ?? 1,
}

export const resolvers = {
  Query: {
    ...Query,
    ...commandQueries,
    ...letterQueries,
    ...trackingQueries,
    ...recordQueries,
    ...replayQueries,
  },
  Mutation: {
    ...unitMutations,
    ...nodeMutations,
    ...redriveMutations,
    ...replayMutations,
    ...parkedMutations,
    ...registrationMutations,
    ...versionMutations,
  },
  Subscription: subscriptions,
  ...commandTypes,
  ...letterTypes,
  ...trackingTypes,
  ...recordTypes,
  ...replayTypes,
  Cluster,
  Node,
  Process,
  Actor,
  ActorVersion,
  Group,
  Partition,
  Unit,
  ErrorSighting,
  OutboxSlice,
  ParkedCounts,
}
