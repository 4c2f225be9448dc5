// An operator pauses, resumes, resets and releases from the console: what it would touch is shown first, who has acknowledged afterwards, and a viewer is offered nothing of it.

import type { Locator, Page } from 'playwright-core'
import t from 'tap'

import { openCommandBox, openParkingStore, parkRecords } from '../../runtime/store/index.ts'
import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { reportShop } from '../harness/console/shop-reports.ts'
import { waitUntil } from '../harness/wait-until.ts'

t.setTimeout(300_000)

const { sql, databaseUrl, signedIn } = await startConsole(t)
const box = openCommandBox({ url: databaseUrl })
const parking = openParkingStore({ url: databaseUrl })
t.teardown(() => Promise.all([box.close(), parking.close()]))
await reportShop(sql)
// Reports are live for three of their intervals: this one lives as long as the test does.
await sql`update troupe.status_reports set interval_ms = 600000`

/** As the process would, when it was asked. */
const acknowledge = async (message: string): Promise<void> => {
  await waitUntil('the process is asked', async () => (await box.waiting('p1')).length > 0)
  for (const { id } of await box.waiting('p1'))
    await box.answer(id, { id: 'p1', node: 'node-a' }, { state: 'done', message, details: ['a unit'] })
}

const dialogOf = (page: Page): Locator => page.getByRole('dialog')

/** What a process said is shown. */
const answered = (page: Page, message: string): Promise<void> =>
  dialogOf(page).getByRole('list', { name: 'Processes' }).getByText(message, { exact: true }).waitFor()

t.test('pause and resume of an actor, each confirmed and acknowledged', async (t) => {
  const { page, complaints, done } = await signedIn('#/actors/shop/tracking')
  await page.getByRole('button', { name: 'Pause actor tracking' }).click()
  const dialog = dialogOf(page)
  await dialog.getByRole('heading', { name: 'What it would touch' }).waitFor()
  t.match(await dialog.textContent(), /tracking.*stands still; it is running/)
  t.same(await sql`select 1 from troupe.commands`, [], 'nothing was done yet')
  await dialog.getByLabel(/Why/).fill('the carrier sends nonsense')
  await picture(page, 'pause-preview')
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click()
  await acknowledge('12 units stand still')
  await answered(page, '12 units stand still')
  await picture(page, 'pause-done')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByText('the carrier sends nonsense').waitFor()
  t.ok(await page.getByRole('button', { name: 'Pause actor tracking' }).isDisabled())
  await reportShop(sql, { lifecycle: 'paused' })
  await page.getByText('paused').first().waitFor()
  await picture(page, 'actor-paused')

  await page.getByRole('button', { name: 'Resume actor tracking' }).click()
  await dialog.getByText(/the pause of .* ends/).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  t.match(
    await page.evaluate('document.activeElement.getAttribute("aria-label")'),
    'Resume actor tracking',
    'the keyboard is where it was',
  )
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Resume', exact: true }).click()
  await acknowledge('12 units go on')
  await answered(page, '12 units go on')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByText('the carrier sends nonsense').waitFor({ state: 'detached' })
  t.same(complaints, [])
  await done()
})

t.test('a group and one partition are paused and resumed where they are shown', async (t) => {
  const { page, complaints, done } = await signedIn('#/actors')
  const dialog = dialogOf(page)
  await page.getByRole('button', { name: 'Pause group shop' }).click()
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click()
  await acknowledge('all stand still')
  await answered(page, 'all stand still')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByText('all actors in shop').waitFor()
  await page.goto(`${page.url().split('#')[0] ?? ''}#/partitions?at=shop%2Fscans%2F3`)
  await page.getByRole('button', { name: 'Resume group shop on scans, partition 3' }).click()
  // What is refused is told, and there is nothing to confirm.
  t.match(await dialog.getByRole('alert').textContent(), /stands still by the pause of/)
  t.equal(await dialog.getByRole('button', { name: 'Resume', exact: true }).count(), 0)
  await picture(page, 'refused')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('link', { name: 'Actors', exact: true }).click()
  await page.getByRole('button', { name: 'Resume group shop' }).click()
  await dialog.getByRole('button', { name: 'Resume', exact: true }).click()
  await acknowledge('all go on')
  await answered(page, 'all go on')
  t.same(complaints, [])
  await done()
})

t.test('a reset shows where units would go, and runs only then', async (t) => {
  const { page, complaints, done } = await signedIn('#/partitions?at=shop%2Fscans%2F3')
  await page.getByRole('button', { name: /^Reset offsets of/ }).click()
  const dialog = dialogOf(page)
  await dialog.getByLabel('Go on at').selectOption('OFFSET')
  await dialog.getByLabel('The offset').fill('42')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  await dialog.getByText('goes from 100 to 42').waitFor()
  await picture(page, 'reset-preview')
  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.getByLabel('Go on at').selectOption('TIME')
  await dialog.getByLabel(/The moment/).fill('2026-01-05T12:00')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  await dialog.getByText(/the first record of 2026-01-05/).waitFor()
  await dialog.getByRole('button', { name: 'Reset offsets', exact: true }).click()
  await acknowledge('one unit moved')
  await answered(page, 'one unit moved')
  await dialog.getByRole('link', { name: /^Command/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Who acknowledged' }).waitFor()
  await picture(page, 'command')
  await page.getByRole('link', { name: 'Commands', exact: true }).first().click()
  await page.getByRole('rowheader', { name: /reset-offsets/ }).waitFor()
  await picture(page, 'commands')
  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByText('“the carrier sends nonsense”').waitFor()
  await picture(page, 'audit')
  await page.getByLabel('Mutation').fill('resetOffsets')
  await page.keyboard.press('Enter')
  await page.getByText('“the carrier sends nonsense”').waitFor({ state: 'detached' })
  t.match(page.url(), /#\/audit\?mutation=resetOffsets$/)
  t.same(complaints, [])
  await done()
})

t.test('who has not acknowledged is named, and is seen when it does', async (t) => {
  const { page, complaints, done } = await signedIn('#/actors/shop/tracking')
  const dialog = dialogOf(page)
  await page.getByRole('button', { name: 'Pause actor tracking' }).click()
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click()
  await dialog.getByText('It has not answered yet.').waitFor()
  await picture(page, 'waiting')
  await acknowledge('late, but here')
  await answered(page, 'late, but here')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Resume actor tracking' }).click()
  await dialog.getByRole('button', { name: 'Resume', exact: true }).click()
  await acknowledge('goes on')
  await answered(page, 'goes on')
  t.same(complaints, [])
  await done()
})

t.test('what could not be delivered is sent again, and done once', async (t) => {
  const { page, done } = await signedIn('#/actors/shop/tracking')
  const dialog = dialogOf(page)
  await page.getByRole('button', { name: 'Pause actor tracking' }).click()
  await dialog.getByRole('heading', { name: 'What it would touch' }).waitFor()
  // It arrives, and its answer does not.
  await page.route('**/graphql', async (route) => {
    if ((route.request().postData() ?? '').includes('idempotencyKey":"')) {
      const forwarded = route.fetch().catch(() => undefined)
      await acknowledge('paused once')
      await forwarded
    }
    await route.abort()
  })
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click()
  t.match(await dialog.getByRole('alert').textContent(), /does not answer/)
  await page.unroute('**/graphql')
  const before = await sql`select id from troupe.commands`
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await answered(page, 'paused once')
  t.same(await sql`select id from troupe.commands`, before)
  await done()
})

t.test('a parked key is released and its first record skipped', async (t) => {
  const unitOfKey = { group: 'shop', actor: 'tracking', topic: 'scans', partition: 0 }
  const long = `parcel-${'9'.repeat(120)}`
  for (const [nth, key] of ['PARCEL-1', long].entries()) {
    await parkRecords(sql, unitOfKey, [
      {
        parkingKey: key,
        original: {
          topic: 'scans',
          partition: 0,
          offset: 7 + nth,
          timestamp: 1_000,
          key: Buffer.from(key),
          value: Buffer.from('{}'),
          headers: [],
        },
        inboxKey: undefined,
        attempts: 2,
        afterMs: 60_000,
        failure: {
          errorClass: 'CarrierAway',
          errorCode: 'HANDLER_FAILED',
          message: 'The carrier did not answer within five seconds. '.repeat(6),
        },
      },
    ])
  }
  const { page, complaints, done } = await signedIn('#/parked')
  await page.getByRole('rowheader', { name: 'PARCEL-1' }).waitFor()
  await picture(page, 'parked')
  const dialog = dialogOf(page)
  const answer = async (): Promise<void> => {
    await waitUntil('its owner is asked', async () => (await parking.commands(unitOfKey)).length === 1)
    await sql`update troupe.parked_commands set done_at = now(), answer = 'so be it' where done_at is null`
  }
  await page.getByRole('button', { name: 'Release PARCEL-1' }).click()
  await dialog.getByText(/tried 2 times, is tried now/).waitFor()
  await dialog.getByRole('button', { name: 'Release', exact: true }).click()
  await answer()
  await dialog.getByText(/answered: so be it/).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Skip the first record of PARCEL-1' }).click()
  await dialog.getByText(/is left out$/).waitFor()
  await dialog.getByRole('button', { name: 'Skip', exact: true }).click()
  await answer()
  await dialog.getByText(/answered: so be it/).waitFor()
  t.same(complaints, [])
  await done()
})

t.test('a viewer sees all of it and is offered none of it', async (t) => {
  for (const address of [
    '#/actors',
    '#/actors/shop/tracking',
    '#/parked',
    '#/partitions?at=shop%2Fscans%2F3',
  ]) {
    const { page, done } = await signedIn(address, { role: 'viewer' })
    await page.getByText('tracking').first().waitFor()
    await page.getByText('Grace, viewer').waitFor()
    t.equal(await page.getByRole('button', { name: /^(Pause|Resume|Reset|Audit|Release|Skip)/ }).count(), 0)
    await done()
  }
})
