// Migrations run once each, wholly or not at all, however many start them; what is wrong is told by file and remedy.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { migrate, openDatabase, pendingMigrations, startEmbeddedPostgres } from '../../runtime/store/index.ts'

const server = await startEmbeddedPostgres()
const admin = openDatabase({ url: server.url })
t.teardown(async () => {
  await admin.close()
  await server.close()
})

let databases = 0
/** A database of its own, and a folder of migrations to fill. The folder's name holds what globs would take apart. */
const open = async (t: Test) => {
  const name = `trial_${String((databases += 1))}`
  await admin.sql`select 1`
  const { sql, close } = openDatabase({ url: server.url })
  await sql(Object.assign([`create database ${name}`], { raw: [`create database ${name}`] }))
  await close()
  const url = server.url.replace(/postgres$/, name)
  const database = openDatabase({ url })
  const folder = mkdtempSync(join(tmpdir(), 'troupe [m]{i}(g) * '))
  t.teardown(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  const file = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text)
  }
  const tables = async () =>
    (
      await database.sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = 'public' order by 1`
    ).map(({ name }) => name)
  return { url, folder, file, tables, sql: database.sql }
}

await t.test('every file runs once, in the order of its number, and is recorded', async (t) => {
  const { url, folder, file, sql } = await open(t)
  file('002.do.second.sql', 'insert into log values (2);')
  file('001.do.first.sql', 'create table log (n int); insert into log values (1);')
  file('010.do.tenth.sql', 'insert into log values (10);')
  file('README.md', 'not a migration')
  const said: string[] = []
  const all = ['001.do.first.sql', '002.do.second.sql', '010.do.tenth.sql']

  t.same(await pendingMigrations(url, folder), all)
  t.same(await migrate({ url, folder, log: (message) => said.push(message) }), all)
  t.same(await migrate({ url, folder }), [])

  t.same(await pendingMigrations(url, folder), [])
  t.same(await sql`select n from log`, [{ n: 1 }, { n: 2 }, { n: 10 }])
  t.same(
    said,
    all.map((name) => `migrated: ${name}`),
  )
  t.match(await sql`select version, name, md5, run_at from troupe.migrations where version > 0 order by 1`, [
    { version: 1, name: 'first', md5: /^[0-9a-f]{32}$/, run_at: Date },
    { version: 2, name: 'second' },
    { version: 10, name: 'tenth' },
  ])
})

await t.test('five at once run each file once', async (t) => {
  const { url, folder, file, sql } = await open(t)
  file('001.do.slow.sql', 'create table log (n int); select pg_sleep(0.2); insert into log values (1);')
  file('002.do.more.sql', 'insert into log values (2);')

  const ran = await Promise.all(Array.from({ length: 5 }, () => migrate({ url, folder })))

  t.same(ran.flat(), ['001.do.slow.sql', '002.do.more.sql'])
  t.same(await sql`select n from log`, [{ n: 1 }, { n: 2 }])
})

await t.test('a file that fails is named with its line, and nothing of it stays', async (t) => {
  const { url, folder, file, tables } = await open(t)
  file('001.do.good.sql', 'create table good (n int);')
  file('002.do.bad.sql', 'create table half (n int);\n\ninsert into missing values (1);\n')
  file('003.do.later.sql', 'create table later (n int);')

  await t.rejects(migrate({ url, folder }), {
    code: 'MIGRATION_FAILED',
    message: /002\.do\.bad\.sql failed and was undone at line 3: relation "missing" does not exist/,
  })
  t.same(await tables(), ['good'])
  t.same(await pendingMigrations(url, folder), ['002.do.bad.sql', '003.do.later.sql'])

  file('002.do.bad.sql', 'create table mended (n int);')
  t.same(await migrate({ url, folder }), ['002.do.bad.sql', '003.do.later.sql'])
  t.same(await tables(), ['good', 'later', 'mended'])
})

await t.test('a file changed after it ran stops everything', async (t) => {
  const { url, folder, file } = await open(t)
  file('001.do.first.sql', 'create table a (n int);\n')
  await migrate({ url, folder })
  file('001.do.first.sql', 'create table a (n int);\r\n')
  t.same(await migrate({ url, folder }), [], 'line ends are no change')

  file('001.do.first.sql', 'create table a (n bigint);')
  const changed = { code: 'MIGRATION_FAILED', message: /001\.do\.first\.sql was changed.*new file/ }
  await t.rejects(migrate({ url, folder }), changed)
  await t.rejects(pendingMigrations(url, folder), changed)
})

await t.test('a number below one that ran would be passed over, so it is refused', async (t) => {
  const { url, folder, file } = await open(t)
  file('010.do.late.sql', 'create table a (n int);')
  await migrate({ url, folder })
  file('005.do.early.sql', 'create table b (n int);')

  await t.rejects(migrate({ url, folder }), {
    code: 'MIGRATION_FAILED',
    message: /005\.do\.early\.sql.*above 10/,
  })
})

await t.test('a newer version of the tables is none of an older one’s business', async (t) => {
  const { url, folder, file } = await open(t)
  file('001.do.first.sql', 'create table a (n int);')
  file('002.do.newer.sql', 'create table b (n int);')
  await migrate({ url, folder })
  rmSync(join(folder, '002.do.newer.sql'))

  t.same(await pendingMigrations(url, folder), [])
  t.same(await migrate({ url, folder }), [])
})

await t.test('wrong folders and names', async (t) => {
  const { url, folder, file } = await open(t)
  const failed = (message: RegExp) => ({ code: 'MIGRATION_FAILED', message })
  await t.rejects(migrate({ url, folder: `${folder}/none` }), failed(/cannot be read/))
  await t.rejects(migrate({ url, folder }), failed(/has no migrations/))
  file('001.do.a.sql', '')
  file('1.do.b.sql', '')
  await t.rejects(migrate({ url, folder }), failed(/001\.do\.a\.sql and 1\.do\.b\.sql have the same number/))
  rmSync(join(folder, '1.do.b.sql'))
  t.same(await migrate({ url, folder }), ['001.do.a.sql'], 'an empty file is one that ran')
  file('create-table.sql', '')
  await t.rejects(migrate({ url, folder }), failed(/must be called NNN\.do\.name\.sql/))
})

await t.test(
  'a database that is away is told as such; one that dies under a migration leaves nothing',
  async (t) => {
    const { url, folder, file, tables } = await open(t)
    const away = { code: 'POSTGRES_UNAVAILABLE', retryable: true }
    await t.rejects(migrate({ url: 'postgres://postgres@127.0.0.1:1/x' }), away)
    await t.rejects(pendingMigrations('postgres://postgres@127.0.0.1:1/x'), away)
    file('001.do.dies.sql', 'create table half (n int); select pg_terminate_backend(pg_backend_pid());')

    await t.rejects(migrate({ url, folder }), away)

    t.same(await tables(), [])
    file('001.do.dies.sql', 'create table whole (n int);')
    t.same(await migrate({ url, folder }), ['001.do.dies.sql'])
  },
)

await t.test("the project's own migrations run on an empty database", async (t) => {
  const { url } = await open(t)
  t.ok((await migrate({ url })).includes('001.do.effects.sql'))
  t.same(await pendingMigrations(url), [])
})
