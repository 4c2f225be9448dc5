/**
 * The span of publishing, by OpenTelemetry's API alone: whose application has registered a tracer provider gets spans
 * of it, and nobody else pays for them.
 */

import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type SpanContext,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import { messageOf, TroupeError } from '../errors.ts'
import { parsedTraceparent } from '../serde/index.ts'

export interface PublishSpan {
  /** For the event to carry. */
  readonly traceparent: string
  /** Ends the span with the promise: acknowledged, or failed. Answers the promise. */
  endsWith<T>(sent: Promise<T>): Promise<T>
}

export interface Published {
  readonly topic: string
  readonly event: string
  readonly count: number
  /** What the caller gave: the parent. */
  readonly traceparent?: string | undefined
}

/** Undefined: there is nothing to trace, and what the caller gave is what the event carries. */
export const publishSpan = (published: Published): PublishSpan | undefined => {
  const tracer = registeredTracer()
  if (tracer === undefined) return ofActiveSpan(published)
  const parent = parentOf(published)
  // What can't be read is the caller's: it goes as it is.
  if (parent === undefined) return undefined
  const { topic, count } = published
  const span = tracer.startSpan(
    `send ${topic}`,
    { kind: SpanKind.PRODUCER, attributes: attributesOf(published) },
    parent,
  )
  // One that makes none.
  if (!trace.isSpanContextValid(span.spanContext())) return undefined
  return {
    traceparent: written(span.spanContext()),
    endsWith: (sent) => {
      sent.then(
        (acknowledged) => {
          if (count === 1) span.setAttributes(placeOf(acknowledged))
          span.end()
        },
        (error: unknown) => {
          span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) })
          span.setAttribute('error.type', error instanceof TroupeError ? error.code : 'Error')
          span.end()
        },
      )
      return sent
    },
  }
}

const name = 'troupe-publisher'

/** The API hands out a proxy until a provider is registered; its delegate is what was registered. */
type MaybeProxy = TracerProvider & { getDelegateTracer?(name: string): Tracer | undefined }

const registeredTracer = (): Tracer | undefined => {
  const provider: MaybeProxy = trace.getTracerProvider()
  return provider.getDelegateTracer === undefined
    ? provider.getTracer(name)
    : provider.getDelegateTracer(name)
}

/** No provider, but somebody set a span to pass on. */
const ofActiveSpan = ({ traceparent }: Published): PublishSpan | undefined => {
  if (traceparent !== undefined) return undefined
  const active = trace.getActiveSpan()?.spanContext()
  if (active === undefined || !trace.isSpanContextValid(active)) return undefined
  return { traceparent: written(active), endsWith: (sent) => sent }
}

const parentOf = ({ traceparent }: Published): Context | undefined => {
  if (traceparent === undefined || traceparent === '') return context.active()
  const given = parsedTraceparent(traceparent)
  if (given === undefined) return undefined
  const { traceId, parentSpanId: spanId, traceFlags } = given
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, isRemote: true })
}

const written = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`

const attributesOf = ({ topic, event, count }: Published): Attributes => ({
  'messaging.system': 'kafka',
  'messaging.operation.type': 'send',
  'messaging.operation.name': 'send',
  'messaging.destination.name': topic,
  'troupe.event.type': event,
  ...(count > 1 && { 'messaging.batch.message_count': count }),
})

const placeOf = (acknowledged: unknown): Attributes => {
  if (typeof acknowledged !== 'object' || acknowledged === null) return {}
  const { partition, offset } = acknowledged as { readonly partition?: unknown; readonly offset?: unknown }
  return {
    ...(typeof partition === 'number' && { 'messaging.destination.partition.id': String(partition) }),
    ...(typeof offset === 'number' && { 'messaging.kafka.offset': offset }),
  }
}
