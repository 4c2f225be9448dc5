/** Drained nodes as their table has them. */

import type { Sql } from '../actor/context.ts'
import type { NodeDrain } from '../control/index.ts'
import { storable } from './storable-text.ts'

interface NodeDrainRow {
  readonly node: string
  readonly reason: string
  readonly drained_by: string
  readonly drained_at: Date
}

/** By node. */
export const readDrains = async (sql: Sql): Promise<readonly NodeDrain[]> => {
  const rows = await sql<NodeDrainRow>`select * from troupe.node_drains order by node`
  return rows.map(({ node, reason, drained_by, drained_at }) => ({
    node,
    reason,
    by: drained_by,
    atMs: drained_at.getTime(),
  }))
}

export const isDrained = async (sql: Sql, node: string): Promise<boolean> => {
  const rows = await sql`select 1 from troupe.node_drains where node = ${storable(node)}`
  return rows.length > 0
}

/** One that is there already stays as it is. */
export const writeDrain = async (sql: Sql, { node, reason, by }: Omit<NodeDrain, 'atMs'>): Promise<void> => {
  await sql`
    insert into troupe.node_drains (node, reason, drained_by)
    values (${storable(node)}, ${storable(reason)}, ${storable(by)})
    on conflict do nothing`
}

export const deleteDrain = async (sql: Sql, node: string): Promise<void> => {
  await sql`delete from troupe.node_drains where node = ${storable(node)}`
}
