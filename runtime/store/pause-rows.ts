/** Pauses as their table has them: what is not selected is an empty text, or -1. */

import type { Sql } from '../actor/context.ts'
import type { Pause, UnitSelection } from '../control/index.ts'
import { storable } from './storable-text.ts'

interface PauseRow {
  readonly group_id: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
  readonly reason: string
  readonly paused_by: string
  readonly paused_at: Date
}

export const readPauses = async (sql: Sql): Promise<readonly Pause[]> => {
  const rows = await sql<PauseRow>`select * from troupe.pauses order by group_id, actor, topic, partition`
  return rows.map(({ group_id, actor, topic, partition, reason, paused_by, paused_at }) => ({
    group: group_id,
    ...(actor !== '' && { actor }),
    ...(topic !== '' && { topic }),
    ...(partition !== -1 && { partition }),
    reason,
    by: paused_by,
    atMs: paused_at.getTime(),
  }))
}

export const writePause = async (
  sql: Sql,
  { group, actor = '', topic = '', partition = -1 }: UnitSelection,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<void> => {
  await sql`
    insert into troupe.pauses (group_id, actor, topic, partition, reason, paused_by)
    values (${storable(group)}, ${storable(actor)}, ${storable(topic)}, ${partition}, ${storable(reason)}, ${storable(by)})
    on conflict do nothing`
}

/** Those that are within the selection. */
export const deletePauses = async (
  sql: Sql,
  { group, actor = '', topic = '', partition = -1 }: UnitSelection,
): Promise<void> => {
  await sql`
    delete from troupe.pauses
    where group_id = ${group}
      and (${actor}::text = '' or actor = ${actor}) and (${topic}::text = '' or topic = ${topic})
      and (${partition}::integer = -1 or partition = ${partition})`
}
