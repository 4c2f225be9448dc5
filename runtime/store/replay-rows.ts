/** Replays as their table has them. */

import type { Sql } from '../actor/context.ts'
import {
  parseRanges,
  printRanges,
  type Replay,
  type ReplayDedupe,
  type ReplayedPart,
  type ReplayState,
} from '../delivery/index.ts'

export interface ReplayRow {
  readonly id: number
  readonly group_id: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
  readonly from_offset: number
  readonly to_offset: number
  readonly dedupe: ReplayDedupe
  readonly rate_per_s: number
  readonly state: ReplayState
  readonly trouble: string
  readonly created_by: string
  readonly created_at: Date
  readonly finished_at: Date | null
  readonly next_offset: number
  readonly done: string
  readonly applied: number
  readonly passed_over: number
  readonly dead: number
  readonly skipped: number
  readonly gone: number
}

export const replayOf = (row: ReplayRow): Replay => ({
  id: row.id,
  unit: { group: row.group_id, actor: row.actor, topic: row.topic, partition: row.partition },
  range: { from: row.from_offset, to: row.to_offset },
  dedupe: row.dedupe,
  ratePerS: row.rate_per_s,
  state: row.state,
  trouble: row.trouble,
  createdBy: row.created_by,
  createdAtMs: row.created_at.getTime(),
  finishedAtMs: row.finished_at?.getTime(),
  nextOffset: row.next_offset,
  done: parseRanges(row.done),
  applied: row.applied,
  passedOver: row.passed_over,
  dead: row.dead,
  skipped: row.skipped,
  gone: row.gone,
})

/** Those that run, first created first. */
export const readRunningReplays = async (sql: Sql): Promise<readonly Replay[]> => {
  const rows = await sql<ReplayRow>`
    select *, done::text as done from troupe.replays where state = 'running' order by id limit 1000`
  return rows.map(replayOf)
}

/** Within the transaction of its effects. False: it was stopped, or some of it was done by another (RP2). */
export const writeReplayed = async (sql: Sql, replayed: ReplayedPart | undefined): Promise<boolean> => {
  if (replayed === undefined) return true
  const { id, done, counts } = replayed
  const ranges = printRanges(done)
  const rows = await sql`
    update troupe.replays
    set done = done + ${ranges}::int8multirange, tries = 0,
        applied = applied + ${counts.applied}, passed_over = passed_over + ${counts.passedOver},
        dead = dead + ${counts.dead}, skipped = skipped + ${counts.skipped}
    where id = ${id} and state in ('running', 'paused') and not done && ${ranges}::int8multirange
      and (isempty(${ranges}::int8multirange) or lower(${ranges}::int8multirange) >= next_offset)
    returning 1`
  return rows.length === 1
}
