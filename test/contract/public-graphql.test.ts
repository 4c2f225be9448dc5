// The public API shows a tenant its own packages and nobody else's, page by page, and refuses abuse quickly and in few words.

import Fastify from 'fastify'
import t from 'tap'

import { applyTracked } from '../../actors/package-tracking/tables.ts'
import { Access } from '../../control-plane/auth/access.ts'
import { issueApiKey, revokeApiKey } from '../../control-plane/auth/api-key.ts'
import { publicApi, type PublicApiOptions } from '../../control-plane/public/api.ts'
import type { Sql } from '../../control-plane/read-model/sql.ts'
import { type ControlPlaneOptions, startControlPlane } from '../../control-plane/server.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import type { PackageScanned, ScanKind } from '../../schemas/types/index.ts'
import { noon, scanned, Tracker } from '../harness/tracked-scans.ts'
import { waitUntil } from '../harness/wait-until.ts'

const logged: { message: string; fields: object | undefined }[] = []
const remember = (message: string, fields?: object): void => void logged.push({ message, fields })
const log: Log = { debug: remember, info: remember, warn: remember, error: remember, child: () => log }

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
const options: ControlPlaneOptions = {
  databaseUrl: server.url,
  databaseConnections: 4,
  publicApiHost: '127.0.0.1',
  publicApiPort: 0,
  operatorApiHost: '127.0.0.1',
  operatorApiPort: 0,
  explorer: false,
}
const api = await startControlPlane(options, log)
const { key: acme } = await issueApiKey(database.sql, { tenant: 'acme', name: 'test' })
const { key: umbrella } = await issueApiKey(database.sql, { tenant: 'umbrella', name: 'test' })
t.teardown(async () => {
  await api.stop()
  await database.close()
  await server.close()
})

const seed = async (...scans: readonly PackageScanned[]): Promise<void> =>
  applyTracked(database.sql, await new Tracker().track(...scans))

await seed(
  scanned({ trackingId: 'P1', orderId: 'O1', scan: 'PICKED_UP', eventId: 'e1', occurredAt: noon }),
  scanned({
    trackingId: 'P1',
    orderId: 'O1',
    scan: 'OUT_FOR_DELIVERY',
    eventId: 'e2',
    occurredAt: noon + 7_200_123,
    message: 'On the van',
    location: { city: 'Lyon', country: 'FR', lat: 45.76, lon: 4.84 },
  }),
  scanned({ trackingId: 'P1', orderId: 'O1', scan: 'LABEL_CREATED', eventId: 'e0', occurredAt: noon - 1 }),
  scanned({ trackingId: 'P2', orderId: 'O1', scan: 'DELIVERED', eventId: 'e3', occurredAt: noon + 1 }),
  scanned({ trackingId: 'U1', orderId: 'OU', scan: 'LOST', tenantId: 'umbrella', eventId: 'e1' }),
  scanned({ trackingId: 'P1', orderId: 'O1', scan: 'RETURNED', tenantId: 'umbrella', eventId: 'e9' }),
)

/** Whatever a query of these tests may ask for. */
interface Node {
  readonly id: string
  readonly trackingId: string
  readonly state: string
  readonly updatedAt: string
  readonly time: string
  readonly history: List
}
interface List {
  readonly nodes: readonly Node[]
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
interface Described {
  readonly name: string
  readonly description: string | null
}
interface Data {
  readonly package: Node
  readonly packages: List
  readonly order: { readonly packages: List }
  readonly __schema: {
    readonly types: readonly (Described & { readonly fields: readonly Described[] | null })[]
  }
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: { data: Data; errors?: { message: string; extensions: { code: string; id?: string } }[] }
}

const post = async (
  body: string | object,
  headers: Record<string, string> = {},
  base = api.publicUrl,
): Promise<Answer> => {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${acme}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(text) as Answer['body'],
  }
}

const ask = (query: string, variables?: object, key = acme): Promise<Answer> =>
  post({ query, variables }, { authorization: `Bearer ${key}` })

/** The API alone, on `sql`. */
const optionsOn = (sql: Sql): PublicApiOptions => ({
  access: new Access({ sql, refusalsPerMinute: 1_000 }),
  sql,
  tenantSql: () => sql,
  hear: () => ({ close: () => Promise.resolve() }),
  log,
  introspection: false,
  requestsPerMinute: 100_000,
})

t.test('a package with its history in time order, the late scan at its place', async (t) => {
  const { status, body, headers } = await ask(`{
    package(trackingId: "P1") {
      trackingId orderId carrier state stateSince
      history { nodes { id scan state time message location { city country latitude longitude } } pageInfo { hasNextPage } }
    }
  }`)
  t.equal(status, 200)
  t.equal(headers.get('cache-control'), 'private, max-age=5')
  t.same(body, {
    data: {
      package: {
        trackingId: 'P1',
        orderId: 'O1',
        carrier: 'DHL',
        state: 'OUT_FOR_DELIVERY',
        stateSince: '2025-06-02T14:00:00.123Z',
        history: {
          nodes: [
            {
              id: 'e0',
              scan: 'LABEL_CREATED',
              state: 'CREATED',
              time: '2025-06-02T11:59:59.999Z',
              message: null,
              location: null,
            },
            {
              id: 'e1',
              scan: 'PICKED_UP',
              state: 'PICKED_UP',
              time: '2025-06-02T12:00:00.000Z',
              message: null,
              location: null,
            },
            {
              id: 'e2',
              scan: 'OUT_FOR_DELIVERY',
              state: 'OUT_FOR_DELIVERY',
              time: '2025-06-02T14:00:00.123Z',
              message: 'On the van',
              location: { city: 'Lyon', country: 'FR', latitude: 45.76, longitude: 4.84 },
            },
          ],
          pageInfo: { hasNextPage: false },
        },
      },
    },
  })
})

t.test('an order with its packages', async (t) => {
  const { body } = await ask(
    '{ order(orderId: "O1") { orderId state packages { nodes { trackingId state } } } }',
  )
  t.same(body.data, {
    order: {
      orderId: 'O1',
      state: 'PARTLY_DELIVERED',
      packages: {
        nodes: [
          { trackingId: 'P1', state: 'OUT_FOR_DELIVERY' },
          { trackingId: 'P2', state: 'DELIVERED' },
        ],
      },
    },
  })
})

t.test('a foreign package or order cannot be told from one that is not there', async (t) => {
  const foreign = await ask('{ package(trackingId: "U1") { state } order(orderId: "OU") { state } }')
  const missing = await ask('{ package(trackingId: "XX") { state } order(orderId: "XX") { state } }')
  t.equal(foreign.text, missing.text)
  t.equal(foreign.status, missing.status)
  t.same(foreign.body, { data: { package: null, order: null } })

  const same = '{ package(trackingId: "P1") { state history { nodes { id } } } }'
  t.match((await ask(same, {}, umbrella)).body.data.package, {
    state: 'RETURNED',
    history: { nodes: [{ id: 'e9' }] },
  })
  t.match((await ask(same, {}, acme)).body.data.package, { state: 'OUT_FOR_DELIVERY' })

  const list = await ask(
    '{ packages { nodes { trackingId } } order(orderId: "O1") { packages { nodes { trackingId } } } }',
    {},
    umbrella,
  )
  t.same(new Set(list.body.data.packages.nodes.map((node) => node.trackingId)), new Set(['U1', 'P1']))
  t.same(list.body.data.order.packages.nodes, [{ trackingId: 'P1' }], 'an order id that both tenants use')

  const { body } = await ask('{ packages(first: 1) { pageInfo { endCursor } } }', {}, umbrella)
  const stolen = await ask('query ($after: String) { packages(after: $after) { nodes { trackingId } } }', {
    after: body.data.packages.pageInfo.endCursor,
  })
  t.ok(
    stolen.body.data.packages.nodes.every((node) => ['P1', 'P2'].includes(node.trackingId)),
    "a cursor of another tenant's gives no access",
  )
})

t.test('no key, an unknown one, a damaged one, a revoked one: 401, all the same', async (t) => {
  const revoked = await issueApiKey(database.sql, { tenant: 'acme', name: 'to be revoked' })
  const query = JSON.stringify({ query: '{ packages { nodes { trackingId } } }' })
  t.equal((await post(query, { authorization: `Bearer ${revoked.key}` })).status, 200)
  t.equal(
    (await post(query, { authorization: '', 'x-api-key': revoked.key })).status,
    200,
    'the other header',
  )
  t.equal(await revokeApiKey(database.sql, 'umbrella', revoked.prefix), 0, 'a tenant revokes its own only')
  t.equal(await revokeApiKey(database.sql, 'acme', revoked.prefix), 1)
  await waitUntil(
    'the revoked key is not believed any more',
    async () => (await post(query, { authorization: `Bearer ${revoked.key}` })).status === 401,
  )

  const unknown = `trp_${'A'.repeat(43)}`
  const refused = [
    '',
    'Bearer',
    'Bearer x',
    `Bearer ${unknown}`,
    `Bearer ${revoked.key}`,
    `Bearer ${acme} `.repeat(2),
    `Bearer ${acme.slice(0, -1)}`,
    `Basic ${acme}`,
    `Bearer ${'x'.repeat(10_000)}`,
  ]
  const answers = await Promise.all(refused.map((authorization) => post(query, { authorization })))
  for (const [index, answer] of answers.entries()) {
    t.equal(answer.status, 401, (refused[index] ?? '').slice(0, 30))
    t.equal(answer.text, answers[0]?.text)
  }
  t.match(answers[0]?.body, { data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })

  const stored = await database.sql`select * from troupe.api_keys`
  t.notMatch(JSON.stringify(stored), new RegExp(acme.slice(13)), 'the key itself is stored nowhere')
})

/** All pages of a list, one after the other. */
const walk = async (query: string, variables: object, list: (data: Data) => List, key = acme) => {
  const pages: List['edges'][] = []
  let after: string | null = null
  do {
    const { body } = await ask(query, { ...variables, after }, key)
    const page = list(body.data)
    pages.push(page.edges)
    t.equal(page.edges.at(-1)?.cursor ?? null, page.pageInfo.endCursor)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return pages
}

t.test('paging through ties and several changes: every package once, in order', async (t) => {
  const { key } = await issueApiKey(database.sql, { tenant: 'pages', name: 'test' })
  const ids = Array.from({ length: 47 }, (_, index) => `T${String(index * 7919).padStart(6, '0')}`)
  // Three batches: within one, updated_at is the same for all.
  for (const batch of [ids.slice(0, 20), ids.slice(20, 40), ids.slice(40)]) {
    await seed(
      ...batch.map((trackingId, index) =>
        scanned({
          tenantId: 'pages',
          trackingId,
          orderId: 'BIG',
          scan: index % 2 ? 'DELIVERED' : 'PICKED_UP',
        }),
      ),
    )
  }
  const query = `query ($first: Int, $after: String, $state: PackageState) {
    packages(first: $first, after: $after, state: $state) {
      edges { cursor node { trackingId state updatedAt } } pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }`
  for (const first of [1, 7, 47, 100]) {
    const pages = await walk(query, { first }, (data) => data.packages, key)
    t.equal(pages.length, Math.ceil(47 / first))
    const nodes = pages.flat().map((edge) => edge.node)
    t.same(nodes.map((node) => node.trackingId).sort(), [...ids].sort(), `first: ${first}`)
    const sortKeys = nodes.map((node) => `${node.updatedAt} ${node.trackingId}`)
    t.same(sortKeys, sortKeys.toSorted().reverse())
  }
  const delivered = await walk(query, { first: 5, state: 'DELIVERED' }, (data) => data.packages, key)
  t.ok(delivered.length > 2)
  t.equal(delivered.flat().length, 23)
  t.ok(delivered.flat().every((edge) => edge.node.state === 'DELIVERED'))

  const ofOrder = await walk(
    `query ($after: String) { order(orderId: "BIG") { packages(first: 9, after: $after) {
      edges { cursor node { trackingId } } pageInfo { hasNextPage endCursor }
    } } }`,
    {},
    (data) => data.order.packages,
    key,
  )
  t.same(
    ofOrder.flat().map((edge) => edge.node.trackingId),
    [...ids].sort(),
  )
  t.ok(ofOrder.length > 2)
})

t.test('paging through a history whose scans have the same times', async (t) => {
  const kinds: ScanKind[] = ['PICKED_UP', 'ARRIVED_AT_FACILITY', 'DEPARTED_FACILITY']
  const scans = Array.from({ length: 30 }, (_, index) =>
    scanned({
      tenantId: 'acme',
      trackingId: 'LONG',
      orderId: 'OL',
      eventId: `l${String(index).padStart(2, '0')}`,
      scan: index === 0 ? 'PICKED_UP' : (kinds[1 + (index % 2)] ?? 'PICKED_UP'),
      occurredAt: noon + 1 + Math.floor(index / 10),
    }),
  )
  await seed(...scans)
  const pages = await walk(
    `query ($after: String) { package(trackingId: "LONG") { history(first: 4, after: $after) {
      edges { cursor node { id scan time } } pageInfo { hasNextPage endCursor }
    } } }`,
    {},
    (data) => data.package.history,
  )
  t.equal(pages.length, 8)
  const ids = pages.flat().map((edge) => edge.node.id)
  t.same(ids.toSorted(), scans.map(({ eventId }) => eventId).toSorted())
  const times = pages.flat().map((edge) => edge.node.time)
  t.same(times, times.toSorted())
})

t.test('lists below lists are read by one query, not one each', async (t) => {
  let queries = 0
  const counting: Sql = (text, ...values) => {
    queries += 1
    return database.sql(text, ...values)
  }
  const app = Fastify()
  await app.register(publicApi, optionsOn(counting))
  t.teardown(() => app.close())
  const query = '{ order(orderId: "O1") { packages { nodes { trackingId history { nodes { id } } } } } }'
  const answer = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${acme}` },
    payload: { query },
  })
  t.match(answer.json(), {
    data: {
      order: { packages: { nodes: [{ history: { nodes: [{}, {}, {}] } }, { history: { nodes: [{}] } }] } },
    },
  })
  t.equal(queries, 4, 'the key, the order, its packages, their histories')
})

t.test(
  'requests that come together are answered together, each tenant by statements of its own',
  async (t) => {
    const statements: { readonly as: string; readonly tenant: unknown; readonly ids: unknown }[] = []
    const app = Fastify()
    await app.register(publicApi, {
      ...optionsOn(database.sql),
      tenantSql: (as) => {
        const asking = database.tenantSql(as)
        return (text, ...values) => {
          statements.push({ as, tenant: values[0], ids: values[1] })
          return asking(text, ...values)
        }
      },
    })
    t.teardown(() => app.close())
    const stateOf = async (key: string, id: string): Promise<unknown> => {
      const answer = await app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { authorization: `Bearer ${key}` },
        payload: { query: 'query ($id: ID!) { package(trackingId: $id) { state } }', variables: { id } },
      })
      return answer.json<{ data: { package: { state: string } | null } }>().data.package?.state
    }
    const odd = ['a\0b', '', '{}', '"', '\\', "'; --", '\ud800', 'x'.repeat(50_000)]
    for (let round = 0; round < 5; round += 1) {
      const asked = Array.from({ length: 10 }, () => [
        stateOf(acme, 'P1'),
        stateOf(umbrella, 'P1'),
        stateOf(acme, 'U1'),
        stateOf(umbrella, 'U1'),
        stateOf(acme, odd[round] ?? ''),
        stateOf(umbrella, odd[round + 3] ?? ''),
      ])
      const answers = await Promise.all(asked.flat())
      const each = ['OUT_FOR_DELIVERY', 'RETURNED', undefined, 'LOST', undefined, undefined]
      t.same(answers, Array.from({ length: 10 }, () => each).flat())
    }
    t.ok(
      statements.some(({ ids }) => (ids as string[]).length > 1),
      'several were asked at once',
    )
    t.same(
      statements.filter(({ as, tenant }) => as !== tenant),
      [],
    )
  },
)

t.test('wrong arguments are told, and only they', async (t) => {
  const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const wrong: [arguments: string, message: RegExp][] = [
    ['first: 0', /"first" is 0; allowed is 1 to 100/],
    ['first: -1', /"first"/],
    ['first: 101', /"first"/],
    ['after: ""', /cursor/],
    ['after: "nonsense!"', /cursor/],
    [`after: "${'A'.repeat(3_000)}"`, /cursor/],
    [`after: "${cursorOf([1, 'history', noon, 1, 'x'])}"`, /cursor/],
    [`after: "${cursorOf([2, 'packages', noon, 'x'])}"`, /cursor/],
    [`after: "${cursorOf([1, 'packages', 'noon', 'x'])}"`, /cursor/],
    [`after: "${cursorOf([1, 'packages', 1e300, 'x'])}"`, /cursor/],
    [`after: "${cursorOf([1, 'packages', noon, 'a\0b'])}"`, /cursor/],
    [`after: "${cursorOf([1, 'packages', noon, 'x', 1])}"`, /cursor/],
    [`after: "${cursorOf({ length: 4 })}"`, /cursor/],
  ]
  for (const [args, message] of wrong) {
    const { status, body } = await ask(`{ packages(${args}) { nodes { trackingId } } }`)
    t.match(body.errors, [{ message, extensions: { code: 'BAD_USER_INPUT' } }], args.slice(0, 60))
    t.equal(body.errors?.length, 1)
    t.equal(status, 400)
  }
  const inside = await ask('{ package(trackingId: "P1") { state history(after: "x") { nodes { id } } } }')
  t.match(inside.body, { data: { package: null }, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  const far = await ask(
    `{ packages(after: "${cursorOf([1, 'packages', 8.64e15, 'x'])}") { nodes { trackingId } } }`,
  )
  t.equal(far.status, 200, 'the end of time is a time')
})

t.test('odd ids are ids of nothing', async (t) => {
  for (const id of [
    'a\0b',
    '\0',
    '',
    '\ud800',
    'x'.repeat(50_000),
    "'; drop table tracking.orders; --",
    '🎁',
  ]) {
    const query = 'query ($id: ID!) { package(trackingId: $id) { state } order(orderId: $id) { state } }'
    const { status, body } = await ask(query, { id })
    t.same([status, body], [200, { data: { package: null, order: null } }], JSON.stringify(id).slice(0, 40))
  }
})

t.test('other methods and places', async (t) => {
  const query = encodeURIComponent('{ __typename }')
  const headers = { authorization: `Bearer ${acme}`, 'mercurius-require-preflight': '1' }
  for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS']) {
    const response = await fetch(`${api.publicUrl}/graphql?query=${query}`, { method, headers })
    t.ok([404, 405].includes(response.status), `${method}: ${response.status}`)
    await response.arrayBuffer()
  }
  const health = await fetch(`${api.publicUrl}/healthz`)
  t.same([health.status, await health.json()], [200, { status: 'ok' }])
  const missing = await fetch(`${api.publicUrl}/graphiql`)
  t.equal(missing.status, 404)
  t.ok((await missing.text()).length < 200)
})

t.test('what a client needs fits into the limits', async (t) => {
  const page = await ask(
    'query ($n: Int, $after: String) { packages(first: $n, after: $after) { nodes { trackingId state history { nodes { id time scan message location { city } } } } pageInfo { endCursor } } }',
    { n: 20, after: null },
  )
  t.equal(page.status, 200, page.text.slice(0, 200))
  const order = await ask(
    '{ order(orderId: "O1") { state packages { nodes { trackingId history { nodes { id time location { city } } } } } } }',
  )
  t.equal(order.status, 200, order.text.slice(0, 200))
  const hundred = await ask(
    '{ packages(first: 100) { edges { cursor node { trackingId state updatedAt } } } }',
  )
  t.equal(hundred.status, 200)
})

t.test('introspection, where it is allowed', async (t) => {
  const open = await startControlPlane({ ...options, explorer: true }, log)
  t.teardown(() => open.stop())
  const { status, body } = await post(
    { query: '{ __schema { types { name description fields { name description } } } }' },
    {},
    open.publicUrl,
  )
  t.equal(status, 200)
  for (const type of body.data.__schema.types.filter((type) => !type.name.startsWith('__'))) {
    t.ok(type.description, `${type.name} is described`)
    for (const field of type.fields ?? []) t.ok(field.description, `${type.name}.${field.name} is described`)
  }
})

t.test('our failures are masked: the client gets an id, the log gets the cause', async (t) => {
  await database.sql`alter table tracking.packages rename to packages_elsewhere`
  const failed = await ask('{ packages { nodes { state } } }')
  await database.sql`alter table tracking.packages_elsewhere rename to packages`
  const error = failed.body.errors?.[0]
  t.ok([500, 503].includes(failed.status), String(failed.status))
  t.match(error?.message, /Error [0-9a-f-]{36}$/)
  t.notMatch(failed.text, /relation|42P01|postgres/i)
  t.match(JSON.stringify(logged.at(-1)), new RegExp(error?.extensions.id ?? 'no id'))

  await database.sql`update tracking.packages set state = 'TELEPORTED' where tenant = 'acme' and tracking_id = 'P2'`
  const strange = await ask('{ package(trackingId: "P2") { trackingId state } }')
  t.match(strange.body.errors, [{ extensions: { code: 'INTERNAL' } }])
  t.notMatch(strange.text, /TELEPORTED/)
  await database.sql`update tracking.packages set state = 'DELIVERED' where tenant = 'acme' and tracking_id = 'P2'`
  t.equal((await ask('{ package(trackingId: "P2") { state } }')).status, 200)
})

t.test('connections that die under queries are replaced', async (t) => {
  const kill = () =>
    database.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'troupe-control-plane'`
  const asking = Array.from({ length: 50 }, () => ask('{ package(trackingId: "P1") { state } }'))
  await kill()
  for (const { status } of await Promise.all(asking)) t.ok([200, 503].includes(status), String(status))
  t.equal((await ask('{ package(trackingId: "P1") { state } }')).status, 200)
})

t.test('a query that waits too long is given up', async (t) => {
  const app = Fastify()
  const slow: Sql = (text, ...values) => {
    const reads = text.join('').includes('tracking.packages')
    return reads ? (impatient.sql`select pg_sleep(20)` as never) : database.sql(text, ...values)
  }
  const impatient = openDatabase({ url: server.url, statementTimeoutMs: 100 })
  await app.register(publicApi, optionsOn(slow))
  t.teardown(async () => {
    await app.close()
    await impatient.close()
  })
  const answer = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${acme}` },
    payload: { query: '{ packages { nodes { state } } }' },
  })
  t.equal(answer.statusCode, 503)
  t.match(answer.json(), { errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
})

t.test('without Postgres: 503 and an id, and nothing of the address', async (t) => {
  const away = await startControlPlane({ ...options, databaseUrl: 'postgres://u:secret@127.0.0.1:1/x' }, log)
  t.teardown(() => away.stop())
  const answer = await post({ query: '{ __typename }' }, {}, away.publicUrl)
  t.equal(answer.status, 503)
  t.match(answer.body, { errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  t.notMatch(answer.text, /secret|127\.0\.0\.1|ECONN/)
  t.equal((await fetch(`${away.publicUrl}/healthz`)).status, 200)
})

t.test('closing twice is closing once, and nobody is answered afterwards', async (t) => {
  const short = await startControlPlane(options, log)
  t.equal((await post({ query: '{ __typename }' }, {}, short.publicUrl)).status, 200)
  await Promise.all([short.stop(), short.stop()])
  await t.rejects(fetch(`${short.publicUrl}/healthz`))
})
