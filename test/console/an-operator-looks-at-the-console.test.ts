// An operator signs in to the console in a real browser, sees what the processes told, and is told what to do when nothing comes.

import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { chromium, type Page } from 'playwright-core'
import t from 'tap'
import { build } from 'vite'

import { issueApiKey } from '../../control-plane/auth/api-key.ts'
import { startControlPlane } from '../../control-plane/server.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../runtime/store/index.ts'
import type { Log } from '../../runtime/telemetry/index.ts'
import {
  actor,
  assignment,
  outcome,
  sighting,
  statusReport,
  unit,
  writeReport,
} from '../harness/status-reports.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
if (!existsSync(browserPath))
  throw new Error(
    `There is no Chromium at ${browserPath}: install it (chromium), or say in CHROMIUM where it is.`,
  )

const root = join(import.meta.dirname, '../..')
const pictures = join(root, 'dist/screenshots')
await mkdir(pictures, { recursive: true })
await build({ configFile: join(root, 'control-plane/console/vite.config.ts') })

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
const { key } = await issueApiKey(sql, { role: 'viewer', name: 'Ada' })
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
t.teardown(async () => {
  await browser.close()
  await api.stop()
  await close()
  await server.close()
})

/** A page, and whatever its browser complains of or fetches from elsewhere. */
const opened = async (colorScheme: 'light' | 'dark' = 'light') => {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 860 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(api.operatorUrl)) complaints.push(`asked ${request.url()}`)
  })
  return { page, complaints, done: () => context.close() }
}

const signIn = async (page: Page, address = ''): Promise<void> => {
  await page.goto(`${api.operatorUrl}/console/${address}`)
  await page.getByLabel("Operator's key").fill(key)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').waitFor()
}

const picture = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

const lags = [0, 0, 40, 700, 5_000, 20_000, 90_000, 800_000, 0, 300, null, 0]

/** Two nodes; the second one's report is of the partitions that nobody has any more. */
const reported = async (lagMs = 0): Promise<void> => {
  await writeReport(
    sql,
    statusReport('p1', {
      actors: [
        actor({ group: 'shop' }),
        actor({ name: 'invoices', group: 'shop', order: 'partition', effects: 'none' }),
      ],
      groups: [
        {
          name: 'shop',
          joined: true,
          assignments: lags.map((lag, partition) =>
            assignment(partition, {
              lagMs: lag === null ? null : lag + lagMs,
              lagRecords: lag === null ? null : Math.round(lag / 10),
              units: [unit({ waitingFor: partition === 7 ? 'postgres' : null })],
            }),
          ),
        },
      ],
      outcomes: [
        outcome(
          0,
          { applied: 1_234_567, duplicate: 12, rejected: 3 },
          { group: 'shop', retries: 7, rates: { ...rates, applied: 1_840 } },
        ),
      ],
      lastErrors: [
        sighting(Date.now() - 60_000),
        sighting(Date.now() - 3_000, { code: 'EFFECTS_REFUSED', message: 'value too long' }),
      ],
    }),
  )
}
const rates = {
  parked: 0,
  applied: 0,
  duplicate: 0,
  redelivered: 0,
  rejected: 0,
  undecodable: 0,
  exhausted: 0,
  skipped: 0,
}

t.test('who has no key is not let in, and the page runs nothing but its own', async (t) => {
  const { page, complaints, done } = await opened()
  const answer = await page.goto(api.operatorUrl)
  t.equal(page.url(), `${api.operatorUrl}/console/`)
  t.match(
    answer?.headers()['content-security-policy'],
    /default-src 'none'; script-src 'self'; style-src 'self';/,
  )
  await page.getByLabel("Operator's key").fill('trp_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  t.match(await page.getByRole('alert').textContent(), /valid API key/)
  await picture(page, 'sign-in')
  t.same(
    complaints.filter((text) => !text.includes('401')),
    [],
  )
  await done()
})

t.test('where nothing has reported each page says what to do', async (t) => {
  await sql`delete from troupe.status_reports`
  const { page, complaints, done } = await opened()
  await signIn(page)
  for (const [name, says] of [
    ['Overview', 'No process has reported'],
    ['Actors', 'No actor runs'],
    ['Partitions', 'No partition is read'],
  ] as const) {
    await page.getByRole('link', { name, exact: true }).first().click()
    await page.getByRole('heading', { name: says }).waitFor()
  }
  await picture(page, 'empty')
  t.same(complaints, [])
  await done()
})

t.test('overview, actors and partitions; by keyboard; light and dark', async (t) => {
  await reported()
  const { page, complaints, done } = await opened()
  await signIn(page)
  await page.getByText('Live processes').waitFor()
  await page.getByText('value too long').waitFor()
  // It moves: the worst partition grows a minute older.
  await reported(60_000)
  await page.locator('dd', { hasText: '14 min' }).waitFor()
  await waitUntil('charts are drawn', async () => (await page.locator('canvas').count()) === 2)
  await picture(page, 'overview-light')
  await page.getByRole('button', { name: /Colours/ }).click()
  await page.getByRole('button', { name: /Colours/ }).click()
  t.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark')
  await page.getByText('Live processes').waitFor()
  await picture(page, 'overview-dark')

  // Two links on, by keyboard alone.
  await page.getByRole('link', { name: 'Overview' }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('rowheader', { name: 'tracking' }).waitFor()
  t.match(page.url(), /#\/actors$/)
  t.match(await page.title(), 'Actors · Troupe')
  await picture(page, 'actors-dark')

  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const seventh = page.getByRole('button', { name: /^partition 7:/ })
  await seventh.waitFor()
  t.match(await seventh.getAttribute('class'), 'heat-4')
  await seventh.focus()
  await page.keyboard.press('Space')
  t.match(await page.locator('.facts').textContent(), /waits for postgres/)
  await picture(page, 'partitions-dark')
  t.same(complaints, [])
  await done()
})

t.test('an address leads to its page; an API that fails is told, and what was known stays', async (t) => {
  await reported()
  const { page, complaints, done } = await opened('dark')
  await signIn(page, '#/partitions')
  await page.getByRole('button', { name: /^partition 0:/ }).waitFor()
  t.equal(await page.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'light dark')
  await page.route('**/graphql', (route) => route.abort())
  await page.getByRole('alert').waitFor()
  t.match(await page.getByRole('alert').textContent(), /does not answer.*What you see is/)
  t.ok(await page.getByRole('button', { name: /^partition 0:/ }).isVisible())
  await picture(page, 'away')
  await page.unroute('**/graphql')
  await page.getByRole('alert').waitFor({ state: 'detached' })
  await page.goto(`${api.operatorUrl}/console/#/nothing`)
  await page.getByText('There is no page here').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel("Operator's key").waitFor()
  t.same(
    complaints.filter((text) => !text.includes('ERR_FAILED')),
    [],
  )
  await done()
})
