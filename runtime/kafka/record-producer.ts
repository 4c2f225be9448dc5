/**
 * The producer: idempotent, acknowledged by all replicas, keys where Java's go, and bounded.
 *
 * P1  Records leave in the order of the calls: while one waits for room, those after it wait behind it.
 * P2  Each record given is either acknowledged or rejected, once; also when the producer closes.
 * P3  What is not acknowledged yet stays within maxQueuedRecords, and within maxQueuedBytes but for its last record.
 * P4  Delivery reports are asked for only while something is in flight.
 */

import Kafka, { type DeliveryReport } from 'node-rdkafka'
import type { OutgoingRecord } from '../delivery/outgoing.ts'
import { TroupeError } from '../errors.ts'
import type { TopicPartitionOffset } from '../topic-partition.ts'
import { producerDefaults, producerProperties, producerTopicProperties } from './client-options.ts'
import { askBrokers, connectClient, createClient, disconnectClient, FailureLog } from './client.ts'
import { Delivery } from './delivery.ts'
import { headerBytes, toKafkaHeaders } from './headers.ts'
import { faultOf, kafkaCodes, kafkaError, lastingCodeOf, type KafkaFault } from './kafka-error.ts'
import type { ProducerSettings } from './settings.ts'
import { Waiting } from './waiting.ts'

export type RecordMetadata = TopicPartitionOffset

export interface ProducerOptions extends ProducerSettings {
  /** Troubles of the connection that pass by themselves: for the log. */
  readonly onEvent?: ((fault: KafkaFault) => void) | undefined
  /** The producer can't go on: every record from now on is rejected with this. */
  readonly onFatal?: ((error: TroupeError) => void) | undefined
}

const pollEveryMs = 1
/** Reports are asked for at least this often while a long batch is being handed over. */
const pollEveryRecords = 512
const noHeaders = undefined
/** What a record costs besides its bytes. */
const recordOverheadBytes = 100

export class RecordProducer {
  readonly #client: Kafka.Producer
  readonly #options: ProducerOptions
  readonly #log: FailureLog
  readonly #maxRecords: number
  readonly #maxBytes: number
  /** Everything given and not settled, in order of giving. */
  readonly #open = new Set<Delivery>()
  /** Deliveries with records that wait for room: the first one's next record goes first (P1). */
  readonly #backlog: Delivery[] = []
  readonly #idle = new Waiting()
  readonly #room = new Waiting()
  #given = 0
  #records = 0
  #bytes = 0
  #sincePoll = 0
  #timer: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined
  #fatal: TroupeError | undefined
  #pinging: Promise<void> | undefined

  static async connect(options: ProducerOptions): Promise<RecordProducer> {
    const client = createClient(
      () => new Kafka.Producer(producerProperties(options), producerTopicProperties(options)),
    )
    const log = new FailureLog(client)
    await connectClient(client, options, log)
    return new RecordProducer(client, options, log)
  }

  private constructor(client: Kafka.Producer, options: ProducerOptions, log: FailureLog) {
    this.#client = client
    this.#options = options
    this.#log = log
    this.#maxRecords = options.maxQueuedRecords ?? producerDefaults.maxQueuedRecords
    this.#maxBytes = options.maxQueuedBytes ?? producerDefaults.maxQueuedBytes
    client.on('delivery-report', (error: unknown, report) => {
      this.#reported(error, report)
    })
    client.on('event.error', (error) => {
      this.#failed(error)
    })
  }

  /** What librdkafka holds and has no acknowledgement for. */
  get inFlight(): { readonly records: number; readonly bytes: number } {
    return { records: this.#records, bytes: this.#bytes }
  }

  /** True: what is produced now waits. `room()` tells when it is worth to go on. */
  get full(): boolean {
    return this.#backlog.length > 0 || this.#records >= this.#maxRecords || this.#bytes >= this.#maxBytes
  }

  /** Resolves when there is room again, at once where there is. */
  async room(): Promise<void> {
    await this.#room.until(() => !this.full || this.#closed !== undefined)
  }

  /**
   * Resolves when all replicas have the record. Rejects with PRODUCE_FAILED (try again), PRODUCE_REFUSED (this record
   * never), TOPIC_MISSING, KAFKA_UNAUTHORIZED, KAFKA_FATAL or PRODUCER_CLOSED.
   * Key and value are copied before this returns: their memory may be used again.
   */
  produce(record: OutgoingRecord): Promise<RecordMetadata> {
    return new Promise((resolve, reject) => {
      this.#give(
        new Delivery([record], (delivery) => {
          if (delivery.error === undefined) resolve(delivery.last as RecordMetadata)
          else reject(delivery.error)
        }),
      )
    })
  }

  /** One promise for all; the records must stay unchanged until then. It resolves when every record is acknowledged, rejects with the first error when all are settled. */
  produceAll(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#give(
        new Delivery(records, ({ error }) => {
          if (error === undefined) resolve()
          else reject(error)
        }),
      )
    })
  }

  /**
   * Resolves when a broker has answered. One at a time; none is in flight when the producer disconnects. Throws
   * KAFKA_UNAVAILABLE with librdkafka's last word on the connection, KAFKA_FATAL, or PRODUCER_CLOSED.
   */
  async ping(timeoutMs: number): Promise<void> {
    const refused = this.#refusal()
    if (refused !== undefined) throw refused
    this.#pinging = askBrokers(this.#client, this.#options, this.#log, timeoutMs)
    await this.#pinging
  }

  /** Resolves when everything given so far is settled; rejects with KAFKA_UNAVAILABLE at the deadline, and then nothing is lost either. */
  async flush(timeoutMs: number): Promise<void> {
    const upTo = this.#given
    if (await this.#idle.until(() => this.#oldest() > upTo, timeoutMs)) return
    throw new TroupeError(
      'KAFKA_UNAVAILABLE',
      `${String(this.#unsettled())} records are not acknowledged after ${String(timeoutMs)} ms` +
        (this.#log.last === undefined ? '' : `; ${this.#log.last}`),
    )
  }

  /** Takes no more records, waits for those given, rejects what is not acknowledged at the deadline. Always ends. */
  close(timeoutMs: number): Promise<void> {
    this.#closed ??= this.#close(timeoutMs)
    return this.#closed
  }

  async #close(timeoutMs: number): Promise<void> {
    // One turn, so that #closed is set and P2's rejections are seen as a closed producer's.
    await Promise.resolve()
    this.#room.wake()
    const given = await this.flush(timeoutMs).then(
      () => undefined,
      (error: unknown) => error,
    )
    clearInterval(this.#timer)
    await this.#pinging?.catch(() => undefined)
    if (given !== undefined) {
      this.#rejectAll(
        new TroupeError(
          'PRODUCE_FAILED',
          'the producer was closed before the brokers acknowledged the record: it may have arrived or not',
          { cause: given },
        ),
      )
    }
    // Its own flush is ours already: 0.
    await disconnectClient(this.#client, disconnectTimeoutMs, (done) => this.#client.disconnect(0, done))
  }

  #give(delivery: Delivery): void {
    const refused = this.#refusal()
    if (refused !== undefined) {
      delivery.reject(refused)
      return
    }
    this.#given += 1
    delivery.serial = this.#given
    this.#open.add(delivery)
    if (this.#backlog.length === 0 && this.#sendFrom(delivery)) return
    delivery.keep()
    this.#backlog.push(delivery)
  }

  #refusal(): TroupeError | undefined {
    if (this.#closed !== undefined) return new TroupeError('PRODUCER_CLOSED', 'the producer is closed')
    return this.#fatal
  }

  /** Hands over its records while there is room. True: all of them are. */
  #sendFrom(delivery: Delivery): boolean {
    for (let record = delivery.peek(); record !== undefined; record = delivery.peek()) {
      if (this.#records >= this.#maxRecords || this.#bytes >= this.#maxBytes) return false
      if (!this.#send(record, delivery, bytesOf(record))) return false
    }
    return true
  }

  /** False: librdkafka's own queue is full; the same record must come again. */
  #send(record: OutgoingRecord, delivery: Delivery, bytes: number): boolean {
    try {
      this.#client.produce(
        record.topic,
        record.partition,
        carried(record.value),
        carried(record.key),
        record.timestamp,
        delivery,
        record.headers.length === 0 ? noHeaders : toKafkaHeaders(record.headers),
      )
    } catch (error) {
      const fault = faultOf(error)
      if (fault.code === kafkaCodes.ERR__QUEUE_FULL && this.#records > 0) return false
      delivery.taken()
      this.#settle(delivery, error instanceof TroupeError ? error : this.#errorFor(error, record.topic))
      return true
    }
    delivery.taken(bytes)
    this.#records += 1
    this.#bytes += bytes
    this.#timer ??= setInterval(() => {
      this.#poll()
    }, pollEveryMs)
    this.#sincePoll += 1
    if (this.#sincePoll >= pollEveryRecords) this.#poll()
    return true
  }

  #poll(): void {
    this.#sincePoll = 0
    if (this.#client.isConnected()) this.#client.poll()
    this.#sendBacklog()
  }

  #sendBacklog(): void {
    for (let first = this.#backlog[0]; first !== undefined; first = this.#backlog[0]) {
      if (!this.#sendFrom(first)) return
      this.#backlog.shift()
    }
    if (!this.full) this.#room.wake()
  }

  #reported(error: unknown, report: DeliveryReport): void {
    const delivery = report.opaque as Delivery
    this.#records -= 1
    this.#bytes -= delivery.acknowledged()
    delivery.last = report
    const failed = error === null || error === undefined ? undefined : this.#errorFor(error, report.topic)
    if (failed?.code === 'KAFKA_FATAL') this.#failed(error)
    this.#settle(delivery, failed)
    if (this.#records === 0) this.#rest()
  }

  /** P4: nothing is in flight. What waits for room is sent first, then the timer stops. */
  #rest(): void {
    this.#sendBacklog()
    if (this.#records > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #settle(delivery: Delivery, error: TroupeError | undefined): void {
    if (!delivery.settleOne(error)) return
    this.#open.delete(delivery)
    this.#idle.wake()
  }

  #errorFor(error: unknown, topic: string): TroupeError {
    return kafkaError(
      error,
      `producing to topic ${topic} on ${this.#options.brokers}`,
      'PRODUCE_FAILED',
      this.#log.last,
    )
  }

  #failed(error: unknown): void {
    const fault = faultOf(error)
    if (lastingCodeOf(fault) !== 'KAFKA_FATAL') {
      this.#options.onEvent?.(fault)
      return
    }
    if (this.#fatal !== undefined) return
    this.#fatal = kafkaError(
      error,
      `producing to ${this.#options.brokers}, and an idempotent producer can't go on after it`,
      'KAFKA_FATAL',
      this.#log.last,
    )
    this.#options.onFatal?.(this.#fatal)
    for (const delivery of this.#backlog.splice(0)) {
      this.#open.delete(delivery)
      delivery.reject(this.#fatal)
    }
    this.#room.wake()
    this.#idle.wake()
  }

  #rejectAll(error: TroupeError): void {
    this.#backlog.length = 0
    for (const delivery of this.#open) delivery.reject(error)
    this.#open.clear()
    this.#idle.wake()
  }

  /** The serial of the oldest delivery that is not settled; Infinity when all are. */
  #oldest(): number {
    for (const { serial } of this.#open) return serial
    return Infinity
  }

  #unsettled(): number {
    let records = 0
    for (const delivery of this.#open) records += delivery.remaining
    return records
  }
}

const disconnectTimeoutMs = 5_000

const bytesOf = (record: OutgoingRecord): number =>
  recordOverheadBytes +
  (record.value?.length ?? 0) +
  (record.key?.length ?? 0) +
  (record.headers.length === 0 ? 0 : headerBytes(record.headers))

/** node-rdkafka takes an empty Buffer without memory behind it for null, and would make a tombstone of it. */
const emptyBytes = Buffer.alloc(1).subarray(0, 0)

const carried = (bytes: Uint8Array | null): Buffer | null => {
  if (bytes === null) return null
  if (bytes.length === 0) return emptyBytes
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
