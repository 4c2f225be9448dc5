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
  /** Another version that sees its records, and does nothing. */
  readonly shadow?: Shadow | undefined
}

/** Its module is loaded in a process of its own only. `partitions`: empty: all. */
export type Shadow = { readonly version: string; readonly partitions: readonly number[] } & (
  | { readonly kind: 'ready'; readonly url: string }
  /** It cannot be had here, and nobody else has a part in that. */
  | { readonly kind: 'missing'; readonly reason: string }
)

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
