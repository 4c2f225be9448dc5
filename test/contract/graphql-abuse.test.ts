// Both APIs refuse abuse quickly and in few words, execute none of it, and show an explorer and their schemas only where they are told to.

import { createHash } from 'node:crypto'
import t from 'tap'

import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { type ControlPlaneOptions, startControlPlane } from '../../control-plane/server.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { attacksOn, type Words } from '../harness/graphql-attacks.ts'

const logged: string[] = []
const remember = (message: string): void => void logged.push(message)
const log: Log = { debug: remember, info: remember, warn: remember, error: remember, child: () => log }

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url, applicationName: 'test' })
const options: ControlPlaneOptions = {
  databaseUrl: server.url,
  databaseConnections: 4,
  publicApiHost: '127.0.0.1',
  publicApiPort: 0,
  operatorApiHost: '127.0.0.1',
  operatorApiPort: 0,
  explorer: false,
}
// What would report to somebody else must not, whatever the environment says.
process.env['APOLLO_KEY'] = 'service:troupe:secret'
process.env['APOLLO_GRAPH_REF'] = 'troupe@current'
const closed = await startControlPlane(options, log)
const open = await startControlPlane({ ...options, explorer: true }, log)
const keys = {
  public: (await issueApiKey(database.sql, { tenant: 'acme', name: 'test' })).key,
  operator: (await issueApiKey(database.sql, { role: 'viewer', name: 'test' })).key,
}
t.teardown(async () => {
  await Promise.all([closed.stop(), open.stop()])
  await database.close()
  await server.close()
})

interface Api {
  readonly name: string
  readonly closed: string
  readonly open: string
  readonly key: string
  readonly words: Words
}

const apis: readonly Api[] = [
  {
    name: 'public',
    closed: closed.publicUrl,
    open: open.publicUrl,
    key: keys.public,
    words: {
      list: 'packages',
      type: 'Package',
      leaf: 'state',
      below: (args) => `history${args} { nodes { id } }`,
      one: (id) => `package(trackingId: ${id}) { state }`,
      tooDeep:
        '{ order(orderId: "O1") { packages { edges { node { history { edges { node { location { city } } } } } } } } }',
      byEnum: 'query ($s: PackageState) { packages(state: $s) { nodes { state } } }',
    },
  },
  {
    name: 'operator',
    closed: closed.operatorUrl,
    open: open.operatorUrl,
    key: keys.operator,
    words: {
      list: 'groups',
      type: 'Group',
      leaf: 'lagMs',
      below: (args) => `partitions${args} { nodes { topic } }`,
      one: (id) => `group(name: ${id}) { name }`,
      tooDeep:
        '{ groups { edges { node { partitions { edges { node { process { health { workers { busy } } } } } } } } } }',
      byEnum: 'query ($s: Liveness) { processes(liveness: $s) { nodes { id } } }',
    },
  },
]

interface Answer {
  readonly status: number
  readonly text: string
  /** Of this process, which is server and client: what others do on the machine is not in it. */
  readonly cpuMs: number
  readonly errors: readonly { readonly message: string }[] | undefined
  readonly data: unknown
}

/** What none of these may cost: an attack that is carried out costs seconds. */
const dearMs = 500

const post = async (
  base: string,
  key: string,
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => {
  const before = process.cpuUsage()
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  const { user, system } = process.cpuUsage(before)
  const cpuMs = (user + system) / 1_000
  return { status: response.status, text, cpuMs, ...(JSON.parse(text) as Pick<Answer, 'errors' | 'data'>) }
}

for (const { name, closed, open, key, words } of apis) {
  t.test(`${name}: abuse is refused, quickly and in few words`, async (t) => {
    // Compiled and connected: the first request's time is nobody's fault.
    t.equal((await post(closed, key, { query: '{ __typename }' })).status, 200)
    for (const [attack, body, headers, status] of attacksOn(words)) {
      const before = logged.length
      const answer = await post(closed, key, body, headers)
      t.equal(answer.status, status, `${attack}: ${answer.text.slice(0, 110)}`)
      t.ok(answer.text.length < 16 * 1024, `${attack}: ${answer.text.length} characters`)
      t.ok(answer.cpuMs < dearMs, `${attack}: ${answer.cpuMs} ms of the processor`)
      t.ok((answer.errors?.length ?? 0) > 0, `${attack}: has errors`)
      t.equal(answer.data ?? null, null, `${attack}: has no data`)
      t.notMatch(
        answer.text,
        /node_modules|\.ts:|\.js:|Did you mean|"stack|Apollo|mercurius|Fastify/,
        `${attack}: shows nothing of the inside`,
      )
      t.equal(logged.length, before, `${attack}: is not our failure`)
    }
  })

  t.test(`${name}: other methods and places`, async (t) => {
    const headers = { authorization: `Bearer ${key}`, 'apollo-require-preflight': '1', accept: 'text/html' }
    for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS', 'DELETE']) {
      const response = await fetch(`${closed}/graphql?query=${encodeURIComponent('{ __typename }')}`, {
        method,
        headers,
      })
      t.ok([404, 405].includes(response.status), `${method}: ${response.status}`)
      t.ok((await response.text()).length < 200)
    }
    for (const place of [
      ...(name === 'public' ? ['/'] : []),
      '/graphiql',
      '/graphql/',
      '/graphql/stream',
      '/.well-known/apollo/server-health',
    ]) {
      const response = await fetch(closed + place, { headers })
      t.ok([404, 405].includes(response.status), `${place}: ${response.status}`)
      t.ok((await response.text()).length < 200)
    }
    const healthz = await fetch(`${closed}/healthz`)
    t.same([healthz.status, await healthz.json()], [200, { status: 'ok' }])
  })

  t.test(`${name}: without an explorer there is no page and no schema`, async (t) => {
    for (const place of ['/explorer', '/explorer/', '/explorer/main.js', '/explorer/index.html']) {
      t.equal((await fetch(closed + place)).status, 404, place)
    }
    const asked = await post(closed, key, { query: '{ __schema { types { name } } }' })
    t.equal(asked.status, 400)
  })

  t.test(`${name}: with one there are both, and the schema for those with a key`, async (t) => {
    const query = '{ __schema { types { name description fields { name description } } } }'
    t.equal((await post(open, 'trp_nobody', { query })).status, 401)
    const { status, data } = await post(open, key, { query })
    t.equal(status, 200)
    t.match(JSON.stringify(data), new RegExp(`"name":"${words.type}"`))

    const page = await fetch(`${open}/explorer`)
    t.equal(page.status, 200)
    t.match(page.headers.get('content-type'), /^text\/html/)
    const html = await page.text()
    t.match(html, /endpointURL: `\/graphql`/)
    t.match(html, /Bearer trp_PUT_YOUR_KEY_HERE/)
    t.notMatch(html, new RegExp(key))
    t.notMatch(html, /(src|href)="(https?:)?\/\//, 'names nothing elsewhere')

    const policy = page.headers.get('content-security-policy') ?? ''
    t.match(policy, /default-src 'none'/)
    t.match(policy, /connect-src 'self'(;|$)/)
    t.notMatch(policy, /https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/)
    for (const [, script = ''] of html.matchAll(/<script[^>]*>([^]+?)<\/script>/g)) {
      t.ok(
        policy.includes(createHash('sha256').update(script).digest('base64')),
        'allows what the page holds',
      )
    }
    t.equal(page.headers.get('x-content-type-options'), 'nosniff')
    t.equal(page.headers.get('referrer-policy'), 'no-referrer')

    for (const [, file = ''] of html.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]+)"/g)) {
      t.equal((await fetch(new URL(file, `${open}/explorer/`))).status, 200, file)
    }
    for (const place of ['/explorer/', '/explorer/index.html']) {
      t.equal((await fetch(open + place, { redirect: 'manual' })).headers.get('location'), '/explorer', place)
    }
    for (const place of ['/explorer/no-such-file.js', '/explorer/..%2f..%2fpackage.json', '/explorer/%00']) {
      const missing = await fetch(open + place)
      t.ok([400, 403, 404].includes(missing.status), `${place}: ${missing.status}`)
      t.ok((await missing.text()).length < 200)
    }
  })

  t.test(`${name}: the schema's own fields are no way around the limits`, async (t) => {
    const doubling = `{ __schema { types { ...F0 } } } ${Array.from({ length: 20 }, (_, n) => `fragment F${n} on __Type { ...F${n + 1} ...F${n + 1} }`).join(' ')} fragment F20 on __Type { name }`
    const answer = await post(open, key, { query: doubling })
    t.equal(answer.status, 400, answer.text.slice(0, 100))
    t.ok(answer.cpuMs < dearMs)
  })
}

t.test('operator: no persisted queries, no answers in parts', async (t) => {
  const [, operator] = apis as readonly [Api, Api]
  const query = '{ __typename }'
  const sha256Hash = createHash('sha256').update(query).digest('hex')
  const extensions = { persistedQuery: { version: 1, sha256Hash } }
  t.equal((await post(operator.closed, operator.key, { query, extensions })).status, 400)
  t.equal((await post(operator.closed, operator.key, { extensions })).status, 400)
  const whole = await post(
    operator.closed,
    operator.key,
    { query },
    { accept: 'multipart/mixed;deferSpec=20220824, application/json' },
  )
  t.same([whole.status, whole.data], [200, { __typename: 'Query' }])
  const parts = await post(
    operator.closed,
    operator.key,
    { query: '{ ... @defer { __typename } }' },
    { accept: 'multipart/mixed;deferSpec=20220824, application/json' },
  )
  t.equal(parts.status, 400)
})
