// /livez, /readyz and /metrics are answered to GET and HEAD, with what is so at that moment; nothing else is, and a
// stop waits for no connection. Checks never overlap, are bounded in time, and end no process.

import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import type { Liveness, Readiness } from '../../../runtime/control/index.ts'
import { HealthChecks, ProcessStatus, serveTelemetry } from '../../../runtime/telemetry/index.ts'

t.test('what is served', async (t) => {
  // given
  let live: Liveness = { reasons: [] }
  let ready: readonly Readiness[] = [{ name: 'process', ready: true, reason: '' }]
  let metrics = (): Promise<string> => Promise.resolve('troupe_up 1\n')
  const server = await serveTelemetry({
    host: '127.0.0.1',
    port: 0,
    live: () => live,
    ready: () => ready,
    metrics: () => metrics(),
  })
  t.teardown(() => server.close())
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(server.url + path, { method })
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      allow: response.headers.get('allow'),
      body: await response.text(),
    }
  }
  // when, then
  t.match(await get('/livez'), { status: 200, type: /^application\/json/, body: '{"live":true}\n' })
  t.match(await get('/livez?probe=1'), { status: 200 })
  t.match(await get('/readyz'), { status: 200, body: /^\{"ready":true,"checks":\[\{"name":"process"/ })
  t.match(await get('/metrics'), {
    status: 200,
    type: /^text\/plain; version=0\.0\.4/,
    body: 'troupe_up 1\n',
  })
  t.match(await get('/livez', 'HEAD'), { status: 200, body: '' })
  t.match(await get('/'), { status: 404, body: /\/livez, \/readyz and \/metrics/ })
  t.match(await get('/livez/..%2f'), { status: 404 })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    t.match(await get('/livez', method), { status: 405, allow: 'GET, HEAD' })
  // when
  live = { reasons: ['the consumer of group a was not polled'] }
  ready = [...ready, { name: 'postgres', ready: false, reason: 'away' }]
  metrics = () => Promise.reject(new Error('broken'))
  // then
  t.match(await get('/livez'), {
    status: 503,
    body: '{"live":false,"reasons":["the consumer of group a was not polled"]}\n',
  })
  t.match(await get('/readyz'), { status: 503, body: /"ready":false.*"reason":"away"/ })
  t.match(await get('/metrics'), { status: 500, body: /broken/ })
  // when the port is wanted again
  const { port } = new URL(server.url)
  const again = { host: '127.0.0.1', port: Number(port), live: () => live, ready: () => ready, metrics }
  // then
  await t.rejects(serveTelemetry(again), {
    code: 'CONFIG_INVALID',
    message: new RegExp(`127\\.0\\.0\\.1:${port}.*TELEMETRY_PORT.*of its own`),
  })
  await t.rejects(serveTelemetry({ ...again, portVariable: 'CONTROL_PLANE_TELEMETRY_PORT' }), {
    message: /CONTROL_PLANE_TELEMETRY_PORT/,
  })
  await t.rejects(serveTelemetry({ ...again, host: '203.0.113.1' }), { code: 'CONFIG_INVALID' })
})

t.test('a stop waits for no connection', async (t) => {
  // given one that is kept alive, and one that never finishes its request
  const server = await serveTelemetry({
    host: '127.0.0.1',
    port: 0,
    live: () => ({ reasons: [] }),
    ready: () => [],
    metrics: () => new Promise(() => undefined),
  })
  await (await fetch(`${server.url}/livez`)).text()
  const slow = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
  await once(slow, 'connect')
  slow.write('GET /livez HTTP/1.1\r\n')
  const hanging = fetch(`${server.url}/metrics`).catch(() => 'cut')
  // Reset or ended: it is over.
  slow.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => slow.once('close', () => resolve()))
  // when
  await server.close()
  // then
  await closed
  t.equal(await hanging, 'cut')
})

t.test('checks', async (t) => {
  // given
  const asked: PromiseWithResolvers<void>[] = []
  const lates: (() => void)[] = []
  const changes: Readiness[] = []
  const checks = new HealthChecks(
    [
      {
        name: 'postgres',
        check: () => {
          const answer = Promise.withResolvers<void>()
          asked.push(answer)
          return answer.promise
        },
      },
    ],
    {
      intervalMs: 5_000,
      onChange: (change) => void changes.push(change),
      elapse: () => new Promise((resolve) => lates.push(resolve)),
    },
  )
  const last = (): Readiness | undefined => checks.readiness()[0]
  t.match(last(), { ready: false, reason: /not asked yet/ })
  // when it is there
  const first = checks.round()
  asked[0]?.resolve()
  await first
  // then
  t.same(last(), { name: 'postgres', ready: true, reason: '' })
  // when it is away
  const second = checks.round()
  asked[1]?.reject(new Error('Postgres cannot serve now'))
  await second
  t.match(last(), { ready: false, reason: 'Postgres cannot serve now' })
  // when it is back and then silent
  const third = checks.round()
  asked[2]?.resolve()
  await third
  const fourth = checks.round()
  lates[3]?.()
  await fourth
  // then
  t.match(last(), { ready: false, reason: /no answer within 5000 ms/ })
  // when it is asked while it still hangs
  await checks.round()
  // then
  t.equal(asked.length, 4, 'it is not asked twice at once')
  t.match(last(), { ready: false })
  // when the late answer comes, and it is asked again
  asked[3]?.resolve()
  await new Promise(setImmediate)
  const fifth = checks.round()
  asked[4]?.resolve()
  await fifth
  // then
  t.match(last(), { ready: true })
  t.same(
    changes.map(({ ready }) => ready),
    [true, false, true, false, true],
  )
  await checks.close()
})

t.test('a process says what it is at, and never turns back', (t) => {
  // given
  const status = new ProcessStatus({ kind: 'runtime', node: 'n', troupeVersion: '1', intervalMs: 100 })
  const told = () => status.report({}).readiness[0]
  status.starting('looking for topics')
  // then
  t.same(told(), { name: 'process', ready: false, reason: 'starting: looking for topics' })
  status.enter('running')
  t.same(told(), { name: 'process', ready: true, reason: '' })
  status.enter('stopping')
  status.enter('running')
  t.match(told(), { ready: false, reason: /^stopping/ })
  status.enter('stopped')
  t.match(status.report({}), { state: 'stopped', process: { kind: 'runtime', node: 'n', pid: process.pid } })
  t.end()
})
