/** The sessions of each owner, so that those of a frozen one can be ended: schemas/sql/020. */

import type { Sql } from '../actor/context.ts'
import type { Unit } from '../delivery/unit.ts'

/**
 * Ends sessions that owners of these units have left in a transaction; those of `owner` itself only when nothing
 * happened in them for `ownIdleMs`, if that is given.
 */
export const terminateBackends = async (
  sql: Sql,
  units: readonly Unit[],
  owner: string,
  ownIdleMs?: number,
): Promise<number> => {
  const [row] = await sql<{ readonly ended: number }>`
    select count(*) filter (where pg_terminate_backend(frozen.pid)) as ended
    from (
      select distinct activity.pid
      from unnest(${units.map(({ group }) => group)}::text[], ${units.map(({ actor }) => actor)}::text[],
                  ${units.map(({ topic }) => topic)}::text[], ${units.map(({ partition }) => partition)}::integer[])
        as asked (group_id, actor, topic, partition)
      join troupe.units as unit using (group_id, actor, topic, partition)
      join troupe.owner_backends as backend on backend.owner in (unit.owner, unit.previous_owner)
      join pg_stat_activity as activity
        on activity.pid = backend.pid and activity.backend_start = backend.backend_start
      where activity.xact_start is not null and activity.state <> 'idle' and activity.pid <> pg_backend_pid()
        and (backend.owner <> ${owner}
          or activity.state_change < clock_timestamp() - ${ownIdleMs ?? null}::double precision * interval '1 ms')
    ) as frozen`
  return row?.ended ?? 0
}

/** Names this session as one of the owner's, and forgets those that have ended. */
export const registerBackend = async (sql: Sql, owner: string): Promise<void> => {
  await sql`
    with ended as (
      delete from troupe.owner_backends as backend
      where backend.pid <> pg_backend_pid() and not exists (
        select from pg_stat_activity as activity
        where activity.pid = backend.pid and activity.backend_start = backend.backend_start)
    )
    insert into troupe.owner_backends (pid, backend_start, owner)
    select pid, backend_start, ${owner}::text from pg_stat_activity where pid = pg_backend_pid()
    on conflict (pid) do update set backend_start = excluded.backend_start, owner = excluded.owner`
}
