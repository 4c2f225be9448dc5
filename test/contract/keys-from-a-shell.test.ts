// `troupe keys` creates, rotates, revokes and lists API keys; a key is replaced without a gap, and ends when it should.

import t from 'tap'

import { Access } from '../../control-plane/auth/access.ts'
import { issueApiKey, listApiKeys } from '../../control-plane/auth/api-key.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import { startTroupe, type ShellAnswer } from '../harness/troupe-shell.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const server = await startEmbeddedPostgres()
await migrate({ url: server.url })
const { sql, close } = openDatabase({ url: server.url })
t.teardown(async () => {
  await close()
  await server.close()
})
t.beforeEach(async () => {
  await sql`truncate troupe.api_keys`
})

const troupe = (...args: readonly string[]): Promise<ShellAnswer> =>
  startTroupe(['keys', ...args], {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: server.url,
  }).answer

/** As a process would judge it that has not seen it yet. */
const judged = (key: string, kind: 'tenant' | 'operator' = 'tenant') =>
  new Access({ sql, refusalsPerMinute: 1_000 }).judge(key, kind, 'here')

const shop = ['--tenant', 'acme', '--name', 'web shop'] as const

t.test('a key is created, used, listed and revoked', async (t) => {
  t.match(await troupe('list'), { code: 0, out: 'no keys\n', err: '' })
  const created = await troupe('create', ...shop, '--expires', '90d')
  t.match(created, { code: 0, out: /^trp_[A-Za-z0-9_-]{43}[0-9a-f]{6}\n$/, err: '' })
  const key = created.out.trim()
  t.match(await judged(key), {
    kind: 'let-in',
    holder: { kind: 'tenant', tenant: 'acme', scopes: { length: 2 } },
  })
  t.same(await judged(key, 'operator'), { kind: 'other-api' })

  const admin = await troupe('create', '--role', 'admin', '--name', 'Ada', '--json')
  const { key: adminKey, prefix } = JSON.parse(admin.out) as { key: string; prefix: string }
  t.match(await judged(adminKey, 'operator'), { kind: 'let-in', holder: { role: 'admin', keyName: 'Ada' } })
  const reader = await troupe('create', '--tenant', 'acme', '--name', 'reader', '--scope', 'tracking:read')
  t.match(await judged(reader.out.trim()), { holder: { scopes: ['tracking:read'] } })

  await waitUntil('its use is noted', async () =>
    (await listApiKeys(sql, { dead: false })).every((one) => one.lastUsedAt),
  )
  const { out } = await troupe('list')
  const [title, ...lines] = out.trimEnd().split('\n')
  t.match(title, /^PREFIX +STATE +OPENS +SCOPES +CREATED +EXPIRES +LAST USED +NAME$/)
  t.match(lines, { length: 3 })
  t.match(lines[1], new RegExp(`^${prefix} +live +operators' API as admin +all .* – .* Ada$`))
  t.notMatch(out, new RegExp(key.slice(13, 40)))
  t.match(JSON.parse((await troupe('list', '--tenant', 'acme', '--json')).out), [
    { name: 'reader' },
    { name: 'web shop' },
  ])

  t.match(await troupe('revoke', prefix), { code: 0, out: '1 revoked\n' })
  t.same(await judged(adminKey, 'operator'), { kind: 'unknown' })
  t.match(await troupe('revoke', prefix), { code: 2, err: /no key that begins with trp_/ })
  t.match(JSON.parse((await troupe('list', '--all', '--json')).out), [
    {},
    { name: 'Ada', state: 'revoked' },
    {},
  ])
})

t.test('a key is replaced without a gap: two live at once, and no third', async (t) => {
  const old = (await troupe('create', ...shop, '--scope', 'tracking:read')).out.trim()
  t.match(await troupe('create', ...shop), { code: 2, err: /lives already; troupe keys rotate/ })
  const rotated = await troupe('rotate', ...shop, '--grace', '7d')
  t.match(rotated, { code: 0, err: new RegExp(`^${old.slice(0, 12)} ends at `) })
  const fresh = rotated.out.trim()
  t.match(await judged(old), { kind: 'let-in' })
  t.match(await judged(fresh), { kind: 'let-in', holder: { scopes: ['tracking:read'] } })
  t.match(await troupe('rotate', ...shop), { code: 2, err: /Two keys named "web shop" live already/ })
  // when the old one's time has come
  await sql`update troupe.api_keys set expires_at = now() where key_prefix = ${old.slice(0, 12)}`
  t.same(await judged(old), { kind: 'unknown' })
  t.match(await troupe('rotate', ...shop, '--grace', '0s'), { code: 0 })
  t.same(await judged(fresh), { kind: 'unknown' })
})

t.test('of several that issue at once two are answered', async (t) => {
  const answers = await Promise.allSettled(
    Array.from({ length: 8 }, () => issueApiKey(sql, { tenant: 'acme', name: 'at once' })),
  )
  const issued = answers.filter(({ status }) => status === 'fulfilled').length
  t.ok(issued >= 1 && issued <= 2, String(issued))
  t.equal((await listApiKeys(sql, { dead: false })).length, issued)
})

t.test('what is wrong is said in a line, with its exit code', async (t) => {
  const table: readonly (readonly [readonly string[], RegExp])[] = [
    [['create', '--name', 'x'], /--tenant or --role/],
    [['create', '--name', 'x', '--tenant', 'a', '--role', 'viewer'], /--tenant or --role/],
    [['create', '--name', 'x', '--tenant', ''], /--tenant is empty/],
    [['create', '--name', ' ', '--tenant', 'a'], /--name is empty/],
    [['create', '--tenant', 'a'], /--name/],
    [['create', '--name', 'x', '--role', 'king'], /--role is "king"; it must be viewer, operator, admin/],
    [['create', ...shop, '--scope', 'everything'], /--scope is "everything"; it must be tracking:read or/],
    [['create', '--name', 'x', '--role', 'viewer', '--scope', 'tracking:read'], /--scope is for tenants/],
    [['create', ...shop, '--expires', 'soon'], /--expires is "soon"; it must be a time/],
    [['rotate', ...shop], /no key named "web shop" lives/],
    [['revoke', 'trp_nothing'], /no key that begins with trp_nothing lives/],
    [[], /Usage: troupe keys/],
  ]
  for (const [args, err] of table) t.match(await troupe(...args), { code: 2, err, out: '' }, args.join(' '))
})
