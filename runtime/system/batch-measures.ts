/** What is measured of a unit's batches, on the way from their drain to their end: once a batch, never once a record. */

import type { Unit } from '../delivery/index.ts'
import type { LaneBatch, LaneWork } from '../partition/index.ts'
import type { TaskResult } from '../pool/index.ts'
import type { Telemetry } from '../telemetry/index.ts'
import type { Tally } from './tally.ts'

export interface MeasurePorts {
  readonly tally: Tally
  readonly telemetry: Pick<Telemetry, 'meters' | 'tracing'>
  /** ms that never go back. */
  readonly monotonicMs: () => number
  /** ms since the epoch, with fractions. */
  readonly epochMs: () => number
}

type Handled = Extract<TaskResult, { kind: 'handled' }>

export class BatchMeasures {
  readonly #unit: Unit
  readonly #version: string | undefined
  readonly #ports: MeasurePorts
  /** batch → when it was drained. One that comes back for a retry is another buffer, and has not been in the queue. */
  readonly #drainedAt = new WeakMap<ArrayBuffer, number>()

  /** `version`: of the actor, where it is registered. */
  constructor(unit: Unit, ports: MeasurePorts, version?: string) {
    this.#unit = unit
    this.#version = version
    this.#ports = ports
  }

  drained(views: readonly LaneBatch[]): void {
    const now = this.#ports.monotonicMs()
    for (const { batch } of views) this.#drainedAt.set(batch, now)
  }

  /** Answers when that was, for `handled`. */
  dispatched({ batch }: LaneWork): number {
    const { tally, telemetry, monotonicMs, epochMs } = this.#ports
    const drainedAt = this.#drainedAt.get(batch)
    if (drainedAt !== undefined) {
      const queueMs = monotonicMs() - drainedAt
      tally.spent(this.#unit, { queueMs })
      telemetry.meters.stage(this.#unit, 'queue', queueMs / 1_000)
    }
    return telemetry.tracing.enabled ? epochMs() : 0
  }

  handled(startMs: number, { lane }: LaneWork, result: Handled): void {
    const { tally, telemetry, epochMs } = this.#ports
    const { counts, retries, times, traced, unfinished } = result
    tally.add(this.#unit, counts, retries, this.#version)
    tally.spent(this.#unit, times)
    const { meters, tracing } = telemetry
    meters.records(this.#unit, counts)
    meters.retries(this.#unit, retries)
    meters.stage(this.#unit, 'decode', times.decodeMs / 1_000)
    meters.stage(this.#unit, 'handle', times.handleMs / 1_000)
    if (times.storeMs > 0) meters.stage(this.#unit, 'store', times.storeMs / 1_000)
    if (!tracing.enabled) return
    tracing.batch({
      unit: this.#unit,
      lane,
      startMs,
      endMs: epochMs(),
      finished: Object.values(counts).reduce((sum, count) => sum + count, 0),
      unfinished: unfinished.length,
      records: traced?.records ?? [],
      notTraced: traced?.notTraced ?? 0,
    })
  }
}
