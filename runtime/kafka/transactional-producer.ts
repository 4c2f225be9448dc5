/**
 * A producer of whole batches: each is one transaction, wholly there for readers (read_committed, librdkafka's
 * default) or not at all, with the offsets of a consumer where it has them. One at a time has a transactional id.
 *
 * TP1. When `connect` resolves, whoever had the id before is fenced: what that one has not committed is aborted, and it
 *      can commit nothing any more, however long it was frozen.
 * TP2. A batch is `sent` when the brokers have acknowledged every record and the commit. After `aborted` readers see
 *      nothing of it. After an error it may be there or not, wholly.
 * TP3. Commits and aborts block a thread of libuv each: a process has `maxBlocking` of them under way, and they begin
 *      when all delivery reports are in, so that they are one round trip.
 */

import Kafka, { type DeliveryReport } from 'node-rdkafka'
import type { OutgoingRecord } from '../delivery/outgoing.ts'
import { messageOf, TroupeError, type ErrorCode } from '../errors.ts'
import type { TopicPartitionOffset } from '../topic-partition.ts'
import { producerProperties, producerTopicProperties } from './client-options.ts'
import { connectClient, createClient, disconnectClient, FailureLog } from './client.ts'
import { toKafkaHeaders } from './headers.ts'
import { faultOf, kafkaCodes, kafkaError } from './kafka-error.ts'
import type { GroupConsumer } from './group-consumer.ts'
import { OpenBatch, type Refusal } from './open-batch.ts'
import type { ProducerSettings } from './settings.ts'
import { Turnstile } from './turnstile.ts'

export interface TransactionalProducerOptions extends ProducerSettings {
  readonly transactionalId: string
  /** How long the brokers keep a transaction of a producer that says nothing; default 30,000. Readers wait for it that long. */
  readonly transactionTimeoutMs?: number | undefined
}

export type BatchOutcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'aborted'
      /** At least one. */
      readonly refusals: readonly Refusal[]
    }

/** What a group has finished with the records of a batch; for the brokers it is committed with them, or not at all. */
export interface ConsumedOffsets {
  /** Asked when all records are on the brokers; undefined: they are another member's by now, abort. */
  readonly offsets: () => readonly TopicPartitionOffset[] | undefined
  /** Their member: its generation fences one that the group has thrown out. */
  readonly consumer: Pick<GroupConsumer, 'sendOffsetsTo'>
}

const defaultTransactionTimeoutMs = 30_000
const answerTimeoutMs = 10_000
const disconnectTimeoutMs = 5_000
const pollEveryMs = 1
const pollEveryRecords = 512

export class TransactionalProducer {
  readonly #client: Kafka.Producer
  readonly #options: TransactionalProducerOptions
  readonly #log: FailureLog
  #batch: OpenBatch | undefined
  #broken: TroupeError | undefined

  /** Throws KAFKA_UNAVAILABLE, KAFKA_UNAUTHORIZED, or KAFKA_FENCED when another one took the id meanwhile. */
  static async connect(options: TransactionalProducerOptions): Promise<TransactionalProducer> {
    const timeoutMs = options.transactionTimeoutMs ?? defaultTransactionTimeoutMs
    const client = createClient(
      () =>
        new Kafka.Producer(
          {
            ...producerProperties(options),
            'transactional.id': options.transactionalId,
            'transaction.timeout.ms': timeoutMs,
            // A topic that was never seen is unknown at once when the brokers say so.
            'topic.metadata.propagation.max.ms': 5_000,
          },
          {
            ...producerTopicProperties(options),
            'delivery.timeout.ms': Math.min(
              options.deliveryTimeoutMs ?? Infinity,
              Math.floor(timeoutMs * 0.8),
            ),
          },
        ),
    )
    const log = new FailureLog(client)
    await connectClient(client, options, log)
    const producer = new TransactionalProducer(client, options, log)
    try {
      await producer.#ask('taking over the transactional id', 2 * answerTimeoutMs, (ms, done) =>
        client.initTransactions(ms, done),
      ) // TP1
      return producer
    } catch (error) {
      await producer.close()
      throw error
    }
  }

  private constructor(client: Kafka.Producer, options: TransactionalProducerOptions, log: FailureLog) {
    this.#client = client
    this.#options = options
    this.#log = log
    client.on('delivery-report', (error: unknown, report) => {
      this.#reported(error, report)
    })
    client.on('event.error', (error) => {
      const fault = faultOf(error)
      if (fault.code === kafkaCodes.ERR__FATAL || isFenced(fault.code))
        this.#breaks(this.#named(error, 'producing'))
    })
  }

  /** Undefined, or why it can send nothing any more. */
  get broken(): TroupeError | undefined {
    return this.#broken
  }

  /**
   * One transaction. Throws KAFKA_FENCED when another one has the id, KAFKA_UNAVAILABLE when brokers don't answer,
   * KAFKA_UNAUTHORIZED, KAFKA_FATAL; after each of them this producer is broken: close it. Not to be called while
   * another call is under way.
   */
  async send(records: readonly OutgoingRecord[], consumed?: ConsumedOffsets): Promise<BatchOutcome> {
    this.#mustWork()
    if (this.#batch) throw new TroupeError('BUG', 'two batches at once in one transactional producer')
    if (records.length === 0 && consumed === undefined) return { kind: 'sent' }
    const batch = new OpenBatch(records.length)
    this.#batch = batch
    const polling = setInterval(() => {
      this.#poll()
    }, pollEveryMs)
    try {
      await this.#ask('beginning a transaction', answerTimeoutMs, (_ms, done) =>
        this.#client.beginTransaction(done),
      )
      this.#hand(records, batch)
      await batch.settled
      this.#mustWork()
      const isWhole = batch.refusals.length === 0 && (await this.#sendOffsets(batch, consumed))
      if (isWhole && (await this.#commit(batch))) return { kind: 'sent' }
      await this.#ask('aborting a transaction', answerTimeoutMs, (ms, done) =>
        this.#client.abortTransaction(ms, done),
      )
      return { kind: 'aborted', refusals: batch.refusals }
    } catch (error) {
      throw this.#breaks(error instanceof TroupeError ? error : this.#named(error, 'producing'))
    } finally {
      clearInterval(polling)
      this.#batch = undefined
    }
  }

  /** What the brokers say of this topic: undefined, or TOPIC_MISSING, KAFKA_UNAUTHORIZED. Throws KAFKA_UNAVAILABLE. */
  async refusalOfTopic(topic: string): Promise<TroupeError | undefined> {
    const fault = await blocking.use(
      () =>
        new Promise<unknown>((resolve) => {
          this.#client.getMetadata({ topic, timeout: answerTimeoutMs }, (error: unknown, metadata) => {
            if (error !== null && error !== undefined) resolve(error)
            else {
              const known = metadata.topics.find(({ name }) => name === topic)?.partitions.length ?? 0
              resolve(known > 0 ? undefined : { code: kafkaCodes.ERR__UNKNOWN_TOPIC })
            }
          })
        }),
    )
    if (fault === undefined) return undefined
    const doing = `asking for topic ${topic} on ${this.#options.brokers}`
    const named = kafkaError(fault, doing, 'KAFKA_UNAVAILABLE')
    if (named.code === 'KAFKA_UNAVAILABLE') throw named
    return named
  }

  /** Always ends. What is not committed is aborted by the brokers, or by the next one with the id. */
  async close(): Promise<void> {
    this.#breaks(new TroupeError('PRODUCER_CLOSED', 'the producer is closed'))
    await disconnectClient(this.#client, disconnectTimeoutMs, (done) => this.#client.disconnect(0, done))
  }

  #hand(records: readonly OutgoingRecord[], batch: OpenBatch): void {
    for (const [index, record] of records.entries()) {
      try {
        this.#client.produce(
          record.topic,
          record.partition,
          carried(record.value),
          carried(record.key),
          record.timestamp,
          index,
          record.headers.length === 0 ? undefined : toKafkaHeaders(record.headers),
        )
      } catch (error) {
        batch.refuse({ index, error: this.#recordError(error, record.topic), certain: true })
      }
      if (index % pollEveryRecords === pollEveryRecords - 1) this.#poll()
    }
  }

  #poll(): void {
    if (this.#client.isConnected()) this.#client.poll()
  }

  #reported(error: unknown, report: DeliveryReport): void {
    const batch = this.#batch
    if (batch === undefined) return
    if (error === null || error === undefined) batch.acknowledge()
    else {
      const named = this.#recordError(error, report.topic)
      if (named.code === 'KAFKA_FATAL' || named.code === 'KAFKA_FENCED') this.#breaks(named)
      batch.refuse({ index: report.opaque as number, error: named, certain: false })
    }
  }

  /** False: it has to be aborted. */
  async #sendOffsets(batch: OpenBatch, consumed: ConsumedOffsets | undefined): Promise<boolean> {
    if (consumed === undefined) return true
    return await this.#attempted(batch, 'committing offsets in a transaction', (ms, done) => {
      const offsets = consumed.offsets()
      if (offsets !== undefined) consumed.consumer.sendOffsetsTo(this.#client, offsets, ms, done)
      else done({ message: 'the partitions were given to another member', isTxnRequiresAbort: true })
    })
  }

  /** False: it has to be aborted. A commit without an answer is asked for again, which is safe. */
  async #commit(batch: OpenBatch): Promise<boolean> {
    return await this.#attempted(batch, 'committing a transaction', (ms, done) =>
      this.#client.commitTransaction(ms, done),
    )
  }

  async #attempted(batch: OpenBatch, doing: string, ask: Ask): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#ask(doing, answerTimeoutMs, ask)
        return true
      } catch (error) {
        const { isRetriable, isTxnRequiresAbort } = flagsOf((error as TroupeError).cause)
        if (isTxnRequiresAbort) {
          batch.refuse({ index: 0, error: error as TroupeError, certain: false })
          return false
        }
        if (!isRetriable || tries === mostTries) throw error
      }
    }
  }

  /** Rejects with a TroupeError whose cause is librdkafka's. */
  #ask(doing: string, timeoutMs: number, ask: Ask): Promise<void> {
    return blocking.use(
      () =>
        new Promise((resolve, reject) => {
          ask(timeoutMs, (error) => {
            if (error === null || error === undefined) resolve()
            else reject(this.#named(error, doing))
          })
        }),
    )
  }

  #named(error: unknown, doing: string): TroupeError {
    const { code } = faultOf(error)
    const { isFatal } = flagsOf(error)
    const where = `${doing} with transactional id ${this.#options.transactionalId} on ${this.#options.brokers}`
    if (isFenced(code) || fencedText.test(messageOf(error))) {
      return new TroupeError('KAFKA_FENCED', `another producer has taken over, seen while ${where}`, {
        cause: error,
      })
    }
    return kafkaError(error, where, isFatal ? 'KAFKA_FATAL' : 'KAFKA_UNAVAILABLE', this.#log.last)
  }

  #recordError(error: unknown, topic: string): TroupeError {
    if (error instanceof TroupeError) return error
    if (isFenced(faultOf(error).code)) return this.#named(error, `producing to topic ${topic}`)
    const code: ErrorCode = 'PRODUCE_FAILED'
    return kafkaError(error, `producing to topic ${topic} on ${this.#options.brokers}`, code, this.#log.last)
  }

  #mustWork(): void {
    if (this.#broken) throw this.#broken
  }

  /** Answers the first reason. */
  #breaks(error: TroupeError): TroupeError {
    this.#broken ??= error
    this.#batch?.giveUp()
    return this.#broken
  }
}

/** Of libuv's threads, 4 by default, which files, names and ciphers need too. */
const maxBlocking = 2
const blocking = new Turnstile(maxBlocking)
const mostTries = 6

type Ask = (timeoutMs: number, done: (error: unknown) => void) => void

interface TransactionFlags {
  readonly isFatal: boolean
  readonly isRetriable: boolean
  readonly isTxnRequiresAbort: boolean
}

const flagsOf = (error: unknown): TransactionFlags => {
  const { isFatal, isRetriable, isTxnRequiresAbort } = (error ?? {}) as Partial<
    Record<keyof TransactionFlags, unknown>
  >
  return {
    isFatal: isFatal === true,
    isRetriable: isRetriable === true,
    isTxnRequiresAbort: isTxnRequiresAbort === true,
  }
}

const fencedCodes: ReadonlySet<number> = new Set([
  kafkaCodes.ERR__FENCED,
  kafkaCodes.ERR_INVALID_PRODUCER_EPOCH,
  // PRODUCER_FENCED; missing in node-rdkafka's types.
  90,
])
const isFenced = (code: number): boolean => fencedCodes.has(code)
/** A fatal error wraps its cause in its text only. */
const fencedText = /fenced|newer instance/i

/** node-rdkafka takes an empty Buffer without memory behind it for null, and would make a tombstone of it. */
const emptyBytes = Buffer.alloc(1).subarray(0, 0)

const carried = (bytes: Uint8Array | null): Buffer | null => {
  if (bytes === null) return null
  if (bytes.length === 0) return emptyBytes
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
