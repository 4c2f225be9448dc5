/**
 * effects: 'kafka'. What the work of a group's units made leaves in transactions, each with the offsets up to which its
 * units are finished: for readers of committed records both are there, or neither.
 *
 * K1. One transaction at a time covers all that is finished by then, in all partitions of the process.
 * K2. Work is complete when its transaction is committed, not before: nothing is dispatched past it that could be, and
 *     a revoke that waits for work waits for its transaction.
 * K3. Offsets of a unit that was given up are in no transaction that is committed later: asked for last, they are
 *     missing, and all of it is sent again without them.
 * K4. A transaction whose end is not known is looked for in the group's offsets before anything of it is sent again.
 */

import type { OutgoingRecord } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import type { GroupConsumer, TransactionalProducer } from '../kafka/index.ts'
import { backoffMs, waitPolicy } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import {
  topicPartitionKey,
  type Offset,
  type TopicPartition,
  type TopicPartitionKey,
} from '../topic-partition.ts'
import type { LoadedActor } from './loaded-actor.ts'
import type { Pause } from './pause.ts'

/** Work that is finished but for its transaction. */
export interface FinishedWork {
  readonly at: TopicPartition
  /** Everything of the unit below is finished with it. */
  readonly next: Offset
  readonly records: readonly OutgoingRecord[]
  /** Aborted: its unit was given up, somebody will do it again. */
  readonly over: AbortSignal
  /** Its transaction is committed. */
  readonly committed: () => void
}

export interface TransactionPorts {
  /** Fences the one before. Throws as TransactionalProducer.connect. */
  connect(): Promise<Pick<TransactionalProducer, 'send' | 'broken' | 'close'>>
  readonly consumer: Pick<GroupConsumer, 'sendOffsetsTo' | 'offsets'>
  readonly pause: Pause
  /** 0 to 1, for jitter. */
  random(): number
  fatal(error: TroupeError): void
  readonly log: Log
}

type Sent = 'committed' | 'aborted' | 'unknown'

/** Undefined: none of the actors needs any. */
export const transactionsOf = (
  actors: readonly LoadedActor[],
  ports: TransactionPorts,
): KafkaTransactions | undefined =>
  actors.some(({ definition }) => definition.effects === 'kafka') ? new KafkaTransactions(ports) : undefined

export class KafkaTransactions {
  readonly #ports: TransactionPorts
  readonly #closing = new AbortController()
  #producer: Awaited<ReturnType<TransactionPorts['connect']>> | undefined
  #waiting: FinishedWork[] = []
  #sending: Promise<void> | undefined

  constructor(ports: TransactionPorts) {
    this.#ports = ports
  }

  add(work: FinishedWork): void {
    this.#waiting.push(work)
    this.#sending ??= this.#sendAll()
  }

  /** The groups have drained: what is still waiting is given up. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#sending
    await this.#producer?.close()
  }

  /** K1. Never rejects. */
  async #sendAll(): Promise<void> {
    // What is finished in the same turn goes together.
    await Promise.resolve()
    try {
      for (let failures = 0; this.#waiting.length > 0 && !this.#closing.signal.aborted;) {
        const works = this.#waiting.filter(({ over }) => !over.aborted)
        this.#waiting = []
        if (works.length === 0) continue
        const sent = await this.#send(works)
        if (sent === 'committed') {
          failures = 0
          for (const { over, committed } of works) if (!over.aborted) committed()
          continue
        }
        this.#waiting.unshift(...works)
        failures += 1
        await this.#ports.pause(backoffMs(waitPolicy, failures, this.#ports.random()), this.#closing.signal)
        if (sent === 'unknown') this.#settle(await this.#committedNow())
      }
    } catch (error) {
      this.#ports.fatal(
        error instanceof TroupeError ? error : new TroupeError('BUG', messageOf(error), { cause: error }),
      )
    } finally {
      this.#sending = undefined
    }
  }

  async #send(works: readonly FinishedWork[]): Promise<Sent> {
    try {
      this.#producer ??= await this.#ports.connect()
      const outcome = await this.#producer.send(
        works.flatMap(({ records }) => records),
        {
          consumer: this.#ports.consumer,
          offsets: () => (works.some(({ over }) => over.aborted) ? undefined : offsetsOf(works)), // K3
        },
      )
      if (outcome.kind === 'sent') return 'committed'
      const [first] = outcome.refusals
      this.#ports.log.warn(`a transaction was aborted, and is tried again: ${messageOf(first?.error)}`)
      return 'aborted'
    } catch (error) {
      const broken = this.#producer
      this.#producer = undefined
      await broken?.close()
      if (!(error instanceof TroupeError && error.retryable)) throw error
      this.#ports.log.warn(`a transaction did not end, and is looked for: ${error.message}`)
      return broken === undefined ? 'aborted' : 'unknown'
    }
  }

  /**
   * K4. A producer of the same id has ended what the one before left open, one way or the other; then the group's
   * offsets tell. Undefined: not to be had now.
   */
  async #committedNow(): Promise<ReadonlyMap<TopicPartitionKey, Offset> | undefined> {
    const places = [...new Map(this.#waiting.map(({ at }) => [topicPartitionKey(at), at])).values()]
    for (let tries = 1; !this.#closing.signal.aborted; tries += 1) {
      try {
        this.#producer ??= await this.#ports.connect()
        const committed = await this.#ports.consumer.offsets('committed', places)
        return new Map(
          places.flatMap((at, nth) => {
            const offset = committed[nth]
            return offset === undefined ? [] : [[topicPartitionKey(at), offset] as const]
          }),
        )
      } catch (error) {
        if (!(error instanceof TroupeError && error.retryable)) throw error
        await this.#ports.pause(backoffMs(waitPolicy, tries, this.#ports.random()), this.#closing.signal)
      }
    }
    return undefined
  }

  #settle(committed: ReadonlyMap<TopicPartitionKey, Offset> | undefined): void {
    if (committed === undefined) return
    const isCommitted = ({ at, next }: FinishedWork): boolean =>
      (committed.get(topicPartitionKey(at)) ?? -1) >= next
    const works = this.#waiting
    this.#waiting = works.filter((work) => !isCommitted(work))
    for (const work of works) if (isCommitted(work) && !work.over.aborted) work.committed()
  }
}

/** The highest of each partition. */
const offsetsOf = (
  works: readonly FinishedWork[],
): readonly (TopicPartition & { readonly offset: Offset })[] => {
  const highest = new Map<TopicPartitionKey, TopicPartition & { readonly offset: Offset }>()
  for (const { at, next } of works) {
    const key = topicPartitionKey(at)
    if (next > (highest.get(key)?.offset ?? -1)) highest.set(key, { ...at, offset: next })
  }
  return [...highest.values()]
}
