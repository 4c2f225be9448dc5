import type { EffectsStore } from '../delivery/effects.ts'
import type { DecoderCache } from '../serde/index.ts'
import type { Circumstances } from './circumstances.ts'
import type { Conversation } from './conversation.ts'
import type { Dependencies } from './dependencies.ts'
import type { EventRoutes } from './event-routes.ts'
import type { HandleTask } from './messages.ts'
import type { EmittedSchemaIds } from './outgoing-order.ts'
import type { StageClock } from './stage-times.ts'
import type { TaskScope } from './task-scope.ts'
import type { SchemaSource } from './writer-schemas.ts'

/** One task and all it needs. */
export interface BatchWork {
  readonly task: HandleTask
  readonly scope: TaskScope
  readonly routes: EventRoutes
  readonly conversation: Conversation
  readonly circumstances: Circumstances
  readonly decoders: DecoderCache
  readonly schemas: SchemaSource
  readonly dependencies: Dependencies
  readonly emittedIds: EmittedSchemaIds
  readonly clock: StageClock
  /** Throws when the process has no database. */
  readonly store: () => EffectsStore
}
