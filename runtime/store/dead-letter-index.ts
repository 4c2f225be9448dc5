/** The index of dead letters in Postgres: pages, one letter whole, discards with receipts. */

import {
  receiptOutcomes,
  type DeadLetterIndex,
  type DeadLetterPage,
  type DeadLetterReceipt,
  type DeadLetterSearch,
  type NewDeadLetter,
  type StoredDeadLetter,
} from '../delivery/index.ts'
import { TroupeError } from '../errors.ts'
import {
  filterJson,
  insertDeadLetters,
  letterOf,
  receiptOf,
  summaryOf,
  type LetterRow,
  type ReceiptRow,
  type SummaryRow,
} from './dead-letter-rows.ts'
import { operatorPool, type OperatorStoreOptions } from './operator-pool.ts'
import type { PostgresSession } from './postgres-session.ts'
import { askedOf } from './run-again.ts'
import type { SessionPool } from './session-pool.ts'
import { storable } from './storable-text.ts'

/** Opens no connection yet. */
export const openDeadLetterIndex = (options: OperatorStoreOptions): DeadLetterIndex =>
  new PostgresDeadLetterIndex(operatorPool(options, 'dead-letters'))

const mostLetters = 500

class PostgresDeadLetterIndex implements DeadLetterIndex {
  readonly #pool: SessionPool

  constructor(pool: SessionPool) {
    this.#pool = pool
  }

  async search({ limit = 50, cursor, state, ...filter }: DeadLetterSearch): Promise<DeadLetterPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > mostLetters) {
      throw new TroupeError(
        'CONFIG_INVALID',
        `limit is ${String(limit)}; it must be 1 to ${String(mostLetters)}`,
      )
    }
    const after = cursor === undefined ? undefined : parsedCursor(cursor)
    const rows = await this.#run(
      ({ sql }) => sql<SummaryRow>`
        select id, group_id, actor, actor_version, topic, partition, record_offset, key, tenant, event_id, event_type,
          correlation_id, trace_id, inbox_key, outcome, attempts, error_class, error_code, message, failed_at, state,
          redrives
        from troupe.dead_letters_of(${filterJson(filter)}::jsonb)
        where (${state ?? null}::text is null or state = ${state ?? null})
          and (${after?.id ?? null}::bigint is null
            or (failed_at, id) < (to_timestamp(${after?.failedAtMs ?? 0}::double precision / 1000), ${after?.id ?? 0}))
        order by failed_at desc, id desc
        limit ${limit + 1}`,
    )
    const letters = rows.slice(0, limit).map(summaryOf)
    const last = letters.at(-1)
    return { letters, next: rows.length > limit && last !== undefined ? deadLetterCursor(last) : undefined }
  }

  async find(id: number): Promise<StoredDeadLetter | undefined> {
    return this.#run(async ({ sql }) => {
      const [[row], receipts] = await Promise.all([
        sql<LetterRow>`select * from troupe.dead_letters where id = ${id}`,
        sql<ReceiptRow>`select * from troupe.dead_letter_receipts where dead_letter_id = ${id} order by id`,
      ])
      return row && letterOf(row, receipts.map(receiptOf))
    })
  }

  async add(letters: readonly NewDeadLetter[]): Promise<number> {
    return letters.length === 0 ? 0 : this.#run(({ sql }) => insertDeadLetters(sql, letters))
  }

  async discard(ids: readonly number[], by: string, reason: string): Promise<readonly DeadLetterReceipt[]> {
    if (ids.length === 0) return []
    const rows = await this.#run(
      ({ sql }) => sql<ReceiptRow>`
        with wanted as materialized (
          select id from troupe.dead_letters
          where id = any (${[...ids]}::bigint[]) and state = 'dead'
          order by id
          for update
        ), discarded as (
          update troupe.dead_letters as letter set state = 'discarded'
          from wanted where letter.id = wanted.id
          returning letter.id
        )
        insert into troupe.dead_letter_receipts (dead_letter_id, outcome, reason, told_by)
        select id, 'discarded', ${storable(reason || receiptOutcomes.discarded)}, ${storable(by)} from discarded order by id
        returning *`,
    )
    return rows.map(receiptOf)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  #run<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    return askedOf(this.#pool, 'what was asked of dead letters', work)
  }
}

/** `1.<ms>.<id>` as base64url; the first number is the version. */
export const deadLetterCursor = ({
  failedAtMs,
  id,
}: {
  readonly failedAtMs: number
  readonly id: number
}): string => Buffer.from(`1.${String(failedAtMs)}.${String(id)}`).toString('base64url')

const parsedCursor = (cursor: string): { readonly failedAtMs: number; readonly id: number } => {
  const [, ms, id] = /^1\.(-?\d{1,16})\.(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (ms === undefined || id === undefined)
    throw new TroupeError(
      'CONFIG_INVALID',
      `the cursor ${JSON.stringify(cursor.slice(0, 100))} is none: take it from the page before`,
    )
  return { failedAtMs: Number(ms), id: Number(id) }
}
