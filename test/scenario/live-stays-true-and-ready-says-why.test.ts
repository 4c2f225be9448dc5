// While broker, Postgres and registry are each away a process stays live, says not ready with that reason, and is
// ready again by itself when they are back. From its first moment, and while it waits in its start, it answers.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { migrate } from '../../runtime/store/index.ts'
import { RegistryGate, skipWithoutTrialServices } from '../harness/scenario/index.ts'
import { startKafka } from '../harness/services/kafka.ts'
import { startPostgres } from '../harness/services/postgres.ts'
import { TelemetryOf, type Readyz } from '../harness/telemetry-of.ts'
import { TroupeProcess } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const skip = await skipWithoutTrialServices()

t.test('broker, Postgres and registry each away and back', { skip }, async (t) => {
  // given
  const [kafka, postgres, registry] = await Promise.all([startKafka(), startPostgres(), RegistryGate.start()])
  const folder = mkdtempSync(join(tmpdir(), 'troupe-health-'))
  t.teardown(async () => {
    await Promise.all([kafka.close(), postgres.close(), registry.close()])
    rmSync(folder, { recursive: true, force: true })
  })
  await migrate({ url: postgres.url })
  const start = (name: string, entry: string, env: Readonly<Record<string, string>> = {}): TroupeProcess => {
    const started = new TroupeProcess(
      name,
      entry,
      {
        ...process.env,
        NODE_OPTIONS: '',
        KAFKA_BROKERS: kafka.bootstrapServers,
        DATABASE_URL: postgres.url,
        SCHEMA_REGISTRY_URL: registry.url,
        KAFKA_TRIAL_TOPIC: 'health',
        KAFKA_GROUP_ID: `health-${name}`,
        KAFKA_PARTITIONS: '2',
        ACTORS_DIR: 'test/scenario/health-actors',
        SCHEMAS_DIR: 'test/scenario/schemas',
        WORKER_THREADS: '1',
        PUBLIC_API_PORT: '0',
        HEALTH_INTERVAL_MS: '200',
        STATUS_INTERVAL_MS: '200',
        ...env,
      },
      folder,
    )
    t.teardown(() => started.stop('SIGKILL'))
    return started
  }
  const runtime = start('runtime', 'runtime/main.ts')
  const controlPlane = start('control-plane', 'control-plane/main.ts')
  const ofRuntime = await TelemetryOf.of(runtime)
  const ofControlPlane = await TelemetryOf.of(controlPlane)
  await untilReady(ofRuntime)
  await untilReady(ofControlPlane)

  const away = async (
    what: string,
    go: () => Promise<unknown> | void,
    comeBack: () => Promise<unknown> | void,
    name: 'producer' | 'postgres' | 'registry',
    reason: RegExp,
    asked = ofRuntime,
  ): Promise<void> => {
    await t.test(what, async (t) => {
      // when
      await go()
      const readyz = await untilOnlyMissing(asked, name)
      // then
      t.equal(readyz.status, 503)
      t.match(readyz.reason(name), reason)
      t.match(await asked.live(), { status: 200, reasons: [] }, 'it is live all the same')
      // when, then
      await comeBack()
      await Promise.all([untilReady(ofRuntime), untilReady(ofControlPlane)])
      t.match(await asked.live(), { status: 200, reasons: [] })
    })
  }
  await away(
    'a broker that died',
    () => kafka.kill(),
    () => kafka.restart(),
    'producer',
    /127\.0\.0\.1:\d+/,
  )
  await away(
    'a frozen broker',
    () => kafka.freeze(),
    () => kafka.thaw(),
    'producer',
    /127\.0\.0\.1:\d+/,
  )
  const stopped = [() => postgres.stop('immediate'), () => postgres.restart()] as const
  await away('Postgres stopped', ...stopped, 'postgres', /Postgres cannot serve now/)
  await away('Postgres away from the control plane', ...stopped, 'postgres', /Postgres/, ofControlPlane)
  for (const mode of ['cut', 'failing', 'silent'] as const) {
    await away(
      `a registry that is ${mode}`,
      () => registry.set(mode),
      () => registry.set('open'),
      'registry',
      /schema registry at http:\/\/127/,
    )
  }
  const warnings = runtime.lines(/status reports are not written/).length
  t.ok(warnings === 1 || warnings === 2, 'Postgres went twice, and it says so once each time it notices')

  await t.test('in the middle of a start', async (t) => {
    // given a broker that is away
    await kafka.kill()
    // when
    const waiting = start('waiting', 'runtime/main.ts')
    const asked = await TelemetryOf.of(waiting)
    const readyz = await asked.ready()
    // then
    t.equal(readyz.status, 503)
    t.match(readyz.reason('process'), /^starting: /)
    t.match(await asked.live(), { status: 200 })
    await kafka.restart()
  })
  await untilReady(ofRuntime)

  await t.test('a stop says so to the last', async (t) => {
    await runtime.stop()
    t.equal(runtime.exitCode, 0, runtime.tail())
  })
})

const untilReady = async (asked: TelemetryOf): Promise<void> => {
  await waitUntil('it is ready', async () => (await asked.ready()).status === 200)
}

/** Nothing else is missing, but that a consumer may have lost its group. A busy machine may be late with any answer. */
const untilOnlyMissing = async (asked: TelemetryOf, name: Readyz['missing'][number]): Promise<Readyz> =>
  await waitUntil(`${name} is missing, and nothing else`, async () => {
    const readyz = await asked.ready()
    const others = readyz.missing.filter((missing) => missing !== name && missing !== 'consumer')
    return readyz.missing.includes(name) && others.length === 0 ? readyz : undefined
  })
