/**
 * Topics: are they there, with how many partitions, and made where they are not. By node-rdkafka's AdminClient, which
 * creates and deletes only; what exists is asked of a consumer that is never subscribed, since asking as a producer
 * would create what is asked for. The mock cluster knows no CreateTopics and lets it time out: its topics are made by
 * `MockCluster.createTopics`.
 */

import Kafka, { type IAdminClient, type KafkaConsumer, type NewTopic } from 'node-rdkafka'
import { TroupeError } from '../errors.ts'
import { clientProperties } from './client-options.ts'
import { connectClient, createClient, disconnectClient, FailureLog } from './client.ts'
import { faultOf, kafkaCodes, kafkaError } from './kafka-error.ts'
import type { KafkaSettings } from './settings.ts'

export interface TopicDeclaration {
  readonly topic: string
  /** How many it is created with. */
  readonly partitions: number
  /** Settings of the topic when it is created: `max.message.bytes` and the like. */
  readonly config?: Readonly<Record<string, string>>
}

export interface EnsureOptions {
  /** false: a missing topic is an error. */
  readonly create: boolean
  /** Copies of a created topic; -1, the default, is the broker's own default. */
  readonly replicationFactor?: number
}

/** A topic that exists with another number of partitions than declared. */
export interface PartitionMismatch {
  readonly topic: string
  readonly declared: number
  readonly found: number
}

export interface Admin {
  /**
   * Afterwards every topic exists. Answers those that have another number of partitions than declared: they are left
   * as they are, since adding partitions moves keys. Throws TOPIC_MISSING, KAFKA_UNAVAILABLE or KAFKA_UNAUTHORIZED.
   */
  ensureTopics(
    topics: readonly TopicDeclaration[],
    options: EnsureOptions,
  ): Promise<readonly PartitionMismatch[]>
  /** undefined: there is no such topic. */
  partitionsOf(topic: string): Promise<number | undefined>
  /** Raises a topic's number of partitions. Keys move: order by key holds for neither side of it. */
  addPartitions(topic: string, total: number): Promise<void>
  close(): Promise<void>
}

const answerTimeoutMs = 15_000
/** A created topic is known to the brokers a moment later. */
const appearTries = 50
const appearEveryMs = 100

export const connectAdmin = async (settings: KafkaSettings): Promise<Admin> => {
  const client = createClient(
    () =>
      new Kafka.KafkaConsumer(
        { ...clientProperties(settings), 'group.id': 'troupe-admin', 'enable.auto.commit': false },
        {},
      ),
  )
  const log = new FailureLog(client)
  await connectClient(client, settings, log)
  return new TopicAdmin(settings, client, log)
}

class TopicAdmin implements Admin {
  readonly #settings: KafkaSettings
  readonly #client: KafkaConsumer
  readonly #log: FailureLog
  #creator: IAdminClient | undefined

  constructor(settings: KafkaSettings, client: KafkaConsumer, log: FailureLog) {
    this.#settings = settings
    this.#client = client
    this.#log = log
  }

  async ensureTopics(
    topics: readonly TopicDeclaration[],
    options: EnsureOptions,
  ): Promise<readonly PartitionMismatch[]> {
    const mismatches: PartitionMismatch[] = []
    for (const declared of uniqueTopics(topics)) {
      const found = (await this.partitionsOf(declared.topic)) ?? (await this.#make(declared, options))
      if (found !== declared.partitions) {
        mismatches.push({ topic: declared.topic, declared: declared.partitions, found })
      }
    }
    return mismatches
  }

  async partitionsOf(topic: string): Promise<number | undefined> {
    return await new Promise((resolve, reject) => {
      this.#client.getMetadata({ topic, timeout: answerTimeoutMs }, (error: unknown, metadata) => {
        if (error !== null && error !== undefined) {
          if (isMissing(error)) resolve(undefined)
          else reject(kafkaError(error, `asking for the topic ${topic}`, 'KAFKA_UNAVAILABLE', this.#log.last))
          return
        }
        const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions.length ?? 0
        resolve(partitions === 0 ? undefined : partitions)
      })
    })
  }

  async addPartitions(topic: string, total: number): Promise<void> {
    await this.#call(`adding partitions to ${topic}`, (done) =>
      this.#admin().createPartitions(topic, total, answerTimeoutMs, done),
    )
  }

  async close(): Promise<void> {
    this.#creator?.disconnect()
    await disconnectClient(this.#client, 5_000)
  }

  async #make(
    declared: TopicDeclaration,
    { create, replicationFactor = -1 }: EnsureOptions,
  ): Promise<number> {
    if (!create) throw this.#missing(declared.topic, 'create it, or set KAFKA_CREATE_TOPICS=true')
    try {
      await this.#call(`creating the topic ${declared.topic}`, (done) =>
        this.#admin().createTopic(newTopic(declared, replicationFactor), answerTimeoutMs, done),
      )
    } catch (error) {
      const { code } = faultOf(error instanceof TroupeError ? error.cause : error)
      // Another process was quicker.
      if (code !== kafkaCodes.ERR_TOPIC_ALREADY_EXISTS) throw error
    }
    return await this.#appeared(declared.topic)
  }

  async #appeared(topic: string): Promise<number> {
    for (let tries = 0; tries < appearTries; tries += 1) {
      const partitions = await this.partitionsOf(topic)
      if (partitions !== undefined) return partitions
      await new Promise((resolve) => setTimeout(resolve, appearEveryMs))
    }
    throw this.#missing(topic, 'it was created, but the brokers do not show it: look at their logs')
  }

  #missing(topic: string, remedy: string): TroupeError {
    return new TroupeError(
      'TOPIC_MISSING',
      `the topic ${topic} does not exist at ${this.#settings.brokers}: ${remedy}`,
    )
  }

  #admin(): IAdminClient {
    this.#creator ??= createClient(() => Kafka.AdminClient.create(clientProperties(this.#settings)))
    return this.#creator
  }

  async #call(doing: string, call: (done: (error: unknown) => void) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      call((error) => {
        if (error === null || error === undefined) resolve()
        else reject(kafkaError(error, doing, 'KAFKA_UNAVAILABLE', this.#log.last))
      })
    })
  }
}

const newTopic = ({ topic, partitions, config }: TopicDeclaration, replicationFactor: number): NewTopic => ({
  topic,
  num_partitions: partitions,
  replication_factor: replicationFactor,
  ...(config && { config }),
})

const uniqueTopics = (topics: readonly TopicDeclaration[]): readonly TopicDeclaration[] => [
  ...new Map(topics.map((declared) => [declared.topic, declared])).values(),
]

const isMissing = (error: unknown): boolean => {
  const { code } = faultOf(error)
  return code === kafkaCodes.ERR__UNKNOWN_TOPIC || code === kafkaCodes.ERR_UNKNOWN_TOPIC_OR_PART
}
