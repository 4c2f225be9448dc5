/** What a unit with effects: 'kafka' has made and not committed: kept by work until the work is finished, then sent. */

import type { OutgoingRecord } from '../delivery/index.ts'
import type { LaneWork } from '../partition/index.ts'
import type { TopicPartition } from '../topic-partition.ts'
import type { KafkaTransactions } from './kafka-transactions.ts'

export class UnitTransactions {
  readonly #at: TopicPartition
  readonly #transactions: KafkaTransactions
  /** work → of all its runs. */
  readonly #made = new Map<number, OutgoingRecord[]>()

  constructor(at: TopicPartition, transactions: KafkaTransactions) {
    this.#at = at
    this.#transactions = transactions
  }

  /** Instead of producing them at once. */
  keep(workId: number, records: readonly OutgoingRecord[]): void {
    const made = this.#made.get(workId)
    if (made === undefined) this.#made.set(workId, [...records])
    else for (const record of records) made.push(record)
  }

  /** All of it is handled. The unit has one lane: everything below its end is, too. */
  finished({ workId, range }: LaneWork, over: AbortSignal, committed: () => void): void {
    const records = this.#made.get(workId) ?? []
    this.#made.delete(workId)
    this.#transactions.add({ at: this.#at, next: range.to, records, over, committed })
  }

  /** What was made until now, of this work or of all, is made again by somebody. */
  forget(workId?: number): void {
    if (workId === undefined) this.#made.clear()
    else this.#made.delete(workId)
  }
}
