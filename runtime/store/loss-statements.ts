/** The statements on attempts that ended their worker: schemas/sql/150. Only where a worker did they are asked. */

import type { Sql } from '../actor/context.ts'
import { lossKindOf, type RememberedLoss, type Unit } from '../delivery/index.ts'
import { storable } from './storable-text.ts'
import { nameOf, nameOfPlace, type PlaceText } from './unit-rows.ts'

/** The row of the unit is held: who takes it waits for this, and finds what was remembered. */
export const rememberLoss = async (
  sql: Sql,
  { group, actor, topic, partition }: Unit,
  epoch: number,
  { offset, attempt, kind, reason }: RememberedLoss,
): Promise<boolean> => {
  const rows = await sql`
    with mine as materialized (
      select * from troupe.units
      where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition} and epoch = ${epoch}
      for share
    ), passed as (
      delete from troupe.remembered_losses as loss using mine
      where loss.group_id = mine.group_id and loss.actor = mine.actor
        and loss.topic = mine.topic and loss.partition = mine.partition
        and loss.record_offset < mine.frontier and loss.record_offset <> ${offset}::bigint
    ), remembered as (
      insert into troupe.remembered_losses (group_id, actor, topic, partition, record_offset, attempt, kind, reason)
      select group_id, actor, topic, partition, ${offset}::bigint, ${attempt}::integer, ${kind}::text,
             ${storable(reason)}::text
      from mine
      on conflict (group_id, actor, topic, partition, record_offset) do update
      set attempt = excluded.attempt, kind = excluded.kind, reason = excluded.reason, lost_at = now()
    )
    select 1 from mine`
  return rows.length > 0
}

interface LossText extends PlaceText {
  readonly record_offset: number
  readonly attempt: number
  readonly kind: string
  readonly reason: string
}

export const readLosses = async (
  sql: Sql,
  units: readonly Unit[],
): Promise<readonly (readonly RememberedLoss[])[]> => {
  const rows = await sql<LossText>`
    select loss.*
    from unnest(${units.map(({ group }) => group)}::text[], ${units.map(({ actor }) => actor)}::text[],
                ${units.map(({ topic }) => topic)}::text[], ${units.map(({ partition }) => partition)}::integer[])
      as asked (group_id, actor, topic, partition)
    join troupe.units as unit using (group_id, actor, topic, partition)
    join troupe.remembered_losses as loss using (group_id, actor, topic, partition)
    where record_offset >= coalesce(frontier, 0)
    order by record_offset`
  const byUnit = Map.groupBy(rows, (row) => nameOfPlace(row))
  return units.map((unit) =>
    (byUnit.get(nameOf(unit)) ?? []).map(({ record_offset, attempt, kind, reason }) => ({
      offset: record_offset,
      attempt,
      kind: lossKindOf(kind),
      reason,
    })),
  )
}

export const forgetLosses = async (sql: Sql, { group, actor, topic, partition }: Unit): Promise<void> => {
  await sql`
    delete from troupe.remembered_losses
    where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}`
}
