/** Moves the clock by which a database tells days, for all of its sessions: its function is defined anew. */

import type { Sql } from '../../../runtime/actor/index.ts'

/** `at`: ISO 8601; undefined: its own clock again. */
export const moveClock = async (sql: Sql, at: string | undefined): Promise<void> => {
  const body = at === undefined ? 'now()' : `timestamptz '${new Date(at).toISOString()}'`
  const text = `create or replace function troupe.clock() returns timestamptz language sql stable parallel safe return ${body}`
  await sql(Object.assign([text], { raw: [text] }))
}
