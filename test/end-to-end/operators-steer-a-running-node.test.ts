// What operators decide is carried out by running processes, acknowledged, lasting where it is to last, done once by key, and in the audit log.

import { mkdtempSync, rmSync } from 'node:fs'
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
const env = {
  ...clean,
  ...services.env,
  KAFKA_SESSION_TIMEOUT_MS: '6000',
  WORKER_THREADS: '1',
  PUBLIC_API_PORT: '0',
  OPERATOR_API_PORT: '0',
  STATUS_INTERVAL_MS: '200',
  TELEMETRY_PORT: '0',
}
const options = optionsWith(env, {})
const folder = mkdtempSync(join(tmpdir(), 'troupe-operators-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const start = (name: string, entry: string, more: NodeJS.ProcessEnv = {}): TroupeProcess => {
  const started = new TroupeProcess(name, entry, { ...env, ...more }, folder)
  t.teardown(() => started.stop())
  return started
}

const { sql, close } = openDatabase({ url: options.databaseUrl })
t.teardown(close)
const { key: operator } = await issueApiKey(sql, { role: 'operator', name: 'Ada' })
const { key: viewer } = await issueApiKey(sql, { role: 'viewer', name: 'Grace' })
const controlPlane = start('control-plane', 'control-plane/main.ts', { KAFKA_ENABLED: 'false' })
let node = start('first', 'runtime/main.ts')
const [{ url }] = await Promise.all([controlPlane.says("the operators' API is up"), node.says('running')])
const ask = operatorsQuery(String(url), operator)
const publisher = await publisherFromEnv({ env, source: 'test' })
t.teardown(() => publisher.close())

const group = options.kafkaGroupId
const actor = 'package-tracking'
const publish = scanPublisher(publisher)
const tracked = async (): Promise<number> => {
  const [row] = await sql<{ count: number }>`select count(*) as count from tracking.packages`
  return row?.count ?? 0
}
const applied = async (): Promise<{ applied: number; again: number }> => {
  const [row] = await sql<{ applied: number; again: number }>`
    select sum(applied)::bigint as applied, sum(duplicate + redelivered)::bigint as again from troupe.units where actor = ${actor}`
  return row ?? { applied: 0, again: 0 }
}

interface Told {
  readonly units: readonly { actor: string; lifecycle: string }[]
  readonly lagRecords: number | null
  readonly hold: string
}
const partitions = async (): Promise<readonly Told[]> => {
  const { data } = await ask(
    `{ partitions(first: 100, group: "${group}") { nodes { lagRecords hold units { actor lifecycle } } } }`,
  )
  return (data['partitions'] as unknown as { nodes: Told[] }).nodes
}
const lagTold = async (): Promise<number> =>
  (await partitions()).reduce((sum, { lagRecords }) => sum + (lagRecords ?? 0), 0)
const lifecycles = async (): Promise<string> =>
  [...new Set((await partitions()).flatMap(({ units }) => units.map(({ lifecycle }) => lifecycle)))].join()

interface Steered {
  readonly outcome: string
  readonly message: string
  readonly touches: readonly string[]
  readonly command: {
    id: string
    state: string
    answers: { state: string; message: string; details: string[] }[]
  } | null
}
const fields = '{ outcome message touches command { id state answers { state message details } } }'
const steer = async (mutation: string): Promise<Steered> => {
  const { data, errors } = await ask(`mutation { answer: ${mutation} ${fields} }`)
  if (errors !== undefined) throw new Error(errors[0]?.message)
  return data['answer'] as unknown as Steered
}

await publish(20)
await waitUntil('all are tracked', async () => (await tracked()) === 20)
await waitUntil('the units are told', async () => (await partitions()).length > 0)

t.test('a viewer steers nothing, and is told why', async (t) => {
  const { status, errors } = await operatorsQuery(
    String(url),
    viewer,
  )(`mutation { pause(group: "${group}", dryRun: true) { outcome } }`)
  t.equal(status, 403)
  t.match(errors, [{ message: /asks for a key with the role operator/, extensions: { code: 'FORBIDDEN' } }])
})

t.test('a dry run says what it would touch, and touches nothing', async (t) => {
  const told = await steer(`pause(group: "${group}", dryRun: true)`)
  t.match(told, { outcome: 'DRY_RUN', command: null })
  t.match(told.touches[0], /^package-tracking .*\/\d+ stands still; it is running$/)
  t.same(await sql`select 1 from troupe.pauses`, [])
})

t.test('what cannot be is refused with the reason', async (t) => {
  t.match(await steer('pause(group: "nobody")'), { outcome: 'REFUSED', message: /No process has reported/ })
  t.match(await steer(`pause(group: "${group}", actor: "nobody")`), {
    outcome: 'REFUSED',
    message: /has no actor nobody/,
  })
  t.match(await steer(`resume(group: "${group}")`), { outcome: 'REFUSED', message: /neither stands still/ })
  await t.rejects(steer(`pause(group: "${group}", partition: 1)`), /wants a "topic"/)
})

let pausedBy: string | undefined
t.test('paused: acknowledged, nothing is handled, also not after a restart', async (t) => {
  const told = await steer(`pause(group: "${group}", idempotencyKey: "stop-1", reason: "a trial")`)
  t.match(told, {
    outcome: 'DONE',
    command: { state: 'DONE', answers: [{ state: 'DONE', message: /stand still here/ }] },
  })
  pausedBy = told.command?.id
  await publish(10)
  await waitUntil('their lag is told', async () => (await lagTold()) === 10)
  t.equal(await lifecycles(), 'paused')
  t.equal(await tracked(), 20)

  await node.stop()
  node = start('second', 'runtime/main.ts')
  await node.says('running')
  await waitUntil('the second has the partitions, paused', async () => {
    const all = await partitions()
    return (
      all.every(({ hold }) => hold === 'HELD') &&
      (await lagTold()) === 10 &&
      (await lifecycles()) === 'paused'
    )
  })
  t.equal(await tracked(), 20)
  t.match(await ask('{ pauses { group actor by reason } }'), {
    data: { pauses: [{ group, actor: null, by: 'Ada', reason: 'a trial' }] },
  })
})

t.test('resumed: what came meanwhile is handled, once', async (t) => {
  t.match(await steer(`resume(group: "${group}", actor: "${actor}")`), {
    outcome: 'REFUSED',
    message: /stands still by the pause of group/,
  })
  t.match(await steer(`resume(group: "${group}")`), { outcome: 'DONE' })
  await waitUntil('all are tracked', async () => (await tracked()) === 30)
  await waitUntil('no lag is told', async () => (await lagTold()) === 0)
  t.same(await applied(), { applied: 30, again: 0 })
})

t.test('the same key answers the same command, and does nothing again', async (t) => {
  const again = await steer(`pause(group: "${group}", idempotencyKey: "stop-1", reason: "a trial")`)
  t.equal(again.command?.id, pausedBy)
  t.same(await sql`select 1 from troupe.pauses`, [])
  await t.rejects(steer(`resume(group: "${group}", idempotencyKey: "stop-1")`), /was used for another pause/)
  await t.rejects(
    steer(`pause(group: "${group}", actor: "${actor}", idempotencyKey: "stop-1")`),
    /was used for another/,
  )
})

t.test('reset to the beginning: handled again, with nothing done twice', async (t) => {
  const dry = await steer(`resetOffsets(group: "${group}", to: EARLIEST, dryRun: true)`)
  t.match(dry.touches[0], /goes from \d+ to where the log begins/)
  const told = await steer(`resetOffsets(group: "${group}", actor: "${actor}", to: EARLIEST)`)
  t.match(told, { outcome: 'DONE', message: /units go on elsewhere/ })
  t.ok(
    told.command?.answers[0]?.details.every((line) => /: \d+ → 0$/.test(line)),
    String(told.command?.answers[0]?.details),
  )
  await waitUntil('all were handled again', async () => (await applied()).again === 30)
  t.same(await applied(), { applied: 0, again: 30 })
  t.equal(await tracked(), 30)
  await t.rejects(
    steer(`resetOffsets(group: "${group}", to: OFFSET, offset: 5)`),
    /An offset is one of a partition/,
  )
  await t.rejects(steer(`resetOffsets(group: "${group}", to: TIME)`), /"time" goes with/)
})

t.test('paused, reset to replay, resumed: everything happens anew', async (t) => {
  await steer(`pause(group: "${group}", actor: "${actor}")`)
  t.match(await steer(`resetOffsets(group: "${group}", actor: "${actor}", to: EARLIEST, dedupe: REPLAY)`), {
    outcome: 'DONE',
  })
  t.same(await applied(), { applied: 0, again: 0 })
  t.match(await steer(`resume(group: "${group}", actor: "${actor}")`), { outcome: 'DONE' })
  await waitUntil('all were handled again', async () => (await applied()).applied === 30)
  t.same(await applied(), { applied: 30, again: 0 })
})

const processId = async (): Promise<string> => {
  const { data } = await ask('{ processes(liveness: LIVE) { nodes { id kind } } }')
  const { nodes } = data['processes'] as unknown as { nodes: { id: string; kind: string }[] }
  return nodes.find(({ kind }) => kind === 'RUNTIME')?.id ?? ''
}
const given = async (version: number, kind: string, expiresInMs: number): Promise<unknown> => {
  const [row] = await sql<{ id: number }>`
    insert into troupe.commands (version, kind, body, addressees, asked_by, expires_at)
    values (${version}, ${kind}, '{}', ${[await processId()]}::text[], 'test', now() + ${expiresInMs}::float8 * interval '1 ms')
    returning id`
  return waitUntil('it is answered', async () => {
    const { data } = await ask(`{ command(id: "${String(row?.id)}") { state answers { state message } } }`)
    const command = data['command'] as unknown as { answers: unknown[] }
    return command.answers.length > 0 && command
  })
}

t.test(
  'a command that a process does not know is refused, one that comes too late is not carried out',
  async (t) => {
    t.match(await given(9, 'pause', 60_000), {
      state: 'REFUSED',
      answers: [{ state: 'REFUSED', message: 'a command of version 9; this process reads 1' }],
    })
    t.match(await given(1, 'dance', 60_000), {
      answers: [{ state: 'REFUSED', message: /knows no command 'dance'/ }],
    })
    t.match(await given(1, 'pause', -1), { state: 'EXPIRED', answers: [{ state: 'EXPIRED' }] })
  },
)

t.test('the audit log has all of it', async (t) => {
  const { data } = await ask(
    '{ auditLog(first: 100) { nodes { who role mutation dryRun outcome reason idempotencyKey } } }',
  )
  const { nodes } = data['auditLog'] as unknown as { nodes: { mutation: string; outcome: string }[] }
  t.match(
    nodes.toReversed().map(({ mutation, outcome }) => `${mutation} ${outcome}`),
    [
      'pause DRY_RUN',
      'pause REFUSED',
      'pause REFUSED',
      'resume REFUSED',
      'pause DONE',
      'resume REFUSED',
      'resume DONE',
      'resetOffsets DRY_RUN',
      'resetOffsets DONE',
      'pause DONE',
      'resetOffsets DONE',
      'resume DONE',
    ],
  )
  t.ok(nodes.some((node) => (node as { idempotencyKey?: string }).idempotencyKey === 'stop-1'))
  const page = await ask(
    '{ auditLog(first: 5, mutation: "pause") { nodes { mutation } pageInfo { hasNextPage endCursor } } }',
  )
  t.match(page.data['auditLog'], {
    nodes: Array.from({ length: 5 }, () => ({ mutation: 'pause' })),
    pageInfo: { hasNextPage: false },
  })
})
