// An operator sees each node's processes with what they lack, drains, resumes and restarts a node, and is told of rebalances as they happen; a viewer sees it and is offered none of it.

import type { Locator, Page } from 'playwright-core'
import t from 'tap'

import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { obedientProcesses } from '../harness/console/obedient-processes.ts'
import { reportNodes, reportShop } from '../harness/console/shop-reports.ts'
import { assignment, statusReport, writeReport } from '../harness/status-reports.ts'

t.setTimeout(300_000)

const { sql, databaseUrl, signedIn } = await startConsole(t)
const dialogOf = (page: Page): Locator => page.getByRole('dialog')
const nodeOf = (page: Page, node: string): Locator => page.getByRole('region', { name: `Node ${node}` })

t.test('without any process the page says how one is started', async (t) => {
  const { page, complaints, done } = await signedIn('#/nodes')
  await page.getByRole('heading', { name: 'No process has reported within a day' }).waitFor()
  await page.getByText('None since the console was opened').waitFor()
  t.same(complaints, [])
  await done()
})

t.test('each process, with what it lacks and what it has', async (t) => {
  await reportShop(sql)
  await sql`update troupe.status_reports set interval_ms = 600000`
  await reportNodes(sql)
  await sql`update troupe.status_reports set interval_ms = 600000 where process_id <> 'p3'`
  const { page, complaints, done } = await signedIn('#/nodes', { role: 'viewer' })
  await nodeOf(page, 'node-a').getByText('12 partitions').waitFor()
  await nodeOf(page, 'node-b').getByText('registry: http://registry:8081 does not answer').waitFor()
  await nodeOf(page, 'node-b').getByText('relay').waitFor()
  await nodeOf(page, 'node-c').getByText('silent').waitFor()
  t.match(await nodeOf(page, 'node-a').textContent(), /5\.0 GB/)
  t.equal(await page.getByRole('button', { name: /^(Drain|Resume|Restart)/ }).count(), 0)
  await picture(page, 'nodes-viewer')
  t.same(complaints, [])
  await done()
})

t.test('a node is drained, stays drained, is resumed, and is restarted', async (t) => {
  await obedientProcesses(t, { databaseUrl, processes: { p1: 'node-a', p2: 'node-b' }, running: [] })
  const { page, complaints, done } = await signedIn('#/nodes')
  const dialog = dialogOf(page)
  const through = async (verb: string, node: string, touches: RegExp): Promise<void> => {
    await page.getByRole('button', { name: `${verb} ${node}` }).click()
    await dialog.getByRole('heading', { name: 'What it would touch' }).waitFor()
    t.match(await dialog.textContent(), touches)
    await dialog.getByLabel(/Why/).fill('a new disk')
    await picture(page, `node-${verb.toLowerCase()}`)
    await dialog.getByRole('button', { name: verb, exact: true }).click()
    await dialog.getByRole('list', { name: 'Processes' }).getByText('it is as was asked').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
  }
  await through('Drain', 'node-a', /p1 gives back 12 partitions/)
  await nodeOf(page, 'node-a')
    .getByText(/by Ada since .*a new disk/)
    .waitFor()
  t.ok(await page.getByRole('button', { name: 'Drain node-a' }).isDisabled())
  await picture(page, 'nodes')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'nodes-dark')
  await through('Resume', 'node-a', /the drain of node-a, by Ada, ends/)
  await nodeOf(page, 'node-a').getByText('Drained:').waitFor({ state: 'detached' })
  await through('Restart', 'node-b', /p2 is replaced by another process/)
  t.same(complaints, [])
  await done()
})

t.test('a rebalance is told as it happens, and is remembered on other pages', async (t) => {
  const { page, complaints, done } = await signedIn('#/nodes')
  await page.getByRole('status', { name: 'Connection' }).getByText('live').waitFor()
  await nodeOf(page, 'node-a').getByText('12 partitions').waitFor()
  await sql`delete from troupe.status_reports where process_id = 'p2'`
  await page.getByRole('table', { name: 'Rebalances' }).getByText('p2').waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('table', { name: 'Rebalances' }).getByText('p2').waitFor()
  await writeReport(
    sql,
    statusReport('p4', {
      process: { node: 'node-d' },
      intervalMs: 600_000,
      groups: [{ name: 'shop', joined: true, assignments: [assignment(40)] }],
    }),
  )
  await page.getByRole('table', { name: 'Rebalances' }).getByText('p4').waitFor()
  await picture(page, 'overview-rebalances')
  t.same(complaints, [])
  await done()
})
