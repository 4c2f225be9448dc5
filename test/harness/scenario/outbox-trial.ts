/** An outbox of its own in the shared Postgres, writers into it, relays on it, and what came of it on the topic. */

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { outboxSlices, sliceOfUnit, type OutboxRow } from '../../../runtime/delivery/outbox.ts'
import { connectAdmin } from '../../../runtime/kafka/index.ts'
import {
  insertOutbox,
  insertOutboxOfOther,
  migrate,
  openDatabase,
  outboxColumns,
  wakeRelays,
  type Database,
} from '../../../runtime/store/index.ts'
import { readCommitted } from '../committed-reader.ts'
import { TroupeProcess } from '../troupe-process.ts'
import { waitUntil } from '../wait-until.ts'
import { trialServices } from './services-of-trials.ts'

const units = 16
const keysOfUnit = 5
const batchesOfRound = 4
const leaseMs = 2_000
/** The supply waits while so many events are not sent. */
const mostWaiting = 4_000

interface Written {
  readonly key: string
  readonly n: number
}

export class OutboxTrial {
  readonly written = new Map<string, Written>()
  readonly #topic = `outbox-${Date.now().toString(36)}-${String(process.pid)}`
  readonly #folder = mkdtempSync(join(tmpdir(), 'troupe-outbox-'))
  readonly #database: Database
  readonly #url: string
  readonly #lastOfKey = new Map<string, number>()
  readonly #lastSeq = new Map<number, number>()
  #ended = false
  sent = 0

  static async begin(t: Test): Promise<OutboxTrial> {
    const name = `outbox_${Date.now().toString(36)}_${String(process.pid)}`
    const server = openDatabase({ url: trialServices().DATABASE_URL })
    // A database of its own: other scenarios write into the same tables.
    await createDatabase(server, name)
    await server.close()
    const url = new URL(trialServices().DATABASE_URL)
    url.pathname = `/${name}`
    await migrate({ url: url.href })
    const world = new OutboxTrial(url.href)
    const admin = await connectAdmin({ brokers: trialServices().KAFKA_BROKERS, clientId: 'trial' })
    await admin.ensureTopics([{ topic: world.#topic, partitions: 4 }], { create: true })
    await admin.close()
    t.teardown(async () => {
      world.endSupply()
      await world.#database.close()
      rmSync(world.#folder, { recursive: true, force: true })
    })
    world.#onRelay = (relay) => {
      t.teardown(async () => {
        if (!t.passing()) process.stderr.write(`\n${relay.name} ended with:\n${relay.tail(30)}`)
        await relay.stop('SIGKILL')
      })
    }
    return world
  }

  #onRelay: (relay: TroupeProcess) => void = () => undefined

  private constructor(url: string) {
    this.#url = url
    this.#database = openDatabase({ url })
  }

  async relay(name: string): Promise<TroupeProcess> {
    const relay = new TroupeProcess(
      name,
      'runtime/relay-main.ts',
      {
        ...process.env,
        ...trialServices(),
        NODE_OPTIONS: '',
        DATABASE_URL: this.#url,
        NODE_NAME: name,
        RELAY_LEASE_MS: String(leaseMs),
        RELAY_BATCH_RECORDS: '50',
        TELEMETRY_ENABLED: 'true',
        STATUS_INTERVAL_MS: '1000',
        TELEMETRY_PORT: '0',
        CONTROL_PLANE_TELEMETRY_PORT: '0',
        RELAY_TELEMETRY_PORT: '0',
        LOG_LEVEL: 'debug',
      },
      this.#folder,
    )
    this.#onRelay(relay)
    await relay.says('running')
    return relay
  }

  /** Writes as units and as another writer do, as fast as it is sent, until it is told to end. */
  async supply(): Promise<void> {
    while (!this.#ended) {
      for (let unit = 0; unit < units; unit += 1) await this.#writeUnit(unit)
      await this.#writeOther()
      this.sent = this.written.size - (await this.left())
      await waitUntil('most of it is sent', async () => this.#ended || (await this.left()) < mostWaiting)
    }
  }

  endSupply(): void {
    this.#ended = true
  }

  async untilSent(records: number): Promise<void> {
    await waitUntil(`${String(records)} events are sent`, async () => {
      this.sent = this.written.size - (await this.left())
      return this.sent >= records
    })
  }

  /** Each of so many relays has its part. */
  async untilShared(relays: number): Promise<void> {
    await this.untilHolders('the slices are shared', (holders) => {
      const counts = [...holders.values()]
      return (
        holders.size === relays &&
        counts.reduce((sum, count) => sum + count) === outboxSlices &&
        Math.max(...counts) - Math.min(...counts) <= 1
      )
    })
  }

  async untilHolders(why: string, isSo: (holders: ReadonlyMap<string, number>) => boolean): Promise<void> {
    await waitUntil(why, async () => {
      const rows = await this.#database.sql<{ readonly holder: string; readonly slices: number }>`
        select holder, count(*) as slices from troupe.outbox_slices where expires_at > clock_timestamp() group by 1`
      const holders = new Map(rows.map(({ holder, slices }) => [holder, slices]))
      return [...holders.values()].reduce((sum, count) => sum + count, 0) === outboxSlices && isSo(holders)
    })
  }

  async left(): Promise<number> {
    const [row] = await this.#database.sql<{ readonly n: number }>`select count(*) as n from troupe.outbox`
    return row?.n ?? 0
  }

  /** What a relay serves at a path of its telemetry port. */
  async ask(relay: TroupeProcess, path: '/metrics' | '/readyz'): Promise<{ status: number; text: string }> {
    const { url } = await relay.says('serving telemetry')
    const response = await fetch(new URL(path, String(url)))
    return { status: response.status, text: await response.text() }
  }

  leases(): Promise<readonly object[]> {
    return this.#database.sql`select * from troupe.outbox_slices where holder is not null`
  }

  parked(): Promise<readonly object[]> {
    return this.#database.sql`select * from troupe.outbox_parked`
  }

  async onTopic() {
    const records = await readCommitted(trialServices().KAFKA_BROKERS, this.#topic)
    const seen = new Set<string>()
    const lastOfKey = new Map<string, number>()
    const outOfOrder: string[] = []
    const strange: string[] = []
    for (const { headers, key } of records) {
      const id = String(headers?.map((header) => header['event-id']).find((value) => value !== undefined))
      const event = this.written.get(id)
      if (event?.key !== String(key)) {
        strange.push(`${id} with key ${String(key)}`)
        continue
      }
      // Who sends again goes back and comes forward step by step; a frozen one that wrote late would leave a jump.
      const before = lastOfKey.get(event.key) ?? 0
      if (event.n > before + 1) outOfOrder.push(`${event.key}: ${String(event.n)} after ${String(before)}`)
      lastOfKey.set(event.key, event.n)
      seen.add(id)
    }
    const lost = [...this.written.keys()].filter((id) => !seen.has(id))
    return { lost, strange, outOfOrder, again: records.length - seen.size }
  }

  /** One writer a unit, one statement a batch: what a unit's transaction does, seen from the outbox. */
  async #writeUnit(n: number): Promise<void> {
    const unit = { group: 'trial', actor: 'writer', topic: 'source', partition: n }
    for (let batch = 0; batch < batchesOfRound; batch += 1) {
      const events = Array.from({ length: keysOfUnit * 2 }, (_, i) =>
        this.#event(`unit-${String(n)}-${String(i % keysOfUnit)}`),
      )
      const firstSeq = (this.#lastSeq.get(n) ?? 0) + 1
      this.#lastSeq.set(n, firstSeq + events.length - 1)
      await insertOutbox(this.#database.sql, unit, firstSeq, outboxColumns(events))
    }
    await wakeRelays(this.#database.sql, [sliceOfUnit(unit)])
  }

  async #writeOther(): Promise<void> {
    const events = Array.from({ length: 20 }, (_, i) => this.#event(`other-${String(i % 10)}`))
    await insertOutboxOfOther(this.#database.sql, events)
  }

  #event(key: string): OutboxRow {
    const n = (this.#lastOfKey.get(key) ?? 0) + 1
    this.#lastOfKey.set(key, n)
    const id = randomUUID()
    this.written.set(id, { key, n })
    return {
      id,
      type: 'trial.thing.happened',
      record: {
        topic: this.#topic,
        key: Buffer.from(key),
        value: Buffer.from(`${key} ${String(n)}`),
        headers: [],
      },
    }
  }
}

/** Its name cannot be a parameter. */
const createDatabase = async ({ sql }: Database, name: string): Promise<void> => {
  const text = Object.assign([`create database ${name}`], { raw: [`create database ${name}`] })
  await sql(text)
}
