// An operator looks at records of the log decoded, from an offset, a key, or as they come; a viewer sees no personal fields; a dead letter is decoded alike, or says why not; without Kafka the page says what to do.

import t from 'tap'

import { insertDeadLetters } from '../../runtime/store/index.ts'
import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { logInMemory } from '../harness/console/log-in-memory.ts'
import { reportShop } from '../harness/console/shop-reports.ts'
import { deadLetter } from '../harness/dead-letter.ts'

t.setTimeout(300_000)

const log = logInMemory()
const { sql, signedIn } = await startConsole(t, log)
await reportShop(sql)
await sql`update troupe.status_reports set interval_ms = 600000`

t.test('the topics that are read are offered; a partition that is none is told', async () => {
  const { page, done } = await signedIn('#/records')
  await page.getByRole('heading', { name: 'Of which partition?' }).waitFor()
  await picture(page, 'records-empty')
  await page.getByRole('link', { name: 'scans, partition 4' }).click()
  await page.getByRole('alert').getByText('There is no partition scans/4.').waitFor()
  await picture(page, 'records-no-partition')
  await done()
})

t.test('the newest, then earlier ones; one of them opened; of one key', async (t) => {
  const { page, complaints, done } = await signedIn('#/records')
  await page.getByLabel('Topic').fill('scans')
  await page.getByRole('spinbutton', { name: 'Partition' }).fill('3')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByText('Offsets 100 to 219 are in the log.').waitFor()
  const rows = page.getByRole('table', { name: 'Records' }).getByRole('rowheader')
  t.same([await rows.count(), await rows.first().textContent()], [50, '170'])
  await page.getByRole('link', { name: 'Earlier' }).click()
  await page.getByRole('rowheader', { name: '120', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Earlier' }).click()
  await page.getByRole('rowheader', { name: '100', exact: true }).waitFor()
  t.equal(await page.getByRole('link', { name: 'Earlier' }).count(), 0)
  const first = page.locator('details.record').first()
  await first.locator('summary').click()
  await first.getByText('Ada Lovelace').last().waitFor()
  await first.getByText('the carrier').waitFor()
  await first.getByRole('link', { name: 'Story of event e100' }).waitFor()
  await page.getByText('a tombstone').waitFor()
  await page.getByText('cannot be decoded').waitFor()
  await picture(page, 'records')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'records-dark')
  const asked = log.asked()
  await page.getByText('More to search by').click()
  await page.getByLabel('Only with this key').fill('PARCEL-150')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('rowheader', { name: '150', exact: true }).waitFor()
  t.match(page.url(), /key=PARCEL-150/)
  t.equal(log.asked(), asked + 1, 'what does not change is asked for once')
  t.same(complaints, [])
  await done()
})

t.test('new ones show up by themselves where they are followed', async (t) => {
  const { page, complaints, done } = await signedIn('#/records?topic=scans&partition=3&follow=yes')
  const rows = page.getByRole('table', { name: 'Records' }).getByRole('rowheader')
  await rows.first().getByText('219').waitFor()
  log.append()
  await page.getByRole('rowheader', { name: '220', exact: true }).waitFor()
  t.equal(await rows.first().textContent(), '220')
  t.same(complaints, [])
  await done()
})

t.test('a viewer sees what is personal masked, in a record and in a dead letter', async (t) => {
  const { original } = deadLetter(1, 'X')
  await insertDeadLetters(sql, [
    deadLetter(1, 'CarrierAway', {
      original: { ...original, topic: 'scans', partition: 3, offset: 105, value: Buffer.of(0, 0) },
    }),
    deadLetter(2, 'CarrierAway', {
      original: { ...original, topic: 'scans', partition: 3, offset: 106, value: Buffer.from('{"n":1}') },
    }),
  ])
  const { page, complaints, done } = await signedIn('#/records?topic=scans&partition=3&offset=105&open=yes', {
    role: 'viewer',
  })
  await page.getByText('Personal fields are not shown to viewers').waitFor()
  t.notMatch(await page.content(), /Lovelace|the carrier/)
  await picture(page, 'records-viewer')
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters/1`)
  await page.getByText('Personal fields are not shown to viewers').waitFor()
  await page.getByText('shown with the key of an operator').waitFor()
  t.notMatch(await page.content(), /Lovelace/)
  await picture(page, 'letter-viewer')
  t.same(complaints, [])
  await done()
})

t.test('a dead letter is decoded, leads to its record, and says why it cannot be decoded', async (t) => {
  const { page, complaints, done } = await signedIn('#/letters/1')
  await page.getByText('Ada Lovelace').waitFor()
  await picture(page, 'letter-decoded')
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters/2`)
  await page.getByText('The value begins with byte 123.').waitFor()
  await picture(page, 'letter-undecodable')
  log.fails(true)
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters/1`)
  await page.getByText('The schema registry does not answer').waitFor()
  t.notMatch(await page.content(), /registry\.internal/)
  log.fails(false)
  await page.getByRole('link', { name: 'scans/3@105' }).click()
  await page.getByText('Ada Lovelace').last().waitFor()
  await page.getByRole('rowheader', { name: '105', exact: true }).waitFor()
  t.same(complaints, [])
  await done()
})
