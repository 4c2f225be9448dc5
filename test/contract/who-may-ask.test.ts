// Keys and tokens open the API that they are for, as often as they may; wrong ones are refused, alike and not for ever.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash, createHmac } from 'node:crypto'

import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import t, { type Test } from 'tap'

import type { AccessSettings } from '../../control-plane/access-settings.ts'
import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../../control-plane/server.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'

t.setTimeout(300_000)

const quiet = (): void => undefined
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const { sql, close } = openDatabase({ url: server.url })
const folder = await mkdtemp(join(tmpdir(), 'troupe-access-'))
const options: ControlPlaneOptions = {
  databaseUrl: server.url,
  databaseConnections: 4,
  publicApiHost: '127.0.0.1',
  publicApiPort: 0,
  operatorApiHost: '127.0.0.1',
  operatorApiPort: 0,
  explorer: false,
}

const pair = await generateKeyPair('RS256', { extractable: true })
const stranger = await generateKeyPair('RS256')
const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' }
const pem = await exportSPKI(pair.publicKey)
let jwksStatus = 200
const jwks = createServer((_, response) => {
  response.writeHead(jwksStatus, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ keys: [publicJwk] }))
})
await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve))
const jwksUrl = `http://127.0.0.1:${String((jwks.address() as AddressInfo).port)}/keys`
const tokens = { jwtIssuer: 'https://sign-in.example', jwtAudience: 'troupe' } as const

t.teardown(async () => {
  await new Promise((resolve) => jwks.close(resolve))
  await close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const started = async (t: Test, access: AccessSettings): Promise<ControlPlane> => {
  const controlPlane = await startControlPlane({ ...options, access }, log)
  t.teardown(() => controlPlane.stop())
  return controlPlane
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: { data: unknown; errors?: { message: string; extensions: { code: string } }[] }
}

const ask = async (
  base: string,
  credential: string | undefined,
  body: object = { query: '{ __typename }' },
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  }
}

const token = (
  claims: JWTPayload = {},
  change: (jwt: SignJWT) => SignJWT = (jwt) => jwt,
  key = pair.privateKey,
  header: object = {},
) =>
  change(
    new SignJWT({ tenant: 'acme', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
      .setIssuer('https://sign-in.example')
      .setAudience('troupe')
      .setSubject('ada')
      .setExpirationTime('5m'),
  ).sign(key)

t.test('a token of the sign-in service opens the API that its claims name', async (t) => {
  await writeFile(join(folder, 'key.pem'), pem)
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [publicJwk] }))
  for (const keys of [
    { jwtJwksUrl: jwksUrl },
    { jwtKeyFile: join(folder, 'key.pem') },
    { jwtKeyFile: join(folder, 'keys.json') },
  ]) {
    const { publicUrl, operatorUrl } = await started(t, { ...keys, ...tokens })
    t.equal((await ask(publicUrl, await token())).status, 200)
    t.equal((await ask(operatorUrl, await token())).status, 403)
    const operator = await token({ tenant: undefined, troupe_role: 'operator' })
    t.match((await ask(operatorUrl, operator, { query: '{ cluster { role keyName } }' })).body.data, {
      cluster: { role: 'OPERATOR', keyName: 'ada' },
    })
    t.equal((await ask(publicUrl, operator)).status, 403)
    const both = await token({ troupe_role: 'viewer' })
    t.same([(await ask(publicUrl, both)).status, (await ask(operatorUrl, both)).status], [200, 200])
    t.equal((await ask(publicUrl, await token({ scope: 'openid tracking:subscribe' }))).status, 403)
    t.equal((await ask(publicUrl, await token({ scope: 'openid email' }))).status, 200)
  }
})

const base64 = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

t.test('forged, foreign and old tokens are refused, all alike', async (t) => {
  const { publicUrl, operatorUrl } = await started(t, {
    jwtJwksUrl: jwksUrl,
    ...tokens,
    refusalsPerMinute: 1_000,
  })
  const good = await token()
  const [header = '', payload = '', signature = ''] = good.split('.')
  const hs256 = `${base64({ alg: 'HS256', kid: 'one' })}.${payload}`
  const forged: Readonly<Record<string, string>> = {
    'signed by a stranger': await token({}, undefined, stranger.privateKey),
    'not signed': `${base64({ alg: 'none' })}.${payload}.`,
    'not signed, with a signature': `${base64({ alg: 'none' })}.${payload}.${signature}`,
    'signed with the public key as a secret': `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`,
    'with other claims': `${header}.${base64({ tenant: 'umbrella' })}.${signature}`,
    'for somebody else': await token({}, (jwt) => jwt.setAudience('another')),
    'of somebody else': await token({}, (jwt) => jwt.setIssuer('https://elsewhere.example')),
    expired: await token({}, (jwt) => jwt.setExpirationTime(Math.floor(Date.now() / 1_000) - 120)),
    'not yet valid': await token({}, (jwt) => jwt.setNotBefore('10m')),
    'of no tenant': await token({ tenant: undefined }),
    'of a tenant that is no text': await token({ tenant: { length: 1 } }),
    'of an unknown role': await token({ tenant: undefined, troupe_role: 'king' }),
    'with a key of its own': await token({}, undefined, stranger.privateKey, { kid: 'two', jwk: publicJwk }),
    'no token': 'a.b.c',
  }
  const refused = await ask(publicUrl, undefined)
  for (const [name, credential] of Object.entries(forged)) {
    for (const base of [publicUrl, operatorUrl]) {
      const { status, body } = await ask(base, credential)
      t.same([status, body], [401, refused.body], name)
    }
  }
  const keyless = await started(t, {})
  t.equal((await ask(keyless.publicUrl, good)).status, 401, 'where no tokens are taken')
})

t.test('where the keys of tokens cannot be had it says so, and API keys open', async (t) => {
  jwksStatus = 500
  t.teardown(() => (jwksStatus = 200))
  const { publicUrl } = await started(t, { jwtJwksUrl: jwksUrl, ...tokens })
  const { status, body } = await ask(publicUrl, await token())
  t.match([status, body], [503, { errors: [{ extensions: { code: 'UNAVAILABLE' } }] }])
  t.notMatch(JSON.stringify(body), /127\.0\.0\.1|JSON Web Key/)
  const { key } = await issueApiKey(sql, { tenant: 'acme', name: 'beside tokens' })
  t.equal((await ask(publicUrl, key)).status, 200)
})

t.test('what is no key file stops the start', async (t) => {
  await writeFile(join(folder, 'nothing'), 'nothing')
  for (const file of ['nothing', 'missing'])
    await t.rejects(
      startControlPlane({ ...options, access: { ...tokens, jwtKeyFile: join(folder, file) } }, log),
      {
        code: 'CONFIG_INVALID',
        message: /JWT_KEY_FILE/,
      },
    )
})

t.test('a key that asks too often is told when to come back, and holds up no other', async (t) => {
  const { publicUrl } = await started(t, { requestsPerMinute: 5 })
  const { key } = await issueApiKey(sql, { tenant: 'acme', name: 'busy' })
  const { key: other } = await issueApiKey(sql, { tenant: 'acme', name: 'calm' })
  const statuses: number[] = []
  for (let nth = 0; nth < 7; nth += 1) statuses.push((await ask(publicUrl, key)).status)
  t.same(statuses, [200, 200, 200, 200, 200, 429, 429])
  const { headers, body } = await ask(publicUrl, key)
  t.ok(Number(headers.get('retry-after')) >= 1)
  t.match(body, { data: null, errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] })
  t.equal((await ask(publicUrl, other)).status, 200)
})

t.test(
  'an address that shows wrong keys is not listened to for a while; a proxy speaks for others',
  async (t) => {
    const { publicUrl } = await started(t, { refusalsPerMinute: 3, trustedProxies: '127.0.0.1' })
    const { key } = await issueApiKey(sql, { tenant: 'acme', name: 'right' })
    const from = (address: string, credential: string) =>
      ask(publicUrl, credential, undefined, { 'x-forwarded-for': address })
    const statuses: number[] = []
    for (let nth = 0; nth < 5; nth += 1) statuses.push((await from('10.0.0.1', `trp_${String(nth)}`)).status)
    t.same(statuses, [401, 401, 401, 429, 429])
    const held = await from('10.0.0.1', key)
    t.equal(held.status, 429)
    t.ok(Number(held.headers.get('retry-after')) >= 1)
    t.equal((await from('10.0.0.2', key)).status, 200)
    t.equal(
      (await from('10.0.0.1', key)).status,
      200,
      'who was right a moment ago is not held up by others there',
    )

    const untrusting = await started(t, { refusalsPerMinute: 2 })
    const spoofed: number[] = []
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
      spoofed.push(
        (await ask(untrusting.publicUrl, 'trp_', undefined, { 'x-forwarded-for': address })).status,
      )
    t.same(spoofed, [401, 401, 429], 'nobody is believed who says where he is')
  },
)

t.test('persisted queries are asked by their hash, and where they alone are, nothing else is', async (t) => {
  const query = 'query Known($id: ID!) { package(trackingId: $id) { state } }'
  const live = 'subscription { packageChanged { state } }'
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
  const persistedQueriesFile = join(folder, 'queries.json')
  await writeFile(persistedQueriesFile, JSON.stringify({ [hashOf(query)]: query, [hashOf(live)]: live }))
  const { key } = await issueApiKey(sql, { tenant: 'acme', name: 'persisted' })
  const byHash = (hash: string) => ({
    variables: { id: 'x' },
    extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
  })
  const open = await started(t, { persistedQueriesFile })
  const shut = await started(t, { persistedQueriesFile, onlyPersisted: true })
  const found = { data: { package: null } }
  for (const { publicUrl } of [open, shut]) {
    t.match(await ask(publicUrl, key, byHash(hashOf(query))), { status: 200, body: found })
    t.match(await ask(publicUrl, key, byHash('f00')), {
      status: 400,
      body: { errors: [{ message: 'PersistedQueryNotFound' }] },
    })
  }
  const written = { query, variables: { id: 'x' } }
  t.match(await ask(open.publicUrl, key, written), { status: 200, body: found })
  t.match(
    await ask(open.publicUrl, key, { ...byHash(hashOf(query)), query }),
    { status: 200 },
    'a client that sends both',
  )
  t.match(await ask(open.publicUrl, key, { ...byHash('f00'), query }), { status: 400 }, 'that do not fit')
  for (const body of [written, { ...byHash('f00'), query: '{ __typename }' }, {}])
    t.match(await ask(shut.publicUrl, key, body), { status: 400, body: { data: null } }, JSON.stringify(body))

  await writeFile(persistedQueriesFile, JSON.stringify({ f00: query }))
  await t.rejects(startControlPlane({ ...options, access: { persistedQueriesFile } }, log), {
    code: 'CONFIG_INVALID',
    message: /f00 is not the SHA-256 of its query/,
  })
})
