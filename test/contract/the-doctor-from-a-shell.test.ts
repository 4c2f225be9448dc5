// `troupe doctor` says of each thing that Troupe needs whether it is there and what to do, and one that is away holds up no other; `troupe schema` says what fits.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startServices } from '../../demo/services.ts'
import { connectRegistry } from '../../runtime/registry/index.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { startTroupe } from '../harness/troupe-shell.ts'

t.setTimeout(300_000)

const ofTroupe = /^(KAFKA_|SCHEMA_|DATABASE_|ACTORS_DIR|LOG_LEVEL)/
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTroupe.test(name)))
const services = await startServices(clean)
t.teardown(() => services.close())
const env = { ...clean, ...services.env }
const folder = mkdtempSync(join(tmpdir(), 'troupe-doctor-'))
t.teardown(() => rmSync(folder, { recursive: true }))

interface Found {
  readonly check: string
  readonly state: string
  readonly message: string
  readonly remedy: string
}
const examined = async (more: NodeJS.ProcessEnv = {}) => {
  const { code, out, err } = await startTroupe(['doctor', '--json', '--bound', '20'], { ...env, ...more })
    .answer
  const { findings, healthy } = JSON.parse(out) as { findings: Found[]; healthy: boolean }
  const of = (check: string): readonly Found[] => findings.filter((finding) => finding.check === check)
  return { code, err, healthy, findings, of, failed: findings.filter(({ state }) => state === 'fail') }
}

t.test('where all is there nothing fails, and each thing is named', async (t) => {
  const { code, err, healthy, of, failed } = await examined()
  t.same(failed, [])
  t.match({ code, err, healthy }, { code: 0, err: '', healthy: true })
  t.match(of('kafka'), [{ message: /answers/ }, { message: /topic shipping.events has \d+ partitions/ }])
  t.match(of('postgres')[0]?.message, /^Postgres \d+.* answers$/)
  t.ok(of('postgres').some(({ message }) => message === 'all migrations were run'))
  t.match(of('registry'), [{ state: 'ok' }])
  t.match(of('actors')[0]?.message, /package-tracking \(group troupe\)/)
  t.match(of('schemas')[0], { state: 'warn', message: /no shipping.events-shipping.package.scanned yet/ })
  t.match(of('clock'), [
    { state: 'ok', message: /Postgres' clock agrees/ },
    { message: 'no record is of the future' },
  ])
  t.match(of('librdkafka')[0], { state: 'ok', message: /zstd/ })
})

t.test('what is away fails with what to do, and the rest is looked at all the same', async (t) => {
  // It accepts and never answers.
  const silent = createServer(() => undefined)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as { port: number }
  t.teardown(() => silent.close())
  const frozen = await examined({ KAFKA_BROKERS: `127.0.0.1:${String(port)}` })
  t.equal(frozen.code, 6)
  t.match(frozen.of('kafka'), [{ state: 'fail', remedy: /KAFKA_BROKERS/ }])
  t.match(frozen.of('registry'), [{ state: 'ok' }])
  t.match(frozen.of('postgres')[0], { state: 'ok' })

  const gone = await examined({
    DATABASE_URL: `postgres://127.0.0.1:${String(port)}/x`,
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
  })
  t.equal(gone.code, 6)
  t.match(gone.of('postgres'), [{ state: 'fail', remedy: /DATABASE_URL/ }])
  t.match(gone.of('registry'), [{ state: 'fail', message: /127.0.0.1:9/, remedy: /SCHEMA_REGISTRY_URL/ }])
  t.match(gone.of('kafka')[0], { state: 'ok' })
  t.match(gone.of('actors')[0], { state: 'ok' })
})

t.test('wrong options are told one by one', async (t) => {
  const { code, of } = await examined({ KAFKA_PARTITIONS: 'many', DATABASE_URL: 'mysql://x' })
  t.equal(code, 6)
  t.match(of('options'), [
    { state: 'fail', message: /KAFKA_PARTITIONS/, remedy: /configuration.md/ },
    { state: 'fail', message: /DATABASE_URL/ },
  ])
})

t.test('a database without the tables, or that forgets, is told', async (t) => {
  const { sql, close } = openDatabase({ url: services.env['DATABASE_URL'] ?? '' })
  await sql`create database bare`
  await sql`alter database bare set synchronous_commit = off`
  await close()
  const url = new URL(services.env['DATABASE_URL'] ?? '')
  url.pathname = '/bare'
  const { code, of } = await examined({ DATABASE_URL: url.href })
  t.equal(code, 6)
  t.match(
    of('postgres').filter(({ state }) => state === 'fail'),
    [
      { message: /synchronous_commit is off/ },
      { message: /migrations are to be run/, remedy: 'run troupe migrate' },
    ],
  )
})

t.test('an actor that does not load, and one that cannot read what is live', async (t) => {
  const broken = join(folder, 'broken')
  mkdirSync(broken)
  writeFileSync(join(broken, 'half.ts'), 'export default {')
  const { code, of } = await examined({ ACTORS_DIR: broken })
  t.equal(code, 6)
  t.match(of('actors'), [{ state: 'fail', message: /half.ts/, remedy: /ACTORS_DIR/ }])

  t.match(await startTroupe(['schema', 'check'], env).answer, { code: 0, out: /^2 event types: all can/ })
  t.match(await startTroupe(['schema', 'check', 'no.such.event'], env).answer, {
    code: 2,
    err: /no event type no.such.event; there are shipping/,
  })
  const registry = connectRegistry({ url: services.env['SCHEMA_REGISTRY_URL'] ?? '' })
  const subject = 'shipping.events-shipping.package.scanned'
  await registry.register(subject, {
    type: 'record',
    name: 'scanned',
    namespace: 'shipping.package',
    fields: [{ name: 'somethingElse', type: 'string' }],
  })
  const listed = await startTroupe(['schema', 'list'], env).answer
  t.match(listed, {
    code: 0,
    out: /shipping.package.scanned +\S+ +v1 +v1 +see check +package-tracking \(troupe\)/,
  })
  const checked = await startTroupe(['schema', 'check', 'shipping.package.scanned'], env).answer
  t.equal(checked.code, 6)
  t.match(checked.out, /actor package-tracking cannot read version 1 of/)
  t.match(await startTroupe(['schema', 'check', '--json', 'shipping.package.state_changed'], env).answer, {
    code: 0,
    out: '{"fits":true,"problems":[]}\n',
  })
  t.match((await examined()).of('schemas')[0], { state: 'fail', message: /cannot read version 1|breaks the/ })
})
