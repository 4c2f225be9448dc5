/** The source that drains a log into lanes. A drain takes a while: anything may happen between its begin and its end. */

import type { Allowance, LaneBatch } from '../../../runtime/partition/index.ts'
import type { SimulatedRecord, SparseLog } from './sparse-log.ts'

/** One lane's records of a drain; the buffer is what tells them apart later. */
export interface LaneView {
  readonly lane: number
  readonly buffer: ArrayBuffer
  readonly records: readonly SimulatedRecord[]
}

export interface FinishedDrain {
  readonly epoch: number
  /** Where it began to read. */
  readonly from: number
  readonly nextOffset: number
  readonly views: readonly LaneView[]
  readonly batches: readonly LaneBatch[]
}

export class SimulatedSource {
  /** Where the next drain begins. */
  position = 0
  readonly #log: SparseLog
  readonly #lanes: number
  #inFlight: FinishedDrain | undefined

  constructor(log: SparseLog, lanes: number) {
    this.#log = log
    this.#lanes = lanes
  }

  get draining(): boolean {
    return this.#inFlight !== undefined
  }

  /** As the real one: no more records than allowed, and the record that reaches the allowed bytes is the last. */
  begin(epoch: number, allowed: Allowance, how: number): void {
    const wanted = Math.min(allowed.records, 1 + (how % 12))
    const records: SimulatedRecord[] = []
    let index = this.#log.indexFrom(this.position)
    // An empty drain happens too: nothing but transaction markers was read.
    for (let bytes = 0; records.length < wanted && bytes < allowed.bytes && how % 16 !== 15; index += 1) {
      const record = this.#log.at(index)
      records.push(record)
      bytes += record.bytes
    }
    const afterLast = records.at(-1)?.offset
    const upTo = this.#log.at(index).offset
    const nextOffset = how % 3 === 0 || afterLast === undefined ? upTo : afterLast + 1
    const views = this.#byLane(records)
    this.#inFlight = { epoch, from: this.position, nextOffset, views, batches: views.map(batchOf) }
    this.position = nextOffset
  }

  end(): FinishedDrain | undefined {
    const drain = this.#inFlight
    this.#inFlight = undefined
    return drain
  }

  /** Lanes come by number, as the drain gives them, not by offset. */
  #byLane(records: readonly SimulatedRecord[]): LaneView[] {
    const views: LaneView[] = []
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      const inLane = records.filter(({ key }) => key % this.#lanes === lane)
      if (inLane.length > 0) views.push({ lane, buffer: new ArrayBuffer(0), records: inLane })
    }
    return views
  }
}

const batchOf = ({ lane, buffer, records }: LaneView): LaneBatch => ({
  lane,
  count: records.length,
  bytes: records.reduce((sum, record) => sum + record.bytes, 0),
  firstOffset: records[0]?.offset ?? 0,
  lastOffset: records.at(-1)?.offset ?? 0,
  batch: buffer,
})
