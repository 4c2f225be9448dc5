// An admin registers modules from the console, configures, disables and enables them, gives a version partitions, promotes it and takes it back; each is a dry run first, acknowledged by each process, and in the audit log; others are not offered it.

import type { Locator, Page } from 'playwright-core'
import t from 'tap'

import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { obedientProcesses } from '../harness/console/obedient-processes.ts'
import { reportShop } from '../harness/console/shop-reports.ts'

t.setTimeout(300_000)

const { sql, databaseUrl, signedIn } = await startConsole(t)
await reportShop(sql)
await sql`update troupe.status_reports set interval_ms = 600000`
await obedientProcesses(t, {
  databaseUrl,
  processes: { p1: 'node-a' },
  running: ['tracking', 'invoices'],
  refuses: (module) => (module === 'broken' ? 'its default export is no actor' : undefined),
})

const dialogOf = (page: Page): Locator => page.getByRole('dialog')
const rowOf = (page: Page, module: string): Locator =>
  page.getByRole('table', { name: 'Registrations' }).getByRole('row').filter({ hasText: module })

/** Through the dialog that is open, to its end. */
const confirmed = async (page: Page, verb: string, touches: RegExp): Promise<void> => {
  const dialog = dialogOf(page)
  await dialog.getByRole('heading', { name: 'What it would touch' }).waitFor()
  t.match(await dialog.textContent(), touches)
  await dialog.getByLabel(/Why/).fill(`because of ${verb}`)
  await dialog.getByRole('button', { name: verb, exact: true }).click()
  await dialog.getByRole('list', { name: 'Processes' }).getByText('it is as was asked').first().waitFor()
}
const close = (page: Page): Promise<void> => dialogOf(page).getByRole('button', { name: 'Close' }).click()
const shown = (page: Page): Promise<void> =>
  dialogOf(page).getByRole('button', { name: 'Show what it would do' }).click()
const stateOf = async (module: string): Promise<unknown> =>
  (await sql<{ state: string }>`select state from troupe.registrations where module = ${module}`)[0]?.state

t.test(
  'nothing is registered: the page says what that means; a module that is none is refused',
  async (t) => {
    const { page, complaints, done } = await signedIn('#/registrations', { role: 'admin' })
    await page.getByRole('heading', { name: 'Nothing is registered' }).waitFor()
    await picture(page, 'registrations-empty')
    await page.getByRole('button', { name: 'Register a module' }).click()
    await dialogOf(page).getByRole('textbox', { name: 'Module' }).fill('broken')
    await shown(page)
    await dialogOf(page)
      .getByRole('alert')
      .getByText('p1 of node-a: its default export is no actor.')
      .waitFor()
    t.equal(await dialogOf(page).getByRole('button', { name: 'Register a module', exact: true }).count(), 0)
    await picture(page, 'register-refused')
    t.same(await sql`select 1 from troupe.registrations`, [])
    t.same(complaints, [])
    await done()
  },
)

t.test('a module is registered, configured, disabled, enabled and unregistered', async (t) => {
  const { page, complaints, done } = await signedIn('#/registrations', { role: 'admin' })
  await page.getByRole('button', { name: 'Register a module' }).click()
  const dialog = dialogOf(page)
  await dialog.getByRole('textbox', { name: 'Module' }).fill('returns')
  await dialog.getByLabel('Attempts in all').fill('7')
  await picture(page, 'register')
  await shown(page)
  await picture(page, 'register-preview')
  await confirmed(
    page,
    'Register a module',
    /returns is enabled from now on, with .*attempts.*7.*tracking, which runs, is registered as it is/s,
  )
  await picture(page, 'register-done')
  await dialog.getByRole('link', { name: /^Audit entry/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: /^Audit entry/ }).waitFor()
  await page.getByText('because of Register a module').waitFor()
  await picture(page, 'audit-entry')

  await page.getByRole('link', { name: 'Registrations' }).click()
  await rowOf(page, 'returns').getByText('attempts 7').waitFor()
  await page.getByRole('button', { name: 'Configure returns' }).click()
  t.equal(await dialog.getByLabel('Attempts in all').inputValue(), '7', 'what is set stands there')
  await dialog.getByLabel('Attempts in all').fill('')
  await dialog.getByLabel('Waits between attempts').selectOption('FIXED')
  await shown(page)
  await confirmed(page, 'Configure', /with .*backoff.*fixed/)
  await close(page)
  await rowOf(page, 'returns').getByText('backoff fixed').waitFor()
  t.equal(await rowOf(page, 'returns').getByText('attempts').count(), 0)

  await page.getByRole('button', { name: 'Disable returns' }).click()
  await confirmed(page, 'Disable', /returns is disabled from now on/)
  await close(page)
  await rowOf(page, 'returns').getByText('disabled').waitFor()
  await page.getByRole('button', { name: 'Enable returns' }).click()
  await confirmed(page, 'Enable', /returns is enabled from now on/)
  await close(page)
  await page.getByRole('button', { name: 'Unregister returns' }).click()
  await confirmed(page, 'Unregister', /returns is unregistered from now on/)
  await close(page)
  await rowOf(page, 'returns').getByText('unregistered').waitFor()
  t.equal(await stateOf('returns'), 'unregistered')
  t.same(complaints, [])
  await done()
})

t.test('a version sees records as a shadow, until that is ended', async (t) => {
  const { page, complaints, done } = await signedIn('#/registrations', { role: 'admin' })
  await page.getByRole('button', { name: 'Begin a shadow' }).click()
  await dialogOf(page).getByRole('textbox', { name: 'Module' }).fill('tracking-next')
  await shown(page)
  await confirmed(
    page,
    'Begin a shadow',
    /tracking-next sees all that tracking handles, and nothing of what it does is kept/,
  )
  await close(page)
  await rowOf(page, 'tracking-next').getByText('shadow', { exact: true }).waitFor()
  t.equal(await stateOf('tracking-next'), 'shadow')
  await picture(page, 'registrations-shadow')
  await page.getByRole('button', { name: 'End shadow of tracking' }).click()
  await confirmed(page, 'End shadow', /tracking-next, its shadow, ends/)
  await close(page)
  await rowOf(page, 'tracking-next').getByText('disabled').waitFor()
  t.same(complaints, [])
  await done()
})

t.test('a version has partitions as a canary, is promoted, and is taken back', async (t) => {
  const { page, complaints, done } = await signedIn('#/registrations', { role: 'admin' })
  const dialog = dialogOf(page)
  await page.getByRole('button', { name: 'Begin a canary' }).click()
  await dialog.getByRole('textbox', { name: 'Module' }).fill('tracking-next')
  await dialog.getByLabel(/^Partitions/).fill('0, 3-4')
  await shown(page)
  await picture(page, 'canary-preview')
  await confirmed(
    page,
    'Begin a canary',
    /scans\/4 is handled by tracking-next.*all others are handled by tracking/s,
  )
  await close(page)
  await rowOf(page, 'tracking-next').getByText('partitions 0, 3-4').waitFor()
  await page.getByRole('button', { name: 'Change the partitions of tracking-next' }).click()
  t.equal(await dialog.getByLabel(/^Partitions/).inputValue(), '0, 3-4')
  await dialog.getByLabel(/^Partitions/).fill('7')
  await shown(page)
  await confirmed(page, 'Partitions', /scans\/7 is handled/)
  await close(page)
  await picture(page, 'registrations')

  await page.getByRole('button', { name: 'Promote tracking-next' }).click()
  await confirmed(page, 'Promote', /tracking-next runs as tracking from now on.*in the place of tracking/s)
  await close(page)
  const promotions = page.getByRole('table', { name: 'Promotions' })
  await promotions.getByText('it stands').waitFor()
  await page.getByRole('button', { name: 'Roll back of tracking' }).click()
  await confirmed(page, 'Roll back', /tracking/)
  await close(page)
  await promotions.getByText('it stands').waitFor({ state: 'detached' })
  t.equal(await stateOf('tracking'), 'enabled')
  await picture(page, 'registrations-promoted')
  t.same(complaints, [])
  await done()
})

t.test('operators and viewers see what is registered, and are offered none of it', async (t) => {
  for (const role of ['operator', 'viewer'] as const) {
    const { page, done } = await signedIn('#/registrations', { role })
    await page.getByRole('rowheader', { name: /^tracking-next/ }).waitFor()
    await page.getByText('with the key of an admin').waitFor()
    const offered = page.getByRole('button', {
      name: /^(Register|Configure|Enable|Disable|Unregister|Begin|Promote|Roll)/,
    })
    t.equal(await offered.count(), 0)
    await done()
  }
})
