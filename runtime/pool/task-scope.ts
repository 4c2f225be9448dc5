/** What all records of one task share. */

import type { ActorDefinition, ActorLog } from '../actor/index.ts'
import type { BatchReader } from '../batch/index.ts'
import type { InteractiveTransaction, Unit } from '../delivery/index.ts'
import type { BatchTracer } from './batch-tracer.ts'
import type { EmissionMaker } from './emissions.ts'
import type { UnderWay } from './under-way.ts'

export type WriteLog = (level: keyof ActorLog, message: string, fields: object) => void

export interface TaskScope {
  readonly unit: Unit
  readonly actor: ActorDefinition
  readonly reader: BatchReader
  readonly emissions: EmissionMaker
  /** effects: 'postgres'. */
  readonly keepsEffects: boolean
  readonly signal: AbortSignal
  /** ms since the epoch. */
  now(): number
  readonly underWay: UnderWay
  readonly writeLog: WriteLog
  /** Lines of this level are written somewhere. */
  isLogged(level: keyof ActorLog): boolean
  /** A warning, once a task however often it is said. */
  alarmOnce(message: string, fields: object): void
  /** Undefined: nobody wants spans. */
  readonly tracer: BatchTracer | undefined
  /** The unit was given up: nothing may be started or applied any more. */
  readonly discarded: boolean
  /** Is it a handler's word that a dependency of the actor is away? Then no more records of the task are begun. */
  tellAway(thrown: unknown): boolean
  /** How often in a row it was; 0: no handler of this task has said so. */
  timesAway(): number
  /** Open while an actor with `sql: true` handles its records. */
  transaction: InteractiveTransaction | undefined
}
