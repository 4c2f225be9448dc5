/** What a worker tells of a record that its producer sampled, for a span to be made of it on the main thread. */

import type { Offset } from '../topic-partition.ts'
import type { RecordOutcome } from './outcome.ts'

/** One attempt at it. */
export interface TracedRecord {
  /** 32 and 16 hexadecimal digits, out of its traceparent. */
  readonly traceId: string
  readonly parentSpanId: string
  /** Of its own span; the traceparent of what it emitted names it already. */
  readonly spanId: string
  /** ms since the epoch, with fractions: it was decoded. */
  readonly startMs: number
  /** Its outcome is known, and its effects are committed. */
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
  readonly store?: TimeSpan
}

/** ms since the epoch, with fractions. */
export interface TimeSpan {
  readonly startMs: number
  readonly endMs: number
}
