/**
 * One scenario's world on the shared services: a topic, a dead-letter topic and a group of its own, the processes it
 * starts, and what it sees of them from outside. Everything ends with the test.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Kafka, { type Message } from 'node-rdkafka'
import type { Test } from 'tap'
import {
  connectAdmin,
  connectGroupOffsets,
  type GroupOffsets,
  type PartitionOffsets,
} from '../../../runtime/kafka/index.ts'
import type { Offset, TopicPartition } from '../../../runtime/topic-partition.ts'
import { openDatabase } from '../../../runtime/store/index.ts'
import { readCommitted } from '../committed-reader.ts'
import { TroupeProcess } from '../troupe-process.ts'
import { waitUntil } from '../wait-until.ts'
import { CommitWatch } from './commit-watch.ts'
import { CommittedSampler } from './committed-sampler.ts'
import { trialServices, type TrialServices } from './services-of-trials.ts'
import { TrialProducer } from './trial-producer.ts'
import { Witness } from './witness.ts'

export interface TrialOptions {
  readonly partitions: number
  /** For all of its processes. */
  readonly env?: Readonly<Record<string, string>>
  /** Settings of the dead-letter topic. */
  readonly deadLetterConfig?: Readonly<Record<string, string>>
  /** Instead of the shared one. */
  readonly registryUrl?: string
  /** Instead of the shared ones: as clients are told, where a proxy stands between. */
  readonly brokers?: string
  /** Instead of the shared one, for its processes. */
  readonly databaseUrl?: string
}

/** A dead process is noticed after 4 s, and a test sees what was committed at once. */
const trialEnv = {
  KAFKA_SESSION_TIMEOUT_MS: '4000',
  COMMIT_INTERVAL_MS: '20',
  WORKER_THREADS: '2',
  LOG_LEVEL: 'info',
}

let trials = 0

export class Trial {
  readonly topic: string
  readonly deadLetterTopic: string
  readonly unhandledTopic: string
  readonly group: string
  readonly folder = mkdtempSync(join(tmpdir(), 'troupe-trial-'))
  readonly witness = new Witness(this.folder)
  readonly #services: TrialServices
  readonly #options: TrialOptions
  #partitionCount: number
  readonly #cleanUp: (() => unknown)[] = []
  readonly #processes: TroupeProcess[] = []
  #producer: TrialProducer | undefined
  #offsets: GroupOffsets | undefined
  #relay: TroupeProcess | undefined

  static async begin(t: Test, options: TrialOptions): Promise<Trial> {
    const trial = new Trial(options)
    t.teardown(() => trial.#end(t.passing()))
    await trial.#begin()
    return trial
  }

  private constructor(options: TrialOptions) {
    trials += 1
    const name = `trial-${Date.now().toString(36)}-${String(process.pid)}-${String(trials)}`
    this.topic = name
    this.deadLetterTopic = `${name}.dead`
    this.unhandledTopic = `${name}.unhandled`
    this.group = `${name}-group`
    this.#options = options
    this.#partitionCount = options.partitions
    const services = trialServices()
    this.#services = {
      SCHEMA_REGISTRY_URL: options.registryUrl ?? services.SCHEMA_REGISTRY_URL,
      KAFKA_BROKERS: options.brokers ?? services.KAFKA_BROKERS,
      DATABASE_URL: options.databaseUrl ?? services.DATABASE_URL,
    }
  }

  get brokers(): string {
    return this.#services.KAFKA_BROKERS
  }

  get producer(): TrialProducer {
    return this.#producer!
  }

  get partitions(): readonly TopicPartition[] {
    return Array.from({ length: this.#partitionCount }, (_, partition) => ({
      topic: this.topic,
      partition,
    }))
  }

  /** Starts a consumer process and waits until it says that it runs. */
  async start(name: string, env: Readonly<Record<string, string>> = {}): Promise<TroupeProcess> {
    const started = this.launch(name, env)
    await started.says('running')
    return started
  }

  /** Starts a consumer process, or another. `root`: of another version of the project. */
  launch(
    name: string,
    env: Readonly<Record<string, string>> = {},
    entry = 'runtime/main.ts',
    root?: string,
  ): TroupeProcess {
    const all = { ...process.env, ...this.env(), ...env }
    const started = new TroupeProcess(name, entry, all, this.folder, root)
    this.#processes.push(started)
    return started
  }

  /** Where the group stands, by partition; undefined: nothing committed. */
  async committed(): Promise<readonly (Offset | undefined)[]> {
    return (await this.#offsets!.of(this.partitions)).map(({ committed }) => committed)
  }

  /** Everything published is committed. `timeoutMs`: without anything being committed. */
  async untilAllCommitted(timeoutMs = 60_000): Promise<void> {
    await this.#untilCommitted('everything published', timeoutMs, ({ high }) => high)
  }

  /** These are committed. */
  async untilCommitted(places: readonly (TopicPartition & { readonly offset: Offset })[]): Promise<void> {
    const next = new Map<number, Offset>()
    for (const { partition, offset } of places)
      next.set(partition, Math.max(next.get(partition) ?? 0, offset + 1))
    await this.#untilCommitted('what was published', 60_000, ({ partition }) => next.get(partition) ?? 0)
  }

  /** Raises the topic's partitions to `total`. Members of the group learn of them when they next ask for them. */
  async addPartitions(total: number): Promise<void> {
    const admin = await connectAdmin({ brokers: this.brokers, clientId: 'trial' })
    try {
      await admin.addPartitions(this.topic, total)
      const shown = (): Promise<number | undefined> => admin.partitionsOf(this.topic)
      await waitUntil('the broker shows the new partitions', async () => (await shown()) === total)
    } finally {
      await admin.close()
    }
    // A client that has asked before goes on not knowing them.
    await this.#connectOffsets()
    this.#partitionCount = total
  }

  /** Deletes the topic and makes it again, empty, under the same name. */
  async makeTopicAgain(): Promise<void> {
    await this.#deleteTopics([this.topic])
    const admin = await connectAdmin({ brokers: this.brokers, clientId: 'trial' })
    try {
      await waitUntil('the topic is gone', async () => (await admin.partitionsOf(this.topic)) === undefined)
      await admin.ensureTopics([{ topic: this.topic, partitions: this.#partitionCount }], { create: true })
      const shown = (): Promise<number | undefined> => admin.partitionsOf(this.topic)
      await waitUntil('the topic is there again', async () => (await shown()) === this.#partitionCount)
    } finally {
      await admin.close()
    }
    await this.#connectProducer()
    await this.#connectOffsets()
  }

  /** Begins to look at the committed offsets, all through; `stop` answers what was seen. */
  watchCommits(): CommitWatch {
    const watch = new CommitWatch(this.#offsets!, this.partitions)
    this.#cleanUp.push(() => watch.stop())
    return watch
  }

  /** Begins to look at them every 200 ms, also while the broker is away. */
  sampleCommits(): CommittedSampler {
    const sampler = new CommittedSampler(
      { of: (partitions) => this.#offsets!.of(partitions) },
      () => this.partitions,
    )
    this.#cleanUp.push(() => sampler.stop())
    return sampler
  }

  /** All dead letters there are. Those that wait in the outbox are sent first, by a relay of the trial's own. */
  async deadLetters(): Promise<readonly Message[]> {
    await this.#sendLetters()
    return await readCommitted(this.brokers, this.deadLetterTopic)
  }

  /** All unhandled exceptions that were told, likewise. */
  async unhandledExceptions(): Promise<readonly Message[]> {
    await this.#sendLetters()
    return await readCommitted(this.brokers, this.unhandledTopic)
  }

  async #sendLetters(): Promise<void> {
    const { sql, close } = openDatabase({ url: this.#services.DATABASE_URL })
    try {
      const [tables] = await sql<{ readonly there: boolean }>`
        select to_regclass('troupe.outbox') is not null as there`
      if (tables?.there !== true) return
      const waiting = async (): Promise<number> => {
        const [row] = await sql<{ readonly waiting: number }>`
          select count(*)::integer as waiting from troupe.outbox 
          where topic in (${this.deadLetterTopic}, ${this.unhandledTopic})`
        return row?.waiting ?? 0
      }
      let left = await waiting()
      if (left === 0) return
      // Its prefix keeps it out of the groups of other trials' relays.
      this.#relay ??= this.launch(
        'relay-of-letters',
        { KAFKA_PREFIX: `${this.topic}.` },
        'runtime/relay-main.ts',
      )
      await waitUntil('dead letters are sent', async () => (left = await waiting()) === 0, {
        progress: () => left,
      })
    } finally {
      await close()
    }
  }

  async #untilCommitted(
    what: string,
    timeoutMs: number,
    goalOf: (partition: PartitionOffsets) => Offset,
  ): Promise<void> {
    let sum = 0
    await waitUntil(
      `${what} is committed`,
      async () => {
        const answer = await this.#offsets!.of(this.partitions)
        sum = answer.reduce((total, { committed = 0 }) => total + committed, 0)
        return answer.every((partition) => (partition.committed ?? 0) >= goalOf(partition))
      },
      { timeoutMs, progress: () => sum },
    )
  }

  /** What all of its processes are told. */
  env(): NodeJS.ProcessEnv {
    return {
      ...this.#services,
      // What a test runner set for itself is not for them.
      NODE_OPTIONS: '',
      KAFKA_GROUP_ID: this.group,
      KAFKA_TRIAL_TOPIC: this.topic,
      KAFKA_DLQ_TOPIC: this.deadLetterTopic,
      KAFKA_UNHANDLED_EXCEPTION_TOPIC: this.unhandledTopic,
      ACTORS_DIR: 'test/scenario/actors',
      SCHEMAS_DIR: 'test/scenario/schemas',
      WITNESS_FOLDER: this.folder,
      ...trialEnv,
      ...this.#options.env,
    }
  }

  async #begin(): Promise<void> {
    const kafka = { brokers: this.brokers, clientId: 'trial' }
    const admin = await connectAdmin(kafka)
    this.#cleanUp.push(() => admin.close())
    const { partitions, deadLetterConfig: config } = this.#options
    await admin.ensureTopics(
      [
        { topic: this.topic, partitions },
        { topic: this.deadLetterTopic, partitions: 1, ...(config && { config }) },
        { topic: this.unhandledTopic, partitions: 1 },
      ],
      { create: true },
    )
    this.#cleanUp.push(() => this.#deleteTopics([this.topic, this.deadLetterTopic, this.unhandledTopic]))
    await this.#connectProducer()
    await this.#connectOffsets()
  }

  async #connectProducer(): Promise<void> {
    const kafka = { brokers: this.brokers, clientId: 'trial' }
    const producer = await TrialProducer.connect(kafka, this.#services.SCHEMA_REGISTRY_URL, this.topic)
    this.#cleanUp.push(() => producer.close())
    this.#producer = producer
  }

  async #connectOffsets(): Promise<void> {
    const offsets = await connectGroupOffsets({ brokers: this.brokers, clientId: 'trial' }, this.group)
    this.#cleanUp.push(() => offsets.close())
    this.#offsets = offsets
  }

  async #end(passed: boolean): Promise<void> {
    // A process that a test has no more use for is not asked politely: what it would still do is not looked at.
    for (const started of this.#processes) await started.stop('SIGKILL')
    if (!passed)
      for (const { name, tail } of this.#tails()) process.stderr.write(`\n${name} ended with:\n${tail}`)
    for (const clean of this.#cleanUp.toReversed()) await clean()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #tails(): readonly { readonly name: string; readonly tail: string }[] {
    return this.#processes.map((started) => ({ name: started.name, tail: started.tail(25) }))
  }

  async #deleteTopics(topics: readonly string[]): Promise<void> {
    const admin = Kafka.AdminClient.create({ 'bootstrap.servers': this.brokers })
    for (const topic of topics) {
      await new Promise<void>((resolve) => {
        // One that stays is no harm: its name is never used again.
        admin.deleteTopic(topic, 5_000, () => {
          resolve()
        })
      })
    }
    admin.disconnect()
  }
}
