/**
 * The workers of a process: its threads, and the process beside it in which records are tried that may have ended an
 * owner before.
 */

import { availableParallelism } from 'node:os'
import { unhandledTopicOf, type Options } from '../config/index.ts'
import type { TroupeError } from '../errors.ts'
import {
  ProcessWorker,
  WorkerPool,
  type DiscardTask,
  type TaskResult,
  type WorkerTask,
  type WorkerUtilization,
} from '../pool/index.ts'
import type { Log, Telemetry } from '../telemetry/index.ts'
import type { Application } from './application.ts'
import type { WorkerSettings } from './worker-settings.ts'

export interface WorkersPorts {
  readonly log: Log
  readonly telemetry: Telemetry
  readonly onFatal: (error: TroupeError) => void
}

export class Workers {
  readonly #threads: WorkerPool
  /** Not started before it is needed. */
  readonly #process: ProcessWorker

  /** `owner`: id of this life of the process. Throws WORKER_LOST when a thread cannot load its entry. */
  static async start(
    options: Options,
    application: Application,
    owner: string,
    { log, telemetry, onFatal }: WorkersPorts,
  ): Promise<Workers> {
    const settings = settingsOf(options, application, telemetry.tracing.enabled, owner)
    const threads = await WorkerPool.start({
      workerUrl: beside('worker'),
      settings,
      threads: options.workerThreads === 0 ? availableParallelism() : options.workerThreads,
      ...(options.workerHeapMb > 0 && { heapMb: options.workerHeapMb }),
      log,
      onWorkerLost: () => telemetry.meters.workerLost(),
      onFatal,
    })
    return new Workers(threads, new ProcessWorker({ entryUrl: beside('cautious-process'), settings, log }))
  }

  private constructor(threads: WorkerPool, process: ProcessWorker) {
    this.#threads = threads
    this.#process = process
  }

  run(task: WorkerTask, affinity: string): Promise<TaskResult> {
    const isApart = task.kind === 'handle' ? task.isCautious === true : this.#isKeptApart(task)
    return isApart ? this.#process.run(task) : this.#threads.run(task, affinity)
  }

  #isKeptApart(task: WorkerTask): boolean {
    return task.kind === 'resume' && this.#process.keeps(task.token)
  }

  async discard(task: DiscardTask): Promise<void> {
    this.#process.discard(task)
    await this.#threads.discard(task)
  }

  forget(affinity: string): void {
    this.#threads.forget(affinity)
  }

  utilization(): readonly WorkerUtilization[] {
    return this.#threads.utilization()
  }

  async close(deadlineMs: number): Promise<void> {
    await Promise.all([this.#process.close(), this.#threads.close(deadlineMs)])
  }
}

/** Sources are .ts, what is built is .js. */
const beside = (module: string): URL =>
  new URL(`./${module}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** For a shadow: without Postgres, so that nothing of what it makes can be kept, and behind all others for the processor. */
export const shadowProcess = (
  options: Options,
  application: Application,
  owner: string,
  log: Log,
): ProcessWorker =>
  new ProcessWorker({
    entryUrl: beside('cautious-process'),
    settings: { ...settingsOf(options, application, false, owner), databaseUrl: '' },
    log,
    isBackground: true,
  })

const settingsOf = (
  options: Options,
  { catalogue, mapping }: Application,
  traces: boolean,
  owner: string,
): WorkerSettings => ({
  registry: {
    url: options.schemaRegistryUrl,
    username: options.schemaRegistryUsername,
    password: options.schemaRegistryPassword,
  },
  subjects: options.schemaSubjects,
  databaseUrl: options.databaseUrl,
  databaseConnections: options.databaseConnections,
  inboxDays: options.inboxDays,
  owner,
  deadLetterTopic: options.kafkaDlqTopic,
  unhandledTopic: unhandledTopicOf(options),
  logLevel: options.logLevel,
  traces,
  schemas: catalogue.names.map((name) => ({
    name,
    schema: catalogue.latest(name).schema,
    topic: mapping.topicOf(name),
  })),
})
