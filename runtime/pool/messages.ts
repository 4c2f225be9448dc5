/**
 * What crosses the thread boundary, both ways. Everything here survives structured clone: failures are data, because
 * a cloned error loses its class, its code and its fields.
 *
 * A task is a conversation. The first answer to HandleTask is final (`handled`, `failed`, `discarded`, `fenced`) or asks the
 * main thread for something and carries a token: `produce` – have these records acknowledged by the broker – or
 * `waiting` – a dependency is away, come back later. ResumeTask with that token goes on where the worker stopped;
 * `receive` is not run again for it. So the main thread's side is one loop:
 *
 *     let result = await pool.run(task, affinity)
 *     while (result.kind === 'produce' || result.kind === 'waiting') {
 *       await (result.kind === 'produce' ? producer.produceAll(result.outgoing) : pause())
 *       result = await pool.run({ kind: 'resume', token: result.token }, affinity)
 *     }
 */

import type { ActorLog } from '../actor/context.ts'
import type { OffsetRanges } from '../delivery/offset-ranges.ts'
import type { ObservedBatch, ShadowVerdict } from '../delivery/observed-record.ts'
import type { Progress } from '../delivery/progress.ts'
import type { OutcomeCounts, RecordOutcome } from '../delivery/outcome.ts'
import type { OutgoingRecord } from '../delivery/outgoing.ts'
import type { TracedRecord } from '../delivery/traced-record.ts'
import type { ParkedWork, ParkingReport, ParkingSituation } from '../delivery/parked-work.ts'
import type { ReplayWork } from '../delivery/replay.ts'
import type { DueTimer, TimersReport } from '../delivery/timers.ts'
import type { Unit } from '../delivery/unit.ts'
import type { LossKind } from '../supervision/index.ts'
import type { Offset } from '../topic-partition.ts'
import type { StageTimes } from './stage-times.ts'

/** A record of a batch by its place in it, with the number of the attempt it is due for; 1 is the first. */
export interface RecordAttempt {
  readonly index: number
  readonly attempt: number
  /** This attempt ended its worker: it has failed, and `receive` is not called for it. */
  readonly lost?: LostAttempt
}

/** How an attempt ended that nobody could answer for. */
export interface LostAttempt {
  readonly kind: LossKind
  readonly reason: string
}

/** One lane's batch to handle. The batch is transferred: it is detached on the main thread afterwards. */
export interface HandleTask {
  readonly kind: 'handle'
  readonly actor: string
  /** URL of the actor's module. */
  readonly url: string
  readonly unit: Unit
  readonly epoch: number
  readonly lane: number
  readonly workId: number
  readonly batch: ArrayBuffer
  /** Records of the batch below this offset are not the unit's: they were handled before. Absent: all are its. */
  readonly firstOffset?: Offset
  /** The records still to handle; absent: all of them, for the first time. */
  readonly records?: readonly RecordAttempt[]
  /** Records in these ranges are finished: an owner before has done them. Absent: none. */
  readonly done?: OffsetRanges
  /**
   * What the unit's row is told when the batch ends, in the transaction of its last effects; `counts` are those of the
   * batch's earlier runs. Until then its epoch alone is, with each transaction. Absent: the unit has no row.
   */
  readonly progress?: Progress
  /** The unit may have parked keys: records of those wait behind them. Absent: it has none. */
  readonly parked?: ParkingSituation
  /** The batch was made of parked records. Absent: it came from the log. */
  readonly retry?: ParkedWork
  /** For each record of the batch, by its index: the timer that it stands for. Absent: they are records. */
  readonly timers?: readonly DueTimer[]
  /** The batch is a part of the past that is handled again. Absent: it is not. */
  readonly replay?: ReplayWork
  /** More of the batch comes after these records: it is handed back, and the row is not told that it ended. */
  readonly isPart?: true
  /** It may end its worker: nothing else shares the thread. */
  readonly isAlone?: true
  /** After an unclean end: in a process of its own. */
  readonly isCautious?: true
  /** A shadow is to have these records after this: what they come to is told. */
  readonly isObserved?: true
  /** The actor is a shadow: it has the records that the version that runs told this of (ObservedBatch). */
  readonly shadow?: { readonly live: string }
  /** Of the actor: past it a record that holds its thread has the thread ended. Absent: nobody watches. */
  readonly timeLimitMs?: number
  /** Where the worker names the records that it has under way. */
  readonly underWay?: SharedArrayBuffer
}

/** Go on with the conversation that was answered with this token. */
export interface ResumeTask {
  readonly kind: 'resume'
  readonly token: number
}

/** The unit was given up: abort what runs for it up to this epoch, and drop what was kept. */
export interface DiscardTask {
  readonly kind: 'discard'
  readonly unit: Unit
  readonly epoch: number
}

/** Before the thread ends: abort everything, close the store. */
export interface StopTask {
  readonly kind: 'stop'
}

/** Answers when the worker has loaded its entry; sent once to each worker at start. */
export interface HelloTask {
  readonly kind: 'hello'
}

export type WorkerTask = HandleTask | ResumeTask | DiscardTask | StopTask | HelloTask

/** A thrown thing as data. */
export interface FailureData {
  /** A TroupeError's code, a foreign error's `code` if it has one, else HANDLER_FAILED. */
  readonly code: string
  /** Name of the class: `TypeError`; for a thrown non-error its type: `string`. */
  readonly class: string
  /** At most 2,000 characters. */
  readonly message: string
  /** At most 8,000 characters; '' when there is none. */
  readonly stack: string
}

export interface UnfinishedRecord extends RecordAttempt {
  /** How long to wait before it is handled again; 0 for a record that only waits for another one. */
  readonly afterMs: number
  /** Why its last attempt failed; absent when it was not tried. */
  readonly failure?: FailureData
}

/** For logs: a record that did not simply succeed. */
export interface FailureNote {
  readonly offset: Offset
  readonly attempt: number
  /** '' when the record could not be read. */
  readonly eventId: string
  readonly correlationId: string
  /** Of a record that its producer sampled. */
  readonly traceId?: string
  readonly eventType: string
  readonly outcome: Extract<RecordOutcome, 'rejected' | 'undecodable' | 'exhausted' | 'duplicate'> | 'retry'
  readonly failure: FailureData
}

export type TaskResult =
  /** Final: what is counted here is finished, its effects committed, its events acknowledged. */
  | {
      readonly kind: 'handled'
      readonly counts: OutcomeCounts
      /** Attempts that failed; each is followed by another one. */
      readonly retries: number
      /** Ascending by index. Empty: the work is complete. */
      readonly unfinished: readonly UnfinishedRecord[]
      /** The batch, handed back when something is unfinished. */
      readonly batch?: ArrayBuffer
      /** The first ones only; `counts` has the full number. */
      readonly failures: readonly FailureNote[]
      /** Absent: it meant nothing for parked keys. */
      readonly parking?: ParkingReport
      /** Absent: it meant nothing for timers. */
      readonly timers?: TimersReport
      /** Absent: nobody wanted to know. */
      readonly observed?: ObservedBatch
      /** Of a shadow. */
      readonly verdict?: ShadowVerdict
      readonly times: StageTimes
      /** Absent where spans are not wanted. */
      readonly traced?: { readonly records: readonly TracedRecord[]; readonly notTraced: number }
    }
  /** To be acknowledged by the broker, all of them, before the conversation is resumed. */
  | { readonly kind: 'produce'; readonly token: number; readonly outgoing: readonly OutgoingRecord[] }
  /** A dependency is away. Nothing is counted and no attempt used; resume later. */
  | {
      readonly kind: 'waiting'
      readonly for: 'registry' | 'postgres' | 'dependency'
      readonly reason: string
      readonly token: number
    }
  /** The work can't go on as it is: no such actor module, a damaged batch, a bug. Not retried by itself. */
  | { readonly kind: 'failed'; readonly failure: FailureData; readonly batch?: ArrayBuffer }
  /** The unit was given up meanwhile; no effect of this work was applied after that. */
  | { readonly kind: 'discarded' }
  /**
   * The unit's row is another owner's, or does not know what this one has done: nothing is counted, nothing more was
   * applied, and nothing of this epoch will be.
   */
  | { readonly kind: 'fenced'; readonly on: 'epoch' | 'ledger' | 'lock' }
  /** Answer to discard, stop and hello. */
  | { readonly kind: 'done' }

/** A line of the log on its way to the main thread, where the one log stream is written. */
export interface LogMessage {
  readonly kind: 'log'
  readonly level: keyof ActorLog
  readonly message: string
  readonly fields: object
}
