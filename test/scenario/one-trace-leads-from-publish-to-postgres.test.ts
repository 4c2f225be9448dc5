// One trace leads from the application's span over publish, the record that is handled and the transaction of its
// effects to the record that follows from it, and to the row in Postgres; what was not sampled leaves no span.

import { join } from 'node:path'
import { context, trace } from '@opentelemetry/api'
import { tracing } from '@opentelemetry/sdk-node'
import t from 'tap'
import { resolveOptions } from '../../runtime/config/index.ts'
import { publisherFromEnv } from '../../runtime/index.ts'
import { migrate, openDatabase } from '../../runtime/store/index.ts'
import { Relay } from '../../runtime/relay/index.ts'
import { Runtime } from '../../runtime/system/runtime.ts'
import { createLog, startTelemetry } from '../../runtime/telemetry/index.ts'
import { skipWithoutTrialServices, trialServices } from '../harness/scenario/services-of-trials.ts'
import { parsePrometheus, sumOf } from '../harness/prometheus-text.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()
const run = `${Date.now().toString(36)}-${String(process.pid)}`

t.test('a story that is told, kept and heard', { skip }, async (t) => {
  // given: a runtime in this process, so that its spans are seen
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL } = trialServices()
  await migrate({ url: DATABASE_URL })
  const env = {
    KAFKA_BROKERS,
    SCHEMA_REGISTRY_URL,
    DATABASE_URL,
    KAFKA_PREFIX: `trace-${run}.`,
    KAFKA_GROUP_ID: `trace-${run}`,
    KAFKA_PARTITIONS: '2',
    WORKER_THREADS: '1',
    COMMIT_INTERVAL_MS: '20',
    ACTORS_DIR: join(import.meta.dirname, 'tracing-actors'),
    SCHEMAS_DIR: join(import.meta.dirname, 'tracing-schemas'),
  }
  const lines: string[] = []
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  const exporter = new tracing.InMemorySpanExporter()
  const telemetry = await startTelemetry({
    processKind: 'runtime',
    node: 'here',
    processId: run,
    version: '0',
    env: {},
    log,
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
  })
  t.teardown(() => telemetry.shutdown())
  const options = resolveOptions({}, env)
  const runtime = await Runtime.start(options, {
    log,
    telemetry,
    onFatal: (error) => t.fail(error.message),
  })
  t.teardown(() => runtime.stop())
  const relay = await Relay.start(options, {
    log,
    meters: telemetry.meters,
    onFatal: (error) => t.fail(error.message),
    stopping: new AbortController().signal,
  })
  t.teardown(() => relay.stop())
  const publisher = await publisherFromEnv({ env })
  t.teardown(() => publisher.close())
  const database = openDatabase({ url: DATABASE_URL })
  t.teardown(() => database.close())

  // when: one is told under a sampled span, one without any trace of its own but unsampled
  const publish = (story: string, traceparent?: string): Promise<unknown> =>
    publisher.publish(
      'tale.story.told' as never,
      { eventId: `${run}-${story}`, story: `${run}-${story}` } as never,
      { key: story, ...(traceparent !== undefined && { traceparent }) },
    )
  const root = trace.getTracer('the application').startSpan('evening')
  await context.with(trace.setSpan(context.active(), root), () => publish('sampled'))
  const quietTrace = 'c'.repeat(32)
  await publish('quiet', `00-${quietTrace}-${'d'.repeat(16)}-00`)
  root.end()
  const rows = async (): Promise<readonly { id: string; state: string }[]> =>
    await database.sql<{ id: string; state: string }>`
      select id, state from troupe.tracked where entity = 'story' and id like ${`${run}-%`} order by id, state`
  await waitUntil('both are kept and heard', async () => (await rows()).length === 4, { timeoutMs: 60_000 })
  const { traceId } = root.spanContext()
  const spans = (): readonly tracing.ReadableSpan[] =>
    exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
  await waitUntil('all spans have ended', () => spans().length >= 6)

  // then
  const named = (name: string, actor?: string): tracing.ReadableSpan | undefined =>
    spans().find(
      (span) => span.name === name && (actor === undefined || span.attributes['troupe.actor'] === actor),
    )
  const topic = `trace-${run}.tale.events`
  const sent = named(`send ${topic}`)
  const told = named(`process ${topic}`, 'teller')
  const heard = named(`process ${topic}`, 'hearer')
  const parent = (span: tracing.ReadableSpan | undefined) => span?.parentSpanContext?.spanId
  const id = (span: tracing.ReadableSpan | undefined) => span?.spanContext().spanId
  t.equal(parent(sent), root.spanContext().spanId, 'publish is part of what the application does')
  t.match(sent?.attributes, { 'messaging.kafka.offset': Number })
  t.ok(id(sent) !== undefined && parent(told) === id(sent), 'its record is handled')
  t.ok(id(told) !== undefined && parent(heard) === id(told), 'what that emits is handled')
  for (const record of [told, heard]) {
    const stored = spans().find((span) => span.name === 'store' && parent(span) === id(record))
    t.ok(stored, `the transaction of ${String(record?.attributes['troupe.actor'])}`)
  }
  t.equal(spans().length, 6, 'and there is nothing else in it')
  t.match(told?.attributes, {
    'messaging.message.id': `${run}-sampled`,
    'troupe.outcome': 'applied',
    'messaging.kafka.offset': sent?.attributes['messaging.kafka.offset'] as number,
  })
  t.same(
    await rows(),
    ['quiet', 'sampled'].flatMap((story) => [
      { id: `${run}-${story}`, state: 'HEARD' },
      { id: `${run}-${story}`, state: 'TOLD' },
    ]),
    'the rows are there',
  )
  t.notOk(
    exporter
      .getFinishedSpans()
      .some((span) => span.spanContext().traceId === quietTrace && span.name.startsWith('process')),
    'what was not sampled has none',
  )
  const line = lines.find((text) => text.includes('"msg":"heard"') && text.includes(`${run}-sampled`))
  t.match(JSON.parse(line ?? '{}'), {
    traceId,
    actor: 'hearer',
    topic,
    eventId: String,
    correlationId: String,
  })

  // and the metrics are those of what happened, when the teller has passed over what it told itself
  const all = async () => parsePrometheus(await telemetry.prometheus())
  const count = async (outcome: string): Promise<number | undefined> =>
    sumOf(await all(), 'troupe_records_total', { actor: 'teller', outcome })
  const measured = async (stage: string): Promise<number> =>
    sumOf(await all(), 'troupe_stage_duration_seconds_count', { stage }) ?? 0
  await waitUntil('the teller has passed over two', async () => (await count('skipped')) === 2)
  t.equal(await count('applied'), 2)
  for (const stage of ['fetch', 'queue', 'decode', 'handle', 'store', 'commit'])
    await waitUntil(`${stage} is measured`, async () => (await measured(stage)) > 0)
})
