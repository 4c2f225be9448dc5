/**
 * The consume–handle–commit loop of one process, put together: producer, worker pool, and a consumer for each group.
 * Starts in the order in which each part needs the other, and stops in the reverse one.
 */

import { availableParallelism } from 'node:os'
import type { Options } from '../config/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { connectAdmin, RecordProducer, requireFeatures } from '../kafka/index.ts'
import { WorkerPool } from '../pool/index.ts'
import type { Log } from '../telemetry/index.ts'
import { byGroup, loadApplication, type Application } from './application.ts'
import { GroupRun, type GroupSettings } from './group-run.ts'
import { consumerSettings, kafkaSettings, producerSettings } from './kafka-settings.ts'
import { logStart } from './start-log.ts'
import { Tally } from './tally.ts'
import type { UnitPorts } from './unit-run.ts'
import type { WorkerSettings } from './worker-settings.ts'

export interface RuntimePorts {
  readonly log: Log
  /** The process can't go on: stop it with `exitCodes.fatal`. Called at most once. */
  readonly onFatal: (error: TroupeError) => void
}

type Stoppable = () => Promise<unknown>

export class Runtime {
  readonly application: Application
  readonly tally = new Tally()
  readonly #log: Log
  readonly #groups: GroupRun[] = []
  /** In the order they were started. */
  readonly #parts: { readonly name: string; readonly stop: Stoppable }[] = []
  #stopping: Promise<void> | undefined

  private constructor(application: Application, log: Log) {
    this.application = application
    this.#log = log
  }

  /**
   * Throws before anything is consumed: CONFIG_INVALID, FEATURE_NOT_BUILT, ACTOR_NOT_LOADED, TOPIC_MISSING,
   * KAFKA_UNAVAILABLE. What was started by then is stopped.
   */
  static async start(options: Options, { log, onFatal }: RuntimePorts): Promise<Runtime> {
    requireFeatures({ ...kafkaSettings(options), compression: options.kafkaCompression })
    const application = await loadApplication(options)
    logStart(log, options, application)
    const runtime = new Runtime(application, log)
    try {
      await runtime.#start(options, onceOnly(onFatal))
      return runtime
    } catch (error) {
      await runtime.stop()
      throw error
    }
  }

  /** Assigned partitions by group, with the frontier of each. */
  assignments(): Readonly<Record<string, ReturnType<GroupRun['assignments']>>> {
    return Object.fromEntries(this.#groups.map((group) => [group.name, group.assignments()]))
  }

  /** Drains, commits, leaves, flushes, closes. A second call waits for the first. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopParts()
    return await this.#stopping
  }

  async #start(options: Options, onFatal: (error: TroupeError) => void): Promise<void> {
    await this.#ensureTopics(options)
    const producer = await RecordProducer.connect(producerSettings(options))
    this.#onStop('producer', () => producer.close(options.drainTimeoutMs))
    const pool = await WorkerPool.start({
      workerUrl: new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
      settings: workerSettings(options, this.application),
      threads: options.workerThreads || availableParallelism(),
      log: this.#log,
      onFatal,
    })
    this.#onStop('worker pool', () => pool.close())
    const ports: UnitPorts = {
      run: (task, affinity) => pool.run(task, affinity),
      discard: (unit, epoch) => pool.discard({ kind: 'discard', unit, epoch }),
      produceAll: (records) => producer.produceAll(records),
      tally: this.tally,
      log: this.#log,
      random: Math.random,
      fatal: onFatal,
    }
    await this.#startGroups(options, ports)
  }

  async #startGroups(options: Options, ports: UnitPorts): Promise<void> {
    const settings = groupSettings(options)
    const starting = [...byGroup(this.application.actors)].map(async ([groupId, actors]) => {
      const startFrom = actors[0]?.definition.startFrom ?? 'earliest'
      const consumer = consumerSettings(options, { groupId, startFrom })
      const group = await GroupRun.start(actors, { ...settings, consumer }, ports)
      this.#groups.push(group)
      return group
    })
    // Registered before the first one can fail: all are stopped together, since each may have to drain.
    this.#onStop('consumers', async () => {
      await Promise.allSettled(starting)
      await Promise.all(this.#groups.map((group) => group.stop()))
    })
    await Promise.all(starting)
  }

  async #ensureTopics(options: Options): Promise<void> {
    const admin = await connectAdmin(kafkaSettings(options))
    try {
      const ofDomains = this.application.mapping.topics.map(({ topic, partitions }) => ({
        topic,
        partitions,
      }))
      const deadLetters = {
        topic: options.kafkaDlqTopic,
        partitions: options.kafkaPartitions,
        ...deadLetterTopic,
      }
      await admin.ensureTopics([...ofDomains, deadLetters], {
        create: options.kafkaCreateTopics,
        replicationFactor: options.kafkaReplicationFactor,
      })
    } finally {
      await admin.close()
    }
  }

  #onStop(name: string, stop: Stoppable): void {
    this.#parts.push({ name, stop })
  }

  async #stopParts(): Promise<void> {
    for (const { name, stop } of this.#parts.toReversed()) {
      try {
        await stop()
      } catch (error) {
        this.#log.error(`the ${name} did not stop cleanly: ${messageOf(error)}`)
      }
    }
    this.#log.info('stopped', { handled: this.tally.snapshot() })
  }
}

/** A dead letter is its record with headers: a record as large as its topic allows must still fit. */
const deadLetterTopic = { config: { 'max.message.bytes': '10485760' } } as const

const groupSettings = (options: Options): Omit<GroupSettings, 'consumer'> => ({
  batchRecords: options.batchRecords,
  batchBytes: options.batchBytes,
  creditRecords: options.creditRecords,
  creditBytes: options.creditBytes,
  commitIntervalMs: options.commitIntervalMs,
  drainTimeoutMs: options.drainTimeoutMs,
})

const workerSettings = (options: Options, { catalogue, mapping }: Application): WorkerSettings => ({
  registry: {
    url: options.schemaRegistryUrl,
    username: options.schemaRegistryUsername,
    password: options.schemaRegistryPassword,
  },
  subjects: options.schemaSubjects,
  databaseUrl: options.databaseUrl,
  databaseConnections: options.databaseConnections,
  deadLetterTopic: options.kafkaDlqTopic,
  schemas: catalogue.names.map((name) => ({
    name,
    schema: catalogue.latest(name).schema,
    topic: mapping.topicOf(name),
  })),
})

const onceOnly = (tell: (error: TroupeError) => void): ((error: TroupeError) => void) => {
  let told = false
  return (error) => {
    if (told) return
    told = true
    tell(error)
  }
}
