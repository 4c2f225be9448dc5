/** What is told of a batch, for spans to be made of it. Plain data: most of it comes from a worker thread. */

import type { RecordOutcome, Unit } from '../delivery/index.ts'
import type { Offset } from '../topic-partition.ts'

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

/** One attempt at one record whose producer sampled it. */
export interface TracedRecord {
  /** 32 and 16 hexadecimal digits, out of its traceparent. */
  readonly traceId: string
  readonly parentSpanId: string
  /** Its own span, which the traceparent of what it emitted names already. */
  readonly spanId: string
  /** ms since the epoch, with fractions. */
  readonly startMs: number
  readonly endMs: number
  readonly offset: Offset
  readonly eventId: string
  readonly eventType: string
  readonly correlationId: string
  readonly attempt: number
  readonly outcome: RecordOutcome | 'retry'
  /** Why it failed; absent when it did not. */
  readonly error?: { readonly type: string; readonly message: string }
  /** The transaction that its effects were committed in, together with those of its neighbours. */
  readonly store?: { readonly startMs: number; readonly endMs: number }
}
