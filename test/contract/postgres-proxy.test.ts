// The Postgres proxy does to a COMMIT what it was armed for, and only to that one: what was cut before is rolled back,
// what was cut after is committed, and the client learns of neither.

import t from 'tap'
import postgres from 'postgres'
import { startEmbeddedPostgres } from '../../runtime/store/index.ts'
import { PostgresProxy } from '../harness/proxy/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

const server = await startEmbeddedPostgres()
const target = { host: '127.0.0.1', port: Number(new URL(server.url).port) }
const proxy = await PostgresProxy.start(target)
const direct = postgres(server.url, { max: 2 })
t.teardown(async () => {
  await direct.end()
  await proxy.close()
  await server.close()
})
await direct`create table mark (text text)`

/** As clients of postgres.js are, `direct` too; `simple` sends simple queries. */
const through = (name: string, options: postgres.Options<Record<string, never>> = {}): postgres.Sql => {
  const client = postgres(proxy.urlFor(server.url), {
    max: 1,
    fetch_types: false,
    connection: { application_name: name },
    backoff: false,
    ...options,
  })
  t.teardown(() => client.end({ timeout: 1 }))
  return client
}
const mark = (client: postgres.Sql, text: string): Promise<unknown> =>
  client.begin((sql) => sql`insert into mark values (${text})`)
const isMarked = async (text: string): Promise<boolean> =>
  (await direct`select 1 from mark where text = ${text}`).length > 0
const lost = { code: /ECONNRESET|CONNECTION_CLOSED/ }

for (const [way, options] of Object.entries({
  prepared: {},
  unprepared: { prepare: false },
})) {
  await t.test(`COMMIT, ${way}`, async (t) => {
    const client = through(way, options)
    await mark(client, `${way} first`)

    await t.test('cut before it is forwarded', async (t) => {
      const armed = proxy.arm({ kind: 'cut-before' })
      await t.rejects(mark(client, `${way} before`), lost)
      t.match(await armed.untilFired(), {
        commit: { applicationName: way, wrote: true, database: 'postgres' },
        answer: undefined,
      })
      t.notOk(await isMarked(`${way} before`), 'it is not committed')
    })

    await t.test('cut after it was forwarded', async (t) => {
      const armed = proxy.arm({ kind: 'cut-after' })
      await t.rejects(mark(client, `${way} after`), lost)
      t.match(await armed.untilFired(), { answer: 'COMMIT' })
      t.ok(await isMarked(`${way} after`), 'it is committed')
    })

    await t.test('its answer is late and then lost', async (t) => {
      const armed = proxy.arm({ kind: 'delay-then-cut', delayMs: 150 })
      const started = performance.now()
      const marking = t.rejects(mark(client, `${way} delayed`), lost)
      await waitUntil('it is committed', () => isMarked(`${way} delayed`))
      t.equal(armed.fired, undefined, 'while the client waits')
      await marking
      t.ok(performance.now() - started >= 150)
      t.match(await armed.untilFired(), { answer: 'COMMIT' })
    })

    await t.test('it comes late, when the client has gone on elsewhere', async (t) => {
      const armed = proxy.arm({ kind: 'late-commit', delayMs: 150 })
      await t.rejects(mark(client, `${way} late`), lost)
      t.notOk(await isMarked(`${way} late`), 'not committed when the client learns of it')
      await mark(client, `${way} meanwhile`)
      t.match(await armed.untilFired(), { answer: 'COMMIT' })
      t.ok(await isMarked(`${way} late`), 'and committed later')
    })

    await t.test('frozen at it', async (t) => {
      await mark(client, `${way} before freezing`)
      const armed = proxy.arm({ kind: 'freeze' })
      const marking = mark(client, `${way} frozen`)
      await armed.untilFired()
      t.notOk(await isMarked(`${way} frozen`))
      await waitUntil('its transaction is open', async () => {
        const rows = await direct`select 1 from pg_stat_activity
          where application_name = ${way} and state = 'idle in transaction'`
        return rows.length === 1
      })
      proxy.thaw()
      await marking
      t.ok(await isMarked(`${way} frozen`))
    })
    await client.end()
  })
}

await t.test('only the COMMIT that is meant', async (t) => {
  const [reader, writer] = [through('reader'), through('writer')]
  const armed = proxy.arm(
    { kind: 'cut-before' },
    { nth: 2, matching: ({ applicationName, wrote }) => applicationName === 'writer' && wrote },
  )
  await reader.begin((sql) => sql`insert into mark values ('of the reader')`)
  await writer.begin((sql) => sql`select 1`)
  await mark(writer, 'first write')
  await writer.begin((sql) => sql`select 1`)
  t.equal(armed.fired, undefined)

  await t.rejects(mark(writer, 'second write'), lost)

  const { commit } = await armed.untilFired()
  t.match(commit.statements, ['insert into mark values ($1)'])
  await mark(writer, 'third write')
  t.same(
    (await direct<{ text: string }[]>`select text from mark where text ~ 'reader|write' order by text`).map(
      ({ text }) => text,
    ),
    ['first write', 'of the reader', 'third write'],
  )
  const disarmed = proxy.arm({ kind: 'cut-before' })
  disarmed.disarm()
  await mark(writer, 'fourth write')
  t.equal(disarmed.fired, undefined)
})

await t.test('pipelined: statements, COMMIT and what follows in one packet', async (t) => {
  const client = through('pipeline')
  const armed = proxy.arm({ kind: 'cut-after' }, { nth: 2 })
  const all = Promise.allSettled(
    ['one', 'two', 'three'].map((text) =>
      client.unsafe(`begin; insert into mark values ('pipelined ${text}'); commit`),
    ),
  )
  t.match(await all, [{ status: 'fulfilled' }, { status: 'rejected' }])
  t.match(await armed.untilFired(), { answer: 'COMMIT' })
  t.ok(await isMarked('pipelined two'))
})

await t.test('a COMMIT that the server answers with ROLLBACK', async (t) => {
  const client = through('failing')
  await client`begin`
  await t.rejects(client`select 1 / 0`, /division by zero/)
  const armed = proxy.arm({ kind: 'cut-after' })
  await t.rejects(client`commit`, lost)
  t.match(await armed.untilFired(), { answer: 'ROLLBACK' })
})

await t.test('TLS: refused by the proxy, or asked of the server and passed', async (t) => {
  const preferring = through('prefer', { ssl: 'prefer' })
  t.match(await preferring`select 1 as n`, [{ n: 1 }])
  const requiring = through('require', { ssl: 'require' })
  await t.rejects(requiring`select 1`)

  const asking = await PostgresProxy.start(target, { encryption: 'pass' })
  const client = postgres(asking.urlFor(server.url), { ssl: 'prefer', max: 1 })
  t.match(await client`select 2 as n`, [{ n: 2 }])
  await client.end()
  await asking.close()
})

await t.test('refused, and back', async (t) => {
  const client = through('refused')
  await client`select 1`
  await proxy.refuse()
  await t.rejects(client`select 1`, { code: /ECONNREFUSED|CONNECTION_CLOSED|ECONNRESET/ })
  await proxy.pass()
  t.match(await through('again')`select 3 as n`, [{ n: 3 }])
})
