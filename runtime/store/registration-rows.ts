/** Registrations of actor modules as their table has them. */

import type { Sql } from '../actor/context.ts'
import type { Registration } from '../control/index.ts'
import { storableJson } from './storable-json.ts'
import { storable } from './storable-text.ts'

interface RegistrationRow {
  readonly module: string
  readonly state: Registration['state']
  readonly actor: string
  readonly group_id: string
  readonly version: string
  readonly options_form: number
  readonly options: Registration['options']
  readonly partitions: readonly number[]
  readonly changed_by: string
  readonly changed_at: Date
}

/** By module. */
export const readRegistrations = async (sql: Sql): Promise<readonly Registration[]> => {
  const rows = await sql<RegistrationRow>`select * from troupe.registrations order by module`
  return rows.map(({ group_id, options_form, changed_by, changed_at, ...row }) => ({
    module: row.module,
    state: row.state,
    actor: row.actor,
    group: group_id,
    version: row.version,
    form: options_form,
    options: row.options,
    partitions: row.partitions,
    by: changed_by,
    at: changed_at,
  }))
}

/** Without partitions it has none. */
export type WrittenRegistration = Omit<Registration, 'at' | 'form' | 'partitions'> &
  Partial<Pick<Registration, 'partitions'>>

/** In this order. `keep`: one that is there already stays as it is. */
export const writeRegistrations = async (
  sql: Sql,
  registrations: readonly WrittenRegistration[],
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<void> => {
  for (const { module, state, actor, group, version, options, partitions = [], by } of registrations) {
    await sql`
      insert into troupe.registrations (module, state, actor, group_id, version, options, partitions, changed_by)
      values (${module}, ${state}, ${storable(actor)}, ${storable(group)}, ${version}, ${storableJson(options)}::jsonb,
        ${[...partitions]}::integer[], ${storable(by)})
      on conflict (module) do update set
        state = excluded.state, actor = excluded.actor, group_id = excluded.group_id, version = excluded.version,
        options = excluded.options, partitions = excluded.partitions, changed_by = excluded.changed_by, changed_at = now()
      where not ${keep}::boolean`
  }
}
