/** What Postgres knows of an event: the inbox, parked records, dead letters with their receipts, duplicates, the outbox. */

import type { Sql } from '../sql.ts'

export type EventStepKind =
  'HANDLED' | 'REJECTED' | 'PARKED' | 'DEAD_LETTERED' | 'RECEIPT' | 'DUPLICATE' | 'OUTBOX' | 'OUTBOX_PARKED'

export interface EventStepRow {
  readonly kind: EventStepKind
  readonly at: Date | null
  readonly tenant: string
  readonly groupName: string
  readonly actor: string
  /** topic/partition@offset, or ''. */
  readonly record: string
  readonly message: string
  readonly deadLetterId: string | null
}

export interface EventStoryRow {
  readonly eventId: string
  readonly known: boolean
  readonly steps: readonly EventStepRow[]
}

const mostSteps = 200

interface Step extends Omit<EventStepRow, 'deadLetterId'> {
  readonly deadLetterId?: number | null
}

/** `eventId` and `tenant` are texts that Postgres can hold; events without a tenant have an empty one. */
export const eventStory = async (sql: Sql, eventId: string, tenant: string): Promise<EventStoryRow> => {
  const all = await Promise.all([
    ofInbox(sql, eventId, tenant),
    ofLetters(sql, eventId, tenant),
    ofReceipts(sql, eventId, tenant),
    ofDuplicates(sql, eventId, tenant),
    ofOutbox(sql, eventId, tenant),
  ])
  const steps = all
    .flat()
    .toSorted((a, b) => (a.at?.getTime() ?? Infinity) - (b.at?.getTime() ?? Infinity))
    .slice(0, mostSteps)
    .map((step) => ({
      ...step,
      deadLetterId: typeof step.deadLetterId === 'number' ? String(step.deadLetterId) : null,
    }))
  return { eventId, known: steps.length > 0, steps }
}

/**
 * Each actor and tenant that met it; found by the primary key of each of its groups' actors. In the first hour of a day
 * a key is in two days' parts.
 */
const ofInbox = (sql: Sql, eventId: string, tenant: string): Promise<readonly Step[]> => sql<Step>`
  select distinct case outcome when 'done' then 'HANDLED' when 'rejected' then 'REJECTED' when 'parked' then 'PARKED'
      else 'DEAD_LETTERED' end as kind,
    handled_at as at, tenant, group_id as "groupName", inbox.actor as actor,
    topic || '/' || partition || '@' || record_offset as record,
    case outcome when 'done' then 'Its effects are committed.' when 'rejected' then 'The actor refused it.'
      when 'parked' then 'It waits with its key.' else 'It was given up.' end as message
  from (select distinct group_id, actor from troupe.units) as known
  join troupe.inbox as inbox using (group_id, actor)
  where inbox.key = ${eventId} and tenant = ${tenant}
  limit ${mostSteps}`

const ofLetters = (sql: Sql, eventId: string, tenant: string): Promise<readonly Step[]> => sql<Step>`
  select 'DEAD_LETTERED' as kind, failed_at as at, tenant, group_id as "groupName", actor,
    topic || '/' || partition || '@' || record_offset as record,
    outcome || ' after ' || attempts || ' attempts: ' || error_class || ': ' || left(message, 500) as message,
    id as "deadLetterId"
  from troupe.dead_letters
  where event_id = ${eventId} and tenant = ${tenant}
  order by id desc limit ${mostSteps}`

const ofReceipts = (sql: Sql, eventId: string, tenant: string): Promise<readonly Step[]> => sql<Step>`
  select 'RECEIPT' as kind, receipt.told_at as at, letter.tenant, letter.group_id as "groupName", letter.actor,
    coalesce(receipt.topic || '/' || receipt.partition || '@' || receipt.record_offset, '') as record,
    receipt.outcome || ' by ' || receipt.told_by || ': ' || left(receipt.reason, 500) as message,
    letter.id as "deadLetterId"
  from troupe.dead_letters as letter
  join troupe.dead_letter_receipts as receipt on receipt.dead_letter_id = letter.id
  where letter.event_id = ${eventId} and letter.tenant = ${tenant}
  order by receipt.id desc limit ${mostSteps}`

const ofDuplicates = (sql: Sql, eventId: string, tenant: string): Promise<readonly Step[]> => sql<Step>`
  select 'DUPLICATE' as kind, seen_at as at, tenant, group_id as "groupName", duplicate.actor as actor,
    topic || '/' || partition || '@' || record_offset as record,
    'It came again, and nothing was done.' as message
  from (select distinct group_id, actor from troupe.units) as known
  join troupe.duplicates as duplicate using (group_id, actor)
  where duplicate.key = ${eventId} and tenant = ${tenant}
  limit ${mostSteps}`

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Ids of what actors emit are UUIDs; others were never in the outbox. What was sent has left it. */
const ofOutbox = async (sql: Sql, eventId: string, tenant: string): Promise<readonly Step[]> => {
  if (!uuid.test(eventId)) return []
  return sql<Step>`
    select kind, at, coalesce(tenant, '') as tenant, coalesce(group_id, '') as "groupName", coalesce(actor, '') as actor,
      '' as record, message
    from (
      select 'OUTBOX' as kind, written_at as at, tenant, group_id, actor, id,
        'It waits to be sent to ' || topic || '.' as message
      from troupe.outbox
      union all
      select 'OUTBOX_PARKED', parked_at, tenant, group_id, actor, id,
        'It cannot be sent to ' || topic || ': ' || error_code || ' ' || left(error_message, 500)
      from troupe.outbox_parked
    ) as waiting
    where id = ${eventId}::uuid and coalesce(tenant, '') = ${tenant}
    limit ${mostSteps}`
}
