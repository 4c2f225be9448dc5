/** One run of a batch, as the actor host makes it. Nothing of it has happened until it is committed. */

import type { BatchEffects, ParkedRecord } from '../../../runtime/delivery/index.ts'
import { ChunkParking } from '../../../runtime/pool/chunk-parking.ts'
import type { HandleTask } from '../../../runtime/pool/messages.ts'
import type { RecordContext } from '../../../runtime/pool/record-context.ts'
import type { TaskScope } from '../../../runtime/pool/task-scope.ts'
import type { MemoryParkingStore } from '../../../runtime/store/memory-parking-store.ts'
import { supervise, type FailureKind } from '../../../runtime/supervision/index.ts'
import { must, policy, unit, Violation, type Settled, type SimulatedRecord } from './simulated-unit.ts'

const scope = {
  actor: { order: 'key', retry: policy },
  unit,
  reader: { buffer: Buffer.alloc(0) },
  alarmOnce: () => undefined,
} as unknown as TaskScope

export class SimulatedRun {
  readonly unfinished = new Map<number, number>()
  readonly finished: SimulatedRecord[] = []
  readonly settled: Settled[] = []
  readonly #store: MemoryParkingStore
  readonly #chunk: ChunkParking
  readonly #retried: readonly ParkedRecord[] | undefined
  readonly #blocked = new Set<number>()
  readonly #contexts: RecordContext[] = []
  readonly #exhausted = new Set<number>()
  readonly #left: { index: number }[] = []

  constructor(store: MemoryParkingStore, retried: readonly ParkedRecord[] | undefined) {
    this.#store = store
    this.#retried = retried
    const records = retried?.map(({ parkingKey, original: { offset } }) => ({
      parkingKey,
      offset,
      inInbox: true,
    }))
    const retry = records && { records, released: [], skipped: [], answers: [] }
    this.#chunk = new ChunkParking(scope, { progress: {}, ...(retry && { retry }) } as unknown as HandleTask)
  }

  get isAside(): boolean {
    return this.#retried !== undefined
  }

  begin(records: readonly SimulatedRecord[]): void {
    if (this.isAside) return
    const keys = records.map((record) => this.#chunk.keyOf(contextOf(record, 0, 1)))
    this.#chunk.know(this.#store.parkedWithCounts(unit, keys))
  }

  /** Its turn has not come. */
  waits(record: SimulatedRecord, index: number, attempt: number): boolean {
    const context = contextOf(record, index, attempt)
    this.#contexts.push(context)
    if (record.settled !== undefined) {
      this.finished.push(record) // the inbox knows it
      return true
    }
    if (!this.isAside && this.#chunk.isParked(context)) {
      must(this.#chunk.waitsBehind(context) === 'park', 'it may not be parked')
      this.finished.push(record)
      return true
    }
    if (!this.#blocked.has(record.key)) return false
    this.#leave(record, index, attempt)
    return true
  }

  handled(record: SimulatedRecord, index: number, attempt: number): void {
    const { fate } = record
    if (fate === 'refused') {
      this.#settle({ record, as: 'rejected', attempt, kind: 'rejected' })
      return
    }
    const fails = fate === 'exhausts' || (fate === 'aborts when parked' && attempt === 1)
    if (fails || (fate === 'fails' && attempt < policy.attempts))
      this.failed(record, index, attempt, 'handler-error')
    else this.#settle({ record, as: 'done', attempt, kind: undefined })
  }

  failed(record: SimulatedRecord, index: number, attempt: number, kind: FailureKind): void {
    const directive = supervise({ kind, reason: 'why' }, { policy, attempt, records: 1, jitter: 1 })
    if (directive.kind === 'park') {
      const failure = { class: 'E', code: 'E', message: 'why', stack: '' }
      const isParked = this.#chunk.failed(contextOf(record, index, attempt), directive.afterMs, failure)
      must(isParked, 'it may not be parked')
      if (this.isAside) this.#blocked.add(record.key)
      else this.finished.push(record)
      return
    }
    if (directive.kind !== 'dead-letter') throw new Violation(`${kind} is answered by ${directive.kind}`)
    if (directive.outcome === 'exhausted') this.#exhausted.add(index)
    this.#settle({ record, as: directive.outcome === 'exhausted' ? 'dead' : 'rejected', attempt, kind })
    if (this.#chunk.isHeldBy(directive.outcome)) this.#blocked.add(record.key)
  }

  parkingEffects(): Pick<BatchEffects, 'parked' | 'settled'> {
    if (this.isAside) this.#chunk.settle(this.#contexts, this.#left, this.#exhausted)
    return { parked: this.#chunk.records, settled: this.#chunk.settled }
  }

  #settle(settled: Settled): void {
    this.settled.push(settled)
    this.finished.push(settled.record)
  }

  #leave(record: SimulatedRecord, index: number, attempt: number): void {
    this.#blocked.add(record.key)
    this.#left.push({ index })
    this.unfinished.set(record.offset, attempt)
  }
}

const contextOf = ({ offset, key }: SimulatedRecord, index: number, attempt: number): RecordContext =>
  ({
    index,
    offset,
    timestamp: 0,
    attempt,
    inboxKey: undefined,
    keyView: () => Uint8Array.of(97 + key),
    valueStart: 0,
    valueLength: -1,
    cursorHeaders: undefined,
  }) as unknown as RecordContext
