/**
 * `make demo`: the main job, end to end, on this machine: a feed of scans is produced, two consumer processes handle
 * it, one of them is killed midway, and both APIs answer. `--once` ends by itself, with exit code 0 only if
 * every event became what was planted.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issueApiKey } from '../control-plane/auth/api-key.ts'
import type { Options } from '../runtime/config/index.ts'
import { messageOf } from '../runtime/errors.ts'
import { connectGroupOffsets, lagOf } from '../runtime/kafka/index.ts'
import { openDatabase, type Database } from '../runtime/store/index.ts'
import { kafkaSettings } from '../runtime/system/kafka-settings.ts'
import { TroupeProcess } from '../test/harness/troupe-process.ts'
import { waitUntil } from '../test/harness/wait-until.ts'
import { Accounts, type Tally } from './accounts.ts'
import { askForCluster, askForPackage, printHowToGoOn, type DemoOperator } from './ask.ts'
import { DeadLetterReader } from './dead-letter-reader.ts'
import { DemoProducer } from './producer.ts'
import { Progress } from './progress.ts'
import { generateFeed, type Feed } from './scan-generator.ts'
import { optionsWith, startServices } from './services.ts'

const packageCount = 500
const perSecond = 250
/** A killed process is taken for dead after six seconds; the default is for networks, not for a demo. */
const demoDefaults = {
  KAFKA_SESSION_TIMEOUT_MS: '6000',
  KAFKA_PARTITIONS: '4',
  WORKER_THREADS: '1',
  PUBLIC_API_PORT: '0',
}

/** On a Kafka of the user's own each run has topics of its own: an earlier run's scans are none of this one's. */
const demoEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...demoDefaults,
  ...(env['KAFKA_BROKERS'] && { KAFKA_PREFIX: `demo-${Date.now().toString(36)}.` }),
  ...env,
})

const main = async (once: boolean): Promise<number> => {
  const started = performance.now()
  const seed = Number(process.env['DEMO_SEED'] ?? 42)
  const folder = mkdtempSync(join(tmpdir(), 'troupe-demo-'))
  const cleanUp: (() => Promise<unknown>)[] = []
  const interrupted = untilInterrupted()
  try {
    console.log('Troupe demo: package tracking, from carrier scans to a GraphQL query\n')
    const env = demoEnvironment(process.env)
    const services = await startServices(env)
    cleanUp.push(() => services.close())
    for (const line of services.described) console.log(`  ${line}`)
    const options = optionsWith(env, services.env)
    if (options.kafkaPrefix !== '') console.log(`  topics begin with ${options.kafkaPrefix}`)
    const feed = generateFeed(packageCount, seed, Date.now())
    const run = await startRun({ ...env, ...services.env }, options, folder, cleanUp)
    console.log(
      `\n${feed.publications.length} scans of ${feed.packages.length} packages (seed ${seed}), ${perSecond} a second; ` +
        'some twice, some late, some after the end, some unreadable\n',
    )
    await Promise.race([follow(run, feed), interrupted.failing])
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    const differences = await run.accounts.differences(feed)
    printBalance(feed, await run.accounts.tally(), differences, seconds)
    console.log(`${await run.accounts.emitted()} events followed from them, and left through the outbox`)
    const query = await askForPackage(run.apiUrl, run.apiKeys, feed)
    await askForCluster(run.operator.url, run.operator.key)
    if (once || differences.length > 0) return differences.length > 0 ? 1 : 0
    printHowToGoOn(query, run.operator)
    await interrupted.promise
    return 0
  } finally {
    console.log('stopping')
    for (const clean of cleanUp.toReversed())
      await clean().catch((error: unknown) => console.error(messageOf(error)))
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Run {
  readonly consumers: readonly TroupeProcess[]
  readonly producer: DemoProducer
  readonly accounts: Accounts
  readonly progress: Progress
  readonly apiUrl: string
  readonly apiKeys: ReadonlyMap<string, string>
  readonly operator: DemoOperator
}

const startRun = async (
  env: NodeJS.ProcessEnv,
  options: Options,
  folder: string,
  cleanUp: (() => Promise<unknown>)[],
): Promise<Run> => {
  const start = (name: string, entry: string): TroupeProcess => {
    const process = new TroupeProcess(name, entry, env, folder)
    cleanUp.push(() => process.stop())
    return process
  }
  const database = openDatabase({ url: options.databaseUrl })
  cleanUp.push(() => database.close())
  await requireEmptyTables(database)
  const consumers = [start('consumer-1', 'runtime/main.ts'), start('consumer-2', 'runtime/main.ts')]
  const relay = start('relay', 'runtime/relay-main.ts')
  const controlPlane = start('control-plane', 'control-plane/main.ts')
  await Promise.all([...consumers, relay].map((process) => process.says('running')))
  const { url } = await controlPlane.says('the public API is up')
  const { url: operatorUrl, explorer } = await controlPlane.says("the operators' API is up")
  const producer = await DemoProducer.connect(options)
  cleanUp.push(() => producer.close())
  const deadLetters = await DeadLetterReader.start(options)
  cleanUp.push(() => deadLetters.close())
  const offsets = await connectGroupOffsets(kafkaSettings(options), options.kafkaGroupId)
  cleanUp.push(() => offsets.close())
  const accounts = new Accounts(database, deadLetters)
  const lag = async (): Promise<number> =>
    (await offsets.of(producer.partitions())).reduce((sum, partition) => sum + lagOf(partition), 0)
  return {
    consumers,
    producer,
    accounts,
    progress: new Progress(
      () => producer.produced,
      () => accounts.tally(),
      lag,
    ),
    apiUrl: String(url),
    apiKeys: await issueKeys(database),
    operator: {
      url: String(operatorUrl),
      key: (await issueApiKey(database.sql, { role: 'viewer', ...ofThisRun() })).key,
      explorer: typeof explorer === 'string' ? explorer : undefined,
    },
  }
}

/** Produces, shows progress, kills a consumer at the half, and waits until nothing is left to do. */
const follow = async ({ consumers, producer, accounts, progress }: Run, feed: Feed): Promise<void> => {
  const total = feed.publications.length
  progress.start()
  try {
    const sending = producer.send(feed.publications, perSecond)
    const handled = async (): Promise<number> => sumOf(await accounts.tally())
    const victim = consumers[1]
    await Promise.race([
      sending,
      waitUntil('half of it is handled', async () => (await handled()) >= total / 2),
    ])
    progress.note(`consumer-2 (pid ${victim?.pid ?? 0}) is killed with SIGKILL`)
    victim?.kill('SIGKILL')
    await sending
    progress.note('everything is produced')
    await waitUntil(
      'every record is handled and committed',
      async () => (await handled()) >= total && (await progress.lag()) === 0,
    )
    await waitUntil('what followed from them is sent', async () => (await accounts.waiting()) === 0)
  } finally {
    await progress.stop()
  }
}

const sumOf = (tally: Tally): number => Object.values(tally).reduce((sum, count) => sum + count, 0)

const printBalance = (feed: Feed, tally: Tally, differences: readonly string[], seconds: string): void => {
  const { applied, duplicate, rejected, undecodable } = tally
  console.log(
    `\nproduced ${feed.publications.length} = applied ${applied} + duplicates ${duplicate} + rejected ${rejected} + undecodable ${undecodable}`,
  )
  if (differences.length === 0) {
    console.log(
      `each event became what was planted, and all ${feed.packages.length} packages are in the planted state (${seconds} s)`,
    )
    return
  }
  console.log(`NOT as planted (${seconds} s):`)
  for (const difference of differences) console.log(`  ${difference}`)
}

/** A database of the user's own may hold keys of earlier runs: two of a name live at once, and these end by themselves. */
const ofThisRun = () => ({
  name: `demo, process ${String(process.pid)}`,
  expiresAt: new Date(Date.now() + 86_400_000),
})

const issueKeys = async (database: Database): Promise<ReadonlyMap<string, string>> => {
  const keys = new Map<string, string>()
  for (const tenant of ['nordwind', 'acme', 'lumen']) {
    keys.set(tenant, (await issueApiKey(database.sql, { tenant, ...ofThisRun() })).key)
  }
  return keys
}

/** The balance is of this run: a database of the user's own may hold an earlier one. */
const requireEmptyTables = async ({ sql }: Database): Promise<void> => {
  const [row] = await sql<{ rows: string }>`select count(*) as rows from tracking.package_events`
  if (Number(row?.rows) > 0) {
    throw new Error(
      'DATABASE_URL holds packages already: the demo counts its own, so give it an empty database',
    )
  }
}

const untilInterrupted = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
  const failing = promise.then(() => {
    throw new Error('interrupted')
  })
  failing.catch(() => undefined)
  return { promise, failing }
}

try {
  process.exitCode = await main(process.argv.includes('--once'))
} catch (error) {
  console.error(`demo: ${messageOf(error)}`)
  process.exitCode = 1
}
