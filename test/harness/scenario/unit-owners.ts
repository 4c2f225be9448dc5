/** Who has the rows of a group's units, as Postgres says it. */

import { openDatabase, type Database } from '../../../runtime/store/index.ts'
import { waitUntil } from '../wait-until.ts'

export class UnitOwners {
  readonly #database: Database
  readonly #group: string

  constructor(url: string, group: string) {
    this.#database = openDatabase({ url, applicationName: 'unit-owners', maxConnections: 1 })
    this.#group = group
  }

  /** All rows have been taken by one owner; when that was seen, ms since the epoch. */
  async untilOne(): Promise<number> {
    await waitUntil('one owner has taken all rows', async () => {
      const [row] = await this.#database.sql<{ owners: number }>`
        select count(distinct owner)::integer as owners from troupe.units where group_id = ${this.#group}`
      return row?.owners === 1
    })
    return Date.now()
  }

  /** Nobody is in the middle of a transaction with effects. */
  async untilNobodyWrites(): Promise<void> {
    await waitUntil('no worker is in a transaction', async () => {
      const [row] = await this.#database.sql<{ busy: number }>`
        select count(*)::integer as busy
        from pg_stat_activity as activity
        join troupe.owner_backends as backend using (pid, backend_start)
        where xact_start is not null and backend.owner in (
          select owner from troupe.units where group_id = ${this.#group}
          union select previous_owner from troupe.units where group_id = ${this.#group})`
      return row?.busy === 0
    })
  }

  async close(): Promise<void> {
    await this.#database.close()
  }
}
