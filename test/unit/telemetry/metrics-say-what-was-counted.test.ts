// /metrics says what was counted and what the status report tells, and nothing leaves the process unasked.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test as T } from 'tap'
import type { AssignmentStatus, StatusReport } from '../../../runtime/control/index.ts'
import { noOutcomes } from '../../../runtime/delivery/index.ts'
import { askedExporters } from '../../../runtime/telemetry/asked-exporters.ts'
import {
  createLog,
  metricTable,
  startTelemetry,
  type Metric,
  type Telemetry,
} from '../../../runtime/telemetry/index.ts'
import { parsePrometheus, sumOf, type Series } from '../../harness/prometheus-text.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const lines: string[] = []
const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })

const started = async (t: T, env: NodeJS.ProcessEnv = {}): Promise<Telemetry> => {
  const telemetry = await startTelemetry({
    processKind: 'runtime',
    node: 'node-7',
    processId: 'run-1',
    version: '1.2.3',
    env,
    log,
  })
  t.teardown(() => telemetry.shutdown())
  return telemetry
}

const read = async (telemetry: Telemetry): Promise<readonly Series[]> =>
  parsePrometheus(await telemetry.prometheus())

const unit = { group: 'g', actor: 'a "quoted" \\ one', topic: 't', partition: 3 }

const assignment = (partition: number): AssignmentStatus => ({
  topic: 't',
  partition,
  position: 50,
  frontier: 40,
  end: 100,
  lagRecords: 60,
  lagMs: 1_500,
  units: [
    {
      actor: 'a',
      lifecycle: 'running',
      position: 50,
      frontier: 40,
      oldestUnfinishedAtMs: 1,
      unfinishedRecords: 10,
      unfinishedBytes: 1_000,
      creditRecords: 90,
      creditBytes: 9_000,
      waitingFor: partition === 1 ? 'postgres' : null,
      quarantine: null,
      parked: { keys: 3, held: 1, records: 7, oldestAgeMs: 1_500 },
    },
  ],
})

const reportOf = (...partitions: readonly number[]): StatusReport => ({
  version: 1,
  process: {
    id: 'run-1',
    node: 'node-7',
    pid: 1,
    kind: 'runtime',
    troupeVersion: '',
    nodeVersion: '',
    startedAtMs: 0,
  },
  state: 'running',
  reportedAtMs: 0,
  intervalMs: 1_000,
  health: { rssBytes: 1, eventLoopDelayMs: 1, workers: [{ threadId: 4, busy: 0.75 }] },
  readiness: [
    { name: 'consumer', ready: true, reason: '' },
    { name: 'postgres', ready: false, reason: 'away' },
  ],
  actors: [],
  groups: [{ name: 'g', joined: true, assignments: partitions.map(assignment) }],
  outcomes: [],
  lastErrors: [],
})

t.test('counters and histograms hold what was told', async (t) => {
  const telemetry = await started(t)
  const { meters } = telemetry
  // given
  meters.records(unit, { ...noOutcomes(), applied: 5, rejected: 2 })
  meters.records(unit, { ...noOutcomes(), applied: 7, exhausted: 1 })
  meters.retries(unit, 3)
  meters.retries(unit, 0)
  meters.stage(unit, 'handle', 0.003)
  meters.stage(unit, 'handle', 0.2)
  meters.stage({ group: 'g' }, 'commit', 99)
  meters.rebalance('g', 'assigned')
  meters.rebalance('g', 'assigned')
  meters.workerLost()
  // when
  const series = await read(telemetry)
  // then
  const of = { group: 'g', actor: unit.actor, topic: 't' }
  t.equal(sumOf(series, 'troupe_records_total', { ...of, outcome: 'applied' }), 12)
  t.equal(
    sumOf(series, 'troupe_records_total', { ...of, outcome: 'duplicate' }),
    undefined,
    'no empty series',
  )
  t.equal(sumOf(series, 'troupe_records_total'), 15)
  t.equal(sumOf(series, 'troupe_dead_letters_total', of), 3)
  t.equal(sumOf(series, 'troupe_retries_total', of), 3)
  t.equal(sumOf(series, 'troupe_rebalances_total', { group: 'g', kind: 'assigned' }), 2)
  t.equal(sumOf(series, 'troupe_workers_lost_total'), 1)
  const stage = 'troupe_stage_duration_seconds'
  t.equal(sumOf(series, `${stage}_count`, { stage: 'handle', actor: unit.actor }), 2)
  t.equal(sumOf(series, `${stage}_sum`, { stage: 'handle' }), 0.203)
  t.equal(sumOf(series, `${stage}_bucket`, { stage: 'handle', le: '0.0025' }), 0)
  t.equal(sumOf(series, `${stage}_bucket`, { stage: 'handle', le: '0.005' }), 1)
  t.equal(sumOf(series, `${stage}_bucket`, { stage: 'commit', le: '60' }), 0)
  t.equal(sumOf(series, `${stage}_bucket`, { stage: 'commit', le: '+Inf' }), 1)
  t.equal(
    sumOf(series, 'target_info', {
      service_name: 'troupe-runtime',
      service_version: '1.2.3',
      service_instance_id: 'run-1',
      host_name: 'node-7',
    }),
    1,
  )
})

t.test('gauges are those of the report, and a partition that was revoked is gone', async (t) => {
  const telemetry = await started(t)
  let report: StatusReport | undefined
  telemetry.meters.observe(() => report)
  t.equal(sumOf(await read(telemetry), 'troupe_lag_records'), undefined, 'no report, no gauges of it')

  report = reportOf(1, 2)
  const both = await read(telemetry)
  t.equal(sumOf(both, 'troupe_lag_records', { group: 'g', topic: 't' }), 120)
  t.equal(sumOf(both, 'troupe_lag_seconds', { partition: '1' }), 1.5)
  t.equal(sumOf(both, 'troupe_partition_position', { partition: '2' }), 50)
  t.equal(sumOf(both, 'troupe_partition_frontier', { partition: '2' }), 40)
  t.equal(sumOf(both, 'troupe_partition_end', { partition: '2' }), 100)
  t.equal(sumOf(both, 'troupe_assigned_partitions', { group: 'g' }), 2)
  t.equal(sumOf(both, 'troupe_credit_used_records', { actor: 'a', partition: '1' }), 10)
  t.equal(sumOf(both, 'troupe_credit_left_bytes', { actor: 'a', partition: '1' }), 9_000)
  t.equal(sumOf(both, 'troupe_waiting', { partition: '1', dependency: 'postgres' }), 1)
  t.equal(sumOf(both, 'troupe_waiting', { partition: '2' }), undefined)
  t.equal(sumOf(both, 'troupe_worker_utilization', { thread: '4' }), 0.75)
  t.equal(sumOf(both, 'troupe_ready', { check: 'consumer' }), 1)
  t.equal(sumOf(both, 'troupe_ready', { check: 'postgres' }), 0)

  report = reportOf(2)
  const one = await read(telemetry)
  t.equal(sumOf(one, 'troupe_lag_records', { partition: '1' }), undefined)
  t.equal(sumOf(one, 'troupe_lag_records', { partition: '2' }), 60)
  t.equal(sumOf(one, 'troupe_credit_used_records', { partition: '1' }), undefined)
  t.equal(sumOf(one, 'troupe_assigned_partitions'), 1)

  report = { ...reportOf(), groups: [] }
  t.equal(sumOf(await read(telemetry), 'troupe_lag_records'), undefined)
})

const outbox: NonNullable<StatusReport['outbox']> = {
  slices: [
    { slice: 0, state: 'idle', records: 0, ageMs: 0, waitsFor: '', heldTopics: [] },
    { slice: 1, state: 'idle', records: 70, ageMs: 2_500, waitsFor: '', heldTopics: [] },
    { slice: 4, state: 'orphan', records: null, ageMs: null, waitsFor: '', heldTopics: [] },
  ],
  sentRecords: 9,
  parkedRecords: 1,
  parked: 3,
  heldBackMs: 0,
}

t.test('a relay tells how much waits in its slices, and for how long', async (t) => {
  const telemetry = await started(t)
  telemetry.meters.observe(() => ({ ...reportOf(), outbox }))
  telemetry.meters.outbox('sent', 5)
  telemetry.meters.outbox('sent', 4)
  telemetry.meters.outbox('parked', 1)
  const series = await read(telemetry)
  t.equal(sumOf(series, 'troupe_outbox_records_total', { outcome: 'sent' }), 9)
  t.equal(sumOf(series, 'troupe_outbox_records_total', { outcome: 'parked' }), 1)
  t.equal(sumOf(series, 'troupe_outbox_backlog_records', { slice: '0' }), 0)
  t.equal(sumOf(series, 'troupe_outbox_backlog_records', { slice: '1' }), 70)
  t.equal(sumOf(series, 'troupe_outbox_backlog_records', { slice: '4' }), undefined, 'not known yet')
  t.equal(sumOf(series, 'troupe_outbox_age_seconds', { slice: '1' }), 2.5)
  t.equal(sumOf(series, 'troupe_outbox_slices', { state: 'idle' }), 2)
  t.equal(sumOf(series, 'troupe_outbox_slices', { state: 'orphan' }), 1)
  t.equal(sumOf(series, 'troupe_outbox_parked_records'), 3)
  t.equal(sumOf(series, 'troupe_outbox_held_back_seconds'), 0)
})

t.test('a report that throws costs its gauges only', async (t) => {
  const telemetry = await started(t)
  telemetry.meters.observe(() => {
    throw new Error('no report today')
  })
  telemetry.meters.workerLost()
  t.equal(sumOf(await read(telemetry), 'troupe_workers_lost_total'), 1)
})

t.test('2,500 partitions are 2,500 series: more than the SDK keeps by itself', async (t) => {
  const telemetry = await started(t)
  const report = reportOf(...Array.from({ length: 2_500 }, (_, partition) => partition))
  telemetry.meters.observe(() => report)
  const series = await read(telemetry)
  t.equal(series.filter(({ name }) => name === 'troupe_lag_records').length, 2_500)
})

t.test('what is shown is what the table names, with its labels', async (t) => {
  const telemetry = await started(t)
  telemetry.meters.observe(() => ({ ...reportOf(1), outbox }))
  telemetry.meters.outbox('sent', 1)
  telemetry.meters.records(unit, { ...noOutcomes(), rejected: 1 })
  telemetry.meters.retries(unit, 1)
  telemetry.meters.stage(unit, 'decode', 0.1)
  telemetry.meters.rebalance('g', 'lost')
  const series = await read(telemetry)
  for (const metric of Object.values(metricTable) as Metric[]) {
    if (metric.name === 'troupe_spans_not_made_total') continue // only with traces
    const name = metric.kind === 'histogram' ? `${metric.name}_count` : metric.name
    const found = series.find((one) => one.name === name)
    t.same(Object.keys(found?.labels ?? {}).sort(), [...metric.labels].sort(), name)
  }
  const known = new Set((Object.values(metricTable) as Metric[]).map(({ name }) => name))
  const shown = new Set(series.map(({ name }) => name.replace(/_(count|sum|bucket)$/, '')))
  shown.delete('target_info')
  t.same(
    [...shown].filter((name) => !known.has(name)),
    [],
    'nothing else is shown',
  )
})

t.test('the delay of the event loop is what the main thread was held up for', async (t) => {
  const telemetry = await started(t)
  await telemetry.prometheus()
  await new Promise((resolve) => setImmediate(resolve))
  await waitUntil('the delay was seen', async () => {
    const until = performance.now() + 120
    while (performance.now() < until); // held up
    await new Promise((resolve) => setTimeout(resolve, 20))
    const worst = sumOf(await read(telemetry), 'troupe_event_loop_delay_seconds', { quantile: '1' }) ?? 0
    return worst > 0.08 && worst < 1
  })
})

t.test('exporters are those that the standard variables name', (t) => {
  const none = { traces: false, metrics: [] }
  const otlp = { traces: true, metrics: ['otlp'] }
  const cases: readonly [NodeJS.ProcessEnv, ReturnType<typeof askedExporters>][] = [
    [{}, none],
    [{ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_ENDPOINT: '' }, none],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, otlp],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318' }, { traces: true, metrics: [] }],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c:4318' }, { traces: false, metrics: ['otlp'] }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_EXPORTER: 'none' },
      { ...otlp, traces: false },
    ],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, { traces: true, metrics: [] }],
    [{ OTEL_METRICS_EXPORTER: 'prometheus' }, none],
    [{ OTEL_METRICS_EXPORTER: 'otlp, console,prometheus' }, { traces: false, metrics: ['otlp', 'console'] }],
    [{ OTEL_METRICS_EXPORTER: 'none,otlp', OTEL_TRACES_EXPORTER: 'none' }, none],
  ]
  for (const [env, expected] of cases) t.same(askedExporters(env), expected, JSON.stringify(env))
  t.end()
})

t.test('metrics and spans go to the collector that is named', async (t) => {
  const seen: string[] = []
  const collector = createServer((request, response) => {
    seen.push(request.url ?? '')
    request.resume()
    response.end()
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  t.teardown(() => collector.close())
  const { port } = collector.address() as AddressInfo
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`
  t.teardown(() => delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'])
  const telemetry = await started(t, process.env)
  t.ok(telemetry.tracing.enabled)
  telemetry.meters.workerLost()
  telemetry.tracing.batch({
    unit,
    lane: 0,
    startMs: 1,
    endMs: 2,
    finished: 1,
    unfinished: 0,
    records: [],
    notTraced: 0,
  })
  // when: what waits is sent
  await telemetry.shutdown()
  // then
  t.same(seen.toSorted(), ['/v1/metrics', '/v1/traces'])
})

t.test(
  'a collector that is away costs a line in the log, and no more than its two seconds at the end',
  async (t) => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    t.teardown(() => {
      silent.closeAllConnections()
      silent.close()
    })
    const { port } = silent.address() as AddressInfo
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`
    t.teardown(() => delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'])
    const telemetry = await started(t, process.env)
    telemetry.meters.workerLost()
    lines.length = 0
    await telemetry.shutdown() // it ends
    t.match(lines.join(''), 'could not be sent')
    await telemetry.shutdown()
  },
)

t.test('a wrong variable or a disabled SDK stops nothing', async (t) => {
  process.env['OTEL_METRICS_EXPORTER'] = 'carrier-pigeon'
  process.env['OTEL_TRACES_SAMPLER'] = 'whim'
  t.teardown(() => {
    delete process.env['OTEL_METRICS_EXPORTER']
    delete process.env['OTEL_TRACES_SAMPLER']
  })
  lines.length = 0
  const telemetry = await started(t, process.env)
  telemetry.meters.workerLost()
  t.equal(sumOf(await read(telemetry), 'troupe_workers_lost_total'), 1)
  t.match(lines.join(''), 'carrier-pigeon')
  await telemetry.shutdown()
  const off = await started(t, { OTEL_SDK_DISABLED: 'TRUE' })
  t.match(await off.prometheus(), /^#/)
})
