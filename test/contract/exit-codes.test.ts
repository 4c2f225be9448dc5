// A process ends with the code that docs/operations.md gives it, says why in its last line, and obeys a signal at any
// time, also in the middle of its start.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startMockCluster } from '../../runtime/kafka/index.ts'
import { publisherFromEnv } from '../../runtime/publisher/index.ts'
import { exitCodeOf, exitCodes } from '../../runtime/process/index.ts'
import { errorCodes, TroupeError, type ErrorCode } from '../../runtime/errors.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import { startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import type { PackageScanned } from '../../schemas/types/index.ts'
import { TroupeProcess } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'troupe-exit-codes-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const postgres = await startEmbeddedPostgres()
t.teardown(() => postgres.close())
const kafka = await startMockCluster()
t.teardown(() => kafka.close())
await kafka.createTopics([
  'shipping.events',
  'bench.events',
  'dlq.processing_errors',
  'dlq.unhandled_exceptions',
])

/** Takes connections and says nothing: a service that hangs. */
const silent = createServer(() => undefined).listen(0, '127.0.0.1')
await once(silent, 'listening')
t.teardown(() => silent.close())
const hanging = `127.0.0.1:${(silent.address() as AddressInfo).port}`
const nobody = '127.0.0.1:1'

const good = {
  KAFKA_BROKERS: kafka.bootstrapServers,
  DATABASE_URL: postgres.url,
  SCHEMA_REGISTRY_URL: `http://${nobody}`,
  WORKER_THREADS: '1',
  PUBLIC_API_PORT: '0',
}

const scan: PackageScanned = {
  eventId: 'scan-1',
  tenantId: 'acme',
  correlationId: null,
  trackingId: 'P',
  orderId: 'O',
  carrier: 'swift',
  scan: 'PICKED_UP',
  occurredAt: 1_700_000_000_000,
  location: null,
  message: null,
}

let processes = 0
const start = (entry: string, env: Readonly<Record<string, string>> = {}): TroupeProcess => {
  const name = `${entry.replaceAll(/\W/g, '-')}-${(processes += 1)}`
  const started = new TroupeProcess(name, entry, { PATH: process.env['PATH'], ...good, ...env }, folder)
  t.teardown(() => started.kill('SIGKILL'))
  return started
}

const endOf = async (
  process: TroupeProcess,
): Promise<{ readonly code: number | null; readonly last: string }> => {
  await waitUntil(`${process.name} has ended`, () => process.ended)
  return {
    code: process.exitCode,
    last: readFileSync(process.logFile, 'utf8').trim().split('\n').at(-1) ?? '',
  }
}

const actors = (name: string, source: string): string => {
  const actorsDir = mkdtempSync(join(folder, 'actors-'))
  writeFileSync(join(actorsDir, `${name}.ts`), source)
  return actorsDir
}

t.test('every error code has its exit code', async (t) => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    const error = new TroupeError(code, '')
    const expected = {
      BUG: exitCodes.bug,
      CONFIG_INVALID: exitCodes.misconfigured,
      ACTOR_NOT_LOADED: exitCodes.misconfigured,
      TOPIC_MISSING: exitCodes.misconfigured,
      MIGRATION_PENDING: exitCodes.misconfigured,
      KAFKA_UNAVAILABLE: exitCodes.serviceAway,
      POSTGRES_UNAVAILABLE: exitCodes.serviceAway,
      KAFKA_FENCED: exitCodes.fatal,
    }[code as string]
    if (expected !== undefined) t.equal(exitCodeOf(error, 'run'), expected, code)
    t.ok([1, 2, 3, 4].includes(exitCodeOf(error, 'start')), code)
  }
  t.equal(exitCodeOf(new TypeError('x'), 'run'), exitCodes.bug)
  t.equal(exitCodeOf(new TroupeError('KAFKA_UNAUTHORIZED', ''), 'start'), exitCodes.misconfigured)
  t.equal(exitCodeOf(new TroupeError('KAFKA_UNAUTHORIZED', ''), 'run'), exitCodes.fatal)
})

t.test('a start that cannot succeed', async (t) => {
  const broken = actors('broken', 'export default 1')
  const cases: readonly (readonly [string, string, Readonly<Record<string, string>>, number, RegExp])[] = [
    ['a wrong option', 'runtime/main.ts', { LANES: 'many' }, 2, /LANES.*many.*Allowed/],
    ['nothing to run', 'runtime/main.ts', { KAFKA_ENABLED: 'false' }, 2, /nothing to run.*control-plane/],
    ['a broken actor', 'runtime/main.ts', { ACTORS_DIR: broken }, 2, /broken\.ts.*no actor.*Remedy/],
    ['missing migrations', 'runtime/main.ts', {}, 2, /001\.do\.\w+\.sql.*npm run migrate/],
    ['missing migrations', 'control-plane/main.ts', {}, 2, /npm run migrate/],
    [
      'Postgres away',
      'runtime/main.ts',
      { DATABASE_URL: `postgres://${nobody}/x` },
      3,
      /Postgres.*ECONNREFUSED/,
    ],
    ['Postgres away', 'control-plane/main.ts', { DATABASE_URL: `postgres://${nobody}/x` }, 3, /Postgres/],
    ['Postgres away', 'runtime/migrate-main.ts', { DATABASE_URL: `postgres://${nobody}/x` }, 3, /Postgres/],
    ['a wrong address', 'runtime/migrate-main.ts', { DATABASE_URL: 'mysql://x' }, 2, /DATABASE_URL/],
  ]
  const started = cases.map(([, entry, env]) => start(entry, env))
  for (const [i, [what, entry, , code, says]] of cases.entries()) {
    const end = await endOf(started[i]!)
    t.equal(end.code, code, `${what}: ${entry}`)
    t.match(end.last, says, what)
  }
})

t.test('migrating says what it ran, and nothing the second time', async (t) => {
  const first = await endOf(start('runtime/migrate-main.ts'))
  t.match(first, { code: 0, last: /done: \d+ migrations/ })
  t.match(await endOf(start('runtime/migrate-main.ts')), { code: 0, last: /up to date/ })
})

t.test('Kafka away', async (t) => {
  const { code, last } = await endOf(start('runtime/main.ts', { KAFKA_BROKERS: nobody }))
  t.equal(code, 3)
  t.match(last, /127\.0\.0\.1:1/)
})

t.test('a signal in the middle of the start ends it at once, with 0', async (t) => {
  for (const env of [
    { KAFKA_BROKERS: nobody },
    { KAFKA_BROKERS: hanging },
    { DATABASE_URL: `postgres://${hanging}/x` },
  ]) {
    const starting = start('runtime/main.ts', env)
    await starting.says('starting')
    starting.kill('SIGTERM')
    const { code, last } = await endOf(starting)
    t.equal(code, 0, last)
    t.equal(starting.lines('the start is given up').length, 1, 'not the connect: the start')
  }
})

t.test('processes that run stop with 0; the control plane needs no Kafka', async (t) => {
  await migrate({ url: postgres.url })
  const runtime = start('runtime/main.ts')
  const controlPlane = start('control-plane/main.ts', { KAFKA_ENABLED: 'false' })
  const { url } = await controlPlane.says('the public API is up')
  await Promise.all([runtime.says('running'), controlPlane.says('running')])
  t.equal((await fetch(String(url).replace('/graphql', '/healthz'))).status, 200)

  const { port } = new URL(String(url))
  t.match(await endOf(start('control-plane/main.ts', { PUBLIC_API_PORT: port })), {
    code: 2,
    last: /PUBLIC_API_PORT.*EADDRINUSE/,
  })
  runtime.kill('SIGINT')
  controlPlane.kill('SIGTERM')
  t.match(await endOf(runtime), { code: 0, last: /"msg":"stopped"/ })
  t.equal((await endOf(controlPlane)).code, 0)
})

t.test(
  'a stop ends in its time, whatever hangs: a thread that never answers, a registry that is away',
  async (t) => {
    const registry = await startEmbeddedRegistry()
    t.teardown(() => registry.close())
    const blocking = actors(
      'blocking',
      `import { defineActor } from '${root}/runtime/actor/index.ts'
     import { PackageScanned } from '${root}/schemas/types/index.ts'
     export default defineActor({
       name: 'blocking', group: 'blocking', receives: { 'shipping.package.scanned': PackageScanned },
       receive: (_, ctx) => { ctx.log.info('at work'); setImmediate(() => { for (;;); }); return new Promise(() => {}) },
     })`,
    )
    const env = { ...good, SCHEMA_REGISTRY_URL: registry.url }
    const publisher = await publisherFromEnv({ env })
    await publisher.publish('shipping.package.scanned', scan, { key: 'P' })
    await publisher.close()
    const cases = [
      [{ ...env, ACTORS_DIR: blocking }, 'at work'],
      [
        { ...env, KAFKA_GROUP_ID: 'patient', SCHEMA_REGISTRY_URL: `http://${nobody}` },
        /waiting for the registry/,
      ],
    ] as const
    const started = cases.map(([more, says]) => ({
      process: start('runtime/main.ts', { ...more, DRAIN_TIMEOUT_MS: '500' }),
      says,
    }))
    for (const { process, says } of started) {
      await process.says(says)
      process.kill('SIGTERM')
      const { code, last } = await endOf(process)
      t.equal(code, 0, last)
      t.match(process.lines('partitions revoked'), [{ drainedInTime: false }])
    }
  },
)

t.test('an API key is issued for a database that has its tables', async (t) => {
  const issue = async (...args: string[]) => {
    const child = spawn(process.execPath, ['control-plane/auth/issue-api-key-main.ts', ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...good },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    return { code, said }
  }
  t.match(await issue('--tenant', 'acme', '--name', 'web shop'), { code: 0, said: /^trp_[\w-]{49}\n$/ })
  t.match(await issue('--tenant', 'acme'), { code: 2, said: /usage/ })
  t.match(await issue('--nonsense'), { code: 2, said: /nonsense/ })
  const database = openDatabase({ url: postgres.url })
  t.teardown(() => database.close())
  t.match(await database.sql`select tenant, name from troupe.api_keys`, [
    { tenant: 'acme', name: 'web shop' },
  ])
})
