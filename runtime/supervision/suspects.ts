/**
 * The records of a unit that may end the worker which handles them. Each runs alone until it has ended well or was
 * given up; what shares its batch goes on around it.
 *
 * S1. A record that is known to have ended its worker has failed an attempt. That is told at its next turn, and what
 *     follows is its actor's policy, as after any failed attempt.
 * S2. Of several that may have, none has failed: each runs alone, with its attempt unchanged.
 * S3. An end that is the fault of another unit's record changes nothing here.
 * S4. An end that nobody knows the cause of uses up the restart budget, and so does one that came while a failed
 *     attempt was only told: nothing would come of trying it for ever. Once an end, however much of the unit it took.
 * S5. The parts of a batch go out in the order of their records, each when the one before is settled.
 * S6. A record that waits in Postgres is below the frontier from the start: it stays suspect until its turn.
 * S7. A failed attempt of a record of the log is to be remembered where the next owner of the unit finds it. One of what
 *     waits in Postgres is written there when it is told, at once.
 */

import type { RememberedLoss } from '../delivery/remembered-loss.ts'
import type { Offset } from '../topic-partition.ts'
import type { LossKind } from './failure.ts'
import { isolate, nextPart } from './isolation.ts'
import { spendRestart, type RestartBudget } from './restart-budget.ts'
import type { SupervisedRetry } from './retry-policy.ts'
import { supervise } from './supervise.ts'

/** The end of a worker, as one of its batches sees it. */
export interface Loss {
  readonly kind: LossKind
  readonly reason: string
  /** Names the end: two batches that share it were lost together. */
  readonly thread: number
  /** Records of the batch that may have caused it. */
  readonly suspects: readonly { readonly offset: Offset; readonly attempt: number }[]
  /** Those of other batches with them; 0: nobody knows. */
  readonly suspectsInAll: number
}

interface Suspect {
  readonly attempt: number
  /** S1: how this attempt ended its worker, which is still to be told. */
  readonly lost: { readonly kind: LossKind; readonly reason: string } | undefined
  /** S6. */
  readonly isAside: boolean
}

/** A record of a batch that is still to be handled. */
export interface DueRecord {
  readonly index: number
  readonly offset: Offset
  readonly attempt: number
}

export interface Part {
  readonly records: readonly (Omit<DueRecord, 'offset'> & { readonly lost?: NonNullable<Suspect['lost']> })[]
  /** The suspect that it is; undefined: it has none. */
  readonly alone: Offset | undefined
  /** What comes after it. */
  readonly rest: readonly DueRecord[]
}

export type Aftermath =
  /** All that was lost is done again after this. `remember`: S7, before that. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly remember?: RememberedLoss }
  | { readonly kind: 'quarantine'; readonly reason: string }

export interface Circumstance {
  /** Of any one clock. */
  readonly nowMs: number
  /** Ends in a row, this one with them. */
  readonly times: number
  /** 0 to 1. */
  readonly jitter: number
  /** S6. The batch was of what waits in Postgres. Default: it was not. */
  readonly isAside?: boolean
}

const atOnce: Aftermath = { kind: 'again', afterMs: 0 }

export class Suspects {
  readonly #policy: SupervisedRetry
  readonly #budget: RestartBudget
  readonly #suspects = new Map<Offset, Suspect>()
  #spent: readonly number[] = []
  #lastUnexplained: { readonly thread: number; readonly aftermath: Aftermath } | undefined

  constructor(policy: SupervisedRetry, budget: RestartBudget) {
    this.#policy = policy
    this.#budget = budget
  }

  /** Offsets, for people. */
  get offsets(): readonly Offset[] {
    return [...this.#suspects.keys()]
  }

  lost(loss: Loss, circumstance: Circumstance): Aftermath {
    const [first] = loss.suspects
    const { isAside = false } = circumstance
    if (loss.suspectsInAll === 0) return this.#unexplained(loss, circumstance)
    if (first === undefined) return atOnce // S3
    if (loss.suspectsInAll > 1) {
      for (const { offset, attempt } of loss.suspects) this.#suspect(offset, attempt, isAside) // S2
      return atOnce
    }
    const known = this.#suspects.get(first.offset)
    if (known?.lost !== undefined && known.attempt >= first.attempt)
      return this.#unexplained(loss, circumstance)
    const { kind, reason } = loss
    this.#suspects.set(first.offset, { attempt: first.attempt, lost: { kind, reason }, isAside }) // S1
    return isAside ? atOnce : { kind: 'again', afterMs: 0, remember: { ...first, kind, reason } }
  }

  /** S7. Of owners before. */
  remembered(losses: readonly RememberedLoss[]): void {
    for (const { offset, attempt, ...lost } of losses) {
      if ((this.#suspects.get(offset)?.attempt ?? 0) < attempt)
        this.#suspects.set(offset, { attempt, lost, isAside: false })
    }
  }

  /** May a batch of these offsets have one? */
  isAmong(from: Offset, to: Offset): boolean {
    return this.offsets.some((offset) => offset >= from && offset <= to)
  }

  /** S5. `due`: ascending. */
  nextPart(due: readonly DueRecord[]): Part {
    const suspects = due.filter(({ offset }) => this.#suspects.has(offset)).map(({ index }) => index)
    if (suspects.length === 0) return { records: due.map(plain), alone: undefined, rest: [] }
    const isolation = isolate(
      due.map(({ index }) => index),
      suspects,
    )
    const part = new Set(nextPart(isolation))
    const [first] = due
    const suspect = first && this.#suspects.get(first.offset)
    return {
      records: due.filter(({ index }) => part.has(index)).map((record) => this.#asKnown(record)),
      alone: suspect === undefined ? undefined : first?.offset,
      rest: due.filter(({ index }) => !part.has(index)),
    }
  }

  /** It ran alone and its worker lives. `nextAttempt`: undefined, it is finished. */
  settled(offset: Offset, nextAttempt: number | undefined): void {
    if (nextAttempt === undefined) this.#suspects.delete(offset)
    else {
      const isAside = this.#suspects.get(offset)?.isAside ?? false
      this.#suspects.set(offset, { attempt: nextAttempt, lost: undefined, isAside })
    }
  }

  /** Everything below is finished, but for what waits in Postgres (S6). */
  passed(frontier: Offset): void {
    for (const [offset, { isAside }] of this.#suspects)
      if (offset < frontier && !isAside) this.#suspects.delete(offset)
  }

  /** An operator says that it may try again. */
  forgive(): void {
    this.#spent = []
    this.#lastUnexplained = undefined
  }

  #suspect(offset: Offset, attempt: number, isAside: boolean): void {
    if (!this.#suspects.has(offset)) this.#suspects.set(offset, { attempt, lost: undefined, isAside })
  }

  #asKnown(record: DueRecord): Part['records'][number] {
    const suspect = this.#suspects.get(record.offset)
    if (suspect === undefined || suspect.attempt < record.attempt) return plain(record)
    const { attempt, lost } = suspect
    return { ...plain(record), attempt, ...(lost && { lost }) }
  }

  /** S4. */
  #unexplained({ kind, reason, thread }: Loss, circumstance: Circumstance): Aftermath {
    if (thread === this.#lastUnexplained?.thread) return this.#lastUnexplained.aftermath
    const aftermath = this.#spend(kind, reason, circumstance)
    this.#lastUnexplained = { thread, aftermath }
    return aftermath
  }

  #spend(kind: LossKind, reason: string, { nowMs, times, jitter }: Circumstance): Aftermath {
    const restart = spendRestart(this.#budget, this.#spent, nowMs)
    this.#spent = restart.spent
    const situation = { policy: this.#policy, attempt: times, records: Infinity, jitter, restart }
    const directive = supervise({ kind, reason }, situation)
    switch (directive.kind) {
      case 'isolate':
        return { kind: 'again', afterMs: directive.afterMs }
      case 'quarantine':
        return directive
      case 'retry':
      case 'park':
      case 'retry-topic':
      case 'dead-letter':
      case 'wait':
      case 'retake':
      case 'stop':
        throw new Error(`the end of a worker can't be answered by ${directive.kind}`)
      default:
        return directive satisfies never
    }
  }
}

const plain = ({ index, attempt }: DueRecord): Omit<DueRecord, 'offset'> => ({ index, attempt })
