/**
 * What the actors of a trial did, one row for each effect: append-only and without any unique constraint, so that what
 * is in it once was done once, and not kept out by the table.
 *
 * E1: rows are read in the order of their commits (`track_commit_timestamp`): the order in which others saw them.
 *     An identity is given before the commit, and would hide that a later transaction was seen first.
 */

import { openDatabase, type Database } from '../../../runtime/store/index.ts'
import { waitUntil } from '../wait-until.ts'
import type { NthOfThing } from './effects-check.ts'

export interface Effect extends NthOfThing {
  readonly partition: number
  readonly offset: number
  /** Of the process whose worker applied it. */
  readonly pid: number
  /** When it was committed, ms since the epoch. */
  readonly at: number
}

export class EffectsTable {
  readonly #database: Database
  readonly #trial: string

  /** `url`: of Postgres itself, around every proxy. `trial`: what rows are told apart by; the consumer group. */
  static async open(url: string, trial: string): Promise<EffectsTable> {
    const database = openDatabase({ url, applicationName: 'effects-table', maxConnections: 1 })
    const { sql } = database
    await sql`create schema if not exists trial`
    await sql`
      create table if not exists trial.effects (
        trial text not null,
        nth bigint generated always as identity,
        thing text not null,
        n bigint not null,
        partition integer not null,
        record_offset bigint not null,
        pid integer not null
      )`
    const [setting] = await sql<{ on: string }>`select current_setting('track_commit_timestamp') as on`
    if (setting?.on !== 'on') throw new Error('the order of effects needs track_commit_timestamp = on')
    return new EffectsTable(database, trial)
  }

  private constructor(database: Database, trial: string) {
    this.#database = database
    this.#trial = trial
  }

  /** How many there are now. Throws while Postgres is away. */
  async count(): Promise<number> {
    const [row] = await this.#database.sql<{ count: number }>`
      select count(*)::integer as count from trial.effects where trial = ${this.#trial}`
    return row?.count ?? 0
  }

  /** How many of these events have an effect. */
  async countOf(events: readonly NthOfThing[]): Promise<number> {
    const [row] = await this.#database.sql<{ count: number }>`
      select count(distinct (thing, n))::integer as count
      from trial.effects
      join unnest(${events.map(({ thing }) => thing)}::text[], ${events.map(({ n }) => n)}::bigint[])
        as event (thing, n) using (thing, n)
      where trial = ${this.#trial}`
    return row?.count ?? 0
  }

  /** In how many partitions they are. */
  async partitions(): Promise<number> {
    const [row] = await this.#database.sql<{ count: number }>`
      select count(distinct partition)::integer as count from trial.effects where trial = ${this.#trial}`
    return row?.count ?? 0
  }

  /** E1. */
  async all(): Promise<readonly Effect[]> {
    return await this.#database.sql<Effect>`
      select thing, n::float8 as n, partition, record_offset::float8 as offset, pid,
        1000 * extract(epoch from pg_xact_commit_timestamp(xmin))::float8 as at
      from trial.effects where trial = ${this.#trial}
      order by pg_xact_commit_timestamp(xmin), nth`
  }

  /** Waits until there are so many. `timeoutMs`: without any more. */
  async untilAtLeast(count: number, timeoutMs?: number): Promise<void> {
    let rows = 0
    await waitUntil(
      `the table of effects has ${String(count)} rows`,
      async () => {
        rows = await this.count()
        return rows >= count
      },
      { everyMs: 50, progress: () => rows, ...(timeoutMs !== undefined && { timeoutMs }) },
    )
  }

  async close(): Promise<void> {
    await this.#database.close()
  }
}
