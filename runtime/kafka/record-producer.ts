/**
 * The producer: idempotent, acknowledged by all replicas, keys where Java's go, and bounded.
 *
 * P1  Records leave in the order of the calls: while one waits for room, those after it wait behind it.
 * P2  Each record given is either acknowledged or rejected, once; also when the producer closes.
 * P3  What is not acknowledged yet stays within maxQueuedRecords, and within maxQueuedBytes but for its last record.
 * P4  Bytes are copied before a call returns: the caller may use their memory again.
 */

import Kafka from 'node-rdkafka'
import type { OutgoingRecord } from '../delivery/outgoing.ts'
import { TroupeError } from '../errors.ts'
import type { TopicPartitionOffset } from '../topic-partition.ts'
import { producerDefaults, producerProperties, producerTopicProperties } from './client-options.ts'
import { askBrokers, connectClient, createClient, disconnectClient, FailureLog } from './client.ts'
import { Delivery, type RecordPlace } from './delivery.ts'
import { PackedRecords, RecordSender, type SentRecords } from './drain/index.ts'
import { refusalOf } from './headers.ts'
import { faultOf, kafkaCodes, kafkaError, lastingCodeOf, type KafkaFault } from './kafka-error.ts'
import { RecordsInFlight } from './records-in-flight.ts'
import type { ProducerSettings } from './settings.ts'
import { Waiting } from './waiting.ts'

export type RecordMetadata = TopicPartitionOffset

export interface ProducerOptions extends ProducerSettings {
  /** Troubles of the connection that pass by themselves: for the log. */
  readonly onEvent?: ((fault: KafkaFault) => void) | undefined
  /** The producer can't go on: every record from now on is rejected with this. */
  readonly onFatal?: ((error: TroupeError) => void) | undefined
}

/** Reports wake us; this keeps the process alive while something is in flight. */
const lookEveryMs = 1_000
export class RecordProducer {
  readonly #client: Kafka.Producer
  readonly #sender: RecordSender
  readonly #options: ProducerOptions
  readonly #log: FailureLog
  readonly #inFlight: RecordsInFlight
  /** Everything given and not settled, in order of giving. */
  readonly #open = new Set<Delivery>()
  /** Deliveries with records that wait for room: the first one's next record goes first (P1). */
  readonly #backlog: Delivery[] = []
  readonly #idle = new Waiting()
  readonly #room = new Waiting()
  /** Memory to pack into, used again for every call. */
  readonly #packed = new PackedRecords()
  #given = 0
  #timer: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined
  #fatal: TroupeError | undefined
  #pinging: Promise<void> | undefined

  static async connect(options: ProducerOptions): Promise<RecordProducer> {
    const client = createClient(
      // Reports come by our own way (drain/record_sender.h, RS1).
      () =>
        new Kafka.Producer(
          { ...producerProperties(options), dr_cb: false },
          producerTopicProperties(options),
        ),
    )
    const log = new FailureLog(client)
    await connectClient(client, options, log)
    return new RecordProducer(client, options, log)
  }

  private constructor(client: Kafka.Producer, options: ProducerOptions, log: FailureLog) {
    this.#client = client
    this.#options = options
    this.#log = log
    this.#inFlight = new RecordsInFlight(
      options.maxQueuedRecords ?? producerDefaults.maxQueuedRecords,
      options.maxQueuedBytes ?? producerDefaults.maxQueuedBytes,
    )
    this.#sender = RecordSender.open(client, () => {
      this.#look()
    })
  }

  /** What librdkafka holds and has no acknowledgement for. */
  get inFlight(): { readonly records: number; readonly bytes: number } {
    return { records: this.#inFlight.records, bytes: this.#inFlight.bytes }
  }

  /** True: what is produced now waits. `room()` tells when it is worth to go on. */
  get full(): boolean {
    return this.#backlog.length > 0 || this.#inFlight.full
  }

  /** Resolves when there is room again, at once where there is. */
  async room(): Promise<void> {
    await this.#room.until(() => !this.full || this.#closed !== undefined)
  }

  /**
   * Resolves when all replicas have the record. Rejects with PRODUCE_FAILED (try again), PRODUCE_REFUSED (this record
   * never), TOPIC_MISSING, KAFKA_UNAUTHORIZED, KAFKA_FATAL or PRODUCER_CLOSED.
   */
  produce(record: OutgoingRecord): Promise<RecordMetadata> {
    return new Promise((resolve, reject) => {
      const refusal = refusalOf(record)
      if (refusal !== undefined) throw refusal
      this.#packed.clear()
      this.#packed.add(record)
      this.#give(this.#packed, (delivery) => {
        if (delivery.error === undefined) resolve({ topic: record.topic, ...(delivery.last as RecordPlace) })
        else reject(delivery.error)
      })
    })
  }

  /** One promise for all. It resolves when every record is acknowledged, rejects with the first error when all are settled. */
  produceAll(records: readonly OutgoingRecord[]): Promise<void> {
    const refused: TroupeError[] = []
    this.#packed.clear()
    for (const record of records) {
      const refusal = refusalOf(record)
      if (refusal === undefined) this.#packed.add(record)
      else refused.push(refusal)
    }
    return this.#giveAll(this.#packed, refused[0])
  }

  /** As produceAll; the memory may be used again when this returns. */
  producePacked(records: PackedRecords): Promise<void> {
    return this.#giveAll(records, undefined)
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
    this.#look()
    clearInterval(this.#timer)
    this.#sender.close()
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

  #giveAll(records: PackedRecords, refused: TroupeError | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (failed: TroupeError | undefined): void => {
        const error = refused ?? failed
        if (error === undefined) resolve()
        else reject(error)
      }
      if (records.count === 0) settle(undefined)
      else
        this.#give(records, ({ error }) => {
          settle(error)
        })
    })
  }

  #give(records: PackedRecords, done: (delivery: Delivery) => void): void {
    const delivery = new Delivery(this.#given + 1, records, done)
    const refused = this.#refusal()
    if (refused !== undefined) {
      delivery.reject(refused)
      return
    }
    this.#given += 1
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
    while (!delivery.handedOver) {
      const upTo = this.#inFlight.roomUpTo(delivery)
      if (upTo === delivery.next || !this.#send(delivery, upTo)) return false
    }
    return true
  }

  /** False: librdkafka's own queue is full; what is left must come again. */
  #send(delivery: Delivery, upTo: number): boolean {
    const { records, next: from, serial } = delivery
    const topic = records.topicOf(from)
    let sent: SentRecords
    try {
      sent = this.#sender.send(serial, records, from, upTo)
    } catch (error) {
      delivery.next = upTo
      this.#settle(delivery, upTo - from, this.#errorFor(error, topic))
      return true
    }
    delivery.next = sent.next
    this.#inFlight.add(delivery, from, sent)
    this.#watch()
    for (const { code } of sent.refused) this.#settle(delivery, 1, this.#errorFor({ code }, topic))
    if (sent.next === upTo) return true
    if (this.#inFlight.records > 0) return false
    // Full with nothing in it: this record alone is more than it holds.
    delivery.next += 1
    this.#settle(delivery, 1, this.#errorFor({ code: kafkaCodes.ERR__QUEUE_FULL }, topic))
    return true
  }

  #sendBacklog(): void {
    for (let first = this.#backlog[0]; first !== undefined; first = this.#backlog[0]) {
      if (!this.#sendFrom(first)) return
      this.#backlog.shift()
    }
    if (!this.full) this.#room.wake()
  }

  /** There may be reports. */
  #look(): void {
    const { settled, failed, troubles } = this.#sender.reports()
    for (const trouble of troubles) this.#failed(trouble)
    for (let i = 0; i < settled.length; i += 4) {
      const [serial = 0, records = 0, partition = 0, offset = 0] = settled.slice(i, i + 4)
      this.#reported(serial, records, { partition, offset }, undefined)
    }
    for (const { batch, records, code, topic } of failed) {
      const error = this.#errorFor({ code }, topic)
      if (error.code === 'KAFKA_FATAL') this.#failed({ code })
      this.#reported(batch, records, undefined, error)
    }
    this.#sendBacklog()
    this.#watch()
  }

  /** The timer runs while something is in flight. */
  #watch(): void {
    if (this.#inFlight.records > 0) {
      this.#timer ??= setInterval(() => {
        this.#look()
      }, lookEveryMs)
    } else {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #reported(
    serial: number,
    records: number,
    place: RecordPlace | undefined,
    error: TroupeError | undefined,
  ): void {
    const delivery = this.#inFlight.reported(serial, records)
    if (delivery === undefined) return
    delivery.last = place ?? delivery.last
    this.#settle(delivery, records, error)
  }

  #settle(delivery: Delivery, records: number, error: TroupeError | undefined): void {
    if (!delivery.settle(records, error)) return
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
