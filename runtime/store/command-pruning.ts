/**
 * Commands of long ago go, with their answers; their entries in the audit log stay, and say by themselves what came of them.
 */

import { commandState } from '../control/index.ts'
import { madeBy, readCommands, type StoredCommand } from './command-rows.ts'
import type { PostgresSession } from './postgres-session.ts'
import { storable } from './storable-text.ts'

/** What came of a command, in a sentence. */
export type CommandEnd = (command: StoredCommand) => string

const mostAtOnce = 200

/** In one transaction, the oldest first; how many went. Several may do it at the same time. */
export const pruneCommands = async (
  session: PostgresSession,
  olderThanDays: number,
  endOf: CommandEnd,
): Promise<number> =>
  session.transaction(
    async ({ sql }) => {
      const rows = await sql<{ id: number }>`
        select id from troupe.commands
        where asked_at < now() - ${olderThanDays}::double precision * interval '1 day' and expires_at < now()
        order by id limit ${mostAtOnce} for update skip locked`
      const ids = rows.map(({ id }) => id)
      const commands = await readCommands(sql, ids)
      await sql`
        update troupe.audit_log as entry
        set outcome = told.outcome, message = told.message, command_id = null, made_id = told.made_id
        from unnest(${commands.map(({ id }) => id)}::bigint[], ${commands.map(outcomeOf)}::text[],
          ${commands.map((command) => storable(endOf(command)))}::text[],
          ${commands.map((command) => madeBy(command) ?? null)}::bigint[]) as told (id, outcome, message, made_id)
        where entry.command_id = told.id`
      await sql`delete from troupe.command_answers where command_id = any (${ids}::bigint[])`
      await sql`delete from troupe.commands where id = any (${ids}::bigint[])`
      return ids.length
    },
    () => true,
  )

/** One that some have done and others have not did not come to its end. */
const outcomeOf = ({ addressees, answers, expired }: StoredCommand): 'done' | 'refused' | 'failed' => {
  const state = commandState(addressees, answers, expired)
  return state === 'done' || state === 'refused' ? state : 'failed'
}
