/** The index of dead letters: what it keeps of each, what it is asked, and which states a letter goes through. */

import type { Offset, TopicPartitionOffset } from '../topic-partition.ts'
import type { DeadLetterCause, DeadLetterEvent, OriginalRecord } from './dead-letter.ts'
import type { InboxKey } from './inbox-state.ts'

/**
 * dead       given up, waits for an operator
 * redriving  a campaign has it: claimed, produced or about to be
 * redriven   produced to its topic again; if it dies again that is another letter, with one more redrive
 * discarded  an operator decided that nothing more happens, or it had been handled otherwise
 */
export const deadLetterTransitions = {
  dead: ['redriving', 'discarded'],
  redriving: ['redriven', 'dead', 'discarded'],
  redriven: [],
  discarded: [],
} as const satisfies Record<string, readonly string[]>

export type DeadLetterState = keyof typeof deadLetterTransitions

/** A letter as the batch that gives the record up writes it, or as its topic tells it (`readDeadLetter`). */
export interface NewDeadLetter extends DeadLetterEvent {
  readonly original: OriginalRecord
  readonly cause: DeadLetterCause
  /** Out of the record's header (`redrivesOf`). */
  readonly redrives: number
}

/** Without the bytes of the record. */
export interface DeadLetterSummary {
  readonly id: number
  readonly group: string
  readonly actor: string
  readonly actorVersion: string | undefined
  readonly topic: string
  readonly partition: number
  readonly offset: Offset
  /** The record key as UTF-8 text; undefined: none. */
  readonly key: string | undefined
  readonly tenant: string
  readonly eventId: string
  readonly eventType: string
  readonly correlationId: string
  readonly traceId: string | undefined
  readonly inboxKey: InboxKey | undefined
  readonly outcome: DeadLetterCause['outcome']
  readonly attempts: number
  readonly errorClass: string
  readonly errorCode: string
  readonly message: string
  readonly failedAtMs: number
  readonly state: DeadLetterState
  readonly redrives: number
}

export interface StoredDeadLetter extends DeadLetterSummary {
  readonly stack: string
  readonly original: OriginalRecord
  /** Oldest first. */
  readonly receipts: readonly DeadLetterReceipt[]
}

/** All that is given must hold; nothing given: all letters. */
export interface DeadLetterFilter {
  readonly group?: string | undefined
  readonly actor?: string | undefined
  readonly topic?: string | undefined
  readonly tenant?: string | undefined
  /** Class or code of the error. */
  readonly error?: string | undefined
  /** The record key, whole. */
  readonly key?: string | undefined
  readonly eventId?: string | undefined
  /** Failed at or after, and before; ms since the epoch. */
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
  /** Words of the error's message, as in a web search: `timed out -gateway "no such order"`. */
  readonly text?: string | undefined
  readonly ids?: readonly number[] | undefined
}

export interface DeadLetterSearch extends DeadLetterFilter {
  readonly state?: DeadLetterState | undefined
  /** 1 to 500; default 50. */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

export interface DeadLetterPage {
  /** Last failed first. */
  readonly letters: readonly DeadLetterSummary[]
  /** Undefined: this is the last page. */
  readonly next: string | undefined
}

export const receiptOutcomes = {
  redriven: 'produced to its topic again',
  skipped: 'left as it is: it was redriven too often, or cannot be produced as it was',
  refused: 'left as it is: the broker refuses it',
  settled: 'not produced: the event had been handled otherwise meanwhile',
  discarded: 'an operator decided that nothing more happens',
} as const

export type ReceiptOutcome = keyof typeof receiptOutcomes

export interface DeadLetterReceipt {
  readonly deadLetterId: number
  /** Undefined: an operator's single act. */
  readonly campaignId: number | undefined
  readonly outcome: ReceiptOutcome
  readonly reason: string
  readonly by: string
  readonly atMs: number
  readonly producedTo: TopicPartitionOffset | undefined
}

/** Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away. */
export interface DeadLetterIndex {
  /** Throws CONFIG_INVALID for a cursor or limit that is none. */
  search(search: DeadLetterSearch): Promise<DeadLetterPage>
  find(id: number): Promise<StoredDeadLetter | undefined>
  /** Those that it has not yet; their number. Throws EFFECTS_REFUSED when Postgres will never take one of them. */
  add(letters: readonly NewDeadLetter[]): Promise<number>
  /** Of those that are dead. The others stay as they are. Answers the receipts of the discarded. */
  discard(ids: readonly number[], by: string, reason: string): Promise<readonly DeadLetterReceipt[]>
  close(): Promise<void>
}
