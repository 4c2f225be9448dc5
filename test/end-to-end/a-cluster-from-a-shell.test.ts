// From a shell alone: the database is migrated, processes run, what they do is shown, units are paused, moved and resumed, an event is explained.

import t from 'tap'
import { optionsWith, startServices } from '../../demo/services.ts'
import { publisherFromEnv } from '../../runtime/index.ts'
import { openDatabase } from '../../runtime/store/index.ts'
import { scanPublisher } from '../harness/publish-scans.ts'
import { startTroupe, type ShellAnswer, type TroupeShell } from '../harness/troupe-shell.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const ofTroupe = /^(KAFKA_|SCHEMA_|DATABASE_|ACTORS_DIR|PUBLIC_API_|OPERATOR_API_|LOG_LEVEL)/
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofTroupe.test(name)))
const services = await startServices(clean)
t.teardown(() => services.close())
const env = {
  ...clean,
  ...services.env,
  KAFKA_SESSION_TIMEOUT_MS: '6000',
  WORKER_THREADS: '1',
  STATUS_INTERVAL_MS: '200',
  TELEMETRY_PORT: '0',
  RELAY_TELEMETRY_PORT: '0',
}
const options = optionsWith(env, {})
const group = options.kafkaGroupId
const troupe = (...args: readonly string[]): Promise<ShellAnswer> => startTroupe(args, env).answer
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await troupe(...args, '--json')).out)

const running = async (name: string): Promise<TroupeShell> => {
  const shell = startTroupe([name], env)
  t.teardown(async () => {
    shell.process.kill('SIGTERM')
    await shell.answer
  })
  await waitUntil(`${name} runs`, () => {
    if (shell.process.exitCode !== null)
      throw new Error(`${name} ended: ${shell.texts.out}${shell.texts.err}`)
    return shell.texts.out.includes('"msg":"running"')
  })
  return shell
}

const { sql, close } = openDatabase({ url: options.databaseUrl })
t.teardown(close)
const publisher = await publisherFromEnv({ env, source: 'test' })
t.teardown(() => publisher.close())
const publish = scanPublisher(publisher)
const applied = async (): Promise<number> => {
  const [row] = await sql<{ applied: number }>`
    select coalesce(sum(applied + redelivered + duplicate), 0)::bigint as applied from troupe.units`
  return row?.applied ?? 0
}

t.test('without anything that runs, each says so', async (t) => {
  t.match(await troupe('migrate'), { code: 0, out: /nothing to run/ })
  t.match(await troupe('actors'), { code: 0, out: /no process has reported/ })
  t.match(await troupe('lag'), { code: 0, out: /no partitions/ })
  t.match(await troupe('pause', group), {
    code: 2,
    out: '',
    err: /^troupe: No process has reported the group/,
  })
  t.match(await troupe('explain', 'nothing'), {
    code: 2,
    err: /nothing is known of the event nothing of no tenant/,
  })
})

let runtime: TroupeShell | undefined
t.test('what runs is shown', async (t) => {
  runtime = await running('runtime')
  await publish(20)
  await waitUntil('all are applied', async () => (await applied()) === 20)
  const actors = await waitUntil('the actor tells of it', async () => {
    const answer = await troupe('actors')
    return /package-tracking .* 20 +0 /.test(answer.out) ? answer : undefined
  })
  t.match(actors.out, /^NODE +PROCESS +KIND +STATE +UP +VERSION +NOT READY\n.* runtime +running /)
  t.match(await json('actors', '--group', 'nobody'), { processes: [{ liveness: 'LIVE' }], actors: [] })
  const lag = await waitUntil('nothing is behind', async () => {
    const answer = await troupe('lag', group)
    return answer.out.includes(' partitions, 0 records behind') ? answer : undefined
  })
  t.equal(lag.code, 0)
  t.match(lag.out, /\nGROUP +PARTITION +FRONTIER +END +LAG +AGE +PROCESS +STATE\n/)
  t.equal(runtime.process.exitCode, null)
})

t.test('paused, then resumed, acknowledged by the process and in the audit log', async (t) => {
  const dry = await troupe('pause', group, '--dry-run')
  t.match(dry, { code: 0, out: /stands still; it is running\n[^]*dry run: Nothing was changed/ })
  const paused = await troupe('pause', group, '--by', 'ada', '--reason', 'a trial')
  t.match(paused, { code: 0, out: /done: .*stand still here/, err: '' })
  await publish(5)
  const lag = await waitUntil('the lag is told', async () => {
    const answer = await troupe('lag', group)
    return answer.out.includes(' 5 records behind') ? answer : undefined
  })
  t.match(lag, { code: 0, out: /package-tracking paused/ })
  t.match(await json('resume', group, '--by', 'ada'), { outcome: 'DONE', waitingFor: [] })
  await waitUntil('all are applied', async () => (await applied()) === 25)
  t.match(await troupe('resume', group), { code: 2, err: /neither stands still/ })
  t.match(await sql`select who, mutation, outcome, reason from troupe.audit_log order by id`, [
    { mutation: 'pause', outcome: 'refused' },
    { mutation: 'pause', outcome: 'dry-run' },
    { who: 'ada', mutation: 'pause', outcome: 'command', reason: 'a trial' },
    { who: 'ada', mutation: 'resume' },
  ])
})

t.test('moved back: first it is only said, then done', async (t) => {
  const dry = await troupe('offsets', 'reset', group, '--to', 'earliest')
  t.match(dry, { code: 0, out: /goes from \d+ to where the log begins\n[^]*dry run/ })
  const done = await troupe('offsets', 'reset', group, '--to', 'earliest', '--yes')
  t.match(done, { code: 0, out: /package-tracking shipping.events\/\d+: \d+ → 0\n[^]*done: / })
  await waitUntil('all were handled again', async () => (await applied()) === 25)
  t.match(await troupe('offsets', 'reset', group, '--to', '5'), {
    code: 2,
    err: /give --topic and --partition/,
  })
  t.match(await troupe('offsets', 'reset', group, '--to', 'noon'), { code: 2, err: /--to is "noon"/ })
  t.match(await troupe('offsets', 'reset', group, '--to', '1h', '--dedupe', 'no'), {
    code: 2,
    err: /keep or replay/,
  })
  t.match(await troupe('offsets', 'reset', group), { code: 2, err: /required option '--to/ })
})

t.test('an event is explained', async (t) => {
  const [event] = await sql<{ key: string; tenant: string }>`select key, tenant from troupe.inbox limit 1`
  const args = ['explain', event?.key ?? '', '--tenant', event?.tenant ?? '']
  t.match(await troupe(...args), { code: 0, out: /handled +\S+ +package-tracking +shipping.events\/\d+@\d+/ })
  t.match(await json(...args), { known: true, steps: [{ kind: 'HANDLED' }] })
})

t.test('watched: it shows again and again until it is ended', async (t) => {
  const shell = startTroupe(['lag', '--watch', '1', '--json'], env)
  await waitUntil('it has shown twice', () => shell.texts.out.split('\n').length > 2)
  shell.process.kill('SIGINT')
  const { out } = await shell.answer
  for (const line of out.trim().split('\n')) t.match(JSON.parse(line), { partitions: [] })
  t.match(await troupe('lag', '--watch', 'soon'), { code: 2, err: /--watch is "soon"/ })
})

t.test('a process that was killed leaves partitions that nobody has', async (t) => {
  runtime?.process.kill('SIGKILL')
  const answer = await waitUntil('it is seen', async () => {
    const told = await troupe('lag')
    return told.code === 6 ? told : undefined
  })
  t.match(answer.out, / nobody$/m)
})
