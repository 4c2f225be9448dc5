// An operator has a range of the past handled again from the console: what it would touch is shown first, its progress is seen, it is paused, resumed and stopped, and found again from its actor and its partition.

import type { Locator, Page } from 'playwright-core'
import t from 'tap'

import { openCommandBox, openProgressStore, openReplayStore } from '../../runtime/store/index.ts'
import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { reportShop } from '../harness/console/shop-reports.ts'
import { beginAskedReplay } from '../harness/replay-by-command.ts'

t.setTimeout(300_000)

const { sql, databaseUrl, signedIn } = await startConsole(t)
const box = openCommandBox({ url: databaseUrl })
const progress = openProgressStore({ url: databaseUrl })
const replays = openReplayStore({ url: databaseUrl })
t.teardown(() => Promise.all([box, progress, replays].map((one) => one.close())))
await reportShop(sql)
// Reports are live for three of their intervals: this one lives as long as the test does.
await sql`update troupe.status_reports set interval_ms = 600000`
for (const partition of [0, 3])
  await progress.take(
    [{ unit: { group: 'shop', actor: 'tracking', topic: 'scans', partition }, lanes: 1 }],
    'p1',
  )
await sql`update troupe.units set frontier = 800`

const dialogOf = (page: Page): Locator => page.getByRole('dialog')
/** What the process said is shown. */
const answered = (page: Page, message: RegExp): Promise<void> =>
  dialogOf(page).getByRole('list', { name: 'Processes' }).getByText(message).waitFor()
const goTo = (page: Page, address: string): Promise<unknown> =>
  page.goto(`${page.url().split('#')[0] ?? ''}${address}`)

t.test('nothing was replayed yet, and a viewer begins nothing', async (t) => {
  for (const role of ['viewer', 'operator'] as const) {
    const { page, complaints, done } = await signedIn('#/replays', { role })
    await page.getByText('No replay yet').waitFor()
    await page.getByText(role === 'viewer' ? 'Grace, viewer' : 'Ada, operator').waitFor()
    t.equal(await page.getByRole('button', { name: 'New replay' }).count(), role === 'viewer' ? 0 : 1)
    t.same(complaints, [])
    await done()
  }
})

t.test('of a partition: chosen, shown, confirmed, and followed to where it stands', async (t) => {
  const { page, complaints, done } = await signedIn('#/partitions?at=shop%2Fscans%2F3')
  await page.getByRole('button', { name: 'Replay a range of scans, partition 3' }).click()
  const dialog = dialogOf(page)
  await dialog.getByLabel('Its first offset').fill('100')
  await dialog.getByLabel('Up to before').selectOption('OFFSET')
  await dialog.getByLabel('The offset after its last').fill('500')
  await dialog.getByLabel('Events that were handled before').selectOption('REPLAY')
  await dialog.getByLabel('Records a second, at most').fill('50')
  await picture(page, 'replay-choices')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  await dialog.getByText(/from offset 100 to before offset 500 again, whether or not/).waitFor()
  await picture(page, 'replay-preview')
  t.same(await replays.replays(), [], 'nothing was begun yet')
  await dialog.getByLabel(/Why/).fill('a carrier was mapped wrongly')
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click()
  await beginAskedReplay(box, replays)
  await answered(page, /handles 100 to before 500 again/)
  await dialog.getByRole('link', { name: 'See its progress' }).click()
  await page.getByRole('heading', { name: 'Replay 1', level: 1 }).waitFor()
  t.match(page.url(), /#\/replays\/1$/)
  t.match(await replays.replay(1), { range: { from: 100, to: 500 }, dedupe: 'replay', ratePerS: 50 })
  await page.getByText('0 of 400').waitFor()
  // Its process is a quarter through.
  await sql`update troupe.replays set next_offset = 200, applied = 90, passed_over = 8, dead = 2`
  await page.getByText('100 of 400').waitFor()
  await picture(page, 'replay-running')
  t.same(complaints, [])
  await done()
})

t.test('paused, resumed and stopped, as its state allows', async (t) => {
  const { page, complaints, done } = await signedIn('#/replays/1', { colorScheme: 'dark' })
  const dialog = dialogOf(page)
  const does = async (verb: string, says: RegExp): Promise<void> => {
    await page.getByRole('button', { name: verb, exact: true }).click()
    await dialog.getByText(/^replay 1 of tracking scans\/3, at 200 of 100 to 500/).waitFor()
    await dialog.getByRole('button', { name: verb, exact: true }).click()
    await dialog.getByText(says).waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
  }
  await does('Pause', /Replay 1 is paused/)
  await page.getByText('paused', { exact: true }).waitFor()
  t.ok(await page.getByRole('button', { name: 'Pause', exact: true }).isDisabled())
  await does('Resume', /Replay 1 goes on/)
  await page.getByText('running', { exact: true }).waitFor()
  // It is given up by who handles it.
  await replays.giveUp(1, 'look for a record that ends its process')
  await page.getByText('look for a record that ends its process').waitFor()
  await picture(page, 'replay-in-trouble-dark')
  await does('Stop', /Replay 1 ends here/)
  await page.getByText('stopped', { exact: true }).waitFor()
  for (const verb of ['Pause', 'Resume', 'Stop'])
    t.ok(await page.getByRole('button', { name: verb, exact: true }).isDisabled(), verb)
  t.same(complaints, [])
  await done()
})

t.test('found from its actor; of several partitions one is chosen, by time', async (t) => {
  const { page, complaints, done } = await signedIn('#/actors/shop/tracking')
  const dialog = dialogOf(page)
  await page.getByRole('button', { name: 'Replay a range of actor tracking' }).click()
  await dialog
    .getByLabel('Which actor, on which partition')
    .selectOption('tracking of shop on scans, partition 0')
  await dialog.getByRole('combobox', { name: 'From', exact: true }).selectOption('TIME')
  await dialog.getByLabel('It begins, in your time').fill('2026-01-05T12:00')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  await dialog
    .getByText(/tracking.*scans\/0 handles what is from 2026-01-05T.* to before where it stands unless/)
    .waitFor()
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click()
  await beginAskedReplay(box, replays)
  await answered(page, /handles 250 to before 800 again/)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('link', { name: 'Replays' }).last().click()
  await page.getByRole('rowheader', { name: 'Replay 2' }).waitFor()
  await page.getByRole('rowheader', { name: 'Replay 1' }).waitFor()
  t.match(page.url(), /#\/replays\?(actor=tracking&group=shop|group=shop&actor=tracking)$/)
  await picture(page, 'replays')
  await goTo(page, '#/replays?group=elsewhere')
  await page.getByText('No replay yet').waitFor()
  await page.getByRole('link', { name: 'Look at those of all actors' }).click()
  await page.getByRole('link', { name: 'Replay 2' }).click()
  await page.getByRole('heading', { name: 'Replay 2', level: 1 }).waitFor()
  await goTo(page, '#/replays/99')
  await page.getByText('There is no such replay').waitFor()
  t.same(complaints, [])
  await done()
})

t.test(
  'an actor whose effects Postgres does not know offers none, and one on a partition is refused',
  async (t) => {
    const { page, done } = await signedIn('#/actors/shop/invoices')
    await page.getByRole('button', { name: 'Pause actor invoices' }).waitFor()
    t.equal(await page.getByRole('button', { name: /^Replay/ }).count(), 0)
    await done()
  },
)

t.test('what makes no sense is told, and can be mended without beginning anew', async (t) => {
  const { page, done } = await signedIn('#/partitions?at=shop%2Fscans%2F3')
  const dialog = dialogOf(page)
  const begun = await replays.replays()
  await page.getByRole('button', { name: 'Replay a range of scans, partition 3' }).click()
  await dialog.getByLabel('Its first offset').fill('300')
  await dialog.getByLabel('Up to before').selectOption('OFFSET')
  await dialog.getByLabel('The offset after its last').fill('200')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  t.match(await dialog.getByRole('alert').textContent(), /"toOffset" is behind "fromOffset"/)
  t.equal(await dialog.getByRole('button', { name: 'Replay', exact: true }).count(), 0)
  await picture(page, 'replay-refused')
  await dialog.getByRole('button', { name: 'Back' }).click()
  t.equal(await dialog.getByLabel('Its first offset').inputValue(), '300', 'what was chosen is still there')
  await dialog.getByLabel('Its first offset').fill('100')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  await dialog.getByText(/from offset 100 to before offset 200/).waitFor()
  t.same(await replays.replays(), begun)
  await done()
})
