/**
 * What a process says of itself: the one picture that its readiness, its metrics, its report in Postgres and, through
 * that, the operators' API are drawn from. Plain data: it is written as JSON, and numbers of it outlive the process.
 *
 * The version counts what a reader must know. A field that is added keeps it; one that changes its meaning does not.
 */

import type { OutcomeCounts } from '../delivery/index.ts'
import type { Unit } from '../delivery/index.ts'
import type { Offset, TopicPartition, TopicPartitionOffset } from '../topic-partition.ts'

export const statusReportVersion = 1

export type ProcessKind = 'runtime' | 'control-plane' | 'relay'
export type ProcessState = 'starting' | 'running' | 'stopping' | 'stopped'

export interface StatusReport {
  readonly version: typeof statusReportVersion
  readonly process: ProcessIdentity
  readonly state: ProcessState
  /** ms since the epoch, by this process's clock. */
  readonly reportedAtMs: number
  /** When the next one is due, after this one. */
  readonly intervalMs: number
  readonly health: ProcessHealth
  readonly readiness: readonly Readiness[]
  /** Of the groups of this process; empty for a process without. */
  readonly actors: readonly ActorStatus[]
  readonly groups: readonly GroupStatus[]
  /** Since the process began, by unit; units that were revoked stay. */
  readonly outcomes: readonly OutcomeStatus[]
  /** The latest ones, newest first. */
  readonly lastErrors: readonly ErrorSighting[]
  /** Of a relay. */
  readonly outbox?: OutboxStatus
}

/** What a relay knows of the outbox: of the slices it sends, and of those that no relay has. */
export interface OutboxStatus {
  readonly slices: readonly OutboxSliceStatus[]
  /** Since the process began. */
  readonly sentRecords: number
  /** Those that no broker took, since the process began. */
  readonly parkedRecords: number
  /** In `troupe.outbox_parked`, whoever put them there: an operator must look at them. null: not known yet. */
  readonly parked: number | null
  /** Age of the transaction that rows of writers other than actors wait for; 0: they wait for none. null: not known yet. */
  readonly heldBackMs: number | null
}

export interface OutboxSliceStatus {
  readonly slice: number
  /** orphan: no relay has it, its events wait. */
  readonly state: 'taking-over' | 'sending' | 'idle' | 'waiting' | 'ended' | 'orphan'
  /** Not sent yet, `outboxCountLimit` for that many or more; null: not known yet. */
  readonly records: number | null
  /** Of the oldest of them; 0 without any; null: not known yet. */
  readonly ageMs: number | null
  /** What it waits for, in a sentence to act on; '' when it goes on. */
  readonly waitsFor: string
  /** Topics that are missing or forbidden: their events wait, the others go on. */
  readonly heldTopics: readonly { readonly topic: string; readonly message: string }[]
}

export interface ProcessIdentity {
  /** Of this run of the process: a restart has another one. */
  readonly id: string
  readonly node: string
  readonly pid: number
  readonly kind: ProcessKind
  readonly troupeVersion: string
  readonly nodeVersion: string
  readonly startedAtMs: number
}

export interface ProcessHealth {
  readonly rssBytes: number
  /** 99th percentile since the last report. */
  readonly eventLoopDelayMs: number
  readonly workers: readonly WorkerStatus[]
}

export interface WorkerStatus {
  readonly threadId: number
  /** Share of the last interval in which its event loop was busy, 0 to 1. */
  readonly busy: number
}

/** One thing that the process needs; the process is ready when all of them are. */
export interface Readiness {
  readonly name: 'consumer' | 'producer' | 'postgres' | 'registry' | 'process'
  readonly ready: boolean
  /** What is missing, in a sentence to act on; '' when ready. */
  readonly reason: string
}

export interface ActorStatus {
  readonly name: string
  readonly group: string
  readonly topics: readonly string[]
  readonly receives: readonly string[]
  readonly order: string
  readonly effects: string
  readonly concurrency: number
  readonly lanes: number
  /** Of a registered actor: those that run, and those that ran since the process began. */
  readonly versions?: readonly ActorVersionStatus[]
  /** Of a process that tells them; those before did not. */
  readonly settings?: ActorSettings
  /** Event types that it reads, by name; likewise. */
  readonly reads?: readonly ReadEventStatus[]
}

export interface ActorVersionStatus {
  /** Its module and that file's version, `invoices@3fa9c1d2e4b5`. */
  readonly version: string
  readonly role: 'current' | 'canary' | 'shadow' | 'former'
  /** Those that a canary handles, or a shadow sees; of a shadow without any: all. */
  readonly partitions: readonly number[]
  /** Since the process began. */
  readonly counts: OutcomeCounts
  /** Of a shadow. */
  readonly shadow?: ShadowStatus
}

/** How a shadow fares, since it began in the process. */
export interface ShadowStatus {
  readonly handled: number
  /** Of those handled. */
  readonly failed: number
  /** Of those handled: what it made of them is not what the version that runs did. */
  readonly differing: number
  /** That it had no room for, or did not come to. */
  readonly dropped: number
  /** By the class of what was thrown. */
  readonly failures: Readonly<Record<string, number>>
  readonly lastFailure:
    (TopicPartitionOffset & { readonly errorClass: string; readonly message: string }) | null
  readonly lastDifference: (TopicPartitionOffset & { readonly text: string }) | null
  /** Why it handles nothing here any more; null: it does. */
  readonly ended: string | null
}

export const noShadowStatus: ShadowStatus = {
  handled: 0,
  failed: 0,
  differing: 0,
  dropped: 0,
  failures: {},
  lastFailure: null,
  lastDifference: null,
  ended: null,
}

/** What operators may have set is in it. */
export interface ActorSettings {
  readonly startFrom: string
  readonly timeLimitMs: number
  readonly retryMode: string
  readonly attempts: number
  readonly backoff: string
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

export interface ReadEventStatus {
  readonly name: string
  /** Of the schema that it reads with, as SCHEMAS_DIR numbers it; null: it is none of those. */
  readonly version: number | null
}

export interface GroupStatus {
  readonly name: string
  /** The group has given this process its part, which may be nothing. */
  readonly joined: boolean
  readonly assignments: readonly AssignmentStatus[]
}

export interface AssignmentStatus extends TopicPartition {
  /** The offset after the last record drained; null: nothing yet. */
  readonly position: Offset | null
  /** What may be committed: everything below it is finished; null: not known yet. */
  readonly frontier: Offset | null
  /** The offset that the next record gets; null: the broker has not told. */
  readonly end: Offset | null
  /** end − frontier: records that may still have to be handled; null while one of them is unknown. */
  readonly lagRecords: number | null
  /**
   * Age of the first record that is not finished, by its timestamp; 0 when the frontier is the end. Where that record
   * was not delivered yet: for how long it is known to be there, which is a lower bound. null while it is not known.
   */
  readonly lagMs: number | null
  readonly units: readonly UnitStatus[]
}

/** One actor's way through the partition. */
export interface UnitStatus {
  readonly actor: string
  readonly lifecycle: string
  readonly position: Offset | null
  readonly frontier: Offset | null
  /** Timestamp of the first delivered record that is not finished, ms since the epoch; null: there is none, or it has none. */
  readonly oldestUnfinishedAtMs: number | null
  /** Delivered and not finished; what the credit bounds. */
  readonly unfinishedRecords: number
  readonly unfinishedBytes: number
  /** What may still be drained now; 0: nothing, until some of the above is finished. */
  readonly creditRecords: number
  readonly creditBytes: number
  /** A dependency that is away holds up work of it. */
  readonly waitingFor: 'registry' | 'postgres' | 'broker' | 'dependency' | null
  /** Why nothing of it is handled until somebody decides where it goes on; null: it is not in quarantine. */
  readonly quarantine: string | null
  /** Its parked keys; null: it has no row, or none in this epoch yet. */
  readonly parked?: ParkedStatus | null
}

export interface ParkedStatus {
  readonly keys: number
  /** Of them, those that wait for an operator. */
  readonly held: number
  readonly records: number
  /** Since the key that is parked longest was parked; 0 without any. */
  readonly oldestAgeMs: number
}

export interface OutcomeStatus extends Unit {
  readonly counts: OutcomeCounts
  /** Attempts that failed and were followed by another one. */
  readonly retries: number
  /** Records a second, by outcome, over about the last 10 s. */
  readonly rates: OutcomeCounts
  /** What its batches took since the process began, lanes added up; missing in reports of processes that did not tell. */
  readonly stages?: StageCosts
  /** The same a second, over about the last 10 s. */
  readonly stageRates?: StageCosts
}

/** ms, added up over lanes that run side by side. */
export interface StageCosts {
  /** From the drain to a worker's hands. */
  readonly queueMs: number
  readonly decodeMs: number
  readonly handleMs: number
  readonly storeMs: number
}

export const noCosts = (): Record<keyof StageCosts, number> => ({
  queueMs: 0,
  decodeMs: 0,
  handleMs: 0,
  storeMs: 0,
})

export interface ErrorSighting {
  readonly atMs: number
  readonly code: string
  readonly message: string
  readonly actor: string | null
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: Offset | null
  readonly eventId: string | null
  readonly correlationId: string | null
  /** What became of the record: retry, rejected, undecodable, exhausted; null: no record's error. */
  readonly outcome: string | null
  /** How often the same was seen since the first time; all else is of the latest one. */
  readonly times: number
}

export type ReadReport =
  | { readonly kind: 'report'; readonly report: StatusReport }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Of what another process wrote, which may be of another version of Troupe. */
export const readStatusReport = (written: unknown): ReadReport => {
  const version = typeof written === 'object' && written !== null && 'version' in written && written.version
  if (version !== statusReportVersion) {
    return {
      kind: 'unreadable',
      reason: `a status report of version ${String(version)}; this process reads ${statusReportVersion}`,
    }
  }
  return { kind: 'report', report: written as StatusReport }
}
