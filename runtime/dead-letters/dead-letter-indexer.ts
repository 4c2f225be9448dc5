/**
 * Reads the dead-letter topic into the index, for all whose batches write no index themselves. One member of a group of
 * its own: several processes share the topic's partitions. It may be away for as long as the topic keeps its records.
 */

import type { DeadLetterIndex } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import type { ConsumerListener, GroupConsumer } from '../kafka/index.ts'
import { Wake } from '../relay/wake.ts'
import { backoffMs, type BackoffPolicy } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import { topicPartitionKey, type TopicPartition, type TopicPartitionKey } from '../topic-partition.ts'
import { LetterPartition } from './letter-partition.ts'

export type IndexerConsumer = Pick<GroupConsumer, 'subscribe' | 'drain' | 'commit' | 'close'>

export interface IndexerPorts {
  connect(listener: ConsumerListener): Promise<IndexerConsumer>
  readonly index: Pick<DeadLetterIndex, 'add'>
  readonly log: Log
  /** 0 to 1. */
  random(): number
  /** A bug. */
  onFatal(error: TroupeError): void
}

export interface IndexerStatus {
  /** Since the start: letters that were new in the index. */
  readonly indexed: number
  /** Records that were no dead letters, or such that the index cannot hold. */
  readonly passedOver: number
  /** Why nothing is read now; undefined: it is. */
  readonly waitsFor: string | undefined
}

/** For the batch under way at a revoke. */
const finishMs = 5_000
const retryPolicy: BackoffPolicy = {
  backoff: 'exponential',
  firstDelayMs: 1_000,
  maxDelayMs: 60_000,
  jitter: 'half',
}

export class DeadLetterIndexer {
  readonly #topic: string
  readonly #ports: IndexerPorts
  readonly #partitions = new Map<TopicPartitionKey, LetterPartition>()
  readonly #stopping = new AbortController()
  readonly #wake = new Wake()
  readonly #loop: Promise<void>
  #indexed = 0
  #passedOver = 0
  #waitsFor: string | undefined = 'it has not joined its group yet'

  constructor(topic: string, ports: IndexerPorts) {
    this.#topic = topic
    this.#ports = ports
    this.#loop = this.#run().catch((error: unknown) => {
      this.#bug(error)
    })
  }

  status(): IndexerStatus {
    return { indexed: this.#indexed, passedOver: this.#passedOver, waitsFor: this.#waitsFor }
  }

  /** Writes what is under way, commits, leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake.wake()
    await this.#loop
  }

  /** A consumer that cannot go on is replaced by a new one: a topic that is missing appears, a right is given. */
  async #run(): Promise<void> {
    for (let failures = 0; !this.#isStopping();) {
      this.#wake.reset()
      const error = await this.#consume(() => (failures = 0))
      if (error === undefined) return
      failures += 1
      if (error.message !== this.#waitsFor)
        this.#ports.log.warn(`dead letters are not indexed now: ${error.message}`)
      this.#waitsFor = error.message
      await this.#wake.within(backoffMs(retryPolicy, failures, this.#ports.random()))
    }
  }

  /** Until it is stopped, or cannot go on for the error. */
  async #consume(assigned: () => void): Promise<TroupeError | undefined> {
    const ended = Promise.withResolvers<TroupeError | undefined>()
    const stop = (): void => ended.resolve(undefined)
    this.#stopping.signal.addEventListener('abort', stop)
    let consumer: IndexerConsumer | undefined
    try {
      const reading = Promise.withResolvers<IndexerConsumer>()
      consumer = await this.#ports.connect(this.#listener(reading.promise, assigned, ended.resolve))
      reading.resolve(consumer)
      consumer.subscribe([this.#topic])
      return await ended.promise
    } catch (error) {
      if (error instanceof TroupeError && error.code !== 'BUG') return error
      throw error
    } finally {
      this.#stopping.signal.removeEventListener('abort', stop)
      await consumer?.close()
      await this.#endAll([...this.#partitions.keys()], 0)
    }
  }

  #listener(
    consumer: Promise<IndexerConsumer>,
    assigned: () => void,
    fatal: (error: TroupeError) => void,
  ): ConsumerListener {
    const { index, log } = this.#ports
    const random = (): number => this.#ports.random()
    return {
      assigned: async (partitions) => {
        const ports = {
          consumer: await consumer,
          index,
          log,
          random,
          indexed: (letters: number) => {
            this.#indexed += letters
          },
          passedOver: (records: number) => {
            this.#passedOver += records
          },
        }
        for (const at of partitions)
          this.#partitions.set(topicPartitionKey(at), new LetterPartition(at, ports))
        if (this.#waitsFor !== undefined) log.info('indexes dead letters', { topic: this.#topic })
        this.#waitsFor = undefined
        assigned()
        return partitions.map(() => undefined)
      },
      revoked: async (partitions) => {
        const ends = await this.#endAll(partitions.map(topicPartitionKey), finishMs)
        return ends.filter((end) => end !== undefined)
      },
      lost: (partitions) => {
        void this.#endAll(partitions.map(topicPartitionKey), 0)
      },
      wake: (at) => {
        this.#read(at)
      },
      event: (at, event) => {
        if (event.kind === 'error') log.debug(`reading dead letters: ${event.message}`, { ...at })
      },
      fatal,
    }
  }

  #read(at: TopicPartition): void {
    this.#partitions
      .get(topicPartitionKey(at))
      ?.read()
      .catch((error: unknown) => {
        this.#bug(error)
      })
  }

  async #endAll(keys: readonly TopicPartitionKey[], budgetMs: number) {
    const ending = keys.flatMap((key) => this.#partitions.get(key) ?? [])
    for (const key of keys) this.#partitions.delete(key)
    return Promise.all(ending.map((partition) => partition.end(budgetMs)))
  }

  #bug(error: unknown): void {
    this.#ports.onFatal(
      error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error }),
    )
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }
}
