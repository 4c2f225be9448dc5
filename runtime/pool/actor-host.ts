/**
 * Everything a worker does with a task. What touches the outside is passed in, so the same host runs in a worker
 * thread, in a test, and in memory.
 */

import type { EffectsStore } from '../delivery/effects.ts'
import type { Unit } from '../delivery/unit.ts'
import { TroupeError } from '../errors.ts'
import { DecoderCache } from '../serde/index.ts'
import type { Circumstances } from './circumstances.ts'
import { Conversation, Discarded } from './conversation.ts'
import { Dependencies } from './dependencies.ts'
import { EmissionMaker, EmittedTypes, type EmissionRules } from './emissions.ts'
import { failureData } from './failure-data.ts'
import { Fenced } from './fenced.ts'
import { handleBatch } from './handle-batch.ts'
import { LoadedActors, type LoadedActor, type LoadModule } from './loaded-actors.ts'
import type { DiscardTask, HandleTask, ResumeTask, TaskResult, WorkerTask } from './messages.ts'
import { EmittedSchemaIds } from './outgoing-order.ts'
import { StageClock } from './stage-times.ts'
import { TaskScope, type ScopePorts } from './task-scope.ts'
import { threadOf, tokenOf } from './token.ts'
import { UnderWay, underWayCells } from './under-way.ts'
import type { SchemaSource } from './writer-schemas.ts'

export interface HostPorts extends Circumstances, ScopePorts {
  /** Of the thread this host runs in; any number where there is no thread. */
  readonly threadId: number
  readonly loadModule: LoadModule
  readonly schemas: SchemaSource
  readonly emissions: EmissionRules
  /** Undefined: the process has no database, and actors with effects 'postgres' can't be handled. */
  readonly store: EffectsStore | undefined
  /** Where the records of a task are named; default: in the memory that it brings along. */
  readonly underWayOf?: (task: HandleTask) => UnderWay
  /** ms that never go back, for measuring; with fractions. */
  monotonicMs(): number
}

export class ActorHost {
  readonly #ports: HostPorts
  readonly #decoders = new DecoderCache()
  readonly #actors: LoadedActors
  readonly #emittedTypes: EmittedTypes
  readonly #emittedIds: EmittedSchemaIds
  readonly #conversations = new Map<number, Conversation>()
  readonly #dependencies: Dependencies
  #serial = 0

  constructor(ports: HostPorts) {
    this.#ports = ports
    this.#actors = new LoadedActors(ports.loadModule, this.#decoders)
    this.#emittedTypes = new EmittedTypes(ports.emissions)
    this.#emittedIds = new EmittedSchemaIds(ports.schemas)
    this.#dependencies = new Dependencies(() => ports.monotonicMs())
  }

  /** Never rejects: what goes wrong is in the answer. */
  async handle(task: WorkerTask): Promise<TaskResult> {
    switch (task.kind) {
      case 'handle':
        return this.#begin(task)
      case 'resume':
        return this.#resume(task)
      case 'discard':
        this.#discard(task)
        return { kind: 'done' }
      case 'stop':
        await this.#stop()
        return { kind: 'done' }
      case 'hello':
        return { kind: 'done' }
      default:
        return task satisfies never
    }
  }

  /** Names of the actors with work under way: who an error out of nowhere may have come from. */
  busyActors(): readonly string[] {
    return [...new Set([...this.#conversations.values()].map(({ unit }) => unit.actor))]
  }

  #begin(task: HandleTask): Promise<TaskResult> {
    const conversation = new Conversation(
      tokenOf(this.#ports.threadId, ++this.#serial),
      task.unit,
      task.epoch,
    )
    this.#conversations.set(conversation.token, conversation)
    const answer = conversation.next()
    void this.#work(task, conversation).then((result) => {
      this.#conversations.delete(conversation.token)
      conversation.finish(result)
    })
    return answer
  }

  async #work(task: HandleTask, conversation: Conversation): Promise<TaskResult> {
    try {
      const actor = await this.#actors.get(task.url, task.actor)
      return await handleBatch({
        task,
        scope: this.#scope(task, actor, conversation),
        routes: actor.routes,
        conversation,
        circumstances: this.#ports,
        decoders: this.#decoders,
        schemas: this.#ports.schemas,
        dependencies: this.#dependencies,
        emittedIds: this.#emittedIds,
        clock: new StageClock(() => this.#ports.monotonicMs()),
        store: () => this.#store(task.actor),
      })
    } catch (error) {
      if (error instanceof Discarded) return { kind: 'discarded' }
      if (error instanceof Fenced) return { kind: 'fenced', on: error.on }
      return { kind: 'failed', failure: failureData(error), batch: task.batch }
    }
  }

  #scope(task: HandleTask, { definition }: LoadedActor, conversation: Conversation): TaskScope {
    const parts = {
      task,
      actor: definition,
      conversation,
      dependencies: this.#dependencies,
      emissions: new EmissionMaker(this.#emittedTypes, definition.name),
      underWay: this.#ports.underWayOf?.(task) ?? (task.underWay ? new UnderWay(task.underWay) : unseen()),
    }
    return new TaskScope(parts, this.#ports)
  }

  #store(actor: string): EffectsStore {
    if (this.#ports.store) return this.#ports.store
    throw new TroupeError(
      'CONFIG_INVALID',
      `actor '${actor}' has effects 'postgres', but there is no DATABASE_URL`,
    )
  }

  async #resume({ token }: ResumeTask): Promise<TaskResult> {
    const conversation = this.#conversations.get(token)
    if (conversation?.isAsking) return conversation.resume()
    // A token of this thread is gone because its unit was given up; one of another because that thread died.
    if (threadOf(token) === this.#ports.threadId) return { kind: 'discarded' }
    const lost = new TroupeError('WORKER_LOST', 'the worker thread that kept this work has ended')
    return { kind: 'failed', failure: failureData(lost) }
  }

  #discard({ unit, epoch }: DiscardTask): void {
    for (const conversation of this.#conversations.values()) {
      if (conversation.epoch <= epoch && isSameUnit(conversation.unit, unit)) conversation.discard()
    }
  }

  async #stop(): Promise<void> {
    for (const conversation of this.#conversations.values()) conversation.discard()
    await this.#ports.store?.close()
  }
}

/** Nobody looks. */
const unseen = (): UnderWay => new UnderWay(underWayCells(0))

const isSameUnit = (a: Unit, b: Unit): boolean =>
  a.group === b.group && a.actor === b.actor && a.topic === b.topic && a.partition === b.partition
