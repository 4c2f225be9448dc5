// An operator signs in to the console in a real browser, sees what the processes told, and is told what to do when nothing comes.

import t from 'tap'

import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { reportShop } from '../harness/console/shop-reports.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const { sql, url, opened, signIn } = await startConsole(t)

t.test('who has no key is not let in, and the page runs nothing but its own', async (t) => {
  const { page, complaints, done } = await opened()
  const answer = await page.goto(url)
  t.equal(page.url(), `${url}/console/`)
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
    ['Dead letters', 'No dead letters'],
    ['Parked keys', 'No key is parked'],
    ['Packages', 'Whose packages?'],
    ['Event story', 'Which event?'],
    ['Commands', 'No command was given'],
    ['Audit log', 'No entry'],
  ] as const) {
    await page.getByRole('link', { name, exact: true }).click()
    await page.getByRole('heading', { name: says }).waitFor()
  }
  await picture(page, 'empty')
  t.same(complaints, [])
  await done()
})

t.test('overview, actors and partitions; by keyboard; light and dark', async (t) => {
  await reportShop(sql)
  const { page, complaints, done } = await opened()
  await signIn(page)
  await page.getByText('Live processes').waitFor()
  await page.getByText('value too long').waitFor()
  // It moves: the worst partition grows a minute older.
  await reportShop(sql, { lagMs: 60_000 })
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
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('rowheader', { name: 'tracking' }).waitFor()
  t.match(page.url(), /#\/actors$/)
  t.match(await page.title(), 'Actors · Troupe')
  await picture(page, 'actors-dark')

  await page.keyboard.press('Tab')
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
  await reportShop(sql)
  const { page, complaints, done } = await opened({ colorScheme: 'dark' })
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
  await page.goto(`${url}/console/#/nothing`)
  await page.getByText('There is no page here').waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel("Operator's key").waitFor()
  t.same(
    complaints.filter((text) => !text.includes('ERR_FAILED')),
    [],
  )
  await done()
})

t.test('a page is told of changes; without WebSockets it asks by itself; it says which', async (t) => {
  await reportShop(sql)
  const { page, complaints, done } = await opened()
  const told: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (payload.includes('lagChanged')) told.push(String(payload))
    }),
  )
  await signIn(page)
  const sign = page.getByRole('status', { name: 'Connection' })
  await sign.getByText('live', { exact: true }).waitFor()
  await waitUntil('it is told of the group as it is', () => told.length > 0)
  const before = told.length
  await reportShop(sql, { lagMs: 3_600_000 })
  await waitUntil('it is told of the change', () => told.length > before)
  await page.locator('dd', { hasText: '1.2 h' }).waitFor()
  t.same(complaints, [])
  // A proxy that knows no WebSockets, from the next connection on.
  let isCut = true
  await page.routeWebSocket(/subscriptions/, (socket) => {
    if (isCut) void socket.close({ code: 1011 })
    else socket.connectToServer()
  })
  await page.reload()
  await sign.getByText('polling', { exact: true }).waitFor()
  await reportShop(sql, { lagMs: 7_200_000 })
  await page.locator('dd', { hasText: '2.2 h' }).waitFor()
  isCut = false
  await sign.getByText('live', { exact: true }).waitFor()
  await page.route('**/graphql', (route) => route.abort())
  await sign.getByText('away', { exact: true }).waitFor()
  await page.unroute('**/graphql')
  await sign.getByText('live', { exact: true }).waitFor()
  await done()
})
