// A Postgres that is away, cut off or restarted is told as such, costs no process, and leaves nothing half done.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

import t from 'tap'

import type { BatchEffects, Unit } from '../../runtime/delivery/index.ts'
import { embeddedBinaries } from '../../runtime/store/embedded/postgres-binaries.ts'
import { freePort, PostgresServer } from '../../runtime/store/embedded/postgres-server.ts'
import { temporaryFolder } from '../../runtime/store/embedded/embedded-postgres.ts'
import { unprivilegedUser } from '../../runtime/store/embedded/unprivileged-user.ts'
import { migrate, openDatabase, openEffectsStore } from '../../runtime/store/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const runAs = unprivilegedUser()
const binaries = await embeddedBinaries(runAs)
const server = await PostgresServer.start({
  binaries,
  runAs,
  folder: await temporaryFolder(runAs),
  temporary: true,
})
t.teardown(() => server.close())
await migrate({ url: server.url })
const database = openDatabase({ url: server.url })
t.teardown(() => database.close())

const unit: Unit = { group: 'shop', actor: 'tracker', topic: 'shipping', partition: 0 }
const batch = (key: string, effects: Partial<BatchEffects> = {}): BatchEffects => ({
  unit,
  inbox: [{ tenant: '', key, offset: 1, outcome: 'done' }],
  duplicates: [],
  states: [],
  tracked: [],
  applyTracked: undefined,
  ...effects,
})
const sleeping = (key: string): BatchEffects =>
  batch(key, {
    tracked: [{ entity: 'e', id: '1', state: 's', at: 0, tenant: '', eventId: 'x' }],
    applyTracked: async (sql) => {
      await sql`select pg_sleep(30)`
    },
  })
const away = { code: 'POSTGRES_UNAVAILABLE', retryable: true }
const isSleeping = () =>
  database.sql`select pid from pg_stat_activity where application_name = 'victim' and wait_event = 'PgSleep'`.then(
    (rows) => rows.length > 0,
  )
const terminate = () =>
  database.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`
const seen = async (store: ReturnType<typeof openEffectsStore>, key: string) =>
  (await store.seen(unit, [{ tenant: '', key }])).map(({ offset }) => offset)

await t.test('every method says that it is away, and why', async (t) => {
  const nobody = `postgres://postgres:x@127.0.0.1:${String(await freePort())}/postgres`
  const wrongPassword = server.url.replace(/:[^:@]+@/, ':wrong@')
  for (const [url, why] of [
    [nobody, /ECONNREFUSED/],
    [wrongPassword, /password authentication failed/],
    [`${server.url}-missing`, /does not exist/],
    ['postgres://postgres@host.invalid/x', /ENOTFOUND|EAI_AGAIN/],
  ] as const) {
    const store = openEffectsStore({ url })
    await t.rejects(store.seen(unit, [{ tenant: '', key: 'k' }]), { ...away, message: why })
    await t.rejects(store.loadStates(unit, [{ tenant: '', key: 'k' }]), away)
    await t.rejects(store.apply(batch('k')), away)
    await t.rejects(store.begin(), away)
    await store.close()
    await t.rejects(store.apply(batch('k')), { message: /closed/ })
  }
})

await t.test('missing tables are an outage with a remedy, nobody is dead-lettered for it', async (t) => {
  await database.sql`create database empty`
  const store = openEffectsStore({ url: server.url.replace(/postgres$/, 'empty') })
  await t.rejects(store.apply(batch('k')), { ...away, message: /migrations/ })
  await store.close()
})

await t.test('a session that is ended under its statement, or while idle', async (t) => {
  const store = openEffectsStore({ url: server.url, applicationName: 'victim', maxConnections: 2 })

  const applying = t.rejects(store.apply(sleeping('ended')), away)
  await waitUntil('the statement runs', isSleeping)
  await terminate()
  await applying
  t.same(await seen(store, 'ended'), [])

  const transaction = await store.begin()
  await transaction.sql`select 1`
  await terminate()
  await waitUntil('its session is lost', () =>
    transaction.sql`select 1`.then(
      () => false,
      () => true,
    ),
  )
  await t.rejects(transaction.sql`select 1`, away)
  await t.rejects(store.apply(batch('idle'), transaction), away)
  await waitUntil('a fresh session serves', () => store.apply(batch('idle')))
  t.same(await seen(store, 'idle'), [1])
  await store.close()
})

await t.test('a savepoint whose session is ended fails as an outage', async (t) => {
  const store = openEffectsStore({ url: server.url, applicationName: 'victim' })
  const transaction = await store.begin()
  const failing = t.rejects(
    transaction.savepoint(() => transaction.sql`select pg_sleep(30)`),
    away,
  )
  await waitUntil('the statement runs', isSleeping)
  await terminate()
  await failing
  await transaction.rollback()
  await store.close()
})

await t.test('the server crashes in the middle and comes back', async (t) => {
  const store = openEffectsStore({ url: server.url, applicationName: 'victim' })
  const applying = Promise.allSettled(['a', 'b', 'c'].map((key) => store.apply(sleeping(key))))
  await waitUntil('a statement runs', isSleeping)

  await server.stop('immediate')
  for (const outcome of await applying) t.match(outcome, { status: 'rejected', reason: away })
  await t.rejects(store.apply(batch('down')), away)
  await server.restart()

  t.same(await store.apply(batch('a')), { kind: 'applied' })
  t.same(await seen(store, 'b'), [])
  await store.close()
})

await t.test('the answer to a COMMIT is lost: applying again conflicts, and seen explains it', async (t) => {
  const proxy = await cutAt('commit\0')
  const store = openEffectsStore({ url: server.url.replace(/:\d+\//, `:${String(proxy.port)}/`) })

  await t.rejects(store.apply(batch('lost')), away)
  await waitUntil('the server has committed', async () => (await seen(store, 'lost')).length > 0)

  t.same(await store.apply(batch('lost')), { kind: 'conflict', on: 'inbox' })
  t.same(await seen(store, 'lost'), [1], 'at this very offset')
  await store.close()
  await proxy.close()
})

await t.test('a session that falls silent under its statement is away, and replaced', async (t) => {
  const store = openEffectsStore({
    url: server.url,
    applicationName: 'silent',
    statementTimeoutMs: 200,
    answerGraceMs: 200,
  })
  t.same(await store.apply(batch('spoken')), { kind: 'applied' })
  const [backend] = await database.sql<{ pid: number }>`
    select pid from pg_stat_activity where application_name = 'silent'`
  const pid = backend?.pid ?? 0

  process.kill(pid, 'SIGSTOP')
  await t.rejects(store.apply(batch('silent')), { ...away, message: /no answer for 400 ms/ })
  t.same(await store.apply(batch('silent')), { kind: 'applied' })

  process.kill(pid, 'SIGCONT')
  await store.close()
})

await t.test('a server that no longer answers is away too', async (t) => {
  const store = openEffectsStore({ url: server.url, statementTimeoutMs: 100 })
  t.same(await store.apply(batch('before')), { kind: 'applied' })
  process.kill(server.pid, 'SIGSTOP')
  const fresh = openEffectsStore({ url: server.url, connectTimeoutMs: 200 })
  await t.rejects(fresh.apply(batch('frozen')), away)
  process.kill(server.pid, 'SIGCONT')
  t.same(await fresh.apply(batch('thawed')), { kind: 'applied' })
  const slow = batch('slow', { tracked: sleeping('').tracked, applyTracked: sleeping('').applyTracked })
  await t.rejects(store.apply(slow), { ...away, message: /statement timeout/ })
  t.same(await store.apply(batch('slow')), { kind: 'applied' })
  await Promise.all([store.close(), fresh.close()])
})

/** A proxy that, once, forwards the message with this text and cuts the connection before the answer. */
async function cutAt(text: string): Promise<{ port: number; close(): Promise<void> }> {
  let cuts = 1
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('close', () => upstream.end())
    upstream.on('close', () => client.destroy())
    client.on('data', (bytes) => {
      upstream.write(bytes)
      if (!bytes.includes(text) || cuts === 0) return
      cuts -= 1
      upstream.pause().removeAllListeners('data')
      upstream.once('data', () => client.resetAndDestroy()).resume()
    })
    upstream.on('data', (bytes) => client.write(bytes))
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    port: (proxy.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
