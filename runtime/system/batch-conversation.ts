/**
 * The main thread's side of the conversations with workers about a unit's batches: what a batch made is acknowledged by
 * the broker, and a dependency that is away is waited for, until the worker says what became of the batch.
 *
 * C1. Records leave for Kafka, and are acknowledged, before the work that made them is complete. With effects: 'kafka'
 *     they leave with its transaction, and the worker does not wait for them.
 * C2. When the epoch is over nothing is resumed: the worker was told to drop it.
 */

import type { OutgoingRecord } from '../delivery/index.ts'
import { messageOf, TroupeError } from '../errors.ts'
import type { HandleTask, TaskResult, WorkerTask } from '../pool/index.ts'
import { backoffMs, waitPolicy } from '../supervision/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { LettersSent } from './letters-sent.ts'
import type { Pause } from './pause.ts'
import type { UnitTransactions } from './unit-transactions.ts'
import type { UnitTroubles } from './unit-troubles.ts'

export interface ConversationPorts {
  run(task: WorkerTask, affinity: string): Promise<TaskResult>
  /** Resolves when the broker has acknowledged all of them. */
  produceAll(records: readonly OutgoingRecord[]): Promise<void>
  readonly pause: Pause
  /** 0 to 1, for jitter. */
  random(): number
}

export class BatchConversation {
  readonly #ports: ConversationPorts
  readonly #troubles: UnitTroubles
  readonly #letters: LettersSent
  readonly #log: Log
  readonly #transactions: UnitTransactions | undefined

  /** `transactions`: what batches make is kept for them, and not produced. */
  constructor(
    ports: ConversationPorts,
    troubles: UnitTroubles,
    letters: LettersSent,
    log: Log,
    transactions?: UnitTransactions,
  ) {
    this.#ports = ports
    this.#troubles = troubles
    this.#letters = letters
    this.#log = log
    this.#transactions = transactions
  }

  /** About one batch, to its end; undefined when the epoch ended before it. Throws WORKER_LOST. */
  async hold(task: HandleTask, affinity: string, over: AbortSignal): Promise<TaskResult | undefined> {
    const { workId } = task
    let result = await this.#ports.run(task, affinity)
    for (let waits = 0; result.kind === 'produce' || result.kind === 'waiting';) {
      if (over.aborted) return undefined
      if (result.kind === 'produce') {
        if (!(await this.#produce(workId, result.outgoing, over))) return undefined
        waits = 0
      } else {
        if (waits === 0) this.#troubles.dependencyAway(result.for, result.reason)
        this.#troubles.waits(workId, result.for)
        waits += 1
        if (!(await this.#backOff(waits, over))) return undefined
      }
      result = await this.#ports.run({ kind: 'resume', token: result.token }, affinity)
      if (result.kind !== 'waiting') this.#troubles.goesOn(workId)
    }
    return result
  }

  /** Until the broker has them (C1). False when the epoch ended first. */
  async #produce(workId: number, outgoing: readonly OutgoingRecord[], over: AbortSignal): Promise<boolean> {
    if (this.#transactions !== undefined) {
      this.#transactions.keep(workId, outgoing)
      return true
    }
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#letters.produce(outgoing, (records) => this.#ports.produceAll(records))
        this.#troubles.goesOn(workId)
        return !over.aborted
      } catch (error) {
        // The broker may have some of them: emitted events and dead letters are at least once, with ids of their own.
        this.#log.error(`${outgoing.length} records could not be produced: ${messageOf(error)}`, {
          topics: [...new Set(outgoing.map(({ topic }) => topic))],
        })
        this.#troubles.see(error instanceof TroupeError ? error.code : 'PRODUCE_FAILED', messageOf(error))
        this.#troubles.waits(workId, 'broker')
        if (!(await this.#backOff(tries, over))) return false
      }
    }
  }

  async #backOff(times: number, over: AbortSignal): Promise<boolean> {
    return await this.#ports.pause(backoffMs(waitPolicy, times, this.#ports.random()), over)
  }
}
