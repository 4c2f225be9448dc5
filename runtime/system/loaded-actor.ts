/** An actor as this application runs it: its definition with what the application's options add. */

import type { ActorDefinition } from '../actor/index.ts'

export interface LoadedActor {
  readonly definition: ActorDefinition
  /** URL of its module, which workers import. */
  readonly url: string
  readonly group: string
  /** Topics that may hold what it receives. */
  readonly topics: readonly string[]
  /** Lanes a partition is split into for it. */
  readonly lanes: number
}
