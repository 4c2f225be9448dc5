// An operator finds a dead letter among ten thousand, reads what was in it, redrives it and sees how far that is; follows an event's story; and finds a package with its timeline.

import type { Page } from 'playwright-core'
import t from 'tap'

import { applyTracked } from '../../actors/package-tracking/tables.ts'
import { resolveOptions } from '../../runtime/config/index.ts'
import { DeadLetterOffice } from '../../runtime/dead-letters/index.ts'
import type { NewDeadLetter } from '../../runtime/delivery/index.ts'
import { startMockCluster } from '../../runtime/kafka/index.ts'
import { insertDeadLetters, openEffectsStore } from '../../runtime/store/index.ts'
import { createLog } from '../../runtime/telemetry/index.ts'
import { picture, startConsole } from '../harness/console/console-in-chromium.ts'
import { noon, scanned, Tracker } from '../harness/tracked-scans.ts'

t.setTimeout(400_000)

const { sql, databaseUrl, signedIn } = await startConsole(t)

const letter = (offset: number, parts: Partial<NewDeadLetter['cause']> = {}): NewDeadLetter => ({
  original: {
    topic: 'scans',
    partition: 0,
    offset,
    timestamp: noon,
    key: Buffer.from(`PARCEL-${String(offset)}`),
    value: Buffer.from(
      JSON.stringify({ trackingId: `PARCEL-${String(offset)}`, scan: 'PICKED_UP', weight: 1.5 }),
    ),
    headers: [
      ['event-id', `e${String(offset)}`],
      ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ],
  },
  cause: {
    group: 'shop',
    actor: 'tracking',
    outcome: 'exhausted',
    attempts: 5,
    errorClass: 'CarrierAway',
    message: 'The carrier did not answer within five seconds',
    stack: 'CarrierAway: no answer\n    at receive (actors/tracking.ts:12:9)',
    correlationId: 'order-77',
    traceparent: undefined,
    failedAtMs: noon + offset,
    ...parts,
  },
  tenant: 'acme',
  eventId: `e${String(offset)}`,
  eventType: 'shipping.package.scanned',
  errorCode: 'HANDLER_FAILED',
  inboxKey: undefined,
  redrives: 0,
})

const rowOf = (page: Page, key: string) => page.getByRole('row').filter({ hasText: key })

t.test('a letter is searched, opened, read', async (t) => {
  // given
  const binary = letter(10_002)
  const long = letter(10_003, {
    actor: `an-actor-with-a-name-of-${'very-'.repeat(20)}many-letters`,
    message: 'No break in this message: '.concat('x'.repeat(900)),
  })
  await insertDeadLetters(
    sql,
    Array.from({ length: 10_000 }, (_, nth) => letter(nth + 1)),
  )
  await insertDeadLetters(sql, [
    letter(10_001, { errorClass: 'TypeError', message: 'cannot read weight of <b>undefined</b>' }),
    { ...binary, original: { ...binary.original, value: Uint8Array.from({ length: 40 }, (_, n) => n * 7) } },
    long,
  ])
  // when
  const { page, complaints, done } = await signedIn('#/')
  await page.getByRole('link', { name: 'Dead letters' }).click()
  await rowOf(page, 'PARCEL-10003').waitFor()
  await picture(page, 'letters')
  await page.getByRole('link', { name: 'Next page' }).click()
  await rowOf(page, 'PARCEL-9950').waitFor()
  await page.getByLabel('Class or code of the error').fill('TypeError')
  await page.getByLabel('Words of the message').fill('weight')
  await page.keyboard.press('Enter')
  // then
  await rowOf(page, 'PARCEL-10001').waitFor()
  t.equal(await page.getByRole('row').count(), 2)
  t.match(page.url(), /text=weight&error=TypeError&state=DEAD$/)
  await picture(page, 'letters-found')
  await page.reload()
  await rowOf(page, 'PARCEL-10001').getByRole('link').click()
  await page.getByText('cannot read weight of <b>undefined</b>').waitFor()
  await page.getByText('"weight": 1.5').waitFor()
  await page.getByRole('rowheader', { name: 'traceparent' }).waitFor()
  await page.getByText('Where it came from').click()
  await page.getByText('actors/tracking.ts:12:9').waitFor()
  await picture(page, 'letter')
  // What is no text is shown byte by byte.
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters?key=PARCEL-10002`)
  await rowOf(page, 'PARCEL-10002').getByRole('link').click()
  await page.getByText('0020  e0 e7').waitFor()
  await picture(page, 'letter-binary')
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters?text=nothing+like+it`)
  await page.getByText('No letter is found').waitFor()
  t.same(complaints, [])
  await done()
})

t.test('a narrow window scrolls its tables, not the page', async (t) => {
  const { page, complaints, done } = await signedIn('#/letters', { width: 420 })
  await rowOf(page, 'PARCEL-10003').waitFor()
  await picture(page, 'letters-narrow')
  t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters?key=PARCEL-10003`)
  await rowOf(page, 'PARCEL-10003').getByRole('link').click()
  await page.getByText('What was in it').waitFor()
  await picture(page, 'letter-narrow')
  t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
  t.same(complaints, [])
  await done()
})

t.test('what was in a letter is not for viewers', async (t) => {
  const { page, done } = await signedIn('#/letters?key=PARCEL-1', { role: 'viewer' })
  await rowOf(page, 'PARCEL-1').getByRole('link').click()
  await page.getByText('Its bytes and headers are shown with the key of an operator').waitFor()
  t.equal(await page.getByRole('button', { name: /Redrive|Discard/ }).count(), 0)
  t.notMatch(await page.locator('main').textContent(), 'PICKED_UP')
  await done()
})

t.test('a redrive is previewed, run, and seen to its end', async (t) => {
  // given a relay, and the topic that letters go back to
  const broker = await startMockCluster()
  await broker.createTopics(['scans', 'dlq'])
  const office = DeadLetterOffice.start(
    resolveOptions(
      {},
      {
        DATABASE_URL: databaseUrl,
        KAFKA_BROKERS: broker.bootstrapServers,
        KAFKA_DLQ_TOPIC: 'dlq',
        KAFKA_SESSION_TIMEOUT_MS: '6000',
      },
    ),
    { log: createLog({ level: 'silent', base: {} }), onFatal: (error) => t.fail(error.message) },
  )
  t.teardown(async () => {
    await office.stop()
    await broker.close()
  })
  const { page, complaints, done } = await signedIn('#/letters?error=TypeError')
  await page.getByRole('button', { name: 'Redrive all found' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Letters a second').fill('50')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  await dialog.getByText('1 letter of tracking in shop, TypeError').waitFor()
  await picture(page, 'redrive-preview')
  t.same(await sql`select 1 from troupe.redrive_campaigns`, [], 'nothing was begun yet')
  await dialog.getByRole('button', { name: 'Redrive all found' }).click()
  await dialog.getByText(/Campaign 1 redrives 1 letter,/).waitFor()
  await dialog.getByRole('link', { name: 'See its progress' }).click()
  await page.getByText('finished', { exact: true }).waitFor({ timeout: 60_000 })
  await picture(page, 'redrive-finished')
  // One that is slow is paused, and stopped.
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters`)
  await page.getByRole('button', { name: 'Redrive all found' }).click()
  await dialog.getByLabel('Letters a second').fill('1')
  await dialog.getByRole('button', { name: 'Show what it would do' }).click()
  await dialog.getByRole('button', { name: 'Redrive all found' }).click()
  await dialog.getByRole('link', { name: 'See its progress' }).click()
  await page.getByText(/\d of about 10,002/).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click()
  await dialog.getByText(/Campaign 2 is paused/).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByText('paused', { exact: true }).waitFor()
  await picture(page, 'redrive-paused')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click()
  await dialog.getByText(/Campaign 2 ends here/).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('link', { name: 'Redrive campaigns' }).click()
  await page.getByRole('rowheader', { name: 'Campaign 1' }).waitFor()
  await picture(page, 'redrives')
  t.same(complaints, [])
  await done()
})

t.test('chosen letters are discarded, and the story of the event says by whom and why', async (t) => {
  await insertDeadLetters(sql, [letter(20_001, { actor: 'invoices', errorClass: 'NoTaxRate' })])
  const again = letter(20_001)
  await insertDeadLetters(sql, [{ ...again, original: { ...again.original, offset: 20_009 } }])
  const { page, complaints, done } = await signedIn('#/letters?error=NoTaxRate')
  await page.getByRole('checkbox', { name: /^Choose letter/ }).check()
  await page.getByRole('button', { name: 'Discard chosen (1)' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/Why/).fill('test data')
  await dialog.getByRole('button', { name: 'Discard chosen (1)' }).click()
  await dialog.getByText('1 of 1 letters are discarded.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByText('No letter is found').waitFor()
  await page.goto(`${page.url().split('#')[0] ?? ''}#/letters?error=NoTaxRate&state=DISCARDED`)
  await rowOf(page, 'PARCEL-20001').getByRole('link').click()
  await page.getByText('discarded', { exact: true }).first().waitFor()
  await page.getByRole('link', { name: 'e20001' }).click()
  await page.getByRole('region', { name: 'Picture of the story' }).waitFor()
  await page.getByRole('cell', { name: 'discarded by Ada: test data' }).waitFor()
  t.equal(await page.locator('svg .box').count(), 4, 'the event, two letters, one receipt')
  await picture(page, 'story')
  await page.locator('svg a').first().click()
  await page.getByRole('heading', { name: /^Dead letter/ }).waitFor()
  await page.goBack()
  await page.getByLabel('Event id').fill('nobody-knows-it')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing is known of this event').waitFor()
  t.same(complaints, [])
  await done()
})

t.test('a package is found by its number, with its timeline', async (t) => {
  const store = openEffectsStore({ url: databaseUrl, maxConnections: 1 })
  t.teardown(() => store.close())
  const at = (hours: number) => noon + hours * 3_600_000
  const rows = await new Tracker().track(
    scanned({ trackingId: 'PARCEL-7', orderId: 'ORDER-7', scan: 'PICKED_UP', occurredAt: at(0) }),
    scanned({
      trackingId: 'PARCEL-7',
      orderId: 'ORDER-7',
      scan: 'ARRIVED_AT_FACILITY',
      occurredAt: at(5),
      location: { city: 'Köln', country: 'DE', lat: 50.9, lon: 6.9 },
      message: 'Sorted by hand: the label was torn',
    }),
    scanned({ trackingId: 'PARCEL-7', orderId: 'ORDER-7', scan: 'OUT_FOR_DELIVERY', occurredAt: at(20) }),
    scanned({ trackingId: 'PARCEL-7', orderId: 'ORDER-7', scan: 'DELIVERED', occurredAt: at(22) }),
    scanned({ trackingId: 'PARCEL-8', orderId: 'ORDER-8', scan: 'PICKED_UP', occurredAt: at(1) }),
  )
  const transaction = await store.begin()
  await applyTracked(transaction.sql, rows)
  const unit = { group: 'shop', actor: 'package-tracking', topic: 'scans', partition: 0 }
  await store.apply(
    { unit, inbox: [], duplicates: [], states: [], tracked: [], applyTracked: undefined },
    transaction,
  )
  const { page, complaints, done } = await signedIn('#/packages')
  await page.getByLabel('Tenant').fill('acme')
  await page.keyboard.press('Enter')
  await page.getByRole('rowheader', { name: 'PARCEL-8' }).waitFor()
  await picture(page, 'packages')
  await page.getByLabel('Tracking number').fill('PARCEL-7')
  await page.keyboard.press('Enter')
  await page.getByRole('rowheader', { name: 'PARCEL-8' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'PARCEL-7' }).click()
  await page.getByText('Sorted by hand: the label was torn').waitFor()
  await page.getByText('Köln, DE').waitFor()
  t.equal(await page.locator('.timeline li').count(), 4)
  await picture(page, 'package')
  await page.goto(`${page.url().split('#')[0] ?? ''}#/packages/globex/PARCEL-7`)
  await page.getByText('globex has no such package').waitFor()
  t.same(complaints, [])
  await done()

  const viewer = await signedIn('#/packages/acme/PARCEL-7', { role: 'viewer' })
  await viewer.page.getByText('arrived at facility').first().waitFor()
  t.notMatch(await viewer.page.locator('main').textContent(), /Köln|Sorted by hand/)
  await viewer.done()
})
