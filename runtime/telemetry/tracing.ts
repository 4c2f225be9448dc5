/** What is told of a batch, for spans to be made of it. Plain data: most of it comes from a worker thread. */

import type { TracedRecord } from '../delivery/traced-record.ts'
import type { Unit } from '../delivery/index.ts'

export interface Tracing {
  /** Somebody wants spans. False: nothing is collected for them. */
  readonly enabled: boolean
  /** A worker is through with a batch, or with as much of it as it could handle. */
  batch(batch: TracedBatch): void
}

export interface TracedBatch {
  readonly unit: Unit
  readonly lane: number
  /** ms since the epoch, with fractions. */
  readonly startMs: number
  readonly endMs: number
  /** Records that were finished, and that are to be handled again. */
  readonly finished: number
  readonly unfinished: number
  /** Of the sampled ones, up to 500. */
  readonly records: readonly TracedRecord[]
  /** Sampled records beyond that. */
  readonly notTraced: number
}
