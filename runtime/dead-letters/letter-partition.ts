/**
 * One partition of the dead-letter topic, on its way into the index: drained, read, written, committed, in turn.
 *
 * LP1. A position is committed after everything below it is in the index. What is read twice is indexed once.
 * LP2. After its end it commits nothing: the partition may be somebody else's, or ours anew.
 */

import { BatchReader } from '../batch/index.ts'
import { readDeadLetter, type DeadLetterIndex, type NewDeadLetter } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import type { GroupConsumer } from '../kafka/index.ts'
import { Wake } from '../relay/wake.ts'
import { backoffMs, type BackoffPolicy } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Offset, TopicPartition, TopicPartitionOffset } from '../topic-partition.ts'

export interface LetterPartitionPorts {
  readonly consumer: Pick<GroupConsumer, 'drain' | 'commit'>
  readonly index: Pick<DeadLetterIndex, 'add'>
  readonly log: Log
  /** 0 to 1. */
  random(): number
  /** So many were new in the index. */
  indexed(letters: number): void
  /** So many were no dead letters, or such that the index cannot hold. */
  passedOver(records: number): void
}

/** A letter is written as hex within one statement: twice its size. */
const limits = { records: 500, bytes: 4 * 1024 * 1024, lanes: [1] }
const retryPolicy: BackoffPolicy = {
  backoff: 'exponential',
  firstDelayMs: 200,
  maxDelayMs: 10_000,
  jitter: 'half',
}

export class LetterPartition {
  readonly #at: TopicPartition
  readonly #ports: LetterPartitionPorts
  readonly #wake = new Wake()
  #position: Offset | undefined
  #under: Promise<void> | undefined
  #again = false
  #ended = false

  constructor(at: TopicPartition, ports: LetterPartitionPorts) {
    this.#at = at
    this.#ports = ports
  }

  /** Something waits. Rejects with bugs only. */
  read(): Promise<void> {
    this.#again = true
    this.#under ??= this.#read().finally(() => {
      this.#under = undefined
    })
    return this.#under
  }

  /** LP2. What is under way has so long to be written. What is to be committed; undefined: nothing. */
  async end(budgetMs: number): Promise<TopicPartitionOffset | undefined> {
    this.#again = false
    if (this.#under !== undefined && budgetMs > 0) {
      const patience = Promise.withResolvers<void>()
      const timer = setTimeout(patience.resolve, budgetMs)
      await Promise.race([this.#under.catch(() => undefined), patience.promise])
      clearTimeout(timer)
    }
    this.#ended = true
    this.#wake.wake()
    return this.#position === undefined ? undefined : { ...this.#at, offset: this.#position }
  }

  async #read(): Promise<void> {
    while (this.#again) {
      this.#again = false
      const drained = await this.#ports.consumer.drain(this.#at, limits)
      for (const { batch } of drained.views[0] ?? [])
        await this.#index(this.#lettersOf(new BatchReader(batch)))
      if (this.#isOver()) return
      if (drained.nextOffset !== undefined) {
        this.#position = drained.nextOffset // LP1
        this.#ports.consumer.commit([{ ...this.#at, offset: drained.nextOffset }])
      }
      if (drained.more) this.#again = true
    }
  }

  #lettersOf(reader: BatchReader): readonly NewDeadLetter[] {
    const letters: NewDeadLetter[] = []
    let first: { readonly offset: Offset; readonly reason: string } | undefined
    while (reader.next()) {
      const letter = readDeadLetter({
        key: reader.key() ?? null,
        value: reader.value() ?? null,
        headers: reader.headers(),
      })
      if (typeof letter === 'string') first ??= { offset: reader.offset, reason: letter }
      else letters.push(letter)
    }
    if (first !== undefined) this.#passOver(reader.count - letters.length, first.offset, first.reason)
    return letters
  }

  /** Waits for Postgres. What it will never take is found by halves, and passed over with a word. */
  async #index(letters: readonly NewDeadLetter[]): Promise<void> {
    for (let attempt = 1; letters.length > 0 && !this.#isOver(); attempt += 1) {
      this.#wake.reset()
      try {
        this.#ports.indexed(await this.#ports.index.add(letters))
        if (attempt > 1) this.#ports.log.info('dead letters are indexed again')
        return
      } catch (error) {
        if (!(error instanceof TroupeError)) throw error
        if (!error.retryable) {
          await this.#indexHalves(letters, error)
          return
        }
        if (attempt === 1) this.#ports.log.warn(`indexing dead letters waits: ${error.message}`)
        await this.#wake.within(backoffMs(retryPolicy, attempt, this.#ports.random()))
      }
    }
  }

  async #indexHalves(letters: readonly NewDeadLetter[], error: TroupeError): Promise<void> {
    const [first] = letters
    if (letters.length > 1) {
      const half = letters.length >>> 1
      await this.#index(letters.slice(0, half))
      await this.#index(letters.slice(half))
    } else if (first !== undefined) {
      const { topic, partition, offset } = first.original
      this.#ports.passedOver(1)
      this.#ports.log.error(`a dead letter cannot be indexed: ${messageOf(error)}`, {
        topic,
        partition,
        offset,
      })
    }
  }

  /** Told once a batch: somebody else's records may be many. */
  #passOver(records: number, offset: Offset, reason: string): void {
    this.#ports.passedOver(records)
    this.#ports.log.warn(`records of the dead-letter topic are not indexed; of the first one: ${reason}`, {
      ...this.#at,
      offset,
      records,
    })
  }

  #isOver(): boolean {
    return this.#ended
  }
}
