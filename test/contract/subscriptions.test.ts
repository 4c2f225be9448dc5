// Subscriptions tell a tenant its packages as they change, from any replica, and end when the credential does.

import { createClient } from 'graphql-ws'
import t from 'tap'
import { WebSocket } from 'ws'

import { applyTracked } from '../../actors/package-tracking/tables.ts'
import { issueApiKey, revokeApiKey } from '../../control-plane/auth/api-key.ts'
import { socketLimits } from '../../control-plane/hardening/socket-limits.ts'
import { listenToPackages } from '../../control-plane/read-model/package-watch.ts'
import { type ControlPlaneOptions, startControlPlane } from '../../control-plane/server.ts'
import { hear, migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import type { PackageScanned } from '../../schemas/types/index.ts'
import { noon, scanned, Tracker } from '../harness/tracked-scans.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const logged: { message: string; fields: object | undefined }[] = []
const remember = (message: string, fields?: object): void => void logged.push({ message, fields })
const log: Log = { debug: remember, info: remember, warn: remember, error: remember, child: () => log }

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const { sql, close } = openDatabase({ url: server.url })
const options: ControlPlaneOptions = {
  databaseUrl: server.url,
  databaseConnections: 4,
  publicApiHost: '127.0.0.1',
  publicApiPort: 0,
  operatorApiHost: '127.0.0.1',
  operatorApiPort: 0,
  explorer: false,
}
const replicas = [await startControlPlane(options, log), await startControlPlane(options, log)] as const
const { key: acme } = await issueApiKey(sql, { tenant: 'acme', name: 'test' })
const { key: umbrella } = await issueApiKey(sql, { tenant: 'umbrella', name: 'test' })
t.teardown(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()))
  await close()
  await server.close()
})

const tracker = new Tracker()
const track = async (...scans: readonly PackageScanned[]): Promise<void> =>
  applyTracked(sql, await tracker.track(...scans))

const addressOf = (url: string): string => `${url.replace('http:', 'ws:')}/subscriptions`

interface Told {
  readonly trackingId: string
  readonly state: string
  readonly history?: { readonly nodes: readonly object[] }
}

/** What a client of graphql-ws is told until it is disposed of. */
const subscribe = (query: string, key: string, replica = 0, variables: Record<string, unknown> = {}) => {
  const client = createClient({
    url: addressOf((replicas[replica] ?? replicas[0]).publicUrl),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  })
  const told: Told[] = []
  const errors: unknown[] = []
  const ended = Promise.withResolvers<unknown>()
  client.subscribe<Record<string, Told>>(
    { query, variables },
    {
      next: ({ data, errors: some }) => {
        told.push(...Object.values(data ?? {}))
        errors.push(...(some ?? []))
      },
      error: (error) => {
        ended.resolve(error)
      },
      complete: () => {
        ended.resolve(undefined)
      },
    },
  )
  return { told, errors, ended: ended.promise, end: () => client.dispose() }
}

const one =
  'subscription ($id: ID!) { package(trackingId: $id) { trackingId state history { nodes { id } } order { orderId } } }'
const all = 'subscription ($state: PackageState) { packageChanged(state: $state) { trackingId state } }'

const isListening = () =>
  waitUntil(
    'both replicas listen and are told',
    async () =>
      (
        await sql`select 1 from pg_stat_activity where application_name like 'troupe-control-listen%' and query like 'listen%'`
      ).length === 2 && (await sql`select 1 from tracking.watchers where watches_until > now()`).length === 2,
  )

// Before anybody subscribes: a lease that ends by itself would be one that watches.
t.test('where nobody watches nothing is notified', async (t) => {
  const heard: string[] = []
  const begun = Promise.withResolvers<void>()
  const hearing = hear({
    url: server.url,
    applicationName: 'test',
    listen: listenToPackages,
    onNotify: (payload) => heard.push(payload),
    onBegin: begun.resolve,
  })
  await begun.promise
  await track(scanned({ trackingId: 'QUIET', orderId: 'OQ', scan: 'PICKED_UP' }))
  await sql`insert into tracking.watchers values ('somebody', now() + interval '1 min')`
  const long = Array.from({ length: 50 }, (_, nth) =>
    scanned({
      trackingId: `${'ü'.repeat(150)}${String(nth)}`,
      orderId: 'OL',
      scan: 'PICKED_UP',
      tenantId: 'long',
    }),
  )
  await track(scanned({ trackingId: 'LOUD', orderId: 'OQ', scan: 'PICKED_UP' }), ...long)
  await waitUntil('something is heard', () => heard.length >= 2)
  t.same(new Set(heard), new Set(['["acme", "LOUD"]', '["long"]']), 'too many long ids: only whose')
  await hearing.close()
  await sql`delete from tracking.watchers`
})

t.test('a package: as it is, then as it becomes, from either replica, with what lies below it', async (t) => {
  await track(scanned({ trackingId: 'S1', orderId: 'O1', scan: 'PICKED_UP' }))
  const here = subscribe(one, acme, 0, { id: 'S1' })
  const there = subscribe(one, acme, 1, { id: 'S1' })
  const foreign = subscribe(one, umbrella, 0, { id: 'S1' })
  await waitUntil('both know it', () => here.told.length === 1 && there.told.length === 1)
  t.match(here.told[0], {
    trackingId: 'S1',
    state: 'PICKED_UP',
    history: { nodes: [{}] },
    order: { orderId: 'O1' },
  })
  await isListening()
  await track(scanned({ trackingId: 'S1', orderId: 'O1', scan: 'OUT_FOR_DELIVERY', occurredAt: noon + 1 }))
  await track(
    scanned({ trackingId: 'S1', orderId: 'OU', scan: 'LOST', tenantId: 'umbrella' }),
    scanned({ trackingId: 'S2', orderId: 'O1', scan: 'PICKED_UP' }),
  )
  await track(scanned({ trackingId: 'S1', orderId: 'O1', scan: 'DELIVERED', occurredAt: noon + 2 }))
  for (const subscription of [here, there]) {
    await waitUntil('it is delivered', () => subscription.told.at(-1)?.state === 'DELIVERED')
    t.ok(subscription.told.every(({ trackingId, state }) => trackingId === 'S1' && state !== 'LOST'))
    t.same(subscription.errors, [])
  }
  await waitUntil('the other tenant has its own', () => foreign.told.length > 0)
  t.match(foreign.told, [{ trackingId: 'S1', state: 'LOST' }])
  await Promise.all([here.end(), there.end(), foreign.end()])
})

t.test("a tenant's packages, in one state or in any", async (t) => {
  const any = subscribe(all, acme)
  const lost = subscribe(all, acme, 1, { state: 'LOST' })
  const others = subscribe(all, umbrella)
  const mine = subscribe(one, umbrella, 0, { id: 'END' })
  await isListening()
  await track(
    ...Array.from({ length: 120 }, (_, nth) =>
      scanned({ trackingId: `T${String(nth)}`, orderId: 'OT', scan: nth % 10 === 0 ? 'LOST' : 'PICKED_UP' }),
    ),
  )
  await waitUntil('all are told', () => new Set(any.told.map(({ trackingId }) => trackingId)).size >= 120)
  await waitUntil(
    'the lost ones are told',
    () => new Set(lost.told.map(({ trackingId }) => trackingId)).size >= 12,
  )
  t.ok(lost.told.every(({ state }) => state === 'LOST'))
  await track(scanned({ trackingId: 'END', orderId: 'OE', scan: 'PICKED_UP', tenantId: 'umbrella' }))
  await waitUntil('the other tenant is told of its own', () => mine.told.length > 0)
  await waitUntil('by both', () => others.told.some(({ trackingId }) => trackingId === 'END'))
  t.same(
    others.told.filter(({ trackingId }) => trackingId.startsWith('T')),
    [],
  )
  await Promise.all([any.end(), lost.end(), others.end(), mine.end()])
})

t.test('what changes while nothing is heard is told afterwards', async (t) => {
  await track(scanned({ trackingId: 'GAP', orderId: 'OG', scan: 'PICKED_UP' }))
  const package1 = subscribe(one, acme, 0, { id: 'GAP' })
  const tenant = subscribe(all, acme, 0)
  await waitUntil('it is known', () => package1.told.length === 1)
  await isListening()
  // given a listening session that dies, and its replica's row of watchers with it, so that nothing is notified
  await sql`delete from tracking.watchers`
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'troupe-control-listen%'`
  // when it changes
  await track(scanned({ trackingId: 'GAP', orderId: 'OG', scan: 'DELIVERED', occurredAt: noon + 9 }))
  // then both are told
  await waitUntil('it is delivered', () => package1.told.at(-1)?.state === 'DELIVERED')
  await waitUntil('to both', () =>
    tenant.told.some(({ trackingId, state }) => trackingId === 'GAP' && state === 'DELIVERED'),
  )
  t.same([...package1.errors, ...tenant.errors], [])
  await Promise.all([package1.end(), tenant.end()])
})

/** A socket by hand, and how it was closed. */
const socket = async (
  init: object | undefined,
  protocol = 'graphql-transport-ws',
  url = replicas[0].publicUrl,
) => {
  const opened = new WebSocket(addressOf(url), protocol)
  const messages: { type: string; id?: string; payload?: unknown }[] = []
  const closed = new Promise<number>((resolve) => {
    opened.once('close', resolve)
  })
  opened.on('error', () => undefined)
  opened.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as never))
  await new Promise<void>((resolve) => {
    opened.once('open', resolve)
    opened.once('close', () => {
      resolve()
    })
  })
  const send = (message: object): void => {
    opened.send(JSON.stringify(message))
  }
  if (init !== undefined) {
    send({ type: 'connection_init', payload: init })
    await Promise.race([closed, waitUntil('it is let in', () => messages.length > 0)])
  }
  return {
    opened,
    messages,
    closed,
    send,
    subscribe: (id: string, query: string) => {
      send({ type: 'subscribe', id, payload: { query } })
    },
  }
}
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

t.test('who has no credential of this API for subscriptions stays outside', async (t) => {
  const { key: reader } = await issueApiKey(sql, {
    tenant: 'acme',
    name: 'reader',
    scopes: ['tracking:read'],
  })
  const { key: operator } = await issueApiKey(sql, { role: 'admin', name: 'operator' })
  for (const init of [
    {},
    bearer('nonsense'),
    bearer(`${acme}x`),
    bearer(reader),
    bearer(operator),
    { 'x-api-key': 7 },
  ])
    t.equal(await (await socket(init)).closed, 4403, JSON.stringify(init).slice(0, 40))
  const early = await socket(undefined)
  early.subscribe('1', all)
  t.equal(await early.closed, 4401, 'who asks before it says who it is')
  t.equal(await (await socket({}, 'graphql-ws')).closed, 1006, 'the older protocol is not spoken')
  const answer = await fetch(`${replicas[0].publicUrl}/subscriptions`, {
    headers: { authorization: `Bearer ${acme}` },
  })
  t.equal(answer.status, 404, 'no WebSocket')
})

t.test('a key that expires or is revoked ends its subscriptions', async (t) => {
  const short = await issueApiKey(sql, {
    tenant: 'acme',
    name: 'short',
    expiresAt: new Date(Date.now() + 3_000),
  })
  const expiring = await socket(bearer(short.key))
  t.match(expiring.messages, [{ type: 'connection_ack' }])
  expiring.subscribe('1', all)
  t.equal(await expiring.closed, 4403)

  const issued = await issueApiKey(sql, { tenant: 'acme', name: 'revoked' })
  const revoked = await socket(bearer(issued.key))
  revoked.subscribe('1', all)
  await revokeApiKey(sql, 'acme', issued.prefix)
  t.equal(await revoked.closed, 4403)
})

t.test('what is refused by POST is refused here, in few words', async (t) => {
  const refused: readonly (readonly [string, string])[] = [
    ['{ packages { nodes { state } } }', 'BAD_REQUEST'],
    ['subscription { packageChanged { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_VALIDATION_FAILED'],
    [`subscription { packageChanged { ${'state '.repeat(1_100)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      `subscription { packageChanged { ${'a'
        .repeat(16)
        .split('')
        .map((_, nth) => `a${String(nth)}: state`)
        .join(' ')} } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'subscription { packageChanged { order { packages(first: 100) { nodes { history(first: 100) { nodes { id } } } } } } }',
      'QUERY_TOO_COSTLY',
    ],
    ['  ', 'BAD_USER_INPUT'],
  ]
  const { messages, subscribe: ask, opened } = await socket(bearer(acme))
  for (const [nth, [query]] of refused.entries()) ask(String(nth), query)
  await waitUntil('all are answered', () => messages.length === refused.length + 1)
  for (const { type, id, payload } of messages.slice(1)) {
    const [query, code] = refused[Number(id)] ?? []
    t.match([type, payload], ['error', [{ extensions: { code } }]], (query ?? '').slice(0, 60))
    t.ok(JSON.stringify(payload).length < 16_384)
  }
  opened.close()
})

t.test('what a socket may take has bounds', async (t) => {
  const many = await socket(bearer(acme))
  for (let nth = 0; nth <= socketLimits.subscriptions; nth += 1) many.subscribe(String(nth), all)
  await waitUntil('one is refused', () => many.messages.length > 1)
  t.match(many.messages.slice(1), [
    {
      id: String(socketLimits.subscriptions),
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
    },
  ])
  many.opened.close()

  const fast = await socket(bearer(acme))
  for (let nth = 0; nth < 2 * socketLimits.messageBurst; nth += 1) fast.send({ type: 'ping' })
  t.equal(await fast.closed, 4429)
  const large = await socket(bearer(acme))
  large.send({ type: 'ping', payload: { text: 'x'.repeat(70_000) } })
  t.equal(await large.closed, 1009)
  const garbage = await socket(bearer(acme))
  garbage.opened.send('{')
  t.equal(await garbage.closed, 4400)
  const twice = await socket(bearer(acme))
  twice.send({ type: 'connection_init', payload: bearer(umbrella) })
  t.equal(await twice.closed, 4429)
  const silent = await socket(undefined)
  t.equal(await silent.closed, 4408, 'who says nothing is not waited for')
})

t.test('our failures are masked', async (t) => {
  const { messages, subscribe: ask, opened } = await socket(bearer(acme))
  await track(scanned({ trackingId: 'BAD', orderId: 'OB', scan: 'PICKED_UP' }))
  await sql`update tracking.packages set state = 'TELEPORTED' where tenant = 'acme' and tracking_id = 'BAD'`
  ask('1', 'subscription { package(trackingId: "BAD") { state } }')
  await waitUntil('it is answered', () => messages.length > 1)
  t.match(messages[1], { type: 'next', payload: { errors: [{ extensions: { code: 'INTERNAL' } }] } })
  t.notMatch(JSON.stringify(messages), /TELEPORTED/)
  opened.close()
})

t.test(
  'a stop closes sockets and says so; a client that reconnects goes on where the package is',
  async (t) => {
    // given a subscription to a control plane that stops
    await track(scanned({ trackingId: 'AGAIN', orderId: 'OA', scan: 'PICKED_UP' }))
    const first = await startControlPlane(options, log)
    const held = await socket(bearer(acme), undefined, first.publicUrl)
    held.subscribe('1', all)
    const port = Number(new URL(first.publicUrl).port)
    const told: Told[] = []
    const client = createClient({
      url: addressOf(first.publicUrl),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${acme}` },
      retryAttempts: 1_000,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
      shouldRetry: () => true,
    })
    client.subscribe<Record<string, Told>>(
      { query: one, variables: { id: 'AGAIN' } },
      {
        next: ({ data }) => told.push(...Object.values(data ?? {})),
        error: t.comment,
        complete: () => undefined,
      },
    )
    await waitUntil('it is told', () => told.length > 0)
    await first.stop()
    t.equal(await held.closed, 1001)
    // when the package changes while nobody serves, and another one begins to
    await track(
      scanned({ trackingId: 'AGAIN', orderId: 'OA', scan: 'OUT_FOR_DELIVERY', occurredAt: noon + 1 }),
    )
    const second = await startControlPlane({ ...options, publicApiPort: port }, log)
    t.teardown(() => second.stop())
    // then it is told what it missed, and what comes
    await waitUntil('it is told what it missed', () => told.at(-1)?.state === 'OUT_FOR_DELIVERY')
    await track(scanned({ trackingId: 'AGAIN', orderId: 'OA', scan: 'DELIVERED', occurredAt: noon + 2 }))
    await waitUntil('it is told what comes', () => told.at(-1)?.state === 'DELIVERED')
    await client.dispose()
  },
)
