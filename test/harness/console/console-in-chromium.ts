/** The console as an operator has it: built, served by a control plane with a Postgres of its own, in a real Chromium. */

import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { build } from 'vite'

import { issueApiKey } from '../../../control-plane/auth/api-key.ts'
import type { OperatorRole } from '../../../control-plane/auth/key-holder.ts'
import type { Sql } from '../../../control-plane/read-model/sql.ts'
import { startControlPlane } from '../../../control-plane/server.ts'
import type { RecordSource } from '../../../runtime/control/index.ts'
import { migrate, openDatabase, startEmbeddedPostgres } from '../../../runtime/store/index.ts'
import type { Log } from '../../../runtime/telemetry/index.ts'

/** For anything that a page is to show. */
const patienceMs = 60_000

const root = join(import.meta.dirname, '../../..')
const pictures = join(root, 'dist/screenshots')

export interface OpenedPage {
  readonly page: Page
  /** What the browser complained of, or fetched from elsewhere. */
  readonly complaints: readonly string[]
  readonly done: () => Promise<void>
}

export interface OpenOptions {
  readonly colorScheme?: 'light' | 'dark'
  readonly width?: number
}

export interface ConsoleInChromium {
  readonly sql: Sql
  readonly databaseUrl: string
  readonly url: string
  opened(options?: OpenOptions): Promise<OpenedPage>
  /** Opened and signed in, at an address of the console. */
  signedIn(address: string, options?: OpenOptions & { readonly role?: OperatorRole }): Promise<OpenedPage>
  signIn(page: Page, address?: string, role?: OperatorRole): Promise<void>
}

const quiet = (): void => undefined
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }

export const startConsole = async (t: Test, records?: RecordSource): Promise<ConsoleInChromium> => {
  const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
  if (!existsSync(browserPath))
    throw new Error(
      `There is no Chromium at ${browserPath}: install it (chromium), or say in CHROMIUM where it is.`,
    )
  await mkdir(pictures, { recursive: true })
  await build({ configFile: join(root, 'control-plane/console/vite.config.ts') })
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
      records,
    },
    log,
  )
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] })
  t.teardown(async () => {
    await browser.close()
    await api.stop()
    await close()
    await server.close()
  })
  const keys = new Map<OperatorRole, string>()
  for (const [role, name] of [
    ['viewer', 'Grace'],
    ['operator', 'Ada'],
    ['admin', 'Edsger'],
  ] as const)
    keys.set(role, (await issueApiKey(sql, { role, name })).key)

  const opened = async ({ colorScheme = 'light', width = 1280 }: OpenOptions = {}): Promise<OpenedPage> => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 860 } })
    context.setDefaultTimeout(patienceMs)
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
  const signIn = async (page: Page, address = '', role: OperatorRole = 'viewer'): Promise<void> => {
    await page.goto(`${api.operatorUrl}/console/${address}`)
    await page.getByLabel("Operator's key").fill(keys.get(role) ?? '')
    await page.keyboard.press('Enter')
    await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor()
  }
  return {
    sql,
    databaseUrl: server.url,
    url: api.operatorUrl,
    opened,
    signIn,
    signedIn: async (address, { role = 'operator', ...options } = {}) => {
      const one = await opened(options)
      await signIn(one.page, address, role)
      return one
    },
  }
}

/** Into dist/screenshots, to be looked at. */
export const picture = async (page: Page, name: string): Promise<void> => {
  // What lies behind a dialog is dimmed as far as the window goes.
  const fullPage = (await page.getByRole('dialog').count()) === 0
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage })
}
