// A tenant sees its own rows alone, by keys and tokens, over HTTP and WebSocket, at two processes that answer all tenants at once; a
// key that is revoked and a token that has expired end at both.

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createClient } from 'graphql-ws'
import { SignJWT } from 'jose'
import t from 'tap'
import { WebSocket } from 'ws'

import { applyTracked } from '../../actors/package-tracking/tables.ts'
import { issueApiKey, revokeApiKey } from '../../control-plane/auth/api-key.ts'
import { migrate, openDatabase } from '../../runtime/store/index.ts'
import type { ScanKind } from '../../schemas/types/index.ts'
import { startPostgres } from '../harness/services/postgres.ts'
import { noon, scanned, Tracker } from '../harness/tracked-scans.ts'
import { TroupeProcess } from '../harness/troupe-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(600_000)

/** Each is written on all that is its own, and on nothing else. */
const tenants = ['north', 'south', 'east', 'west', 'middle'] as const
type Tenant = (typeof tenants)[number]
/** Of each tenant, under the same tracking ids and order ids as the others'. */
const perTenant = 20
const queries = 4_000
const lanes = 48
/** Of docs/public-api.md. */
const revokedWithinMs = 1_000

const packageIds = Array.from({ length: perTenant }, (_, nth) => `PKG-${String(nth)}`)
const orderOf = (nth: number): string => `ORD-${String(nth % 5)}`

// given
const postgres = await startPostgres()
await migrate({ url: postgres.url })
const { sql, close } = openDatabase({ url: postgres.url })
const folder = mkdtempSync(join(tmpdir(), 'troupe-tenants-'))
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
writeFileSync(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
const processes = ['one', 'other'].map(
  (name) =>
    new TroupeProcess(
      name,
      'control-plane/main.ts',
      {
        ...process.env,
        NODE_OPTIONS: '',
        DATABASE_URL: postgres.url,
        PUBLIC_API_PORT: '0',
        API_REQUESTS_PER_MINUTE: '1000000',
        JWT_KEY_FILE: join(folder, 'key.pem'),
        JWT_ISSUER: 'https://sign-in.example',
        JWT_AUDIENCE: 'troupe',
      },
      folder,
    ),
)
t.teardown(async () => {
  await Promise.all(processes.map((one) => one.stop()))
  await close()
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
})
const urls = await Promise.all(
  processes.map(async (one) => String((await one.says('the public API is up'))['url'])),
)

const tokenOf = (tenant: string, expiresAtS: number): Promise<string> =>
  new SignJWT({ tenant })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('https://sign-in.example')
    .setAudience('troupe')
    .setSubject(`somebody of ${tenant}`)
    .setExpirationTime(expiresAtS)
    .sign(privateKey)

const inAnHourS = Math.floor(Date.now() / 1_000) + 3_600
const holders = await Promise.all(
  tenants.map(async (tenant) => {
    const { key } = await issueApiKey(sql, { tenant, name: 'web shop' })
    return { tenant, credentials: [key, await tokenOf(tenant, inAnHourS)] }
  }),
)

const tracker = new Tracker()
/** All packages of all tenants, in one transaction. */
const scanAll = async (scan: ScanKind, occurredAt: number): Promise<void> => {
  const scans = tenants.flatMap((tenantId) =>
    packageIds.map((trackingId, nth) =>
      scanned({ tenantId, trackingId, orderId: orderOf(nth), carrier: tenantId, scan, occurredAt }),
    ),
  )
  await applyTracked(sql, await tracker.track(...scans))
}
await scanAll('PICKED_UP', noon)

const post = async (
  url: string,
  credential: string,
  query: string,
): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, text: await response.text() }
}

const foreignIn = (text: string, own: Tenant): readonly string[] =>
  tenants.filter((tenant) => tenant !== own && text.includes(tenant))

/** The same numbers each time. */
const randomBelow = (seed: number) => {
  let state = seed
  return (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const anyQuery = (below: (limit: number) => number): string => {
  const packageId = packageIds[below(perTenant)] ?? ''
  const tenant = tenants[below(tenants.length)] ?? ''
  switch (below(7)) {
    case 0:
    case 1:
      return `{ package(trackingId: "${packageId}") { trackingId carrier } }`
    case 2:
      return `{ package(trackingId: "${packageId}") { carrier history { nodes { id } } order { packages { nodes { carrier } } } } }`
    case 3:
      return `{ order(orderId: "${orderOf(below(5))}") { orderId packages(first: 5) { nodes { carrier } } } }`
    case 4:
      return `{ packages(first: ${String(1 + below(30))}) { nodes { carrier history(first: 2) { nodes { id } } } } }`
    case 5:
      return `{ orders(first: 3) { nodes { packages(first: 3) { nodes { carrier } } } } }`
    default:
      return `{ event(id: "${tenant}/${packageId}/PICKED_UP/${String(noon)}") { id status package { carrier } } }`
  }
}

interface Told {
  readonly tenant: Tenant
  readonly texts: string[]
  /** Of `packageChanged`. */
  readonly delivered: Set<string>
  /** The code that its socket closed with. */
  closedWith: number | undefined
}

/** Two subscriptions on a socket of their own. */
const watch = async (tenant: Tenant, credential: string, url: string): Promise<Told> => {
  const begun = Promise.withResolvers<undefined>()
  const told: Told = { tenant, texts: [], delivered: new Set(), closedWith: undefined }
  const client = createClient({
    url: url.replace('http:', 'ws:').replace('/graphql', '/subscriptions'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${credential}` },
    retryAttempts: 0,
    on: {
      closed: (event) => {
        told.closedWith = (event as { readonly code: number }).code
        begun.reject(new Error(`closed with ${String(told.closedWith)} before it was told anything`))
      },
    },
  })
  t.teardown(() => client.dispose())
  const subscribe = (query: string, tell: (data: Record<string, unknown>) => void): void => {
    client.subscribe(
      { query },
      {
        next: (answer) => {
          told.texts.push(JSON.stringify(answer))
          tell(answer.data ?? {})
        },
        error: (error) => told.texts.push(`error: ${String(error)}`),
        complete: () => undefined,
      },
    )
  }
  subscribe(
    'subscription { packageChanged(state: DELIVERED) { trackingId carrier history { nodes { id } } } }',
    (data) => {
      told.delivered.add((data['packageChanged'] as { readonly trackingId: string }).trackingId)
    },
  )
  // In the order in which they are asked for: when this one tells, the other one has begun.
  subscribe('subscription { package(trackingId: "PKG-3") { carrier state } }', () => {
    begun.resolve(undefined)
  })
  await begun.promise
  return told
}

t.test('queries and subscriptions of all tenants at once', async (t) => {
  // when
  const watched = await Promise.all(
    holders.flatMap(({ tenant, credentials }) =>
      credentials.flatMap((credential) => urls.map((url) => watch(tenant, credential, url))),
    ),
  )
  const below = randomBelow(11)
  const foreign: string[] = []
  const failed: string[] = []
  let [asked, own] = [0, 0]
  const lane = async (): Promise<void> => {
    while (asked < queries) {
      asked += 1
      const { tenant, credentials } = holders[below(holders.length)] ?? { tenant: 'north', credentials: [] }
      const query = anyQuery(below)
      const { status, text } = await post(urls[below(2)] ?? '', credentials[below(2)] ?? '', query)
      if (status !== 200 || text.includes('"errors"')) failed.push(`${query}: ${text.slice(0, 200)}`)
      if (foreignIn(text, tenant).length > 0) foreign.push(`${tenant}: ${query}: ${text.slice(0, 200)}`)
      if (text.includes(tenant)) own += 1
    }
  }
  const change = async (): Promise<void> => {
    await scanAll('OUT_FOR_DELIVERY', noon + 1)
    await scanAll('DELIVERED', noon + 2)
  }
  await Promise.all([change(), ...Array.from({ length: lanes }, lane)])
  await waitUntil('every subscriber was told of all its packages', () =>
    watched.every(({ delivered }) => delivered.size === perTenant),
  )

  // then
  t.same(failed.slice(0, 3), [])
  t.same(foreign.slice(0, 3), [])
  t.ok(own > queries / 2, `${String(own)} of ${String(asked)} answers had something of the tenant's own`)
  for (const { tenant, texts } of watched)
    t.same(
      texts.filter((text) => foreignIn(text, tenant).length > 0),
      [],
    )
  t.ok(watched.every(({ tenant, texts }) => texts.every((text) => text.includes(tenant))))
  t.comment(
    `${String(watched.reduce((sum, { texts }) => sum + texts.length, 0))} messages to ${String(watched.length)} sockets`,
  )
})

interface Asked {
  readonly sentAtMs: number
  readonly status: number
}

/** Asks again and again, from several lanes, until one that set out after `lastMs()` is answered. */
const askUntil = async (url: string, credential: string, lastMs: () => number): Promise<readonly Asked[]> => {
  const all: Asked[] = []
  const lane = async (): Promise<void> => {
    for (;;) {
      const sentAtMs = Date.now()
      const { status } = await post(url, credential, '{ package(trackingId: "PKG-1") { carrier } }')
      all.push({ sentAtMs, status })
      if (sentAtMs > lastMs()) return
    }
  }
  await Promise.all(Array.from({ length: 4 }, lane))
  return all
}

t.test('a key that is revoked ends at both processes within the time that is promised', async (t) => {
  const { key, prefix } = await issueApiKey(sql, { tenant: 'north', name: 'to be revoked' })
  const sockets = await Promise.all(urls.map((url) => watch('north', key, url)))
  let endsMs = Infinity
  const asking = Promise.all(urls.map((url) => askUntil(url, key, () => endsMs)))
  for (const url of urls) t.equal((await post(url, key, '{ __typename }')).status, 200)

  // when
  t.equal(await revokeApiKey(sql, 'north', prefix), 1)
  endsMs = Date.now() + revokedWithinMs

  // then
  for (const asked of await asking) {
    const late = asked.filter(({ sentAtMs }) => sentAtMs > endsMs)
    t.ok(
      late.length >= 4 && late.every(({ status }) => status === 401),
      `${String(late.length)} asked after it`,
    )
    t.ok(
      asked.some(({ status }) => status === 200),
      'it was a good one before',
    )
    const last = Math.max(...asked.filter(({ status }) => status === 200).map(({ sentAtMs }) => sentAtMs))
    t.comment(
      `the last that was answered set out ${String(last - endsMs + revokedWithinMs)} ms after the revocation`,
    )
  }
  await waitUntil('its sockets are closed', () => sockets.every(({ closedWith }) => closedWith === 4403))
})

t.test('a token ends at both processes when it expires', async (t) => {
  const expiresAtS = Math.floor(Date.now() / 1_000) + 15
  const token = await tokenOf('south', expiresAtS)
  const sockets = await Promise.all(urls.map((url) => watch('south', token, url)))

  // when
  const asked = (await Promise.all(urls.map((url) => askUntil(url, token, () => expiresAtS * 1_000)))).flat()

  // then
  const late = asked.filter(({ sentAtMs }) => sentAtMs > expiresAtS * 1_000)
  t.ok(late.length >= 8 && late.every(({ status }) => status === 401))
  t.ok(asked.every(({ status }) => status === 200 || status === 401))
  await waitUntil('its sockets are closed', () => sockets.every(({ closedWith }) => closedWith === 4403))
})
