// Every page passes axe's rules for contrast, names, roles and order, light and dark, wide and narrow, empty and full; and dialogs do.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'

import { insertDeadLetters, parkRecords, writeRegistrations } from '../../runtime/store/index.ts'
import { startConsole } from '../harness/console/console-in-chromium.ts'
import { logInMemory } from '../harness/console/log-in-memory.ts'
import { reportNodes, reportRelay, reportShop } from '../harness/console/shop-reports.ts'

t.setTimeout(400_000)

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const { sql, signedIn } = await startConsole(t, logInMemory())

/** The policy of the page lets no script in: the browser itself evaluates it. */
const passes = async (t: Test, page: Page, what: string): Promise<void> => {
  await page.evaluate(axe)
  const violations = await page.evaluate<readonly Violation[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))',
  )
  t.same(violations, [], what)
}

const addresses = [
  ['#/', 'Overview'],
  ['#/nodes', 'Nodes'],
  ['#/registrations', 'Registrations'],
  ['#/records', 'Records'],
  ['#/records?topic=scans&partition=3&offset=103', 'Records'],
  ['#/event-types', 'Event types'],
  ['#/outbox', 'Outbox'],
  ['#/audit/1', 'Audit entry 1'],
  ['#/actors', 'Actors'],
  ['#/actors/shop/tracking', 'tracking'],
  ['#/partitions?at=shop%2Fscans%2F7', 'Partitions'],
  ['#/letters', 'Dead letters'],
  ['#/letters/1', 'Dead letter 1'],
  ['#/redrives', 'Redrive campaigns'],
  ['#/parked', 'Parked keys'],
  ['#/replays', 'Replays'],
  ['#/replays/1', 'Replay 1'],
  ['#/packages?tenant=acme', 'Packages'],
  ['#/story?event=e1&tenant=acme', 'Story of an event'],
  ['#/commands', 'Commands'],
  ['#/audit', 'Audit log'],
] as const

const looks = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 420 },
] as const

const everyPage = async (t: Test): Promise<void> => {
  for (const look of looks) {
    const { page, done } = await signedIn('#/', look)
    for (const [address, name] of addresses) {
      await page.goto(`${page.url().split('#')[0] ?? ''}${address}`)
      await page.getByRole('heading', { name, level: 1, exact: true }).waitFor()
      await page.getByText('Asking …').waitFor({ state: 'detached' })
      await passes(t, page, `${name}, ${look.colorScheme}, ${String(look.width)} wide`)
    }
    await done()
  }
}

t.test('empty', everyPage)

t.test('with something on them', async (t) => {
  await reportShop(sql)
  await reportNodes(sql)
  await reportRelay(sql)
  await writeRegistrations(sql, [
    {
      module: 'tracking',
      state: 'enabled',
      actor: 'tracking',
      group: 'shop',
      version: 'v',
      options: {},
      by: 'Ada',
    },
  ])
  await sql`update troupe.status_reports set interval_ms = 600000 where process_id <> 'p3'`
  const original = {
    topic: 'scans',
    partition: 0,
    offset: 7,
    timestamp: 1_000,
    key: Buffer.from('PARCEL-1'),
    value: Buffer.from('{"scan":"LOST"}'),
    headers: [['event-id', 'e1']] as [string, string][],
  }
  const failure = { errorClass: 'CarrierAway', errorCode: 'HANDLER_FAILED', message: 'no answer' }
  await parkRecords(sql, { group: 'shop', actor: 'tracking', topic: 'scans', partition: 0 }, [
    { parkingKey: 'PARCEL-1', original, inboxKey: undefined, attempts: 2, afterMs: 60_000, failure },
  ])
  await insertDeadLetters(sql, [
    {
      original,
      cause: {
        group: 'shop',
        actor: 'tracking',
        outcome: 'exhausted',
        attempts: 5,
        ...failure,
        stack: 'at receive',
        correlationId: 'c',
        traceparent: undefined,
        failedAtMs: Date.UTC(2026, 0, 5),
      },
      tenant: 'acme',
      eventId: 'e1',
      eventType: 'shipping.package.scanned',
      errorCode: 'HANDLER_FAILED',
      inboxKey: undefined,
      redrives: 0,
    },
  ])
  await sql`
    insert into troupe.replays
      (group_id, actor, topic, partition, from_offset, to_offset, next_offset, dedupe, rate_per_s, state, trouble, created_by)
    values ('shop', 'tracking', 'scans', 3, 100, 900, 400, 'replay', 50, 'paused', 'look for a record that ends its process', 'Ada')`
  await everyPage(t)
})

t.test('dialogs', async (t) => {
  for (const look of looks) {
    const { page, done } = await signedIn('#/actors/shop/tracking', look)
    await page.getByRole('button', { name: 'Pause actor tracking' }).click()
    await page.getByRole('heading', { name: 'What it would touch' }).waitFor()
    await passes(t, page, 'a preview')
    await page.locator('dialog button.main').hover()
    await passes(t, page, 'a preview whose button is pointed at')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Reset offsets of actor tracking' }).click()
    await page.getByLabel('Go on at').waitFor()
    await passes(t, page, 'what is to be chosen')
    await done()
  }
})
