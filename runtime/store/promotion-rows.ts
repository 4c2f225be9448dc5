/** Which version of an actor took the place of which, as its table has it. */

import type { Sql } from '../actor/context.ts'
import type { Promotion } from '../control/index.ts'
import { storableJson } from './storable-json.ts'
import { storable } from './storable-text.ts'

interface PromotionRow {
  readonly id: number
  readonly actor: string
  readonly group_id: string
  readonly module: string
  readonly version: string
  readonly from_module: string
  readonly from_version: string
  readonly from_options: Promotion['fromOptions']
  readonly promoted_by: string
  readonly promoted_at: Date
  readonly rolled_back_by: string | null
  readonly rolled_back_at: Date | null
}

/** Last first. */
export const readPromotions = async (
  sql: Sql,
  { actor, limit }: { readonly actor?: string | undefined; readonly limit: number },
): Promise<readonly Promotion[]> => {
  const rows = await sql<PromotionRow>`
    select * from troupe.promotions
    where ${actor ?? null}::text is null or actor = ${actor ?? null}
    order by id desc limit ${limit}`
  return rows.map((row) => ({
    id: row.id,
    actor: row.actor,
    group: row.group_id,
    module: row.module,
    version: row.version,
    fromModule: row.from_module,
    fromVersion: row.from_version,
    fromOptions: row.from_options,
    by: row.promoted_by,
    at: row.promoted_at,
    rolledBackBy: row.rolled_back_by ?? undefined,
    rolledBackAt: row.rolled_back_at ?? undefined,
  }))
}

export const writePromotion = async (
  sql: Sql,
  promotion: Omit<Promotion, 'id' | 'at' | 'rolledBackBy' | 'rolledBackAt'>,
): Promise<void> => {
  const { actor, group, module, version, fromModule, fromVersion, fromOptions, by } = promotion
  await sql`
    insert into troupe.promotions
      (actor, group_id, module, version, from_module, from_version, from_options, promoted_by)
    values (${storable(actor)}, ${storable(group)}, ${module}, ${version}, ${fromModule}, ${fromVersion},
      ${storableJson(fromOptions)}::jsonb, ${storable(by)})`
}

export const rollBackPromotion = async (sql: Sql, id: number, by: string): Promise<void> => {
  await sql`
    update troupe.promotions set rolled_back_by = ${storable(by)}, rolled_back_at = now()
    where id = ${id} and rolled_back_at is null`
}
