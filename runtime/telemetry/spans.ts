/**
 * Makes real spans of what is told of a batch. Workers have no SDK: they choose the id of a record's span, put it into
 * the traceparent of what the record emits, and hand times and names over; the span with that id is made here.
 *
 * Names and attributes follow OpenTelemetry's semantic conventions for messaging
 * (https://opentelemetry.io/docs/specs/semconv/messaging/kafka/).
 */

import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Tracer,
} from '@opentelemetry/api'
import type { tracing } from '@opentelemetry/sdk-node'
import type { TracedRecord } from '../delivery/traced-record.ts'
import type { TracedBatch, Tracing } from './tracing.ts'

/** As many as the SDK keeps of a span by default. */
const mostLinks = 128

/** Ids by chance, but for the one that was told. */
export class ToldSpanIds implements tracing.IdGenerator {
  readonly #random: tracing.IdGenerator
  #next: string | undefined

  constructor(random: tracing.IdGenerator) {
    this.#random = random
  }

  /** The next span gets this id. */
  tell(spanId: string): void {
    this.#next = spanId
  }

  generateTraceId(): string {
    return this.#random.generateTraceId()
  }

  generateSpanId(): string {
    const told = this.#next
    this.#next = undefined
    return told ?? this.#random.generateSpanId()
  }
}

export class SpanMaker implements Tracing {
  readonly enabled = true
  readonly #tracer: Tracer
  readonly #ids: ToldSpanIds
  readonly #notMade: (group: string, actor: string, count: number) => void

  constructor(
    tracer: Tracer,
    ids: ToldSpanIds,
    notMade: (group: string, actor: string, count: number) => void,
  ) {
    this.#tracer = tracer
    this.#ids = ids
    this.#notMade = notMade
  }

  batch(batch: TracedBatch): void {
    const { unit, startMs, endMs, records, notTraced } = batch
    const links = records.slice(0, mostLinks).map(linkTo)
    const span = this.#tracer.startSpan(
      `process batch of ${unit.topic}`,
      { kind: SpanKind.CONSUMER, startTime: startMs, attributes: ofBatch(batch), links, root: true },
      ROOT_CONTEXT,
    )
    span.end(endMs)
    for (const record of records) this.#record(batch, record)
    if (notTraced > 0) this.#notMade(unit.group, unit.actor, notTraced)
  }

  #record(batch: TracedBatch, record: TracedRecord): void {
    this.#ids.tell(record.spanId)
    const span = this.#tracer.startSpan(
      `process ${batch.unit.topic}`,
      { kind: SpanKind.CONSUMER, startTime: record.startMs, attributes: ofRecord(batch, record) },
      remote(record.traceId, record.parentSpanId),
    )
    if (record.error !== undefined)
      span.setStatus({ code: SpanStatusCode.ERROR, message: record.error.message })
    if (record.store !== undefined) {
      const store = this.#tracer.startSpan(
        'store',
        {
          kind: SpanKind.CLIENT,
          startTime: record.store.startMs,
          attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'COMMIT' },
        },
        trace.setSpan(ROOT_CONTEXT, span),
      )
      store.end(record.store.endMs)
    }
    span.end(record.endMs)
  }
}

const remote = (traceId: string, spanId: string): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true })

const linkTo = ({ traceId, spanId }: TracedRecord): Link => ({
  context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
})

const ofUnit = ({ unit }: TracedBatch): Attributes => ({
  'messaging.system': 'kafka',
  'messaging.operation.type': 'process',
  'messaging.operation.name': 'process',
  'messaging.destination.name': unit.topic,
  'messaging.destination.partition.id': String(unit.partition),
  'messaging.consumer.group.name': unit.group,
  'troupe.actor': unit.actor,
})

const ofBatch = (batch: TracedBatch): Attributes => ({
  ...ofUnit(batch),
  'messaging.batch.message_count': batch.finished + batch.unfinished,
  'troupe.batch.unfinished': batch.unfinished,
  'troupe.batch.lane': batch.lane,
  ...(batch.notTraced > 0 && { 'troupe.batch.not_traced': batch.notTraced }),
})

const ofRecord = (batch: TracedBatch, record: TracedRecord): Attributes => ({
  ...ofUnit(batch),
  'messaging.kafka.offset': record.offset,
  'messaging.message.id': record.eventId,
  'messaging.message.conversation_id': record.correlationId,
  'troupe.event.type': record.eventType,
  'troupe.attempt': record.attempt,
  'troupe.outcome': record.outcome,
  ...(record.error !== undefined && { 'error.type': record.error.type }),
})
