// Over HTTP and WebSocket: what may be kept of a tenant's answers is its own and for seconds; a query is known by its hash once it was sent with it; where only persisted queries are answered, no other text and no unknown hash is.

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createClient } from 'graphql-ws'
import t from 'tap'
import { WebSocket } from 'ws'

import { applyTracked } from '../../actors/package-tracking/tables.ts'
import type { AccessSettings } from '../../control-plane/access-settings.ts'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { startControlPlane } from '../../control-plane/server.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { scanned, Tracker } from '../harness/tracked-scans.ts'

const ignore = (): void => undefined
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => log }
const server = await startEmbeddedPostgres()
const ends: (() => Promise<unknown>)[] = [() => server.close()]
t.teardown(async () => {
  for (const end of ends.toReversed()) await end()
})
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
ends.push(() => database.close())
const { key: acme } = await issueApiKey(database.sql, { tenant: 'acme', name: 'test' })
const { key: umbrella } = await issueApiKey(database.sql, { tenant: 'umbrella', name: 'test' })
await applyTracked(
  database.sql,
  await new Tracker().track(scanned({ trackingId: 'P1', orderId: 'O1', scan: 'PICKED_UP', eventId: 'e1' })),
)

const start = async (access: AccessSettings = {}): Promise<string> => {
  const api = await startControlPlane(
    {
      databaseUrl: server.url,
      databaseConnections: 2,
      publicApiHost: '127.0.0.1',
      publicApiPort: 0,
      operatorApiHost: '127.0.0.1',
      operatorApiPort: 0,
      explorer: false,
      access,
    },
    log,
  )
  ends.push(() => api.stop())
  return api.publicUrl
}
const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex')
const named = (sha256Hash: string): object => ({ persistedQuery: { version: 1, sha256Hash } })

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly data: unknown
  readonly error: {
    readonly message: string
    readonly extensions: { readonly code: string; readonly help?: string }
  }
}
const asking =
  (url: string) =>
  async (body: object, key = acme): Promise<Answer> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    })
    const { data, errors } = (await response.json()) as { data: unknown; errors?: Answer['error'][] }
    return { status: response.status, headers: response.headers, data, error: errors?.[0] as Answer['error'] }
  }

const ofPackage = '{ package(trackingId: "P1") { trackingId state } }'
const known = { data: { package: { trackingId: 'P1', state: 'PICKED_UP' } }, status: 200 }
const unknown = {
  status: 400,
  error: { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
}
const open = await start()
const ask = asking(open)

t.test(
  "what may be kept is the tenant's own, for the shortest time of its parts; all else is not kept",
  async (t) => {
    const kept = 'private, max-age=5'
    const table: readonly (readonly [what: string, body: object, cacheControl: string])[] = [
      ['a package', { query: ofPackage }, kept],
      [
        'an order and a package',
        { query: '{ order(orderId: "O1") { state } package(trackingId: "P1") { state } }' },
        kept,
      ],
      ['one that is not there', { query: '{ package(trackingId: "P9") { state } }' }, kept],
      [
        'behind a fragment',
        { query: 'query { ...all } fragment all on Query { package(trackingId: "P1") { state } }' },
        kept,
      ],
      [
        'with a list beside it',
        { query: '{ package(trackingId: "P1") { state } packages { nodes { state } } }' },
        'no-store',
      ],
      ['a list', { query: '{ packages { nodes { state } } }' }, 'no-store'],
      ['what every tenant gets', { query: '{ __typename }' }, 'no-store'],
      ['one that is refused', { query: '{ package(trackingId: "P1") { no } }' }, 'no-store'],
      [
        'one whose part fails',
        { query: '{ package(trackingId: "P1") { history(after: "x") { nodes { id } } } }' },
        'no-store',
      ],
    ]
    for (const [what, body, cacheControl] of table) {
      const { headers } = await ask(body)
      t.equal(headers.get('cache-control'), cacheControl, what)
      t.equal(headers.get('vary'), cacheControl === kept ? 'authorization, x-api-key' : null, what)
    }
    const wrong = await ask({ query: ofPackage }, 'trp_wrong')
    t.equal(wrong.headers.get('cache-control'), 'no-store', 'nobody')
  },
)

t.test(
  'a query that came once with its hash is known by it, to every tenant, each with its own answer',
  async (t) => {
    // given
    const extensions = named(hashOf(ofPackage))
    t.match(await ask({ extensions }), unknown)
    t.match((await ask({ extensions })).error.extensions.help, /Send its text with the hash/)
    // when
    t.match(await ask({ query: ofPackage, extensions }), known)
    // then
    t.match(await ask({ extensions }), known)
    t.same(
      (await ask({ extensions }, umbrella)).data,
      { package: null },
      "another tenant's is not this one's",
    )
    t.equal((await ask({ extensions })).headers.get('cache-control'), 'private, max-age=5')
  },
)

t.test('nobody is given another query than the one that was meant', async (t) => {
  const other = '{ packages { nodes { state } } }'
  t.match(await ask({ query: other, extensions: named(hashOf('{ __typename }')) }), {
    status: 400,
    error: { message: /is not that of the query/ },
  })
  t.match(await ask({ extensions: named(hashOf('{ __typename }')) }), unknown, 'nothing was registered')
  for (const sha256Hash of ['', '__proto__', 'constructor', 'x'.repeat(10_000)])
    t.match(await ask({ extensions: named(sha256Hash) }), unknown)
  for (const extensions of [null, 7, [], { persistedQuery: null }, { persistedQuery: { sha256Hash: 7 } }])
    t.match(await ask({ extensions }), { status: 400, error: { extensions: { code: /BAD/ } } })
})

t.test('the last thousand are known, and none that is too long', async (t) => {
  const nth = (n: number): string => `{ package(trackingId: "N${String(n)}") { state } }`
  const first = nth(0)
  const long = `{ package(trackingId: "P1") { state } } #${' '.repeat(8_192)}`
  const register = (query: string) => ask({ query, extensions: named(hashOf(query)) })
  t.equal((await register(long)).status, 200)
  t.match(await ask({ extensions: named(hashOf(long)) }), unknown)
  await register(first)
  for (let from = 1; from <= 1_000; from += 50)
    await Promise.all(Array.from({ length: 50 }, (_, more) => register(nth(from + more))))
  t.match(await ask({ extensions: named(hashOf(first)) }), unknown)
  t.equal((await ask({ extensions: named(hashOf(nth(1_000))) })).status, 200)
})

t.test('where only persisted queries are answered, nothing else is, nor registered', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-queries-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'queries.json')
  const changes = 'subscription { package(trackingId: "P1") { state } }'
  writeFileSync(
    file,
    JSON.stringify(Object.fromEntries([ofPackage, changes].map((text) => [hashOf(text), text]))),
  )
  const url = await start({ persistedQueriesFile: file, onlyPersisted: true })
  const askOnly = asking(url)
  const extensions = named(hashOf(ofPackage))
  t.match(await askOnly({ extensions }), known)
  t.match(
    await askOnly({ query: '{ packages { nodes { state } } }', extensions }),
    known,
    'the text beside it is not looked at',
  )
  const other = '{ packages { nodes { state } } }'
  t.match(await askOnly({ query: other }), {
    status: 400,
    error: { message: /Only persisted queries are answered here: have yours added/ },
  })
  t.match(await askOnly({ query: ofPackage }), { status: 400 }, 'also not the text of one of them')
  for (const body of [
    { query: other, extensions: named(hashOf(other)) },
    { extensions: named(hashOf(other)) },
  ]) {
    const answer = await askOnly(body)
    t.match(answer, unknown)
    t.match(answer.error.extensions.help, /have yours added/)
  }

  const client = createClient({
    url: `${url.replace('http', 'ws')}/subscriptions`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${acme}` },
    retryAttempts: 0,
  })
  t.teardown(() => client.dispose())
  const firstOf = async (payload: object): Promise<unknown> => {
    for await (const told of client.iterate(payload as { query: string })) return told
    return undefined
  }
  t.match(await firstOf({ query: '', extensions: named(hashOf(changes)) }), {
    data: { package: { state: 'PICKED_UP' } },
  })
  await t.rejects(firstOf({ query: changes }), [{ message: /Only persisted/ }] as never)

  // Beside others they are known from the start.
  const askBoth = asking(await start({ persistedQueriesFile: file }))
  t.match(await askBoth({ extensions }), known)
  t.match(await askBoth({ query: other }), { status: 200 })
})
