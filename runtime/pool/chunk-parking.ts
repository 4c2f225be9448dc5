/**
 * What one run of a chunk means for parked keys: which records are parked by it, and what becomes of those that were
 * parked before. Nothing of it has happened yet; it is dropped with the outcome it belongs to.
 */

import {
  defaultParkingLimits,
  parkingKeyOf,
  parkingVerdict,
  type NewParkedRecord,
  type RetriedRecord,
  type ParkedSettlement,
  type ParkingLimits,
  type ParkingReport,
} from '../delivery/index.ts'
import type { DeadOutcome } from '../supervision/index.ts'
import type { FailureData, HandleTask } from './messages.ts'
import type { RecordContext } from './record-context.ts'
import type { TaskScope } from './task-scope.ts'

/** A record that may not be parked waits this long before it is looked at again: its key's queue has to get shorter. */
export const blockedMs = 1_000

export class ChunkParking {
  readonly records: NewParkedRecord[] = []
  readonly settled: ParkedSettlement[] = []
  readonly #scope: TaskScope
  readonly #task: HandleTask
  readonly #limits: ParkingLimits
  /** parking key → records in its queue; of keys that are parked. */
  readonly #parked = new Map<string, number>()

  constructor(scope: TaskScope, task: HandleTask) {
    this.#scope = scope
    this.#task = task
    this.#limits = { ...defaultParkingLimits, ...scope.actor.retry.parking }
  }

  /** Its records were parked before. */
  get isRetry(): boolean {
    return this.#task.retry !== undefined
  }

  get report(): ParkingReport {
    const due = [
      ...this.records.filter(({ attempts }) => attempts > 0).map(({ afterMs }) => afterMs),
      // Behind a record that is finished may be another one, which is due at once.
      ...this.settled.map((settlement) => (settlement.kind === 'again' ? settlement.afterMs : 0)),
    ]
    return {
      parked: this.records.length,
      settled: this.settled.filter(({ kind }) => kind !== 'again').length,
      nextDueMs: due.length === 0 ? undefined : Math.min(...due),
    }
  }

  /** Of a record that was parked before. */
  retriedOf({ index }: { readonly index: number }): RetriedRecord | undefined {
    return this.#task.retry?.records[index]
  }

  keyOf(record: RecordContext): string {
    return (
      this.retriedOf(record)?.parkingKey ??
      // Without order nothing of its key has to wait for it.
      parkingKeyOf(this.#scope.actor.order === 'none' ? undefined : record.keyView(), record.offset)
    )
  }

  /** What the store says of the chunk's keys. */
  know(parked: ReadonlyMap<string, number>): void {
    for (const [key, records] of parked) this.#parked.set(key, records)
  }

  isParked(record: RecordContext): boolean {
    return this.#parked.has(this.keyOf(record))
  }

  /** Its attempt failed, and another one is due. False: it may not be parked, and holds up its lane. */
  failed(record: RecordContext, afterMs: number, { class: errorClass, code, message }: FailureData): boolean {
    const failure = { errorClass, errorCode: code, message }
    const retried = this.retriedOf(record)
    if (retried !== undefined) {
      const { parkingKey, offset } = retried
      this.settled.push({ kind: 'again', parkingKey, offset, attempts: record.attempt, afterMs, failure })
      return true
    }
    // RP5.
    if (this.#task.replay !== undefined) return false
    if (this.#task.progress === undefined || this.#verdict(record) !== 'park') return false
    this.#park(record, record.attempt, afterMs, failure)
    return true
  }

  /** Its key is parked. `block`: it may not be, and must not go on; `release`: it goes on before them. */
  waitsBehind(record: RecordContext): 'park' | 'block' | 'release' {
    const verdict = this.#verdict(record)
    if (verdict === 'park') this.#park(record, record.attempt - 1, 0, undefined)
    return verdict
  }

  /** What became of records that were parked before, but for those that are tried again or were not reached. */
  settle(
    records: readonly RecordContext[],
    unfinished: readonly { readonly index: number }[],
    exhausted: ReadonlySet<number>,
  ): void {
    const left = new Set(unfinished.map(({ index }) => index))
    const again = new Set(this.settled.map(({ offset }) => offset))
    for (const record of records) {
      const retried = this.retriedOf(record)
      if (retried === undefined || left.has(record.index) || again.has(retried.offset)) continue
      this.finished(retried, exhausted.has(record.index))
    }
  }

  /** Nothing more is to be done for it. `isDead`: it was given up after its attempts. */
  finished(record: Pick<RetriedRecord, 'parkingKey' | 'offset'>, isDead: boolean): void {
    const { parkingKey, offset } = record
    const isHeld = isDead && this.isHeldBy('exhausted')
    this.settled.push({ kind: isHeld ? 'finished-and-held' : 'finished', parkingKey, offset })
  }

  /** Its key goes on only when somebody says so. */
  isHeldBy(outcome: DeadOutcome): boolean {
    return this.isRetry && outcome === 'exhausted' && this.#limits.afterDeadLetter === 'hold'
  }

  #verdict(record: RecordContext): 'park' | 'block' | 'release' {
    const { records = 0, oldestAgeMs = 0 } = this.#task.parked ?? {}
    const verdict = parkingVerdict(
      {
        ofKey: this.#parked.get(this.keyOf(record)) ?? 0,
        ofUnit: records + this.records.length,
        oldestAgeMs,
      },
      this.#limits,
    )
    if (verdict.alarm !== undefined) this.#alarm(verdict.alarm)
    return verdict.kind
  }

  #alarm(message: string): void {
    const { topic, partition, actor } = this.#scope.unit
    this.#scope.alarmOnce(`parked keys of ${actor}: ${message}`, { actor, topic, partition })
  }

  #park(record: RecordContext, attempts: number, afterMs: number, failure: NewParkedRecord['failure']): void {
    const { topic, partition } = this.#scope.unit
    const { offset, timestamp, inboxKey } = record
    const { buffer } = this.#scope.reader
    const key = record.keyView()
    const parkingKey = this.keyOf(record)
    this.#parked.set(parkingKey, (this.#parked.get(parkingKey) ?? 0) + 1)
    this.records.push({
      parkingKey,
      original: {
        topic,
        partition,
        offset,
        timestamp,
        // Copies: the batch itself may be handed back.
        key: key === undefined ? null : Uint8Array.from(key),
        value:
          record.valueLength < 0
            ? null
            : Uint8Array.from(buffer.subarray(record.valueStart, record.valueStart + record.valueLength)),
        headers: (record.cursorHeaders?.list() ?? []).map(
          ([name, value]) => [name, value === null ? null : Uint8Array.from(value)] as const,
        ),
      },
      inboxKey,
      attempts,
      afterMs,
      failure,
    })
  }
}
