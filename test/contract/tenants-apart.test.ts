// Whatever is asked, a tenant gets its own rows alone: also where the application forgets to say whose.

import Fastify from 'fastify'
import t from 'tap'

import { applyTracked } from '../../actors/package-tracking/tables.ts'
import { Access } from '../../control-plane/auth/access.ts'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { publicApi } from '../../control-plane/public/api.ts'
import { eventById } from '../../control-plane/read-model/event-story.ts'
import { ordersById, ordersOf } from '../../control-plane/read-model/orders.ts'
import type { Sql } from '../../control-plane/read-model/sql.ts'
import {
  historiesOf,
  packagesById,
  packagesOf,
  packagesOfOrders,
} from '../../control-plane/read-model/tracking.ts'
import { insertDeadLetters, migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { noon, scanned, Tracker } from '../harness/tracked-scans.ts'

t.setTimeout(300_000)

const quiet = (): void => undefined
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const database = openDatabase({ url: server.url, maxConnections: 8 })
const { sql, tenantSql } = database
t.teardown(async () => {
  await database.close()
  await server.close()
})

const tenants = ['a', 'b', 'c', 'd', 'e'] as const
const perTenant = 40
/** Every id and every text of a row says whose it is. */
const idOf = (tenant: string, nth: number): string => `${tenant}-${String(nth)}`

for (const tenantId of tenants) {
  const scans = Array.from({ length: perTenant }, (_, nth) =>
    scanned({
      tenantId,
      trackingId: idOf(tenantId, nth),
      orderId: idOf(tenantId, nth % 10),
      eventId: idOf(tenantId, nth),
      scan: nth % 3 === 0 ? 'DELIVERED' : 'PICKED_UP',
      carrier: tenantId,
      occurredAt: noon + nth,
    }),
  )
  await applyTracked(sql, await new Tracker().track(...scans))
  await insertDeadLetters(
    sql,
    [perTenant, perTenant + 1].map((nth) => ({
      original: {
        topic: 'shipping',
        partition: 0,
        offset: nth,
        timestamp: -1,
        key: null,
        value: null,
        headers: [],
      },
      cause: {
        group: tenantId,
        actor: 'package-tracking',
        outcome: 'rejected',
        attempts: 1,
        errorClass: '',
        message: 'not for tenants',
        stack: '',
        failedAtMs: noon,
      },
      tenant: tenantId,
      eventId: idOf(tenantId, nth),
      eventType: 'shipping.package.scanned',
      errorCode: '',
      inboxKey: undefined,
      redrives: 0,
    })),
  )
}

/** The application's filter taken out: `tenant = …` holds for every row. */
const unfiltered =
  (inner: Sql): Sql =>
  (text, ...values) => {
    const holes = text.map((part) => /(^|[^_a-z])tenant = $/.test(part))
    const parts = text.map((part, nth) => {
      const begun = holes[nth] ? part.replace(/tenant = $/, '(true or tenant = ') : part
      return holes[nth - 1] ? `)${begun}` : begun
    })
    if (!holes.includes(true)) throw new Error(`no filter in ${text.join('?')}`)
    return inner(Object.assign(parts, { raw: parts }), ...values)
  }

/** The same numbers each time. */
const randomBelow = (seed: number) => {
  let state = seed
  return (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const foreignIn = (answer: unknown, tenant: string): readonly string[] =>
  (JSON.stringify(answer ?? null).match(/"[a-e]-\d+"/g) ?? []).filter((id) => !id.startsWith(`"${tenant}-`))

/** One query of any kind, about ids of anybody. */
const askAnything = (asking: Sql, tenant: string, below: (limit: number) => number): Promise<unknown> => {
  const anybody = (): string => idOf(tenants[below(tenants.length)] ?? 'a', below(perTenant + 2))
  const first = 1 + below(100)
  const state = below(2) === 0 ? undefined : 'DELIVERED'
  switch (below(8)) {
    case 0:
      return packagesById(asking, tenant, [anybody(), anybody(), anybody()])
    case 1:
      return packagesOf(asking, tenant, { state }, { first })
    case 2:
      return packagesOf(asking, tenant, { state, orderId: anybody() }, { first })
    case 3:
      return ordersById(asking, tenant, [anybody(), anybody()])
    case 4:
      return ordersOf(asking, tenant, { state }, { first })
    case 5:
      return packagesOfOrders(asking, tenant, [
        { of: anybody(), page: { first } },
        { of: anybody(), page: {} },
      ])
    case 6:
      return historiesOf(asking, tenant, [
        { of: anybody(), page: { first } },
        { of: anybody(), page: {} },
      ])
    default:
      return eventById(asking, tenant, anybody())
  }
}

const rounds = 5_000
for (const [name, filter] of [
  ['with the filter of the application', (inner: Sql) => inner],
  ['without it', unfiltered],
] as const) {
  t.test(`${String(rounds)} random queries over five tenants, ${name}`, async (t) => {
    const below = randomBelow(7)
    const foreign: string[] = []
    let found = 0
    const lane = async (): Promise<void> => {
      for (let round = 0; round < rounds / 8; round += 1) {
        const tenant = tenants[below(tenants.length)] ?? 'a'
        const answer = await askAnything(filter(tenantSql(tenant)), tenant, below)
        found += (JSON.stringify(answer ?? null).match(new RegExp(`"${tenant}-`, 'g')) ?? []).length
        foreign.push(...foreignIn(answer, tenant))
      }
    }
    await Promise.all(Array.from({ length: 8 }, lane))
    t.same(foreign, [])
    t.ok(found > rounds, `${String(found)} own ids were found`)
  })
}

t.test('without either, foreign rows are found: the test can fail', async (t) => {
  const answer = await packagesOf(unfiltered(sql), 'a', {}, { first: 100 })
  t.ok(foreignIn(answer, 'a').length > 0)
})

t.test('the whole API without the filter', async (t) => {
  const { key } = await issueApiKey(sql, { tenant: 'b', name: 'test' })
  const app = Fastify()
  await app.register(publicApi, {
    access: new Access({ sql, refusalsPerMinute: 10 }),
    sql,
    tenantSql: (tenant) => unfiltered(tenantSql(tenant)),
    hear: () => ({ close: () => Promise.resolve() }),
    log,
    introspection: false,
    requestsPerMinute: 1_000,
  })
  t.teardown(() => app.close())
  const answer = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${key}` },
    payload: {
      query: `{ packages(first: 10) { nodes { trackingId carrier order { orderId packages(first: 5) { nodes { trackingId } } } } }
        mine: package(trackingId: "b-1") { history { nodes { id } } } theirs: package(trackingId: "a-1") { state }
        orders(first: 20) { nodes { orderId } } order(orderId: "c-1") { state }
        event(id: "d-40") { status } dead: event(id: "b-40") { status story { kind } } }`,
    },
  })
  const { data, errors } = answer.json<{ data: Record<string, unknown>; errors?: object[] }>()
  t.equal(errors, undefined)
  t.same(foreignIn(data, 'b'), [])
  t.match(data, {
    mine: { history: { nodes: [{ id: 'b-1' }] } },
    theirs: null,
    order: null,
    event: null,
    dead: { status: 'REJECTED', story: [{ kind: 'REJECTED' }] },
  })
})

t.test('the role reads what tenants may see, writes nothing, and leaves nothing behind', async (t) => {
  const asking = tenantSql('a')
  for (const refused of [
    () => asking`select message from troupe.dead_letters`,
    () => asking`select value from troupe.dead_letters`,
    () => asking`select * from troupe.api_keys`,
    () => asking`select * from troupe.outbox`,
    () => asking`select * from troupe.actor_state`,
  ])
    await t.rejects(refused(), { code: '42501' })
  await t.rejects(asking`delete from tracking.packages`, /read-only/)
  t.same(await tenantSql('')`select 1 from tracking.packages`, [], 'nobody is no tenant')
  const [row] =
    await sql`select current_user <> 'troupe_tenant' as free, coalesce(current_setting('app.tenant', true), '') as tenant`
  t.same(row, { free: true, tenant: '' })
  t.equal((await sql`select 1 from tracking.packages`).length, tenants.length * perTenant)
})

t.test('a user who is no superuser: migrates, writes for all tenants, reads for one', async (t) => {
  await sql`create role plain login password 'plain' createrole`
  await sql`create database plain owner plain`
  const url = server.url.replace(/\/\/[^@]*@/, '//plain:plain@').replace(/\/[^/]*$/, '/plain')
  // The role is there already, and nobody has granted it to this user.
  await t.rejects(migrate({ url }), { code: 'MIGRATION_FAILED', message: /troupe_tenant/ })
  await sql`grant troupe_tenant to plain`
  await migrate({ url })
  const plain = openDatabase({ url })
  t.teardown(() => plain.close())
  for (const tenantId of tenants)
    await applyTracked(
      plain.sql,
      await new Tracker().track(scanned({ tenantId, trackingId: idOf(tenantId, 1), scan: 'PICKED_UP' })),
    )
  t.equal((await plain.sql`select 1 from tracking.packages`).length, tenants.length)
  t.match((await packagesOf(unfiltered(plain.tenantSql('c')), 'c', {}, {})).nodes, [{ trackingId: 'c-1' }])
})
