/**
 * Sends one slice while its lease is held: reads the oldest rows, sends them as one transaction, takes them away.
 *
 * SR1. Nothing is read before the slice's transactional id is ours: what an earlier holder commits later does not exist,
 *      what it committed before is on the topic before anything of ours.
 * SR2. Rows are taken away when their transaction is committed, and the next ones are read behind that. One that could
 *      not be taken away is so before anything else; if we end before, the next holder sends it again.
 * SR3. No transaction begins after the lease's time. The fence alone would do; this spares duplicates.
 * SR4. It holds one batch at a time.
 */

import type { OutboxStore, PendingRecord, SliceLease } from '../delivery/outbox.ts'
import type { OutgoingRecord } from '../delivery/outgoing.ts'
import { messageOf, TroupeError } from '../errors.ts'
import { backoffMs, type BackoffPolicy } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import { batchVerdict, type RecordRefusal } from './batch-verdict.ts'
import { TopicHolds } from './topic-holds.ts'
import { Wake } from './wake.ts'

/** What `TransactionalProducer` is, as far as a slice needs it. */
export interface SliceProducer {
  readonly broken: TroupeError | undefined
  send(
    records: readonly OutgoingRecord[],
  ): Promise<
    { readonly kind: 'sent' } | { readonly kind: 'aborted'; readonly refusals: readonly RecordRefusal[] }
  >
  refusalOfTopic(topic: string): Promise<TroupeError | undefined>
  close(): Promise<void>
}

export interface SlicePorts {
  readonly store: Pick<OutboxStore, 'take' | 'remove' | 'park'>
  readonly connect: (transactionalId: string) => Promise<SliceProducer>
  readonly log: Log
  readonly onDone: (outcome: 'sent' | 'parked', records: number) => void
  /** Monotonic, ms. */
  readonly now: () => number
  readonly random: () => number
}

export interface SliceLimits {
  readonly batchRecords: number
  readonly batchBytes: number
  /** How long to wait for a wake before looking. */
  readonly pollMs: number
}

/** taking-over: fencing the holder before · waiting: after a failure, or for a renewal of the lease */
export type SliceState = 'taking-over' | 'sending' | 'idle' | 'waiting' | 'ended'

export type SliceEnd = 'stopped' | 'fenced'

const retryPolicy: BackoffPolicy = {
  backoff: 'exponential',
  firstDelayMs: 100,
  maxDelayMs: 5_000,
  jitter: 'half',
}
/** Rows of other writers wait for a transaction that is mostly short. */
const heldBackPollMs = 100
const maxKnownTopics = 1_000

export class SliceRun {
  readonly lease: SliceLease
  /** Resolves when it has ended; rejects for a bug. */
  readonly ended: Promise<SliceEnd>
  sentRecords = 0
  parkedRecords = 0
  #state: SliceState = 'taking-over'
  #lastError: TroupeError | undefined
  readonly #ports: SlicePorts
  readonly #limits: SliceLimits
  readonly #wake = new Wake()
  readonly #holds = new TopicHolds()
  readonly #knownTopics = new Set<string>()
  #producer: SliceProducer | undefined
  #heldUntilMs: number
  /** Sent, and not taken away yet. */
  #sent: readonly number[] = []
  #batchRecords: number
  #failures = 0
  #stopping = false

  constructor(lease: SliceLease, heldUntilMs: number, limits: SliceLimits, ports: SlicePorts) {
    this.lease = lease
    this.#heldUntilMs = heldUntilMs
    this.#limits = limits
    this.#ports = ports
    this.#batchRecords = limits.batchRecords
    this.ended = this.#run()
  }

  get state(): SliceState {
    return this.#state
  }

  /** The last failure; undefined since it went on. */
  get lastError(): TroupeError | undefined {
    return this.#lastError
  }

  get heldTopics(): readonly { readonly topic: string; readonly message: string }[] {
    return this.#holds.errors
  }

  /** The lease holds until then, by our clock. */
  renew(heldUntilMs: number): void {
    this.#heldUntilMs = heldUntilMs
    if (this.#state === 'waiting') this.#wake.wake()
  }

  wake(): void {
    this.#wake.wake()
  }

  /** Finishes the transaction under way, and ends. */
  stop(): void {
    this.#stopping = true
    this.#wake.wake()
  }

  /** Ends without finishing: what is under way will be aborted, and sent again by the next holder. */
  abandon(): void {
    this.stop()
    void this.#drop()
  }

  async #run(): Promise<SliceEnd> {
    // One turn: whoever made it has it before it does anything.
    await Promise.resolve()
    try {
      while (!this.#isStopping()) {
        try {
          await this.#step()
        } catch (error) {
          if (!(error instanceof TroupeError) || error.code === 'BUG') throw error
          if (error.code === 'KAFKA_FENCED') return 'fenced'
          await this.#failed(error)
        }
      }
      return 'stopped'
    } finally {
      this.#state = 'ended'
      await this.#end()
    }
  }

  async #step(): Promise<void> {
    const producer = await this.#connected() // SR1
    if (this.#isStopping()) return
    await this.#askForHeld(producer)
    this.#wake.reset()
    const batch = await this.#ports.store.take(this.lease.slice, this.#sent, {
      records: this.#batchRecords,
      bytes: this.#limits.batchBytes,
      withoutTopics: this.#holds.topics,
    })
    this.#sent = []
    if (batch.records.length === 0) return this.#idle(batch.heldBack)
    if (this.#ports.now() >= this.#heldUntilMs) return this.#awaitRenewal() // SR3
    this.#state = 'sending'
    if (await this.#knowsTopics(producer, batch.records)) await this.#send(producer, batch.records)
  }

  async #connected(): Promise<SliceProducer> {
    if (this.#producer?.broken) await this.#drop()
    if (this.#producer === undefined) {
      this.#state = 'taking-over'
      this.#producer = await this.#ports.connect(this.lease.transactionalId)
    }
    return this.#producer
  }

  async #send(producer: SliceProducer, batch: readonly PendingRecord[]): Promise<void> {
    const outcome = await producer.send(batch.map(({ record }) => record))
    if (outcome.kind === 'sent') {
      this.#sent = batch.map(({ position }) => position) // SR2
      this.sentRecords += batch.length
      this.#ports.onDone('sent', batch.length)
      this.#batchRecords = Math.min(this.#limits.batchRecords, this.#batchRecords * 2)
      this.#succeeded()
      return
    }
    const verdict = batchVerdict(batch, outcome.refusals)
    switch (verdict.kind) {
      case 'hold':
        for (const { topic, error } of verdict.topics) this.#hold(topic, error)
        return
      case 'park':
        this.#parked(await this.#ports.store.park(verdict.refused))
        for (const { position, message } of verdict.refused) {
          const { id, type, record } = batch.find((one) => one.position === position) as PendingRecord
          this.#ports.log.error('no broker takes this event: it is put aside in troupe.outbox_parked', {
            ...this.#fields,
            eventId: id,
            eventType: type,
            topic: record.topic,
            reason: message,
          })
        }
        return
      case 'narrow':
        this.#batchRecords = verdict.records
        return
      case 'again':
        throw verdict.error
      default:
        throw new TroupeError('BUG', `a verdict that nobody knows: ${String(verdict satisfies never)}`)
    }
  }

  #parked(records: number): void {
    this.parkedRecords += records
    this.#ports.onDone('parked', records)
  }

  /** False: some topic is not there; the batch is read again without it. */
  async #knowsTopics(producer: SliceProducer, batch: readonly PendingRecord[]): Promise<boolean> {
    if (this.#knownTopics.size > maxKnownTopics) this.#knownTopics.clear()
    let all = true
    for (const topic of new Set(batch.map(({ record }) => record.topic))) {
      if (this.#knownTopics.has(topic)) continue
      const refusal = await producer.refusalOfTopic(topic)
      if (refusal === undefined) this.#knownTopics.add(topic)
      else {
        this.#hold(topic, refusal)
        all = false
      }
    }
    return all
  }

  async #askForHeld(producer: SliceProducer): Promise<void> {
    for (const topic of this.#holds.due(this.#ports.now())) {
      const refusal = await producer.refusalOfTopic(topic)
      if (refusal) this.#hold(topic, refusal)
      else {
        this.#holds.free(topic)
        this.#knownTopics.add(topic)
        this.#ports.log.info('a topic that was waited for takes events again', { ...this.#fields, topic })
      }
    }
  }

  #hold(topic: string, error: TroupeError): void {
    this.#knownTopics.delete(topic)
    if (this.#holds.hold(topic, error, this.#ports.now(), this.#ports.random())) {
      this.#ports.log.warn(`events for a topic wait: ${error.message}`, { ...this.#fields, topic })
    }
  }

  async #idle(heldBack: boolean): Promise<void> {
    this.#state = 'idle'
    this.#succeeded()
    const pollMs = heldBack ? Math.min(heldBackPollMs, this.#limits.pollMs) : this.#limits.pollMs
    await this.#wake.within(Math.min(pollMs, this.#holds.dueInMs(this.#ports.now())))
  }

  async #awaitRenewal(): Promise<void> {
    this.#state = 'waiting'
    await this.#wake.within(this.#limits.pollMs)
  }

  #succeeded(): void {
    if (this.#lastError) this.#ports.log.info('the outbox goes on', this.#fields)
    this.#lastError = undefined
    this.#failures = 0
  }

  async #failed(error: TroupeError): Promise<void> {
    this.#state = 'waiting'
    if (this.#lastError?.message !== error.message) {
      this.#ports.log.warn(`the outbox waits: ${error.message}`, { ...this.#fields, code: error.code })
    }
    this.#lastError = error
    this.#failures += 1
    const delayMs = backoffMs(retryPolicy, this.#failures, this.#ports.random())
    const until = this.#ports.now() + delayMs
    // Wakes say that there is more to send; that heals nothing.
    for (let left = delayMs; left > 0 && !this.#stopping; left = until - this.#ports.now()) {
      this.#wake.reset()
      await this.#wake.within(left)
    }
  }

  async #end(): Promise<void> {
    if (this.#sent.length > 0) {
      await this.#ports.store.remove(this.#sent).catch((error: unknown) => {
        this.#ports.log.warn(
          `events that were sent could not be taken from the outbox, and will be sent again: ${messageOf(error)}`,
          { ...this.#fields, records: this.#sent.length },
        )
      })
    }
    await this.#drop()
  }

  async #drop(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    await producer?.close()
  }

  #isStopping(): boolean {
    return this.#stopping
  }

  get #fields(): object {
    return { slice: this.lease.slice, term: this.lease.term }
  }
}
