// A record that its producer sampled has a span of its own, of which all that follows from it is a child; all others
// pass their traceparent on and cost nothing.
import { context, trace } from '@opentelemetry/api'
import { tracing } from '@opentelemetry/sdk-node'
import t, { type Test } from 'tap'
import {
  defineActor,
  reject,
  retry,
  type ActorContext,
  type ActorDefinition,
} from '../../../runtime/actor/index.ts'
import type { EffectsStore } from '../../../runtime/delivery/index.ts'
import { sampledTrace, type HeaderSource } from '../../../runtime/serde/index.ts'
import { memoryEffectsStore } from '../../../runtime/store/index.ts'
import { BatchMeasures } from '../../../runtime/system/batch-measures.ts'
import { preciseNow } from '../../../runtime/system/precise-now.ts'
import { Tally } from '../../../runtime/system/tally.ts'
import { createLog, startTelemetry, type Telemetry } from '../../../runtime/telemetry/index.ts'
import { publishSpan } from '../../../runtime/telemetry/publish-span.ts'
import {
  batchOf,
  Happened,
  header,
  testHost,
  unitOf,
  type Given,
  type Handled,
} from '../../harness/host-in-memory.ts'
import { parsePrometheus, sumOf } from '../../harness/prometheus-text.ts'

type Receive = (event: Happened, ctx: ActorContext) => unknown

const actorWith = (receive: Receive, options: Record<string, unknown> = {}): ActorDefinition =>
  defineActor({
    name: 'tracer',
    receives: { 'test.thing.happened': Happened },
    receive: receive as never,
    ...options,
  })

const traceId = (n: number): string => `${'a'.repeat(24)}${String(n).padStart(8, '0')}`
const parentId = 'b'.repeat(16)
const sampled = (n: number): string => `00-${traceId(n)}-${parentId}-01`
const unsampled = (n: number): string => `00-${traceId(n)}-${parentId}-00`

const given = (n: number, traceparent: string, more: Given = {}): Given => ({
  n,
  headers: [['traceparent', Buffer.from(traceparent)]],
  ...more,
})

interface Traced {
  readonly telemetry: Telemetry
  readonly exporter: tracing.InMemorySpanExporter
  readonly spans: () => readonly tracing.ReadableSpan[]
}

const traced = async (t: Test): Promise<Traced> => {
  const exporter = new tracing.InMemorySpanExporter()
  const telemetry = await startTelemetry({
    processKind: 'runtime',
    node: 'n',
    processId: 'p',
    version: '0',
    env: {},
    log: createLog({ level: 'silent' }),
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
  })
  t.teardown(() => telemetry.shutdown())
  return { telemetry, exporter, spans: () => exporter.getFinishedSpans() }
}

/** As the runtime does it: a worker's answer, measured on the main thread. */
const handle = async (
  { telemetry }: Pick<Traced, 'telemetry'>,
  actor: ActorDefinition,
  records: readonly Given[],
  store?: EffectsStore,
  attempts?: readonly { readonly index: number; readonly attempt: number }[],
) => {
  let ids = 0
  const host = testHost([actor], store, {
    now: preciseNow,
    ...(telemetry.tracing.enabled && {
      tracing: { newSpanId: () => (ids += 1).toString(16).padStart(16, '0') },
    }),
  })
  const measures = new BatchMeasures(unitOf(actor), {
    tally: new Tally(),
    telemetry,
    monotonicMs: () => performance.now(),
    epochMs: preciseNow,
  })
  const batch = batchOf(records)
  const work = {
    workId: 1,
    epoch: 1,
    lane: 0,
    count: 1,
    bytes: 1,
    firstOffset: 100,
    lastOffset: 100,
    batch,
    range: { from: 100, to: 101 },
  }
  const startMs = measures.dispatched({ ...work, records: undefined })
  const result: Handled = await host.handled(actor, batch, attempts && { records: attempts })
  measures.handled(startMs, { ...work, records: undefined }, result)
  return { ...host, result }
}

const named = (spans: readonly tracing.ReadableSpan[], name: string) =>
  spans.filter((span) => span.name === name)
const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1_000 + nanos / 1e6

t.test('only the flag of a readable traceparent makes a record sampled', (t) => {
  const record = (text: string | null): HeaderSource => ({
    headerCount: 1,
    header: (name) => (name !== 'traceparent' || text === null ? null : Buffer.from(text)),
  })
  const ids = `${traceId(1)}-${parentId}`
  for (const flags of ['01', '03', '0b', '0f', 'ff'])
    t.same(sampledTrace(record(`00-${ids}-${flags}`)), { traceId: traceId(1), parentSpanId: parentId }, flags)
  t.ok(sampledTrace(record(`01-${ids}-01-what-comes-later`)), 'a later version says more')
  for (const wrong of [
    null,
    '',
    'x',
    `00-${ids}-00`,
    `00-${ids}-0a`,
    `00-${ids}-0e`,
    `00-${ids}-0`,
    `ff-${ids}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId(1)}-${'0'.repeat(16)}-01`,
    `00-${ids.toUpperCase()}-01`,
    `00-${ids}-01x`,
    `00-${traceId(1)}é${parentId}-01`,
    '1'.repeat(10_000),
  ])
    t.equal(sampledTrace(record(wrong)), undefined, String(wrong).slice(0, 60))
  t.equal(sampledTrace({ headerCount: 0, header: () => t.fail('asked') as never }), undefined)
  t.end()
})

t.test('a sampled record, its neighbours and their batch', async (t) => {
  const world = await traced(t)
  const actor = actorWith((event, ctx) => {
    ctx.emit('test.thing.happened' as never, { eventId: 'e', tenantId: 't', n: event.n } as never)
  })
  // when
  const { produced } = await handle(world, actor, [
    given(0, unsampled(0)),
    given(1, sampled(1)),
    { n: 2 },
    given(3, 'not a traceparent at all, but as long as one: 0123456789'),
  ])
  // then
  const spans = world.spans()
  const [span] = named(spans, 'process things')
  t.equal(named(spans, 'process things').length, 1, 'one span')
  t.match(span?.spanContext(), { traceId: traceId(1), traceFlags: 1 })
  t.equal(span?.parentSpanContext?.spanId, parentId)
  t.equal(span?.parentSpanContext?.isRemote, true)
  t.match(span?.attributes, {
    'messaging.system': 'kafka',
    'messaging.destination.name': 'things',
    'messaging.destination.partition.id': '3',
    'messaging.kafka.offset': 101,
    'messaging.message.id': 'e1',
    'troupe.actor': 'tracer',
    'troupe.attempt': 1,
    'troupe.outcome': 'applied',
  })
  const [batch] = named(spans, 'process batch of things')
  t.match(batch?.attributes, { 'messaging.batch.message_count': 4 })
  t.same(
    batch?.links.map(({ context: { spanId } }) => spanId),
    [span?.spanContext().spanId],
  )
  if (span && batch) {
    t.ok(
      ms(batch.startTime) <= ms(span.startTime) && ms(span.endTime) <= ms(batch.endTime),
      'within its batch',
    )
    t.ok(Math.abs(ms(span.startTime) - Date.now()) < 3_600_000, 'at the time of day')
  }
  t.same(
    produced.map((record) => header(record, 'traceparent')),
    [
      unsampled(0),
      `00-${traceId(1)}-${String(span?.spanContext().spanId)}-01`,
      undefined,
      'not a traceparent at all, but as long as one: 0123456789',
    ],
    'what is emitted goes on from the span; what has none passes on what it came with',
  )
})

t.test('each attempt has a span, and says what became of it', async (t) => {
  const world = await traced(t)
  const actor = actorWith(
    (event) => {
      if (event.n === 0) return retry('later')
      if (event.n === 1) return reject('never')
      if (event.n === 2) throw new TypeError('broken')
      return undefined
    },
    { order: 'none' },
  )
  const records = [0, 1, 2].map((n) => given(n, sampled(n)))
  const undecodable = given(3, sampled(3), { value: Buffer.from([0, 0, 0, 0, 11, 0xff]) })
  const { result, produced } = await handle(world, actor, [...records, undecodable])
  const of = (n: number) =>
    named(world.spans(), 'process things').find((span) => span.spanContext().traceId === traceId(n))
  t.match(of(0), { status: { code: 2, message: 'later' }, attributes: { 'troupe.outcome': 'retry' } })
  t.match(of(1), { status: { code: 2, message: 'never' }, attributes: { 'troupe.outcome': 'rejected' } })
  t.match(of(2), { attributes: { 'troupe.outcome': 'retry', 'error.type': 'TypeError' } })
  t.match(of(3), { attributes: { 'troupe.outcome': 'undecodable', 'troupe.attempt': 0 } })
  t.equal(result.retries, 2)
  t.same(
    result.failures.map(({ traceId: id }) => id),
    [0, 1, 2, 3].map(traceId),
    'and log lines name the trace',
  )
  t.same(
    produced.map((record) => header(record, 'dlq-trace-id')),
    [traceId(1), traceId(3)],
  )
  // when it is handled again
  world.exporter.reset()
  await handle(world, actor, records, undefined, [{ index: 0, attempt: 2 }])
  t.match(of(0)?.attributes, { 'troupe.attempt': 2 })
})

t.test("effects 'postgres': the transaction is a child, and the record ends with it", async (t) => {
  const world = await traced(t)
  const actor = actorWith(
    (event, ctx) => ctx.track({ entity: 'thing', id: String(event.n), state: 's', at: 1 }),
    {
      effects: 'postgres',
    },
  )
  const store = memoryEffectsStore()
  const slow = {
    ...store,
    apply: async (...effects: Parameters<EffectsStore['apply']>) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return await store.apply(...effects)
    },
  } as EffectsStore
  const twin = given(1, sampled(2), { eventId: 'e0' })
  await handle(world, actor, [given(0, sampled(1)), twin], slow)
  const spans = world.spans()
  const record = named(spans, 'process things').find((span) => span.spanContext().traceId === traceId(1))
  const stored = named(spans, 'store').find((span) => span.spanContext().traceId === traceId(1))
  t.equal(stored?.parentSpanContext?.spanId, record?.spanContext().spanId)
  t.ok(ms(stored?.duration ?? [0, 0]) >= 15, 'it lasted as long as the transaction')
  if (record && stored) t.ok(ms(record.endTime) >= ms(stored.endTime), 'and the record no shorter')
  const duplicate = named(spans, 'process things').find((span) => span.spanContext().traceId === traceId(2))
  t.match(duplicate?.attributes, { 'troupe.outcome': 'duplicate' })
  const series = parsePrometheus(await world.telemetry.prometheus())
  const storeSeconds = sumOf(series, 'troupe_stage_duration_seconds_sum', { stage: 'store', actor: 'tracer' })
  t.ok((storeSeconds ?? 0) > 0.015 && (storeSeconds ?? 9) < 5, 'the stage is measured too')
})

t.test('a producer that samples everything gets 500 spans a batch, and all its traces go on', async (t) => {
  const world = await traced(t)
  const actor = actorWith((event, ctx) => {
    ctx.emit('test.thing.happened' as never, { eventId: 'e', tenantId: 't', n: event.n } as never)
  })
  const { produced } = await handle(
    world,
    actor,
    Array.from({ length: 620 }, (_, n) => given(n, sampled(n))),
  )
  t.equal(named(world.spans(), 'process things').length, 500)
  t.equal(named(world.spans(), 'process batch of things')[0]?.attributes['troupe.batch.not_traced'], 120)
  t.equal(named(world.spans(), 'process batch of things')[0]?.links.length, 128)
  t.equal(produced.filter((record) => header(record, 'traceparent')?.endsWith('-01')).length, 620)
  t.equal(header(produced[600], 'traceparent'), sampled(600), 'unchanged beyond the cap')
  const series = parsePrometheus(await world.telemetry.prometheus())
  t.equal(sumOf(series, 'troupe_spans_not_made_total', { actor: 'tracer' }), 120)
})

t.test('without an exporter nothing is collected, and sampled traces still go on', async (t) => {
  const telemetry = await startTelemetry({
    processKind: 'runtime',
    node: 'n',
    processId: 'p',
    version: '0',
    env: {},
    log: createLog({ level: 'silent' }),
  })
  t.teardown(() => telemetry.shutdown())
  const actor = actorWith((event, ctx) => {
    ctx.emit('test.thing.happened' as never, { eventId: 'e', tenantId: 't', n: event.n } as never)
  })
  const { produced, result } = await handle({ telemetry }, actor, [given(1, sampled(1))])
  t.equal(result.traced, undefined)
  t.equal(header(produced[0], 'traceparent'), sampled(1))
  t.ok(result.times.handleMs > 0 && result.times.decodeMs > 0)
  t.equal(publishSpan({ topic: 't', event: 'e', count: 1, traceparent: sampled(1) }), undefined)
})

t.test('publishing', async (t) => {
  const published = { topic: 'shop.events', event: 'shop.order.placed', count: 1 }
  t.equal(publishSpan(published), undefined, 'without a provider there is no span')

  const world = await traced(t)
  const root = trace.getTracer('app').startSpan('checkout')
  const ctx = trace.setSpan(context.active(), root)
  // under the application's span
  const span = context.with(ctx, () => publishSpan(published))
  t.match(span?.traceparent, new RegExp(`^00-${root.spanContext().traceId}-[0-9a-f]{16}-01$`))
  t.equal(world.spans().length, 0, 'it lasts until the broker has acknowledged')
  await span?.endsWith(Promise.resolve({ partition: 3, offset: 9 }))
  // the caller's own traceparent is the parent
  const own = publishSpan({ ...published, traceparent: sampled(5) })
  await t.rejects(own?.endsWith(Promise.reject(new Error('no broker'))) ?? Promise.resolve())
  const quiet = publishSpan({ ...published, traceparent: unsampled(6) })
  t.match(quiet?.traceparent, new RegExp(`^00-${traceId(6)}-.*-00$`), 'unsampled stays so')
  await quiet?.endsWith(Promise.resolve())
  t.equal(publishSpan({ ...published, traceparent: 'mine' }), undefined, "what can't be read is the caller's")

  await new Promise((resolve) => setImmediate(resolve))
  const [first, second, ...rest] = world.spans()
  t.same(rest, [])
  t.match(first, { name: 'send shop.events', kind: 3, attributes: { 'messaging.kafka.offset': 9 } })
  t.equal(first?.parentSpanContext?.spanId, root.spanContext().spanId)
  t.match(second, { status: { code: 2, message: 'no broker' } })
  t.match(second?.parentSpanContext, { spanId: parentId, traceId: traceId(5) })
})
