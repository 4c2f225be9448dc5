/** What Postgres knows of the units of a group, for an audit. */

import type { AuditedUnit, Unit, UnitEvent } from '../delivery/index.ts'
import { operatorPool, type OperatorStoreOptions } from './operator-pool.ts'
import type { PostgresSession } from './postgres-session.ts'
import { readUnits } from './progress-statements.ts'
import { untilDone, wrapped } from './run-again.ts'
import { nameOf, nameOfPlace, type PlaceText } from './unit-rows.ts'

export interface ToldEvent extends UnitEvent {
  /** The process, or the operator who asked. */
  readonly by: string
  readonly atMs: number
}

export interface StoredUnit extends AuditedUnit {
  /** Since ever, oldest first: those before the start of its account too. */
  readonly history: readonly ToldEvent[]
}

export interface AuditStore {
  /** By actor, topic and partition. Throws POSTGRES_UNAVAILABLE. */
  units(group: string): Promise<readonly StoredUnit[]>
  /** Of which there are units. */
  groups(): Promise<readonly string[]>
  close(): Promise<void>
}

/** Opens no connection yet. */
export const openAuditStore = (options: OperatorStoreOptions): AuditStore => {
  const pool = operatorPool(options, 'audit')
  const run = async <T>(work: (session: PostgresSession) => Promise<T>): Promise<T> => {
    try {
      return await untilDone(pool, work)
    } catch (error) {
      throw wrapped(error, 'what was asked of units')
    }
  }
  return {
    units: (group) => run((session) => unitsOf(session, group)),
    groups: () =>
      run(async ({ sql }) => {
        const rows = await sql<{
          group: string
        }>`select distinct group_id as group from troupe.units order by 1`
        return rows.map((row) => row.group)
      }),
    close: () => pool.close(),
  }
}

interface LettersRow extends PlaceText {
  readonly letters: number
}

interface EventRow extends PlaceText {
  readonly kind: UnitEvent['kind']
  readonly from_offset: number | null
  readonly to_offset: number
  readonly told_by: string
  readonly told_at: Date
}

/** Dead letters and events are read after the rows: there may be more of them than the rows know, never fewer. */
const unitsOf = async ({ sql }: PostgresSession, group: string): Promise<readonly StoredUnit[]> => {
  const units = await sql<Unit>`
    select group_id as group, actor, topic, partition from troupe.units
    where group_id = ${group} order by actor, topic, partition`
  const reports = await readUnits(sql, units)
  const letters = await sql<LettersRow>`
    select letter.group_id, letter.actor, letter.topic, letter.partition, count(*) as letters
    from troupe.dead_letters as letter
    join troupe.units as unit using (group_id, actor, topic, partition)
    where letter.group_id = ${group} and letter.record_offset >= unit.accounted_from
    group by 1, 2, 3, 4`
  const events = await sql<EventRow>`
    select group_id, actor, topic, partition, kind, from_offset, to_offset, told_by, told_at
    from troupe.unit_events where group_id = ${group} order by id`
  const lettersOf = new Map(letters.map((row) => [nameOfPlace(row), row.letters]))
  const eventsOf = Map.groupBy(events, nameOfPlace)
  return reports.flatMap((report) => {
    if (report === undefined) return []
    const name = nameOf(report.unit)
    return [
      {
        ...report,
        indexedDeadLetters: lettersOf.get(name) ?? 0,
        history: (eventsOf.get(name) ?? []).map(({ kind, from_offset, to_offset, told_by, told_at }) => ({
          kind,
          from: from_offset ?? undefined,
          to: to_offset,
          by: told_by,
          atMs: told_at.getTime(),
        })),
      },
    ]
  })
}
