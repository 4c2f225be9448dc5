/** Parked keys with their first record, and what became of what operators asked of their owners. */

import type { Sql } from '../sql.ts'

export interface ParkedKeyRow {
  readonly groupName: string
  readonly actor: string
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly records: number
  readonly dueAt: Date | null
  readonly parkedAt: Date
  readonly firstOffset: number | null
  readonly attempts: number
  readonly errorClass: string
  readonly message: string
}

type Place = readonly [group: string, actor: string, topic: string, partition: number, key: string]

export interface ParkedQuestion {
  readonly limit: number
  readonly after: Place | undefined
  readonly group?: string | null | undefined
  readonly actor?: string | null | undefined
  readonly topic?: string | null | undefined
}

/** By unit and key, as the database sorts them. */
export const parkedKeys = (
  sql: Sql,
  { limit, after, group, actor, topic }: ParkedQuestion,
): Promise<readonly ParkedKeyRow[]> => sql<ParkedKeyRow>`
  select parked.group_id as "groupName", parked.actor, parked.topic, parked.partition, parked.parking_key as key,
    parked.records, parked.due_at as "dueAt", parked.parked_at as "parkedAt", first.record_offset as "firstOffset",
    coalesce(first.attempts, 0) as attempts, coalesce(first.error_class, '') as "errorClass",
    coalesce(first.message, '') as message
  from troupe.parked_keys as parked
  left join lateral (
    select * from troupe.parked_records as queue
    where queue.group_id = parked.group_id and queue.actor = parked.actor and queue.topic = parked.topic
      and queue.partition = parked.partition and queue.parking_key = parked.parking_key
    order by queue.record_offset limit 1
  ) as first on true
  where (${group ?? null}::text is null or parked.group_id = ${group ?? null})
    and (${actor ?? null}::text is null or parked.actor = ${actor ?? null})
    and (${topic ?? null}::text is null or parked.topic = ${topic ?? null})
    and (${after?.[0] ?? null}::text is null
      or (parked.group_id, parked.actor, parked.topic, parked.partition, parked.parking_key)
        > (${after?.[0] ?? null}::text, ${after?.[1] ?? null}::text, ${after?.[2] ?? null}::text,
           ${after?.[3] ?? null}::integer, ${after?.[4] ?? null}::text))
  order by parked.group_id, parked.actor, parked.topic, parked.partition, parked.parking_key
  limit ${limit}`

/** What the owner answered; undefined: not yet. */
export const answerToParkedCommand = async (sql: Sql, id: number): Promise<string | undefined> => {
  const [row] = await sql<{ readonly answer: string | null }>`
    select answer from troupe.parked_commands where id = ${id} and done_at is not null`
  return row && (row.answer ?? 'done')
}
