/**
 * A member of a consumer group: which partitions are ours, their records in packed batches, and commits.
 *
 * One process has one for each group, on its main thread. Records are never consumed by node-rdkafka itself; each
 * partition has its own queue (HeldPartition), and rebalances are answered by Rebalances.
 *
 * G1  Only partitions that are held are drained, rewound, paused and committed.
 * G2  The consumer's own queue is polled until the end, whatever else waits: it keeps us in the group.
 * G3  close() always ends: leaving and disconnecting have a deadline each, and what hangs is left behind.
 * G4  No question about offsets is in flight when the consumer disconnects.
 */

import type Kafka from 'node-rdkafka'
import type { KafkaConsumer } from 'node-rdkafka'
import { TroupeError } from '../errors.ts'
import {
  type Offset,
  type TopicPartition,
  type TopicPartitionKey,
  type TopicPartitionOffset,
  topicPartitionKey,
} from '../topic-partition.ts'
import { consumerDefaults } from './client-options.ts'
import { disconnectClient, type FailureLog } from './client.ts'
import { Commits } from './commits.ts'
import { connectConsumerClient } from './consumer-client.ts'
import type { ConsumerListener } from './consumer-listener.ts'
import { depart } from './departure.ts'
import { ConsumerQueue, type Drained, type DrainLimits, type SourceEvent } from './drain/index.ts'
import { GuardedListener } from './guarded-listener.ts'
import { HeldPartition, nothingDrained } from './held-partition.ts'
import { kafkaError, lastingCodeOf } from './kafka-error.ts'
import { MissingTopics } from './missing-topics.ts'
import { type OffsetKind, OffsetQuestions } from './offset-questions.ts'
import type { Watermarks } from './offsets.ts'
import { Rebalances } from './rebalance.ts'
import { errorEvent, localEvent } from './source-events.ts'
import type { ConsumerSettings } from './settings.ts'
import { Waiting } from './waiting.ts'

const pollEveryMs = 100

export class GroupConsumer {
  readonly #client: KafkaConsumer
  readonly #settings: ConsumerSettings
  readonly #listener: ConsumerListener
  readonly #told: GuardedListener
  readonly #log: FailureLog
  readonly #queue: ConsumerQueue
  readonly #timer: NodeJS.Timeout
  readonly #rebalances: Rebalances
  readonly #commits: Commits
  readonly #questions: OffsetQuestions
  readonly #missing: MissingTopics
  readonly #held = new Map<TopicPartitionKey, HeldPartition>()
  readonly #changed = new Waiting()
  #commitBegan = 0
  #polledAt = performance.now()
  #topics: readonly string[] = []
  #closed: Promise<void> | undefined

  /** Throws KAFKA_UNAVAILABLE, KAFKA_UNAUTHORIZED or CONFIG_INVALID. Nothing is read before `subscribe`. */
  static async connect(settings: ConsumerSettings, listener: ConsumerListener): Promise<GroupConsumer> {
    const onRebalance: { handle?: Rebalances['handle'] } = {}
    const { client, log } = await connectConsumerClient(settings, (error, partitions) => {
      onRebalance.handle?.(error, partitions)
    })
    const consumer = new GroupConsumer(client, settings, listener, log)
    onRebalance.handle = (error, partitions) => {
      consumer.#rebalances.handle(error, partitions)
    }
    return consumer
  }

  private constructor(
    client: KafkaConsumer,
    settings: ConsumerSettings,
    listener: ConsumerListener,
    log: FailureLog,
  ) {
    this.#client = client
    this.#settings = settings
    this.#listener = listener
    this.#told = new GuardedListener(listener)
    this.#log = log
    this.#questions = new OffsetQuestions(client)
    this.#commits = new Commits(
      (offsets) => {
        this.#commitBegan = performance.now()
        client.commit(offsets)
      },
      (error) => {
        this.#told.event(undefined, errorEvent(error, 'commit: '))
      },
    )
    client.on('offset.commit', (error: unknown) => {
      if (error === undefined || error === null) this.#told.committed(performance.now() - this.#commitBegan)
      this.#commits.ended(error)
    })
    client.on('event.error', (error) => {
      this.#observe(undefined, errorEvent(error, '', log.last))
    })
    this.#missing = new MissingTopics(
      client,
      {
        graceMs: settings.missingTopicGraceMs ?? consumerDefaults.missingTopicGraceMs,
        brokers: settings.brokers,
      },
      (error) => {
        this.#fatal(error)
      },
    )
    this.#rebalances = this.#makeRebalances()
    this.#queue = ConsumerQueue.open(client, () => {
      this.#poll()
    })
    this.#timer = setInterval(() => {
      this.#poll()
    }, pollEveryMs)
  }

  /** The partitions that are ours now. */
  get partitions(): readonly TopicPartition[] {
    return [...this.#held.values()].map(({ at }) => at)
  }

  /** The group has answered, and no rebalance is under way. */
  get settled(): boolean {
    return this.#rebalances.idle
  }

  /** Replaces the subscription. Partitions come by `listener.assigned`. */
  subscribe(topics: readonly string[]): void {
    this.#topics = topics
    try {
      this.#client.subscribe([...topics])
    } catch (error) {
      throw kafkaError(error, `subscribing to ${topics.join(', ')}`, 'KAFKA_UNAVAILABLE', this.#log.last)
    }
  }

  /** What waits of a partition, within the limits; empty when it is not ours. One drain of a partition at a time. */
  async drain(partition: TopicPartition, limits: DrainLimits): Promise<Drained> {
    const held = this.#held.get(topicPartitionKey(partition))
    if (held === undefined) return nothingDrained(limits)
    const drained = await held.drain(limits)
    for (const event of drained.events) this.#observe(partition, event)
    return drained
  }

  /** Asynchronous; the latest offset of a partition wins. One that is not ours is left out (G1). Failures are told as events and sent again with the next call. */
  commit(offsets: readonly TopicPartitionOffset[]): void {
    this.#commits.offer(offsets.filter((offset) => this.#held.has(topicPartitionKey(offset))))
  }

  /**
   * The partition's records come again from `offset`. What was drained or prefetched from before is not delivered any
   * more, from the call on. False: nothing happened, the partition is not ours.
   */
  async rewind(partition: TopicPartition, offset: Offset): Promise<boolean> {
    const held = this.#held.get(topicPartitionKey(partition))
    await held?.rewind(offset)
    return held !== undefined
  }

  /** For long stops only: it throws away what is prefetched. A partition is held up by not draining it. */
  pause(partitions: readonly TopicPartition[]): void {
    this.#client.pause(this.#ours(partitions))
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#client.resume(this.#ours(partitions))
  }

  /** How long ago librdkafka was polled last: past `maxPollIntervalMs` the group throws us out. */
  get sincePollMs(): number {
    return performance.now() - this.#polledAt
  }

  /**
   * What brokers say of partitions, in the same order; undefined where there is none. One request a broker, whatever
   * the number of partitions. Throws KAFKA_UNAVAILABLE, after `timeoutMs` (3,000) at the latest.
   */
  offsets(
    kind: OffsetKind,
    partitions: readonly TopicPartition[],
    timeoutMs?: number,
  ): Promise<readonly (Offset | undefined)[]> {
    return this.#questions.offsets(kind, partitions, timeoutMs)
  }

  /** Within the transaction that the producer has open; fenced by this member's generation. */
  sendOffsetsTo(
    producer: Kafka.Producer,
    offsets: readonly TopicPartitionOffset[],
    timeoutMs: number,
    done: (error: unknown) => void,
  ): void {
    producer.sendOffsetsToTransaction([...offsets], this.#client, timeoutMs, done)
  }

  /** As Kafka's tools show them; undefined where the broker has none. Throws KAFKA_UNAVAILABLE. */
  topicIds(topics: readonly string[]): Promise<readonly (string | undefined)[]> {
    return this.#questions.topicIds(topics)
  }

  /** The first offset there is, and the one after the last. */
  watermarks(partition: TopicPartition): Promise<Watermarks> {
    return this.#questions.watermarks(partition)
  }

  /**
   * Leaves: dynamic members unsubscribe and give their partitions back by a revoke; static ones finish and commit
   * but stay members, so that their restart moves nothing. Then disconnects. Always ends (G3), and never rejects.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#missing.stop()
    const {
      groupInstanceId,
      leaveTimeoutMs = consumerDefaults.leaveTimeoutMs,
      disconnectTimeoutMs = consumerDefaults.disconnectTimeoutMs,
    } = this.#settings
    await depart(
      {
        unsubscribe: () => this.#client.unsubscribe(),
        untilGivenBack: (timeoutMs) =>
          this.#changed.until(() => this.#held.size === 0 && this.#rebalances.idle, timeoutMs),
        finishAll: () => this.#rebalances.between(() => this.#finishAll()),
        takeNoMore: () => this.#rebalances.leave(),
        closePartitions: () => this.#closePartitions(this.partitions),
        endPolling: () => {
          clearInterval(this.#timer)
          return this.#queue.close()
        },
        endQuestions: () => this.#questions.close(), // G4
        disconnect: (timeoutMs) => disconnectClient(this.#client, timeoutMs),
        tell: (message) => this.#told.event(undefined, localEvent(message)),
      },
      {
        membership: groupInstanceId === undefined ? 'dynamic' : 'static',
        leaveTimeoutMs,
        disconnectTimeoutMs,
      },
    )
  }

  /** What a revoke would do, without giving back. */
  async #finishAll(): Promise<void> {
    const { partitions } = this
    if (partitions.length > 0) await this.#commitFinal(await this.#listener.revoked(partitions))
  }

  #makeRebalances(): Rebalances {
    return new Rebalances(this.#client, {
      startOffsets: (partitions) => this.#listener.assigned(partitions),
      open: (partitions) => {
        for (const at of partitions) this.#open(at)
      },
      finish: (partitions) => this.#listener.revoked(partitions),
      commit: (offsets) => this.#commitFinal(offsets),
      close: (partitions) => this.#closePartitions(partitions),
      lost: (partitions) => {
        this.#listener.lost(partitions)
      },
      isLost: () => this.#queue.isAssignmentLost(),
      failed: (error) => {
        this.#told.event(undefined, errorEvent(error, ''))
      },
      unusable: (error) => {
        this.#fatal(error)
      },
      ended: () => {
        this.#changed.wake()
      },
    })
  }

  #open(at: TopicPartition): void {
    const wake = (): void => {
      // The first wake may come while others of this assignment are still being opened.
      if (this.#held.get(topicPartitionKey(at))?.closed === false) this.#told.wake(at)
    }
    this.#held.set(topicPartitionKey(at), HeldPartition.open(this.#client, at, wake))
  }

  async #commitFinal(offsets: readonly TopicPartitionOffset[]): Promise<void> {
    const { commitTimeoutMs = consumerDefaults.commitTimeoutMs } = this.#settings
    const ours = offsets.filter((offset) => this.#held.has(topicPartitionKey(offset)))
    if (await this.#commits.settle(ours, commitTimeoutMs)) return
    throw new TroupeError(
      'KAFKA_UNAVAILABLE',
      `the final commit of ${String(ours.length)} partitions was refused, or not acknowledged within ` +
        `${String(commitTimeoutMs)} ms: their next owner begins at an earlier offset`,
    )
  }

  async #closePartitions(partitions: readonly TopicPartition[]): Promise<void> {
    const closing = partitions.flatMap((at) => this.#held.get(topicPartitionKey(at)) ?? [])
    this.#commits.forget(partitions)
    for (const at of partitions) this.#held.delete(topicPartitionKey(at))
    await Promise.all(closing.map((held) => held.close()))
  }

  #ours(partitions: readonly TopicPartition[]): TopicPartition[] {
    return partitions.filter((at) => this.#held.has(topicPartitionKey(at)))
  }

  /** G2 */
  #poll(): void {
    this.#polledAt = performance.now()
    for (const event of this.#queue.poll()) this.#observe(event.at, event)
  }

  #observe(at: TopicPartition | undefined, event: SourceEvent): void {
    this.#told.event(at, event)
    if (event.kind === 'stray-record') {
      // librdkafka counts it as consumed: it must come again by its own queue.
      this.rewind(event.at, event.offset).catch((error: unknown) => {
        this.#fatal(kafkaError(error, 'bringing back a record', 'KAFKA_FATAL'))
      })
      return
    }
    if (event.kind !== 'error') return
    const code = lastingCodeOf(event)
    if (code === 'TOPIC_MISSING') this.#missing.suspect(this.#topics)
    else if (code !== undefined && code !== 'PRODUCE_REFUSED') {
      this.#fatal(
        kafkaError(
          { code: event.code, message: event.message },
          `reading as ${this.#settings.groupId} from ${this.#settings.brokers}`,
          code,
          event.message,
        ),
      )
    }
  }

  #fatal(error: TroupeError): void {
    if (this.#closed === undefined) this.#told.fatal(error)
  }
}
