/**
 * What follows for a unit from the ends of its workers, and from a row that did not take what they did: which records are
 * suspect, how long to wait, and when nothing would come of trying on.
 *
 * L1. Batches that were lost with one worker are one loss: it is told once, and counts once.
 * L2. What is to be remembered is written before the record is tried again, and waits for Postgres as all its work does.
 */

import type { RememberedLoss } from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import type { Pause } from './pause.ts'
import type { FencedOn, UnitTroubles } from './unit-troubles.ts'
import {
  backoffMs,
  Suspects,
  waitPolicy,
  type Aftermath,
  type Loss,
  type RestartBudget,
  type SupervisedRetry,
} from '../supervision/index.ts'
import type { Offset } from '../topic-partition.ts'

export interface LossPorts {
  readonly monotonicMs: () => number
  /** 0 to 1, for jitter. */
  random(): number
  readonly pause: Pause
  /** A record that ended the process before this one is known. */
  causeFound(): void
}

/** Whoever took the row may be its owner by right, and we may be about to hear of it: that takes a moment. */
const fencedWaitMs = 500

/** For threads that end without a record to blame. */
const restartBudget: RestartBudget = { restarts: 10, withinMs: 60_000 }

/** Throws POSTGRES_UNAVAILABLE. */
type Remember = (loss: RememberedLoss) => Promise<unknown>

export class UnitLosses {
  readonly suspects: Suspects
  readonly #ports: LossPorts
  readonly #troubles: UnitTroubles
  readonly #remember: Remember
  /** Losses in a row, and times that its row was another's. */
  #inARow = 0
  #lastThread: number | undefined
  #written: Promise<unknown> = Promise.resolve()

  /** `remember`: in the unit's row, if it has one. */
  constructor(retry: SupervisedRetry, troubles: UnitTroubles, ports: LossPorts, remember: Remember) {
    this.#remember = remember
    this.suspects = new Suspects(retry, restartBudget)
    this.#troubles = troubles
    this.#ports = ports
  }

  /**
   * A worker ended with a batch. `loss`: what is known of its end. `frontier`: everything below is finished, but for what
   * waits in Postgres. `isAside`: the batch was of that.
   */
  lost(how: string, loss: Loss | undefined, frontier: Offset, isAside: boolean): Aftermath {
    const isNew = loss === undefined || loss.thread !== this.#lastThread // L1
    if (isNew) {
      this.#inARow += 1
      this.#lastThread = loss?.thread
      this.#troubles.workerLost(how, this.#inARow, loss)
    }
    if (loss === undefined) return { kind: 'again', afterMs: this.#backoff() }
    return this.#aftermath(loss, frontier, isAside)
  }

  /** L2. Resolves when all that was to be remembered is, or nothing comes of it any more. */
  get written(): Promise<unknown> {
    return this.#written
  }

  /** L2. Likewise. */
  async remember(loss: RememberedLoss, over: AbortSignal): Promise<void> {
    const writing = this.#write(loss, over)
    this.#written = Promise.allSettled([this.#written, writing])
    await writing
  }

  async #write(loss: RememberedLoss, over: AbortSignal): Promise<void> {
    for (let times = 1; !over.aborted; times += 1) {
      try {
        await this.#remember(loss)
        return
      } catch (error) {
        if (!(error instanceof TroupeError && error.retryable)) throw error
        await this.#ports.pause(backoffMs(waitPolicy, times, this.#ports.random()), over)
      }
    }
  }

  /** The same, of work that had been given up: its records are suspect all the same. */
  blamed(loss: Loss, frontier: Offset, isAside: boolean): void {
    if (loss.suspects.length > 0) this.#aftermath(loss, frontier, isAside)
  }

  /** How long to wait before the row is taken anew, in ms. */
  fenced(on: FencedOn): number {
    this.#inARow += 1
    this.#troubles.fenced(on, this.#inARow)
    return fencedWaitMs + this.#backoff()
  }

  /** Something is finished. */
  progressed(): void {
    this.#inARow = 0
  }

  /** An operator says that it may try again. */
  forgive(): void {
    this.suspects.forgive()
    this.#inARow = 0
  }

  #aftermath(loss: Loss, frontier: Offset, isAside: boolean): Aftermath {
    this.suspects.passed(frontier)
    if (loss.kind === 'process-abort' && loss.suspectsInAll === 1) this.#ports.causeFound()
    return this.suspects.lost(loss, {
      nowMs: this.#ports.monotonicMs(),
      times: this.#inARow,
      jitter: this.#ports.random(),
      isAside,
    })
  }

  #backoff(): number {
    return backoffMs(waitPolicy, this.#inARow, this.#ports.random())
  }
}
