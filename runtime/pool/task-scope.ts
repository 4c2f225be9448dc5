/**
 * What all records of one task share.
 *
 * A class, and no object literal with getters: each of those would have a shape of its own, and every look of the hot
 * path at any of its members would be a search.
 */

import type { ActorDefinition, ActorLog } from '../actor/index.ts'
import { BatchReader } from '../batch/index.ts'
import type { InteractiveTransaction, Unit } from '../delivery/index.ts'
import { BatchTracer, type TracerPorts } from './batch-tracer.ts'
import type { Conversation } from './conversation.ts'
import type { Dependencies } from './dependencies.ts'
import type { EmissionMaker } from './emissions.ts'
import type { HandleTask } from './messages.ts'
import type { UnderWay } from './under-way.ts'

export type WriteLog = (level: keyof ActorLog, message: string, fields: object) => void

/** What a scope needs of the host's ports. */
export interface ScopePorts {
  readonly writeLog: WriteLog
  /** Lines of this level are written somewhere; default: all. */
  readonly isLogged?: (level: keyof ActorLog) => boolean
  /** ms since the epoch. */
  now(): number
  /** Undefined: nobody wants spans. */
  readonly tracing?: TracerPorts | undefined
}

export interface ScopeParts {
  readonly task: HandleTask
  readonly actor: ActorDefinition
  readonly conversation: Conversation
  readonly dependencies: Dependencies
  readonly emissions: EmissionMaker
  readonly underWay: UnderWay
}

export class TaskScope {
  readonly unit: Unit
  readonly actor: ActorDefinition
  readonly reader: BatchReader
  readonly emissions: EmissionMaker
  readonly underWay: UnderWay
  /** effects: 'postgres'. */
  readonly keepsEffects: boolean
  /** Nothing of what its records collect is kept. */
  readonly isShadow: boolean
  /** What its records come to is to be compared. */
  readonly isObserved: boolean
  readonly writeLog: WriteLog
  /** Undefined: nobody wants spans. */
  readonly tracer: BatchTracer | undefined
  /** Open while an actor with `sql: true` handles its records. */
  transaction: InteractiveTransaction | undefined = undefined
  readonly #ports: ScopePorts
  readonly #conversation: Conversation
  readonly #dependencies: Dependencies
  readonly #alarms = new Set<string>()
  #timesAway = 0

  constructor(
    { task, actor, conversation, dependencies, emissions, underWay }: ScopeParts,
    ports: ScopePorts,
  ) {
    this.unit = task.unit
    this.actor = actor
    this.reader = new BatchReader(task.batch)
    this.emissions = emissions
    this.underWay = underWay
    this.keepsEffects = actor.effects === 'postgres'
    this.isShadow = task.shadow !== undefined
    this.isObserved = this.isShadow || task.isObserved === true
    this.writeLog = ports.writeLog
    this.tracer = ports.tracing && new BatchTracer(ports.tracing, () => ports.now())
    this.#ports = ports
    this.#conversation = conversation
    this.#dependencies = dependencies
  }

  /** Aborted when the unit is given up. */
  get signal(): AbortSignal {
    return this.#conversation.signal
  }

  /** The unit was given up: nothing may be started or applied any more. */
  get discarded(): boolean {
    return this.#conversation.discarded
  }

  /** ms since the epoch. */
  now(): number {
    return this.#ports.now()
  }

  /** Lines of this level are written somewhere. */
  isLogged(level: keyof ActorLog): boolean {
    return this.#ports.isLogged?.(level) ?? true
  }

  /** A warning, once a task however often it is said. */
  alarmOnce(message: string, fields: object): void {
    if (!this.#alarms.has(message)) this.writeLog('warn', message, fields)
    this.#alarms.add(message)
  }

  /** Is it a handler's word that a dependency of the actor is away? Then no more records of the task are begun. */
  tellAway(thrown: unknown): boolean {
    const name = dependencyOf(thrown)
    const times = name === undefined ? undefined : this.#dependencies.foundAway(this.actor, name)
    this.#timesAway = times ?? this.#timesAway
    return times !== undefined
  }

  /** How often in a row it was; 0: no handler of this task has said so. */
  timesAway(): number {
    return this.#timesAway
  }
}

/** Told by its form: an actor may have a copy of the class of its own. */
const dependencyOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && thrown.name === 'DependencyAway' && 'dependency' in thrown
    ? String(thrown.dependency)
    : undefined
