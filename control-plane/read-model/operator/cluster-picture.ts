/**
 * Nodes, actors, groups, partitions and outcomes, put together from what the processes said. Pure: the reports and the
 * time they were read come in. Each list is made when it is asked for the first time, and sorted as its pages go.
 */

import type {
  ActorStatus,
  ErrorSighting,
  ParkedStatus,
  Unit,
  UnitStatus,
} from '../../../runtime/control/index.ts'
import { drainMsOf, slowest } from './drain-estimate.ts'
import { type EventReaderView, type EventTypeView, eventTypesOf } from './event-types.ts'
import { actorVersions, type ActorVersionView } from './actor-versions.ts'
import { type OutcomesView, sumOfOutcomes, type ToldOutcome, toldOutcomes } from './outcome-sums.ts'
import { sumOfParked } from './parked-sums.ts'
import { partitionViews, type PartitionView } from './partition-view.ts'
import type { ProcessView } from './process-view.ts'

export interface NodeView {
  readonly name: string
  /** Live ones first, the latest report first. */
  readonly processes: readonly ProcessView[]
}

export interface ActorView extends Omit<ActorStatus, 'versions'> {
  /** Live ones. */
  readonly processes: readonly ProcessView[]
  readonly consistent: boolean
  readonly outcomes: OutcomesView
  readonly versions: readonly ActorVersionView[]
  /** Of the units that live processes have. */
  readonly parked: ParkedStatus | null
}

export interface GroupMemberView {
  readonly process: ProcessView
  readonly joined: boolean
  readonly partitionCount: number
}

export interface GroupView {
  readonly name: string
  /** Live ones. */
  readonly members: readonly GroupMemberView[]
  readonly partitions: readonly PartitionView[]
  readonly outcomes: OutcomesView
  readonly parked: ParkedStatus | null
  readonly drainMs: number | null
}

export interface UnitOutcomesView {
  readonly groupName: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
  readonly outcomes: OutcomesView
}

export interface ErrorView extends ErrorSighting {
  readonly process: ProcessView
  /** Where the process runs the actor in one group only; else not known. */
  readonly group: string | null
}

export type ReadEventView = EventTypeView<ActorView>
export type ReaderView = EventReaderView<ActorView>

export class ClusterPicture {
  readonly readAt: Date
  /** By node and id. */
  readonly processes: readonly ProcessView[]
  readonly #told = memo(() => toldOutcomes(this.processes))
  readonly #partitions = memo(() =>
    partitionViews(this.processes)
      .map((held) => ({
        ...held,
        drainMs: drainMsOf(held.status, this.#finishing(held.groupName, held.status)),
      }))
      .toSorted(by(({ groupName, status }) => [groupName, status.topic, status.partition])),
  )
  readonly #byUnit = memo(() => Map.groupBy(this.#told(), unitKey))

  constructor(readAt: Date, processes: readonly ProcessView[]) {
    this.readAt = readAt
    this.processes = processes.toSorted(by(({ nodeName, id }) => [nodeName, id]))
  }

  /** By name. */
  get nodes(): readonly NodeView[] {
    return [...Map.groupBy(this.processes, ({ nodeName }) => nodeName)].map(([name, processes]) => ({
      name,
      processes: processes.toSorted(by(({ live, lastBeat, id }) => [live ? 0 : 1, -lastBeat.getTime(), id])),
    }))
  }

  /** By group and name. */
  get actors(): readonly ActorView[] {
    const described = this.processes.flatMap((process) =>
      (process.report?.actors ?? []).map((status) => ({ process, status })),
    )
    const told = Map.groupBy(this.#told(), ({ group, actor }) => JSON.stringify([group, actor]))
    const units = Map.groupBy(this.#heldUnits(), ({ group, unit }) => JSON.stringify([group, unit.actor]))
    return [...Map.groupBy(described, ({ status }) => JSON.stringify([status.group, status.name]))]
      .map(([key, all]) => actorView(all, told.get(key) ?? [], units.get(key)?.map(({ unit }) => unit) ?? []))
      .toSorted(by(({ group, name }) => [group, name]))
  }

  /** By name. */
  get groups(): readonly GroupView[] {
    const said = this.processes.flatMap((process) =>
      (process.report?.groups ?? []).map((group) => ({ process, group })),
    )
    const partitions = Map.groupBy(this.#partitions(), ({ groupName }) => groupName)
    const told = Map.groupBy(this.#told(), ({ group }) => group)
    return [...Map.groupBy(said, ({ group }) => group.name)]
      .map(([name, all]) => ({
        name,
        parked: sumOfParked((partitions.get(name) ?? []).flatMap(({ status }) => status.units)),
        drainMs: slowest((partitions.get(name) ?? []).map(({ drainMs }) => drainMs)),
        members: all
          .filter(({ process }) => process.live)
          .map(({ process, group }) => ({
            process,
            joined: group.joined,
            partitionCount: group.assignments.length,
          })),
        partitions: partitions.get(name) ?? [],
        outcomes: sumOfOutcomes(told.get(name) ?? []),
      }))
      .toSorted(by(({ name }) => [name]))
  }

  /** By group, topic and partition. */
  get partitions(): readonly PartitionView[] {
    return this.#partitions()
  }

  /** By group, actor, topic and partition. */
  get outcomes(): readonly UnitOutcomesView[] {
    return [...this.#byUnit().values()]
      .map((told) => {
        const [{ group: groupName, actor, topic, partition }] = told as [ToldOutcome]
        return { groupName, actor, topic, partition, outcomes: sumOfOutcomes(told) }
      })
      .toSorted(by(({ groupName, actor, topic, partition }) => [groupName, actor, topic, partition]))
  }

  /** By name. */
  get eventTypes(): readonly ReadEventView[] {
    return eventTypesOf(this.actors)
  }

  #finishing(group: string, { topic, partition }: PartitionView['status']): (actor: string) => number {
    return (actor) =>
      sumOfOutcomes(this.#byUnit().get(unitKey({ group, actor, topic, partition })) ?? []).perSecond
  }

  #heldUnits() {
    return this.#partitions().flatMap(({ groupName: group, status }) =>
      status.units.map((unit) => ({ group, unit })),
    )
  }

  get allOutcomes(): OutcomesView {
    return sumOfOutcomes(this.#told())
  }

  /** Newest first. */
  get errors(): readonly ErrorView[] {
    return this.processes
      .flatMap((process) =>
        (process.report?.lastErrors ?? []).map((error) => ({
          ...error,
          process,
          group: groupOf(error.actor, process.report?.actors ?? []),
        })),
      )
      .toSorted(by(({ atMs, process }) => [-atMs, process.id]))
  }
}

const actorView = (
  all: readonly { readonly process: ProcessView; readonly status: ActorStatus }[],
  told: readonly ToldOutcome[],
  units: readonly UnitStatus[],
): ActorView => {
  const live = all.filter(({ process }) => process.live)
  const [latest] = (live.length > 0 ? live : all).toSorted(
    by(({ process }) => [-process.lastBeat.getTime()]),
  ) as [(typeof all)[number]]
  return {
    ...latest.status,
    processes: live.map(({ process }) => process),
    consistent: new Set(live.map(({ status }) => descriptionOf(status))).size <= 1,
    outcomes: sumOfOutcomes(told),
    versions: actorVersions(live.map(({ status }) => status)),
    parked: sumOfParked(units),
  }
}

const unitKey = ({ group, actor, topic, partition }: Unit): string =>
  JSON.stringify([group, actor, topic, partition])

/** The same for processes that run the same version with the same options. */
const descriptionOf = (status: ActorStatus): string => {
  const { topics, receives, order, effects, concurrency, lanes, settings, reads } = status
  return JSON.stringify([
    topics.toSorted(),
    receives.toSorted(),
    order,
    effects,
    concurrency,
    lanes,
    settings,
    reads,
  ])
}

const groupOf = (actor: string | null, actors: readonly ActorStatus[]): string | null => {
  const groups = actors.filter(({ name }) => name === actor).map(({ group }) => group)
  return groups.length === 1 ? (groups[0] ?? null) : null
}

type SortKey = readonly (string | number)[]

/** Compares by code units and numbers, as cursors do. */
const by =
  <T>(keyOf: (item: T) => SortKey) =>
  (one: T, other: T): number =>
    compareKeys(keyOf(one), keyOf(other))

export const compareKeys = (one: SortKey, other: SortKey): number => {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? ''
    if (value < against) return -1
    if (value > against) return 1
  }
  return 0
}

const memo = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
