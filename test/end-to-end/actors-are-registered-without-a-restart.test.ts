// An actor module that is deployed and registered runs in the processes that are there, with its options, also after a restart; what cannot run is refused with the reason, and the folder is never left.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { optionsWith, startServices } from '../../demo/services.ts'
import { publisherFromEnv } from '../../runtime/index.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { operatorsQuery } from '../harness/operators-query.ts'
import { scanPublisher } from '../harness/publish-scans.ts'
import { TroupeProcess } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

const ofTroupe = /^(KAFKA_|SCHEMA_|DATABASE_|ACTORS_DIR|PUBLIC_API_|OPERATOR_API_|LOG_LEVEL)/
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTroupe.test(name)))
const services = await startServices(clean)
t.teardown(() => services.close())
const folder = mkdtempSync(join(tmpdir(), 'troupe-registration-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const actorsDir = join(folder, 'actors')
mkdirSync(actorsDir)
const env = {
  ...clean,
  ...services.env,
  ACTORS_DIR: actorsDir,
  KAFKA_SESSION_TIMEOUT_MS: '6000',
  WORKER_THREADS: '1',
  PUBLIC_API_PORT: '0',
  OPERATOR_API_PORT: '0',
  STATUS_INTERVAL_MS: '200',
  TELEMETRY_PORT: '0',
}
const options = optionsWith(env, {})

const root = new URL('../../', import.meta.url).href
const source = (name: string, group: string, more = '', before = ''): string => `
import { commit, defineActor } from '${root}runtime/actor/index.ts'
import { PackageScanned } from '${root}schemas/types/index.ts'
${before}
export default defineActor({
  name: '${name}', group: '${group}', order: 'key',
  receives: { 'shipping.package.scanned': PackageScanned },
  receive: () => commit(), ${more}
})
`
const deploy = (file: string, content: string): void => writeFileSync(join(actorsDir, file), content)
deploy('counting.ts', source('counting', 'counting-group'))

const start = (name: string, entry: string, more: NodeJS.ProcessEnv = {}): TroupeProcess => {
  const started = new TroupeProcess(name, entry, { ...env, ...more }, folder)
  t.teardown(() => started.stop())
  return started
}
const { sql, close } = openDatabase({ url: options.databaseUrl })
t.teardown(close)
const { key: admin } = await issueApiKey(sql, { role: 'admin', name: 'Ada' })
const { key: operator } = await issueApiKey(sql, { role: 'operator', name: 'Grace' })
const controlPlane = start('control-plane', 'control-plane/main.ts', { KAFKA_ENABLED: 'false' })
let node = start('first', 'runtime/main.ts')
const [{ url }] = await Promise.all([controlPlane.says("the operators' API is up"), node.says('running')])
const ask = operatorsQuery(String(url), admin)
const publisher = await publisherFromEnv({ env, source: 'test' })
t.teardown(() => publisher.close())

const publish = scanPublisher(publisher)

interface Shown {
  readonly name: string
  readonly concurrency: number
  readonly liveProcesses: number
  readonly outcomes: { readonly applied: number }
}
const running = async (): Promise<ReadonlyMap<string, Shown>> => {
  const { data } = await ask('{ actors { nodes { name concurrency liveProcesses outcomes { applied } } } }')
  const { nodes } = data['actors'] as unknown as { nodes: Shown[] }
  return new Map(nodes.filter(({ liveProcesses }) => liveProcesses > 0).map((shown) => [shown.name, shown]))
}
const runs = (name: string, wanted = true): Promise<unknown> =>
  waitUntil(`${name} ${wanted ? 'runs' : 'does not run'}`, async () => (await running()).has(name) === wanted)
const applied = async (name: string): Promise<number> => (await running()).get(name)?.outcomes.applied ?? 0

interface Steered {
  readonly outcome: string
  readonly message: string
  readonly touches: readonly string[]
  readonly command: { id: string } | null
}
const steer = async (mutation: string): Promise<Steered> => {
  const { data, errors } = await ask(
    `mutation { answer: ${mutation} { outcome message touches command { id } } }`,
  )
  if (errors !== undefined) throw new Error(errors[0]?.message)
  return data['answer'] as unknown as Steered
}
/** Where the answer came before all had acknowledged: until they have. */
const done = async (mutation: string): Promise<Steered> => {
  const told = await steer(mutation)
  if (told.outcome !== 'WAITING') return told
  return waitUntil('all have acknowledged', async () => {
    const { data } = await ask(`{ command(id: "${String(told.command?.id)}") { state answers { message } } }`)
    const { state, answers } = data['command'] as unknown as { state: string; answers: { message: string }[] }
    if (state === 'WAITING') return undefined
    return { ...told, outcome: state, message: String(answers[0]?.message) }
  })
}

await publish(10)
await runs('counting')
await waitUntil('all are handled', async () => (await applied('counting')) === 10)

t.test('operators may not register', async (t) => {
  deploy('late.ts', source('late', 'late-group'))
  const { status } = await operatorsQuery(
    String(url),
    operator,
  )('mutation { registerActor(module: "late") { outcome } }')
  t.equal(status, 403)
})

t.test('a dry run loads and checks, and says what runs already', async (t) => {
  const told = await steer('registerActor(module: "late", dryRun: true)')
  t.match(told, { outcome: 'DRY_RUN' })
  t.ok(told.touches.includes('counting, which runs, is registered as it is'), told.touches.join('; '))
  t.ok(
    told.touches.some((line) => line.startsWith('reads 1 live versions of ')),
    told.touches.join('; '),
  )
  t.same((await ask('{ registrations { module } }')).data, { registrations: [] })
})

t.test('registered, it runs without a restart, beside what ran', async (t) => {
  t.match(await done('registerActor(module: "late")'), { outcome: 'DONE' })
  await runs('late')
  await waitUntil('it has handled what was there', async () => (await applied('late')) === 10)
  await runs('counting')
  t.match((await ask('{ registrations { module state changedBy } }')).data, {
    registrations: [
      { module: 'counting', state: 'ENABLED', changedBy: 'Ada' },
      { module: 'late', state: 'ENABLED' },
    ],
  })
  t.match(await steer('enableActor(module: "late")'), { outcome: 'REFUSED', message: /is enabled already/ })
})

t.test('no name leaves the folder', async (t) => {
  copyFileSync(join(actorsDir, 'late.ts'), join(folder, 'outside.ts'))
  symlinkSync(join(folder, 'outside.ts'), join(actorsDir, 'link.ts'))
  for (const name of [
    '../outside',
    '/etc/passwd',
    '..%2foutside',
    'late/../../outside',
    'late.ts',
    '.',
    ' ',
  ]) {
    await t.rejects(steer(`registerActor(module: ${JSON.stringify(name)})`), /never a path/, name)
  }
  t.match(await steer('registerActor(module: "link")'), {
    outcome: 'REFUSED',
    message: /leads out of the actors folder/,
  })
  t.match(await steer('registerActor(module: "nothing")'), { outcome: 'REFUSED', message: /has neither/ })
})

t.test('what cannot run is refused with the reason, and the process lives on', async (t) => {
  const table: readonly (readonly [file: string, content: string, reason: RegExp])[] = [
    ['syntax.ts', 'export default {', /cannot be imported/],
    ['nobody.ts', 'export default 7', /is no actor/],
    [
      'ends.ts',
      source('ends', 'g', '', 'process.exit(3)'),
      /ends its process while it is imported, with code 3/,
    ],
    ['throws.ts', source('throws', 'g', '', 'throw new Error("no weather today")'), /no weather today/],
    ['same.ts', source('late', 'other-group'), /defines an actor late, too/],
    [
      'demanding.ts',
      source('demanding', 'g').replace(
        "'shipping.package.scanned': PackageScanned",
        "'shipping.package.scanned': { ...PackageScanned, schema: { ...PackageScanned.schema, fields: [...PackageScanned.schema.fields, { name: 'weight', type: 'int' }] } }",
      ),
      /cannot read version 1 of .*weight/,
    ],
    [
      'unknown.ts',
      source('unknown', 'g').replace("'shipping.package.scanned'", "'weather.report.made'"),
      /weather/,
    ],
  ]
  for (const [file, content, reason] of table) {
    deploy(file, content)
    const told = await steer(`registerActor(module: "${file.slice(0, -3)}")`)
    t.match(told, { outcome: 'REFUSED', message: reason }, file)
  }
  await runs('late')
})

t.test('configured: with its options, and nothing else changes', async (t) => {
  t.match(await steer('configureActor(module: "late", options: { concurrency: 0 })'), {
    outcome: 'REFUSED',
    message: /concurrency/,
  })
  t.match(await steer('configureActor(module: "late", options: { lanes: 5000 })'), {
    outcome: 'REFUSED',
    message: /lanes/,
  })
  t.match(await done('configureActor(module: "late", options: { concurrency: 7, attempts: 2 })'), {
    outcome: 'DONE',
  })
  await waitUntil('it runs with them', async () => (await running()).get('late')?.concurrency === 7)
})

t.test('disabled it stands still, enabled it goes on where it was', async (t) => {
  t.match(await done('disableActor(module: "late")'), { outcome: 'DONE' })
  await runs('late', false)
  const before = await applied('counting')
  await publish(5)
  await waitUntil('the other one goes on', async () => (await applied('counting')) === before + 5)
  t.match(await done('configureActor(module: "late", options: { concurrency: 7 })'), { outcome: 'DONE' })
  t.notOk((await running()).has('late'), 'configured it is disabled all the same')
  t.match(await done('enableActor(module: "late")'), { outcome: 'DONE' })
  await waitUntil('it has handled the rest', async () => (await applied('late')) === 15)
})

t.test('after a restart it runs as it is registered', async (t) => {
  await node.stop()
  node = start('second', 'runtime/main.ts')
  await node.says('running')
  await waitUntil('both run, with their options', async () => {
    const actors = await running()
    return actors.get('late')?.concurrency === 7 && actors.has('counting')
  })
  t.notOk((await running()).has('unknown'), 'and what is deployed only does not')
})

t.test('unregistered it is gone, and can be registered again', async (t) => {
  t.match(await done('unregisterActor(module: "late")'), { outcome: 'DONE' })
  await runs('late', false)
  t.match(await steer('enableActor(module: "late")'), { outcome: 'REFUSED', message: /register it/ })
  t.match(await done('registerActor(module: "late", options: { concurrency: 3 })'), { outcome: 'DONE' })
  await waitUntil('it runs', async () => (await running()).get('late')?.concurrency === 3)
})
