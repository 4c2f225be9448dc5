// An operator sees what the stages of an actor cost, with which settings and schemas it runs, who reads an event, when a backlog is gone, and what is in the way of the outbox; without Kafka pages say why they show no records.

import t from 'tap'

import { insertDeadLetters } from '../../runtime/store/index.ts'
import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { deadLetter } from '../harness/dead-letter.ts'
import { reportRelay, reportShop } from '../harness/console/shop-reports.ts'

t.setTimeout(300_000)

const { sql, signedIn } = await startConsole(t)

t.test('without a relay, and without events that are read, pages say what to do', async (t) => {
  const { page, complaints, done } = await signedIn('#/outbox')
  await page.getByRole('heading', { name: 'No relay runs' }).waitFor()
  await picture(page, 'outbox-empty')
  await page.getByRole('link', { name: 'Event types' }).click()
  await page.getByRole('heading', { name: 'No actor reads such an event' }).waitFor()
  t.same(complaints, [])
  await done()
})

t.test(
  'a control plane without Kafka says how records are shown, and a letter says why it is not decoded',
  async () => {
    await insertDeadLetters(sql, [deadLetter(1, 'CarrierAway')])
    const { page, done } = await signedIn('#/records?topic=scans&partition=0')
    await page.getByRole('heading', { name: 'Records are not shown here' }).waitFor()
    await page.getByText('npx troupe tail scans').waitFor()
    await picture(page, 'records-off')
    await page.goto(`${page.url().split('#')[0] ?? ''}#/letters/1`)
    await page.getByText('This control plane reads no records').waitFor()
    await page.getByText('"n": 1').waitFor()
    await done()
  },
)

t.test('stage costs, settings and schemas of an actor', async (t) => {
  await reportShop(sql)
  await sql`update troupe.status_reports set interval_ms = 600000`
  const { page, complaints, done } = await signedIn('#/actors/shop/tracking')
  const stages = page.getByRole('table', { name: 'Where time goes' })
  t.match(
    await stages.getByRole('row', { name: /In Postgres/ }).textContent(),
    /67 %680 µs1\.314 min/,
    'its share, a record, lanes at it, in all',
  )
  await page.getByText('5, exponential: 200 ms to 1 min apart').waitFor()
  await page.getByText('its key waits, parked').waitFor()
  await page.getByText('Nobody registered it').waitFor()
  await picture(page, 'actor')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'actor-dark')
  await page.getByRole('link', { name: 'shipping.package.scanned' }).click()
  await page.getByText('readers differ in their version').waitFor()
  const table = page.getByRole('table', { name: 'Event types' })
  t.equal(await table.getByRole('row').count(), 3, 'the heading, two readers')
  await page.getByRole('link', { name: 'Clear' }).click()
  await table.getByRole('rowheader', { name: 'shipping.package.announced' }).waitFor()
  await picture(page, 'event-types')
  t.same(complaints, [])
  await done()
})

t.test('the outbox slice by slice, and beside all else at a glance', async (t) => {
  await reportRelay(sql)
  await sql`
    insert into troupe.outbox (slice, id, aggregatetype, aggregateid, type, topic, size_bytes)
    select 1, gen_random_uuid(), 'notification', 'PARCEL-' || n, 'notification.email.requested', 'notifications', 1
    from generate_series(1, 3) as n`
  const { page, complaints, done } = await signedIn('#/outbox')
  const slice = page
    .getByRole('table', { name: 'Slices' })
    .getByRole('row')
    .filter({ hasText: 'notifications' })
  await slice.getByText('the topic does not exist: create it').waitFor()
  t.match(await slice.textContent(), /^1waiting3/)
  await picture(page, 'outbox')
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByText('Waiting in the outbox').waitFor()
  await picture(page, 'overview-outbox')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'overview-outbox-dark')
  t.same(complaints, [])
  await done()
})
