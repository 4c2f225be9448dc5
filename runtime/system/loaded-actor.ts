/** An actor as this application runs it: its definition with what the application's options add. */

import type { ActorDefinition } from '../actor/index.ts'
import type { ActorShape } from '../control/index.ts'

export interface LoadedActor {
  readonly definition: ActorDefinition
  /** URL of its module, which workers import. */
  readonly url: string
  readonly group: string
  /** Topics that may hold what it receives. */
  readonly topics: readonly string[]
  /** Lanes a partition is split into for it. */
  readonly lanes: number
  /** Where it is registered: its module and that file's version, `invoices@3fa9c1d2e4b5`. */
  readonly version?: string | undefined
  /** Another version of it that has some of the partitions. */
  readonly canary?: Canary | undefined
}

export interface Canary {
  readonly actor: LoadedActor
  readonly partitions: readonly number[]
}

/** The version that a partition belongs to. */
export const versionOf = (actor: LoadedActor, partition: number): LoadedActor =>
  actor.canary?.partitions.includes(partition) === true ? actor.canary.actor : actor

export const shapeOf = ({ definition, group, topics }: LoadedActor): ActorShape => ({
  actor: definition.name,
  group,
  topics,
  order: definition.order,
  effects: definition.effects,
  startFrom: definition.startFrom,
})
