// Packages and orders by state, time and order; events with what became of them; and all of it the same when compiled.

import t from 'tap'

import { applyTracked } from '../../actors/package-tracking/tables.ts'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { startControlPlane } from '../../control-plane/server.ts'
import { insertDeadLetters, migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import { noon, scanned, Tracker } from '../harness/tracked-scans.ts'

t.setTimeout(300_000)

const quiet = (): void => undefined
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const { sql, close } = openDatabase({ url: server.url })
const api = await startControlPlane(
  {
    databaseUrl: server.url,
    databaseConnections: 4,
    publicApiHost: '127.0.0.1',
    publicApiPort: 0,
    operatorApiHost: '127.0.0.1',
    operatorApiPort: 0,
    explorer: false,
  },
  log,
)
const { key } = await issueApiKey(sql, { tenant: 'acme', name: 'test' })
t.teardown(async () => {
  await api.stop()
  await close()
  await server.close()
})

interface Answer {
  readonly data: Record<string, { nodes: Record<string, unknown>[]; pageInfo: { endCursor: string } }>
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}

const ask = async (query: string, variables: object = {}): Promise<Answer> => {
  const response = await fetch(`${api.publicUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as Answer
}

const tracker = new Tracker()
for (let order = 0; order < 6; order += 1) {
  for (let nth = 0; nth < 3; nth += 1) {
    const trackingId = `P${String(order)}${String(nth)}`
    const orderId = `O${String(order)}`
    const rows = await tracker.track(
      scanned({ trackingId, orderId, scan: 'PICKED_UP', eventId: `e-${trackingId}`, occurredAt: noon }),
      ...(order % 2 === 0 ? [scanned({ trackingId, orderId, scan: 'DELIVERED', occurredAt: noon + 1 })] : []),
    )
    await applyTracked(sql, rows)
  }
  // A time of its own for each order.
  const at = new Date(noon + order * 60_000)
  await sql`update tracking.packages set updated_at = ${at} where order_id = ${`O${String(order)}`}`
  await sql`update tracking.orders set updated_at = ${at} where order_id = ${`O${String(order)}`}`
}

const packages = `query ($first: Int, $after: String, $state: PackageState, $orderId: ID, $since: DateTime, $before: DateTime) {
  packages(first: $first, after: $after, state: $state, orderId: $orderId, changedSince: $since, changedBefore: $before) {
    nodes { trackingId order { orderId } } pageInfo { endCursor hasNextPage }
  }
}`
const orders = `query ($first: Int, $after: String, $state: OrderState, $since: DateTime, $before: DateTime) {
  orders(first: $first, after: $after, state: $state, changedSince: $since, changedBefore: $before) {
    nodes { orderId state } pageInfo { endCursor hasNextPage }
  }
}`
const at = (order: number): string => new Date(noon + order * 60_000).toISOString()
const idsOf = ({ data, errors }: Answer, list: string, id: string): unknown[] => {
  if (errors !== undefined) throw new Error(JSON.stringify(errors))
  return data[list]?.nodes.map((node) => node[id]) ?? []
}

t.test('by state, time and order, each alone and together', async (t) => {
  const all = [5, 4, 3, 2, 1, 0]
  const named = (which: readonly number[]) =>
    which.flatMap((order) => [2, 1, 0].map((nth) => `P${String(order)}${String(nth)}`))
  const table: readonly (readonly [object, readonly number[]])[] = [
    [{}, all],
    [{ state: 'DELIVERED' }, [4, 2, 0]],
    [{ state: 'LOST' }, []],
    [{ orderId: 'O3' }, [3]],
    [{ orderId: 'O3', state: 'DELIVERED' }, []],
    [{ orderId: 'O4', state: 'DELIVERED' }, [4]],
    [{ orderId: 'nothing' }, []],
    [{ since: at(4) }, [5, 4]],
    [{ before: at(2) }, [1, 0]],
    [{ since: at(1), before: at(4) }, [3, 2, 1]],
    [{ since: at(1), before: at(4), state: 'DELIVERED' }, [2]],
    [{ since: at(1), before: at(4), orderId: 'O5' }, []],
    [{ since: '2025-06-02T14:04:00+02:00' }, [5, 4]],
    [{ since: at(4), before: at(1) }, []],
  ]
  for (const [variables, expected] of table) {
    const answer = await ask(packages, variables)
    t.same(idsOf(answer, 'packages', 'trackingId'), named(expected), JSON.stringify(variables))
    t.ok(
      answer.data['packages']?.nodes.every((node) =>
        (node['order'] as { orderId?: string }).orderId?.startsWith('O'),
      ),
    )
    if ('orderId' in variables) continue
    const state = 'state' in variables ? { state: 'DELIVERED' } : {}
    if ('state' in variables && expected.length === 0) continue
    const found = await ask(orders, { ...variables, ...state })
    t.same(
      idsOf(found, 'orders', 'orderId'),
      expected.map((order) => `O${String(order)}`),
      JSON.stringify(variables),
    )
  }
})

t.test('pages of orders and of an order, each once', async (t) => {
  for (const [query, list, id, filter, count] of [
    [orders, 'orders', 'orderId', {}, 6],
    [orders, 'orders', 'orderId', { state: 'SHIPPED' }, 3],
    [packages, 'packages', 'trackingId', { orderId: 'O1' }, 3],
  ] as const) {
    const seen: unknown[] = []
    let after: string | undefined
    do {
      const answer = await ask(query, { ...filter, first: 2, after })
      const page = idsOf(answer, list, id)
      seen.push(...page)
      after = page.length === 0 ? undefined : answer.data[list]?.pageInfo.endCursor
    } while (after !== undefined)
    t.equal(seen.length, count)
    t.equal(new Set(seen).size, count)
  }
})

t.test('what is no moment is told so', async (t) => {
  for (const since of [
    'yesterday',
    '2025-06-02',
    '2025-13-02T12:00:00Z',
    '+020250-01-01T00:00:00Z',
    '',
    7,
    true,
  ]) {
    const variable = await ask(packages, { since })
    t.match(variable.errors, [{ message: /DateTime is written so|cannot represent/ }], String(since))
    const literal = await ask(`{ packages(changedSince: ${JSON.stringify(since)}) { nodes { state } } }`)
    t.match(literal.errors, [{ message: /DateTime is written so|cannot represent/ }], String(since))
  }
  t.same(
    idsOf(await ask(packages, { since: '0001-01-01T00:00:00Z', first: 1 }), 'packages', 'trackingId').length,
    1,
  )
  t.same(
    idsOf(await ask(packages, { since: '0000-01-01T00:00:00Z', first: 1 }), 'packages', 'trackingId').length,
    1,
  )
})

t.test('an event tells what became of it', async (t) => {
  const letter = (eventId: string, offset: number, outcome: 'rejected' | 'undecodable' | 'exhausted') => ({
    original: { topic: 'shipping', partition: 0, offset, timestamp: -1, key: null, value: null, headers: [] },
    cause: {
      ...{ group: 'g', actor: 'package-tracking', outcome, attempts: 3, errorClass: 'SecretError' },
      ...{ message: 'secret', stack: 'secret', failedAtMs: noon + offset },
    },
    ...{
      tenant: 'acme',
      eventId,
      eventType: 'shipping.package.scanned',
      errorCode: 'SECRET',
      inboxKey: undefined,
    },
    redrives: 0,
  })
  await insertDeadLetters(sql, [
    letter('refused', 1, 'rejected'),
    letter('broken', 2, 'exhausted'),
    letter('thrown-away', 3, 'undecodable'),
    letter('e-P00', 4, 'exhausted'),
    { ...letter('foreign', 5, 'rejected'), tenant: 'umbrella' },
  ])
  await sql`update troupe.dead_letters set state = 'discarded' where event_id = 'thrown-away'`
  await sql`update troupe.dead_letters set state = 'redriven' where event_id = 'e-P00'`
  await sql`
    insert into troupe.dead_letter_receipts (dead_letter_id, outcome, reason, told_by, told_at)
    select id, case state when 'discarded' then 'discarded' else 'redriven' end, 'secret', 'secret', to_timestamp(${noon / 1000 + 60})
    from troupe.dead_letters where state in ('discarded', 'redriven')`
  await sql`
    insert into troupe.duplicates (group_id, actor, topic, partition, record_offset, tenant, key)
    values ('g', 'package-tracking', 'shipping', 0, 9, 'acme', 'e-P00')`
  const story = `query ($id: ID!) { event(id: $id) { id status scan { scan state } package { trackingId state } story { kind } } }`
  const table: readonly (readonly [string, object | null])[] = [
    [
      'e-P01',
      {
        status: 'APPLIED',
        scan: { scan: 'PICKED_UP' },
        package: { trackingId: 'P01' },
        story: [{ kind: 'APPLIED' }],
      },
    ],
    ['refused', { status: 'REJECTED', scan: null, package: null, story: [{ kind: 'REJECTED' }] }],
    ['broken', { status: 'FAILED', story: [{ kind: 'FAILED' }] }],
    ['thrown-away', { status: 'DISCARDED', story: [{ kind: 'UNREADABLE' }, { kind: 'DISCARDED' }] }],
    [
      'e-P00',
      {
        status: 'APPLIED',
        story: [{ kind: 'FAILED' }, { kind: 'SENT_AGAIN' }, { kind: 'APPLIED' }, { kind: 'REPEATED' }],
      },
    ],
    ['foreign', null],
    ['nothing', null],
    ['a\0b', null],
  ]
  for (const [id, expected] of table) {
    const answer = await ask(story, { id })
    t.equal(answer.errors, undefined)
    t.match(answer.data, { event: expected }, id)
    t.notMatch(JSON.stringify(answer), /secret/i)
  }
})

t.test('a query that is asked often answers as it did the first time', async (t) => {
  const query = `query ($id: ID!, $first: Int = 2, $skip: Boolean = false) {
    package(trackingId: $id) { state stateSince @skip(if: $skip) history(first: $first) { nodes { scan time } } order { packages { nodes { trackingId } } } }
  }`
  const first = await ask(query, { id: 'P00' })
  t.match(first.data, { package: { state: 'DELIVERED', history: { nodes: { length: 2 } } } })
  for (let nth = 0; nth < 8; nth += 1) {
    t.same(await ask(query, { id: 'P00' }), first)
    t.match((await ask(query, { id: 'P10', first: 1, skip: true })).data, {
      package: { state: 'PICKED_UP', stateSince: undefined, history: { nodes: { length: 1 } } },
    })
    t.match((await ask(query, { id: 'P10', first: 0 })).errors, [{ extensions: { code: 'BAD_USER_INPUT' } }])
    t.ok((await ask(query, { id: 'P10', first: 'x' })).errors)
    t.ok((await ask(query)).errors)
  }
})

t.test('one operation at a time, and subscriptions elsewhere', async (t) => {
  for (const query of [
    'query A { packages { nodes { state } } } query B { orders { nodes { state } } }',
    'subscription { packageChanged { state } }',
  ])
    for (let nth = 0; nth < 5; nth += 1) {
      const response = await fetch(`${api.publicUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query, operationName: nth % 2 === 0 ? 'A' : undefined }),
      })
      t.equal(response.status, 400)
      t.match(await response.json(), { data: null, errors: [{}] })
    }
})
