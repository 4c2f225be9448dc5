/** What is told of the records of one run: notes for logs, spans for those that were sampled, what is to be compared. */

import type { TimeSpan, TracedRecord } from '../delivery/traced-record.ts'
import type { EventIdentity } from '../serde/index.ts'
import type { RecordTrace } from './batch-tracer.ts'
import type { Circumstances } from './circumstances.ts'
import type { FailureData, FailureNote } from './messages.ts'
import { Observation } from './observation.ts'
import type { RecordContext } from './record-context.ts'

/** Notes are for logs: more of them from one batch would tell nothing more. */
const mostNotes = 100

export class ToldRecords {
  readonly failures: FailureNote[] = []
  /** Of sampled records, one for each attempt. */
  traced: TracedRecord[] = []
  /** Undefined: nobody compares. */
  readonly observation: Observation | undefined
  readonly #circumstances: Circumstances

  constructor(circumstances: Circumstances, isObserved: boolean) {
    this.observation = isObserved ? new Observation() : undefined
    this.#circumstances = circumstances
  }

  note(
    outcome: FailureNote['outcome'],
    offset: number,
    attempt: number,
    { id, correlationId, name }: EventIdentity,
    failure: FailureData,
    traceId: string | undefined,
  ): void {
    if (this.failures.length >= mostNotes) return
    this.failures.push({
      outcome,
      offset,
      attempt,
      eventId: id,
      correlationId,
      ...(traceId !== undefined && { traceId }),
      eventType: name,
      failure,
    })
  }

  trace(record: RecordContext, outcome: TracedRecord['outcome'], failure?: FailureData): void {
    const { trace, logOffset: offset, attempt } = record
    if (trace !== undefined) this.endSpan({ trace, offset, attempt }, record.identity(), outcome, failure)
  }

  endSpan(
    { trace, ...record }: Pick<TracedRecord, 'offset' | 'attempt'> & { readonly trace: RecordTrace },
    { id, correlationId, name }: EventIdentity,
    outcome: TracedRecord['outcome'],
    failure: FailureData | undefined,
  ): void {
    this.traced.push({
      ...trace,
      ...record,
      endMs: this.#circumstances.now(),
      eventId: id,
      eventType: name,
      correlationId,
      outcome,
      ...(failure && { error: { type: failure.class, message: failure.message } }),
    })
  }

  /** The transaction of this run is committed: the spans of what is finished by it end here. */
  stored(store: TimeSpan): void {
    this.traced = this.traced.map((record) =>
      record.outcome === 'retry' ? record : { ...record, store, endMs: store.endMs },
    )
  }

  include(other: ToldRecords): void {
    this.traced.push(...other.traced)
    if (other.observation !== undefined) this.observation?.include(other.observation)
    this.failures.push(...other.failures.slice(0, mostNotes - this.failures.length))
  }
}
