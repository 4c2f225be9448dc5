/**
 * Packages as they change, for subscriptions: heard from Postgres, so that any replica can serve them.
 *
 * C1: nothing is heard, and nobody is told, before the first subscription.
 * C2: what may have been missed is looked for: when listening begins, or begins again after a lost session, and once after
 *     the first subscription, when the transactions have ended that did not know yet that somebody watches.
 * C3: a reader gets what its own tenant may see: rows are read as that tenant.
 */

import { randomUUID } from 'node:crypto'

import type { Log } from '../../runtime/telemetry/index.ts'
import { InputError } from '../read-model/input-error.ts'
import type { PackageNotice } from '../read-model/package-watch.ts'
import { noticeIn, watchNoMore, watchPackages } from '../read-model/package-watch.ts'
import type { Sql } from '../read-model/sql.ts'
import { packagesById, packagesOf, type PackageRow } from '../read-model/tracking.ts'
import { NewestQueue } from '../hardening/newest-queue.ts'

/** Tells what is notified about packages, until it is closed. `begin`: from now on nothing is missed. */
export type Hear = (onNotify: (payload: string) => void, onBegin: () => void) => { close(): Promise<void> }

export interface PackageChangesOptions {
  readonly sql: Sql
  readonly tenantSql: (tenant: string) => Sql
  readonly hear: Hear
  readonly log: Log
}

/** Of one slow client, of packages that wait for it. */
const mostWaiting = 1_000
/** Changes that come together are read together. */
const gatherMs = 20
const againMs = 1_000
const leaseMs = 60_000
/** Longer than a transaction of a batch lives. */
const settledMs = 15_000
/** What a look back may bring for one tenant; beyond it, clients are told to ask. */
const mostMissed = 1_000

interface Reader {
  readonly tenant: string
  /** undefined: all of the tenant's. */
  readonly trackingId: string | undefined
  readonly state: string | undefined
  /** What changed longer before is none of its. */
  readonly sinceMs: number
  readonly queue: NewestQueue<PackageRow>
  /** By tracking id, the last ones: looking back finds them again. */
  readonly told: Map<string, string>
}

/** What is to be read for a tenant. */
interface Wanted {
  readonly ids: Set<string>
  /** Also whatever has changed since, ms since the epoch. */
  sinceMs: number | undefined
}

export class PackageChanges {
  readonly #options: PackageChangesOptions
  readonly #replica = randomUUID()
  readonly #readers = new Map<string, Set<Reader>>()
  readonly #wanted = new Map<string, Wanted>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #hearing: { close(): Promise<void> } | undefined
  #gathering = false
  /** Everything before is heard or read. */
  #heardMs = 0
  #closed = false

  constructor(options: PackageChangesOptions) {
    this.#options = options
  }

  /** As it is, then as it changes. */
  ofPackage(tenant: string, trackingId: string): AsyncIterableIterator<PackageRow> {
    const reader = this.#add(tenant, trackingId, undefined)
    this.#want(tenant, [trackingId])
    return reader.queue
  }

  ofTenant(tenant: string, state: string | undefined): AsyncIterableIterator<PackageRow> {
    return this.#add(tenant, undefined, state).queue
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const reader of this.#all()) await reader.queue.return()
    await this.#hearing?.close()
    if (this.#hearing !== undefined)
      await watchNoMore(this.#options.sql, this.#replica).catch(() => undefined)
  }

  #add(tenant: string, trackingId: string | undefined, state: string | undefined): Reader {
    const isFirst = this.#readers.size === 0
    const queue = new NewestQueue<PackageRow>({
      most: mostWaiting,
      tooSlow: () => new InputError('Too many changes wait for this subscription: it is read too slowly.'),
      onEnd: () => {
        const readers = this.#readers.get(tenant)
        readers?.delete(reader)
        if (readers?.size === 0) this.#readers.delete(tenant)
      },
    })
    const sinceMs = Date.now() - settledMs
    const reader: Reader = { tenant, trackingId, state, sinceMs, queue, told: new Map() }
    const readers = this.#readers.get(tenant) ?? new Set()
    this.#readers.set(tenant, readers.add(reader))
    if (isFirst) this.#watch()
    return reader
  }

  *#all(): Generator<Reader> {
    for (const readers of [...this.#readers.values()]) yield* [...readers]
  }

  #watch(): void {
    this.#heardMs = Date.now()
    void this.#renew()
    this.#later(settledMs, () => {
      this.#lookBack()
    })
    this.#hearing ??= this.#options.hear(
      (payload) => {
        const notice = noticeIn(payload)
        if (notice !== undefined) this.#hear(notice)
      },
      () => {
        this.#lookBack()
      },
    )
  }

  /** While somebody subscribes; after that the lease ends by itself. */
  async #renew(): Promise<void> {
    if (this.#closed || this.#readers.size === 0) return
    const renewed = await watchPackages(this.#options.sql, this.#replica, leaseMs).then(
      () => true,
      () => false,
    )
    this.#later(renewed ? leaseMs / 3 : againMs, () => void this.#renew())
  }

  #hear({ tenant, ids }: PackageNotice): void {
    this.#heardMs = Date.now()
    const readers = this.#readers.get(tenant)
    if (readers === undefined) return
    if (ids === undefined) {
      this.#lookBackFor(tenant)
      return
    }
    const forAll = [...readers].some(({ trackingId }) => trackingId === undefined)
    const watched = new Set([...readers].map(({ trackingId }) => trackingId))
    this.#want(tenant, forAll ? ids : ids.filter((id) => watched.has(id)))
  }

  #lookBack(): void {
    for (const tenant of this.#readers.keys()) this.#lookBackFor(tenant)
  }

  #lookBackFor(tenant: string): void {
    const readers = [...(this.#readers.get(tenant) ?? [])]
    this.#want(
      tenant,
      readers.flatMap(({ trackingId }) => trackingId ?? []),
      readers.some(({ trackingId }) => trackingId === undefined) ? this.#heardMs - 2 * settledMs : undefined,
    )
  }

  #want(tenant: string, ids: readonly string[], sinceMs?: number): void {
    if (ids.length === 0 && sinceMs === undefined) return
    const wanted = this.#wanted.get(tenant) ?? { ids: new Set(), sinceMs: undefined }
    for (const id of ids) wanted.ids.add(id)
    wanted.sinceMs = Math.min(sinceMs ?? Infinity, wanted.sinceMs ?? Infinity)
    if (wanted.sinceMs === Infinity) wanted.sinceMs = undefined
    this.#wanted.set(tenant, wanted)
    this.#gather(gatherMs)
  }

  #gather(ms: number): void {
    if (this.#gathering) return
    this.#gathering = true
    this.#later(ms, () => void this.#read())
  }

  async #read(): Promise<void> {
    const asked = [...this.#wanted]
    this.#wanted.clear()
    this.#gathering = false
    const failed = await Promise.all(asked.map(([tenant, wanted]) => this.#readFor(tenant, wanted)))
    if (failed.includes(true)) this.#gather(againMs)
  }

  /** Whether it failed: then it is wanted still. */
  async #readFor(tenant: string, wanted: Wanted): Promise<boolean> {
    const sql = this.#options.tenantSql(tenant)
    try {
      if (wanted.sinceMs !== undefined) await this.#readSince(sql, tenant, wanted.sinceMs)
      const ids = [...wanted.ids]
      for (let at = 0; at < ids.length; at += mostMissed) {
        const rows = await packagesById(sql, tenant, ids.slice(at, at + mostMissed))
        this.#offer(
          tenant,
          rows.flatMap((row) => row ?? []),
        )
      }
      return false
    } catch (error) {
      if (this.#closed) return false
      this.#options.log.warn('changed packages cannot be read', { err: error })
      const again = this.#wanted.get(tenant) ?? { ids: new Set(), sinceMs: undefined }
      for (const id of wanted.ids) again.ids.add(id)
      again.sinceMs ??= wanted.sinceMs
      this.#wanted.set(tenant, again)
      return true
    }
  }

  async #readSince(sql: Sql, tenant: string, sinceMs: number): Promise<void> {
    const rows: PackageRow[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof packagesOf>> = await packagesOf(
        sql,
        tenant,
        { changedSince: new Date(sinceMs) },
        { first: 100, after },
      )
      rows.push(...page.nodes)
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null && rows.length < mostMissed)
    if (after === null) this.#offer(tenant, rows.toReversed())
    else this.#breakOff(tenant)
  }

  #breakOff(tenant: string): void {
    for (const { trackingId, queue } of [...(this.#readers.get(tenant) ?? [])])
      if (trackingId === undefined)
        queue.fail(new InputError('Changes were missed: subscribe again, then ask for your packages.'))
  }

  #offer(tenant: string, rows: readonly PackageRow[]): void {
    for (const reader of [...(this.#readers.get(tenant) ?? [])])
      for (const row of rows)
        if (isFor(reader, row) && isNews(reader, row)) reader.queue.put(row.trackingId, row)
  }

  #later(ms: number, work: () => void): void {
    if (this.#closed) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, ms)
    this.#timers.add(timer)
  }
}

const isFor = ({ trackingId, state, sinceMs }: Reader, row: PackageRow): boolean =>
  trackingId === undefined
    ? (state ?? row.state) === row.state && row.updatedAt.getTime() >= sinceMs
    : trackingId === row.trackingId

/** And it is none the next time. */
const isNews = ({ told }: Reader, { trackingId, state, stateSince, updatedAt }: PackageRow): boolean => {
  const now = `${state} ${String(stateSince.getTime())} ${String(updatedAt.getTime())}`
  if (told.get(trackingId) === now) return false
  told.delete(trackingId)
  told.set(trackingId, now)
  const [oldest] = told.keys()
  if (told.size > mostWaiting && oldest !== undefined) told.delete(oldest)
  return true
}
