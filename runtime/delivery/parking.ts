/**
 * Parking: a key whose record failed waits in Postgres with all that comes behind it; its partition goes on.
 *
 * PK1: arrivals, retries and releases of a key run in the key's lane of the partition's owner. Everybody else writes a
 *      command, which the owner carries out.
 * PK2: a key's queue is in the order of offsets; a record is tried when none before it is left. A record that arrives
 *      while its key is parked goes to the end of the queue, untried.
 * PK3: a key is unparked only when its queue is empty, under the lock of its row, and when it is not held.
 * PK4: a record is parked once: unique by unit and offset.
 */

import type { Offset } from '../topic-partition.ts'
import type { OriginalRecord } from './dead-letter.ts'
import type { InboxKey } from './inbox-state.ts'
import type { Unit } from './unit.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What parks together: records of one key. One without key parks alone. */
export const parkingKeyOf = (key: Uint8Array | null | undefined, offset: Offset): string => {
  if (key === null || key === undefined) return `offset ${String(offset)}`
  try {
    return `key ${utf8.decode(key)}`
  } catch {
    return `bytes ${Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }
}

export interface ParkedFailure {
  readonly errorClass: string
  readonly errorCode: string
  readonly message: string
}

export interface NewParkedRecord {
  readonly parkingKey: string
  readonly original: OriginalRecord
  readonly inboxKey: InboxKey | undefined
  /** Made so far. 0: it waits behind another record of its key. */
  readonly attempts: number
  /** When it is tried again, if its key is not parked yet. */
  readonly afterMs: number
  /** Why the last attempt failed; undefined: none was made. */
  readonly failure: ParkedFailure | undefined
}

export interface ParkedRecord extends Omit<NewParkedRecord, 'afterMs'> {
  readonly parkedAtMs: number
}

/** What became of a parked record. */
export type ParkedSettlement =
  /** Handled, rejected or skipped; also dead-lettered where the key is to go on (`afterDeadLetter: release`). */
  | { readonly kind: 'finished'; readonly parkingKey: string; readonly offset: Offset }
  /** Dead-lettered, and what is behind it waits for an operator (`afterDeadLetter: hold`). */
  | { readonly kind: 'finished-and-held'; readonly parkingKey: string; readonly offset: Offset }
  | {
      readonly kind: 'again'
      readonly parkingKey: string
      readonly offset: Offset
      readonly attempts: number
      readonly afterMs: number
      readonly failure: ParkedFailure
    }

export interface ParkedKey {
  readonly parkingKey: string
  readonly records: number
  /** Waits for an operator. */
  readonly held: boolean
}

export type ParkedKeys =
  | { readonly kind: 'all'; readonly keys: ReadonlyMap<string, ParkedKey> }
  /** More than asked for: one look-up a batch (`parkedAmong`) takes the place of the set. */
  | { readonly kind: 'too-many' }

/** More parked keys of a unit than this are not kept in memory. */
export const mostKeysInMemory = 50_000

export interface ParkingSurvey {
  readonly keys: number
  readonly held: number
  readonly records: number
  /** Since the key that is parked longest was parked; 0 without any. */
  readonly oldestAgeMs: number
}

export interface ParkedCommand {
  readonly id: number
  readonly unit: Unit
  readonly parkingKey: string
  readonly kind: 'release' | 'skip'
  /** Of the record to skip. */
  readonly offset: Offset | undefined
  readonly by: string
}

/** Of a command that is carried out. */
export interface ParkedAnswer {
  readonly id: number
  readonly answer: string
}

export type NewParkedCommand = Omit<ParkedCommand, 'id'>

/** Every method throws POSTGRES_UNAVAILABLE (retryable) when the database is away. */
export interface ParkingStore {
  /** At take-over. */
  load(unit: Unit, limit?: number): Promise<ParkedKeys>
  /** Which of these are parked, in one query. */
  parkedAmong(unit: Unit, parkingKeys: readonly string[]): Promise<readonly string[]>
  /**
   * Of keys that are due, the longest due first and at most `limit` (default 500): the first records of each queue, in
   * order, at most `perKey` (default 1) and, but for the first, 64 KB. Not of the keys in `except`.
   */
  due(
    unit: Unit,
    limit?: number,
    perKey?: number,
    except?: readonly string[],
  ): Promise<readonly ParkedRecord[]>
  /** Undefined: nothing waits for a time. 0: now. */
  nextDueInMs(unit: Unit): Promise<number | undefined>
  survey(unit: Unit): Promise<ParkingSurvey>
  /** A key's queue, in order; at most 100. */
  queue(unit: Unit, parkingKey: string): Promise<readonly ParkedRecord[]>
  /** Its id. */
  ask(command: NewParkedCommand): Promise<number>
  /** Not carried out yet, oldest first; at most 100. */
  commands(unit: Unit): Promise<readonly ParkedCommand[]>
  /** Answers a command whose key is not parked any more: an owner without parked keys looks for none. */
  answerIfUnparked(command: number): Promise<void>
  close(): Promise<void>
}

export interface ParkingLimits {
  /** Records behind one key. Default 1,000. */
  readonly maxParkedPerKey: number
  /** Records of a unit. Default 100,000. */
  readonly maxParked: number
  /** Of the key that is parked longest. Default 7 days. */
  readonly maxAgeMs: number
  /**
   * Past a limit: `block` (default) lets the lane wait, so that nothing is handled out of order; `release` handles the
   * record at once, before those of its key that are parked.
   */
  readonly onLimit: 'block' | 'release'
  /** What a key does once its record is dead-lettered: `hold` (default) waits for an operator, `release` goes on. */
  readonly afterDeadLetter: 'hold' | 'release'
}

export const defaultParkingLimits: ParkingLimits = {
  maxParkedPerKey: 1_000,
  maxParked: 100_000,
  maxAgeMs: 7 * 86_400_000,
  onLimit: 'block',
  afterDeadLetter: 'hold',
}

export type ParkingVerdict =
  /** `alarm`: for the log and the metrics, though it is parked. */
  | { readonly kind: 'park'; readonly alarm: string | undefined }
  | { readonly kind: 'block' | 'release'; readonly alarm: string }

/** `ofKey`, `ofUnit`: records parked already. */
export const parkingVerdict = (
  {
    ofKey,
    ofUnit,
    oldestAgeMs,
  }: { readonly ofKey: number; readonly ofUnit: number; readonly oldestAgeMs: number },
  limits: ParkingLimits,
): ParkingVerdict => {
  const { maxParkedPerKey, maxParked, maxAgeMs, onLimit } = limits
  if (ofKey >= maxParkedPerKey)
    return {
      kind: onLimit,
      alarm: `${String(ofKey)} records are parked behind one key: maxParkedPerKey is ${String(maxParkedPerKey)}`,
    }
  if (ofUnit >= maxParked)
    return {
      kind: onLimit,
      alarm: `${String(ofUnit)} records of the unit are parked: maxParked is ${String(maxParked)}`,
    }
  return {
    kind: 'park',
    alarm:
      oldestAgeMs > maxAgeMs
        ? `a key is parked for ${String(Math.floor(oldestAgeMs / 1_000))} s: maxAgeMs is ${String(maxAgeMs)}`
        : undefined,
  }
}
