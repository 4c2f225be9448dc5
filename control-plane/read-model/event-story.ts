/**
 * An event by its id with what became of it, as its tenant may see it: neither payloads nor the words of errors, which are
 * the operators'.
 */

import type { Sql } from './sql.ts'
import { isPossibleId } from './tracking-filter.ts'
import type { PackageEventRow } from './tracking.ts'

export type EventStatus = 'APPLIED' | 'REJECTED' | 'FAILED' | 'DISCARDED'

export type EventStepKind =
  'APPLIED' | 'REPEATED' | 'REJECTED' | 'UNREADABLE' | 'FAILED' | 'SENT_AGAIN' | 'DISCARDED'

export interface EventStep {
  readonly kind: EventStepKind
  readonly at: Date
}

export interface EventStoryRow {
  readonly id: string
  readonly status: EventStatus
  /** As it stands in the history; undefined: it never got there. */
  readonly scan: (PackageEventRow & { readonly trackingId: string }) | undefined
  readonly story: readonly EventStep[]
}

/** As many of each kind; the last ones. */
const mostSteps = 20

/** undefined: the tenant has no such event. */
export const eventById = async (sql: Sql, tenant: string, id: string): Promise<EventStoryRow | undefined> => {
  if (!isPossibleId(id)) return undefined
  const [[scan], letters, repeats] = await Promise.all([
    scanWith(sql, tenant, id),
    lettersOf(sql, tenant, id),
    repeatsOf(sql, tenant, id),
  ])
  if (scan === undefined && letters.length === 0) return undefined
  const steps: EventStep[] = [
    ...(scan === undefined ? [] : [{ kind: 'APPLIED', at: scan.recordedAt } as const]),
    ...letters.flatMap(stepsOf),
    ...repeats.map(({ at }) => ({ kind: 'REPEATED', at }) as const),
  ]
  return {
    id,
    status: scan === undefined ? statusOf(letters) : 'APPLIED',
    scan,
    story: steps.sort((a, b) => a.at.getTime() - b.at.getTime()),
  }
}

const scanWith = (sql: Sql, tenant: string, id: string) => sql<PackageEventRow & { trackingId: string }>`
  select event_id as id, tracking_id as "trackingId", scan, state, step, occurred_at as time,
    recorded_at as "recordedAt", message,
    case when location_city is not null then json_build_object(
      'city', location_city, 'country', location_country, 'latitude', location_lat, 'longitude', location_lon
    ) end as location
  from tracking.package_events where tenant = ${tenant} and event_id = ${id}`

interface Letter {
  readonly outcome: 'rejected' | 'undecodable' | 'exhausted'
  readonly state: 'dead' | 'redriving' | 'redriven' | 'discarded'
  readonly failedAt: Date
  /** When it was last sent again or discarded. */
  readonly settledAt: Date | null
}

const lettersOf = (sql: Sql, tenant: string, id: string) => sql<Letter>`
  select outcome, state, failed_at as "failedAt", (
    select max(told_at) from troupe.dead_letter_receipts as receipt
    where receipt.dead_letter_id = dead_letters.id and receipt.outcome in ('redriven', 'discarded')
  ) as "settledAt"
  from troupe.dead_letters
  where event_id = ${id} and tenant = ${tenant}
  order by dead_letters.id desc limit ${mostSteps}`

const repeatsOf = (sql: Sql, tenant: string, id: string) => sql<{ readonly at: Date }>`
  select seen_at as at from troupe.duplicates
  where tenant = ${tenant} and key = ${id}
  order by seen_at desc limit ${mostSteps}`

const stepKinds = { rejected: 'REJECTED', undecodable: 'UNREADABLE', exhausted: 'FAILED' } as const

const stepsOf = ({ outcome, state, failedAt, settledAt }: Letter): readonly EventStep[] => {
  const failed: EventStep = { kind: stepKinds[outcome], at: failedAt }
  switch (state) {
    case 'dead':
    case 'redriving':
      return [failed]
    case 'redriven':
      return [failed, { kind: 'SENT_AGAIN', at: settledAt ?? failedAt }]
    case 'discarded':
      return [failed, { kind: 'DISCARDED', at: settledAt ?? failedAt }]
    default:
      return state satisfies never
  }
}

/** The last letter says it. */
const statusOf = ([last]: readonly Letter[]): EventStatus => {
  if (last?.state === 'discarded') return 'DISCARDED'
  return last?.outcome === 'rejected' ? 'REJECTED' : 'FAILED'
}
