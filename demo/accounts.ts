/**
 * What Troupe made of the feed, read from what it left behind – tables and dead letters – and set against what the
 * generator planted: by event id, not by counters, so that nothing can cancel out.
 */

import { waitUntil } from '../test/harness/wait-until.ts'
import type { Database } from '../runtime/store/index.ts'
import type { Feed, Plant } from './scan-generator.ts'
import type { DeadLetterReader } from './dead-letter-reader.ts'

export type Tally = Readonly<Record<Plant, number>>

export class Accounts {
  readonly #database: Database
  readonly #deadLetters: DeadLetterReader

  constructor(database: Database, deadLetters: DeadLetterReader) {
    this.#database = database
    this.#deadLetters = deadLetters
  }

  /** Records by what became of them, redeliveries not counted twice. */
  async tally(): Promise<Tally> {
    const { sql } = this.#database
    const [row] = await sql<{ applied: string; duplicate: string; rejected: string }>`
      select (select count(*) from tracking.package_events) as applied,
             (select count(*) from troupe.duplicates where actor = 'package-tracking') as duplicate,
             (select count(distinct (tenant, key)) from troupe.inbox
              where actor = 'package-tracking' and outcome = 'rejected') as rejected`
    return {
      applied: Number(row?.applied),
      duplicate: Number(row?.duplicate),
      rejected: Number(row?.rejected),
      undecodable: this.#deadLetters.idsOf('undecodable').size,
    }
  }

  /** Events in the outbox that no relay has sent yet. */
  async waiting(): Promise<number> {
    const { sql } = this.#database
    const [row] = await sql<{ waiting: number }>`
      select (select count(*) from troupe.outbox) + (select count(*) from troupe.outbox_parked) as waiting`
    return Number(row?.waiting)
  }

  /** Events that were put into the outbox: each unit's row has the number of its last row; letters are no events. */
  async emitted(): Promise<number> {
    const [row] = await this.#database.sql<{ emitted: string }>`
      select coalesce(sum(outbox_seq), 0) - (select count(*) from troupe.dead_letters) as emitted from troupe.units`
    return Number(row?.emitted)
  }

  /** Every way in which the outcome differs from what was planted; empty when all is well. */
  async differences(feed: Feed): Promise<readonly string[]> {
    await waitUntil('the outbox is empty', async () => (await this.waiting()) === 0)
    await waitUntil('every dead letter is read', () => this.#deadLetters.caughtUp())
    const planted = (plant: Plant): readonly string[] =>
      feed.publications
        .filter((publication) => publication.plant === plant)
        .map(idOf)
        .toSorted()
    return [
      ...unequal(
        'applied',
        planted('applied'),
        await this.#ids(this.#database.sql`select event_id as id from tracking.package_events`),
      ),
      ...unequal(
        'duplicate',
        planted('duplicate'),
        await this.#ids(
          this.#database.sql`select key as id from troupe.duplicates where actor = 'package-tracking'`,
        ),
      ),
      ...unequal(
        'rejected',
        planted('rejected'),
        await this.#ids(
          // In the first hour of a day a key is in two days' parts.
          this.#database
            .sql`select distinct key as id from troupe.inbox where actor = 'package-tracking' and outcome = 'rejected'`,
        ),
      ),
      ...unequal(
        'rejected and dead-lettered',
        planted('rejected'),
        [...this.#deadLetters.idsOf('rejected')].toSorted(),
      ),
      ...unequal(
        'undecodable',
        planted('undecodable'),
        [...this.#deadLetters.idsOf('undecodable')].toSorted(),
      ),
      ...(await this.#wrongStates(feed)),
    ]
  }

  async #ids(rows: Promise<readonly object[]>): Promise<readonly string[]> {
    return ((await rows) as readonly { readonly id: string }[]).map(({ id }) => id).toSorted()
  }

  async #wrongStates({ packages }: Feed): Promise<readonly string[]> {
    const rows = await this.#database.sql<{ tenant: string; tracking_id: string; state: string }>`
      select tenant, tracking_id, state from tracking.packages`
    const states = new Map(rows.map((row) => [`${row.tenant} ${row.tracking_id}`, row.state]))
    const wrong = packages.filter(
      ({ tenant, trackingId, state }) => states.get(`${tenant} ${trackingId}`) !== state,
    )
    const surplus = rows.length - packages.length
    return [
      ...wrong.map(({ tenant, trackingId, state }) => {
        const found = states.get(`${tenant} ${trackingId}`) ?? 'missing'
        return `package ${trackingId} of ${tenant} is ${found}, planted was ${state}`
      }),
      ...(surplus === 0 ? [] : [`${rows.length} packages are tracked, planted were ${packages.length}`]),
    ]
  }
}

const idOf = (publication: Feed['publications'][number]): string =>
  publication.kind === 'scan' ? publication.event.eventId : publication.eventId

const unequal = (what: string, planted: readonly string[], found: readonly string[]): readonly string[] => {
  if (planted.length === found.length && planted.every((id, i) => id === found[i])) return []
  const missing = planted.filter((id) => !found.includes(id))
  const surplus = found.filter((id) => !planted.includes(id))
  return [
    `${what}: planted ${planted.length}, found ${found.length}; ` +
      `missing ${missing.slice(0, 3).join(', ') || 'none'}; not planted ${surplus.slice(0, 3).join(', ') || 'none'}`,
  ]
}
