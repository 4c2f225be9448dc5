// The embedded Postgres is up at once, says why when it is not, and leaves neither process nor data behind.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import t from 'tap'

import { openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Asks one question over a connection of its own. */
const ask = async <Row extends object>(url: string, text: string): Promise<Row | undefined> => {
  const { sql, close } = openDatabase({ url })
  try {
    const [row] = await sql<Row>(Object.assign([text], { raw: [text] }))
    return row
  } finally {
    await close()
  }
}
const folderOf = async (url: string): Promise<string> =>
  dirname((await ask<{ data_directory: string }>(url, 'show data_directory'))?.data_directory ?? '')

await t.test('two at once are strangers, and go without a trace', async (t) => {
  const [one, other] = await Promise.all([startEmbeddedPostgres(), startEmbeddedPostgres()])
  await ask(one.url, 'create table mine (n int)')
  t.same(await ask(other.url, "select to_regclass('mine') as mine"), { mine: null })
  t.match(one.version, /^postgres \(PostgreSQL\) \d+/)
  t.match(new URL(one.url), { hostname: '127.0.0.1' })
  t.not(new URL(one.url).password, new URL(other.url).password)
  const folder = await folderOf(one.url)
  t.ok(existsSync(folder))

  await Promise.all([one.close(), other.close()])
  await one.close()

  t.notOk(existsSync(folder))
  await t.rejects(ask(one.url, 'select 1'), { code: 'POSTGRES_UNAVAILABLE' })
})

await t.test('without its password nobody gets in', async (t) => {
  const server = await startEmbeddedPostgres()
  t.teardown(() => server.close())
  const guess = Object.assign(new URL(server.url), { password: 'postgres' }).href
  await t.rejects(ask(guess, 'select 1'), { message: /password authentication failed/ })
})

await t.test('a folder of one’s own keeps data and address of entry', async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'troupe kept-'))
  chmodSync(place, 0o755)
  t.teardown(() => {
    rmSync(place, { recursive: true, force: true })
  })
  const folder = join(place, 'data of mine')
  const first = await startEmbeddedPostgres({ folder })
  await ask(first.url, 'create table kept as select 7 as n')
  await first.close()

  const second = await startEmbeddedPostgres({ folder, settings: { work_mem: '7MB' } })

  t.same(await ask(second.url, 'select n from kept'), { n: 7 })
  t.same(await ask(second.url, 'show work_mem'), { work_mem: '7MB' })
  t.equal(new URL(second.url).password, new URL(first.url).password)
  await second.close()
  t.ok(existsSync(folder))
})

await t.test('a start that fails says why', async (t) => {
  await t.rejects(startEmbeddedPostgres({ settings: { shared_buffers: 'lots' } }), {
    code: 'EMBEDDED_POSTGRES_FAILED',
    message: /shared_buffers/,
  })
})

await t.test(
  'as root a folder that the server cannot reach is named',
  {
    skip: process.getuid?.() === 0 ? false : 'not root',
  },
  async (t) => {
    const closed = mkdtempSync(join(tmpdir(), 'troupe-closed-'))
    t.teardown(() => {
      rmSync(closed, { recursive: true, force: true })
    })
    mkdirSync(join(closed, 'inner'))
    await t.rejects(startEmbeddedPostgres({ folder: join(closed, 'inner', 'data') }), {
      code: 'EMBEDDED_POSTGRES_FAILED',
      message: /cannot reach .*inner/,
    })
  },
)

await t.test('it goes when its process is killed', async (t) => {
  const store = new URL('../../runtime/store/index.ts', import.meta.url).href
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { startEmbeddedPostgres } = await import(${JSON.stringify(store)})
       console.log((await startEmbeddedPostgres()).url)
       setInterval(() => undefined, 1_000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(holder.stdout, 'data')) as [Buffer]
  const url = line.toString().trim()
  const folder = await folderOf(url)

  holder.kill('SIGKILL')

  await waitUntil('its folder is gone', () => !existsSync(folder))
  await t.rejects(ask(url, 'select 1'), { code: 'POSTGRES_UNAVAILABLE' })
})
