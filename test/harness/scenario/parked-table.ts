/** What is parked of a trial, and what operators ask of it. */

import type { Unit } from '../../../runtime/delivery/index.ts'
import { openDatabase, openParkingStore, type Database } from '../../../runtime/store/index.ts'
import type { ParkingStore } from '../../../runtime/delivery/index.ts'
import { waitUntil } from '../wait-until.ts'

export interface ParkedRow {
  readonly parkingKey: string
  readonly partition: number
  readonly records: number
  readonly held: boolean
}

export class ParkedTable {
  readonly store: ParkingStore
  readonly #database: Database
  readonly #group: string

  constructor(url: string, group: string) {
    this.#database = openDatabase({ url, applicationName: 'parked-table', maxConnections: 1 })
    this.store = openParkingStore({ url, applicationName: 'parked-table' })
    this.#group = group
  }

  async keys(): Promise<readonly ParkedRow[]> {
    return await this.#database.sql<ParkedRow>`
      select parking_key as "parkingKey", partition, records, due_at is null as held
      from troupe.parked_keys where group_id = ${this.#group} order by parking_key`
  }

  async records(): Promise<number> {
    const [row] = await this.#database.sql<{ count: number }>`
      select count(*)::integer as count from troupe.parked_records where group_id = ${this.#group}`
    return row?.count ?? 0
  }

  /** The sum of this outcome in the rows of the group's units. */
  async counted(): Promise<{ readonly applied: number; readonly parked: number }> {
    const [row] = await this.#database.sql<{ applied: number; parked: number }>`
      select sum(applied)::integer as applied, sum(parked)::integer as parked
      from troupe.units where group_id = ${this.#group}`
    return row ?? { applied: 0, parked: 0 }
  }

  async untilNothing(): Promise<void> {
    let parked = 0
    await waitUntil('nothing is parked any more', async () => (parked = await this.records()) === 0, {
      everyMs: 50,
      progress: () => parked,
    })
  }

  async until(
    why: string,
    condition: (keys: readonly ParkedRow[]) => boolean,
  ): Promise<readonly ParkedRow[]> {
    return await waitUntil(why, async () => {
      const keys = await this.keys()
      return condition(keys) ? keys : undefined
    })
  }

  unit(actor: string, topic: string, partition: number): Unit {
    return { group: this.#group, actor, topic, partition }
  }

  async close(): Promise<void> {
    await Promise.all([this.#database.close(), this.store.close()])
  }
}
