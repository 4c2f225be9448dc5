/** Ids of dead letters that are new, in the order of their ids: which is not quite that of their commits. */

import type { Sql } from '../sql.ts'

export interface Tail {
  readonly latest: number
  /** The last ones, as many as a transaction that is under way may have ids among. */
  readonly ids: readonly number[]
}

export const tailOfLetters = async (sql: Sql, length: number): Promise<Tail> => {
  const rows = await sql<{ id: number }>`select id from troupe.dead_letters order by id desc limit ${length}`
  return { latest: rows[0]?.id ?? 0, ids: rows.map(({ id }) => id) }
}

/** Above `floor`, but for the known ones. */
export const lettersAbove = async (
  sql: Sql,
  floor: number,
  known: readonly number[],
  limit: number,
): Promise<readonly number[]> => {
  const rows = await sql<{ id: number }>`
    select letter.id from troupe.dead_letters as letter
    where letter.id > ${floor}
      and not exists (select from unnest(${[...known]}::bigint[]) as known (id) where known.id = letter.id)
    order by letter.id limit ${limit}`
  return rows.map(({ id }) => id)
}
