/**
 * What must be true of a partition actor within one epoch, told record by record: the actor itself keeps batches and
 * never looks at a record, the model keeps every record and never trusts a batch.
 */

import type { RecordStamp } from '../../../runtime/batch/index.ts'
import type { LaneWork, PartitionActor, UnfinishedRecord } from '../../../runtime/partition/index.ts'
import type { FinishedDrain } from './source.ts'
import type { SimulatedRecord, SparseLog } from './sparse-log.ts'

export class Violation extends Error {
  override readonly name = 'Violation'
}

export interface Rules {
  readonly order: 'partition' | 'key' | 'none'
  readonly lanes: number
  readonly maxRecords: number
  readonly maxBytes: number
  readonly maxOpenBatches: number
}

export interface ModelWork {
  readonly lane: number
  /** The whole batch; an index of a retry is a place in it. */
  readonly records: readonly SimulatedRecord[]
  readonly firstOffset: number
  readonly bytes: number
  state: 'mailbox' | 'dispatched' | 'waiting' | 'released' | 'finished'
  /** index → attempt; undefined: all of it, for the first time. */
  left: ReadonlyMap<number, number> | undefined
  workId: number
}

export class Model {
  readonly epoch: number
  position: number | undefined
  readonly #rules: Rules
  readonly #log: SparseLog
  /** In the order of delivery, from the oldest unfinished one on. */
  #open: ModelWork[] = []
  #byBuffer = new Map<ArrayBuffer, ModelWork>()
  readonly #finished = new Set<number>()
  /** Index of the first record that is not finished in this epoch; undefined until the epoch's start is known. */
  #firstUnfinished: number | undefined
  #frontier = -1
  readonly #lastOfLane: number[] = []
  readonly #lastOfKey: number[] = []

  constructor(epoch: number, position: number | undefined, rules: Rules, log: SparseLog) {
    this.epoch = epoch
    this.#rules = rules
    this.#log = log
    if (position !== undefined) this.#begin(position)
  }

  works(state: ModelWork['state']): ModelWork[] {
    return this.#open.filter((work) => work.state === state)
  }

  get held(): { readonly records: number; readonly bytes: number } {
    let records = 0
    let bytes = 0
    for (const work of this.#open) {
      if (work.state === 'finished') continue
      records += work.records.length
      bytes += work.bytes
    }
    return { records, bytes }
  }

  delivered({ views, from, nextOffset }: FinishedDrain): void {
    if (this.position === undefined) this.#begin(from)
    const position = this.position ?? 0
    const arrived = views
      .filter(({ records }) => records.some(({ offset }) => offset >= position))
      .map(({ lane, buffer, records }): ModelWork => {
        const firstOffset = Math.max(records[0]?.offset ?? 0, position)
        const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
        const work: ModelWork = {
          lane,
          records,
          firstOffset,
          bytes,
          state: 'mailbox',
          left: undefined,
          workId: 0,
        }
        this.#byBuffer.set(buffer, work)
        return work
      })
    const begins = ({ records }: ModelWork): number => records[0]?.offset ?? 0
    this.#open.push(...arrived.sort((a, b) => begins(a) - begins(b)))
    this.position = Math.max(position, nextOffset)
    const held = this.held
    const last = Math.max(0, ...arrived.map(({ records }) => records.at(-1)?.offset ?? 0))
    const lastBytes =
      arrived.flatMap(({ records }) => records).find(({ offset }) => offset === last)?.bytes ?? 0
    must(
      held.bytes - lastBytes < this.#rules.maxBytes,
      'more than one record reaches over the bound in bytes',
    )
  }

  /** Checks what `take` gave, and whether it should have given anything. */
  taken(work: LaneWork | undefined, running: boolean): ModelWork | undefined {
    const ready = running ? this.#ready() : []
    if (work === undefined) {
      must(ready.length === 0, 'nothing was given out though there is work')
      return undefined
    }
    must(running, 'work was given out while not running')
    const known = this.#byBuffer.get(work.batch)
    if (known === undefined) throw new Violation('unknown work was given out')
    must(ready.includes(known), `work was given out that is ${known.state} or behind others of its lane`)
    must(
      known.state === 'released' || ready.every(({ state }) => state !== 'released'),
      'new work before a retry',
    )
    must(work.epoch === this.epoch, 'work of another epoch was given out')
    must(known.workId === 0 || known.workId === work.workId, 'the work changed its id')
    must(work.lane === known.lane && work.firstOffset === known.firstOffset, 'the work changed')
    must(work.count === known.records.length && work.bytes === known.bytes, 'the work changed its size')
    must(sameAttempts(work.records, known.left), 'a retry gave out other records than its list')
    if (known.left === undefined && known.workId === 0) this.#checkOrder(known)
    known.state = 'dispatched'
    known.workId = work.workId
    return known
  }

  finished(work: ModelWork): void {
    work.state = 'finished'
    for (const { index } of work.records) this.#finished.add(index)
    while (this.#open[0]?.state === 'finished') this.#open.shift()
    if (this.#firstUnfinished === undefined) return
    while (this.#finished.has(this.#firstUnfinished)) this.#firstUnfinished += 1
  }

  waits(work: ModelWork, left: ReadonlyMap<number, number> | undefined, handedBack: ArrayBuffer): void {
    work.state = 'waiting'
    work.left = left ?? work.left
    this.#byBuffer.set(handedBack, work)
  }

  /** After every step. */
  check(actor: PartitionActor): void {
    const { records, bytes } = this.held
    must(records <= this.#rules.maxRecords, 'more records are held than the bound')
    must(
      actor.unfinishedRecords === records && actor.unfinishedBytes === bytes,
      'the actor miscounts what it holds',
    )
    const dispatched = this.works('dispatched').length
    must(
      actor.dispatched === dispatched && actor.idle === (dispatched === 0),
      'the actor miscounts what it gave out',
    )
    this.#checkCredit(actor, records, bytes)
    this.#checkFrontier(actor.frontier())
    must(
      actor.oldestUnfinishedAtMs() === this.#oldestUnfinished()?.timestampMs,
      'the age is not that of the first unfinished record',
    )
  }

  #oldestUnfinished(): RecordStamp | undefined {
    const unfinished = this.#open
      .filter(({ state }) => state !== 'finished')
      .flatMap(({ records, firstOffset, left }) =>
        records.filter(({ offset }, index) => offset >= firstOffset && (left?.has(index) ?? true)),
      )
    if (unfinished.length === 0) return undefined
    return stamp(unfinished.reduce((oldest, record) => (record.offset < oldest.offset ? record : oldest)))
  }

  #checkCredit(actor: PartitionActor, heldRecords: number, heldBytes: number): void {
    const left = { records: this.#rules.maxRecords - heldRecords, bytes: this.#rules.maxBytes - heldBytes }
    const some =
      actor.lifecycle === 'running' &&
      left.records > 0 &&
      left.bytes > 0 &&
      this.#open.length < this.#rules.maxOpenBatches
    const given = actor.credit()
    must(
      given.records === (some ? left.records : 0) && given.bytes === (some ? left.bytes : 0),
      'the credit is wrong',
    )
  }

  #checkFrontier(frontier: number | undefined): void {
    if (this.position === undefined || this.#firstUnfinished === undefined) {
      must(frontier === undefined, 'there is a frontier before anything is known')
      return
    }
    if (frontier === undefined) throw new Violation('there is no frontier')
    must(frontier <= this.position, 'the frontier is beyond the position')
    must(frontier <= this.#log.at(this.#firstUnfinished).offset, 'the frontier passed an unfinished record')
    must(frontier >= this.#frontier, 'the frontier went back within an epoch')
    must(frontier === (this.#open[0]?.firstOffset ?? this.position), 'the frontier stays behind')
    this.#frontier = frontier
  }

  #ready(): ModelWork[] {
    const waiting = this.#open.filter(({ state }) => state === 'mailbox' || state === 'released')
    if (this.#rules.order === 'none') return waiting
    const first = new Map<number, ModelWork>()
    for (const work of this.#open)
      if (work.state !== 'finished' && !first.has(work.lane)) first.set(work.lane, work)
    return waiting.filter((work) => first.get(work.lane) === work)
  }

  /** Never a record before an earlier one of its lane, or of its key whatever the lane. */
  #checkOrder({ lane, records, firstOffset }: ModelWork): void {
    for (const { offset, key } of records) {
      if (offset < firstOffset) continue
      if (this.#rules.order !== 'none') {
        must(offset > (this.#lastOfLane[lane] ?? -1), 'a record overtook another of its lane')
        must(offset > (this.#lastOfKey[key] ?? -1), 'a record overtook another of its key')
      }
      this.#lastOfLane[lane] = offset
      this.#lastOfKey[key] = offset
    }
  }

  #begin(position: number): void {
    this.position = position
    this.#firstUnfinished = this.#log.indexFrom(position)
  }
}

/** Made up: of every third record there is none, and they are in no order. */
export const stamp = ({ offset }: SimulatedRecord): RecordStamp => ({
  offset,
  timestampMs: offset % 3 === 0 ? undefined : (offset * 7_919) % 1_000,
})

const sameAttempts = (
  given: readonly UnfinishedRecord[] | undefined,
  left: ReadonlyMap<number, number> | undefined,
): boolean =>
  given === undefined || left === undefined
    ? given === left
    : given.length === left.size && given.every(({ index, attempt }) => left.get(index) === attempt)

export const must = (holds: boolean, violated: string): void => {
  if (!holds) throw new Violation(violated)
}
