/** Parked keys in Postgres: what the owner of a unit reads, and what operators ask. */

import {
  mostKeysInMemory,
  unpackHeaders,
  type NewParkedCommand,
  type ParkedCommand,
  type ParkedKeys,
  type ParkedRecord,
  type ParkingStore,
  type ParkingSurvey,
  type Unit,
} from '../delivery/index.ts'
import { parsedInboxKey } from './inbox-key-text.ts'
import { operatorPool, type OperatorStoreOptions } from './operator-pool.ts'
import type { PostgresSession } from './postgres-session.ts'
import { askedOf } from './run-again.ts'
import type { SessionPool } from './session-pool.ts'
import { parkingName } from './parking-name.ts'
import { selectParked } from './parking-statements.ts'
import { storable } from './storable-text.ts'

/** Opens no connection yet. Keys that Postgres cannot hold, or that are very long, come back as hashes of themselves. */
export const openParkingStore = (options: OperatorStoreOptions): ParkingStore =>
  new PostgresParkingStore(operatorPool(options, 'parking'))

const mostBytesPerKey = 65_536

interface RecordRow {
  readonly topic: string
  readonly partition: number
  readonly record_offset: number
  readonly parking_key: string
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: Uint8Array
  readonly timestamp_ms: number | null
  readonly inbox_key: string | null
  readonly attempts: number
  readonly error_class: string
  readonly error_code: string
  readonly message: string
  readonly parked_at: Date
}

class PostgresParkingStore implements ParkingStore {
  readonly #pool: SessionPool

  constructor(pool: SessionPool) {
    this.#pool = pool
  }

  async load({ group, actor, topic, partition }: Unit, limit = mostKeysInMemory): Promise<ParkedKeys> {
    const rows = await this.#run(
      ({ sql }) => sql<{ parking_key: string; records: number; held: boolean }>`
        select parking_key, records, due_at is null as held from troupe.parked_keys
        where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
        limit ${limit + 1}`,
    )
    if (rows.length > limit) return { kind: 'too-many' }
    const keys = rows.map(({ parking_key: parkingKey, records, held }) => ({ parkingKey, records, held }))
    return { kind: 'all', keys: new Map(keys.map((key) => [key.parkingKey, key])) }
  }

  async parkedAmong(unit: Unit, parkingKeys: readonly string[]): Promise<readonly string[]> {
    if (parkingKeys.length === 0) return []
    const found = await this.#run(({ sql }) => selectParked(sql, unit, parkingKeys))
    return parkingKeys.filter((key) => found.has(key))
  }

  async due(
    { group, actor, topic, partition }: Unit,
    limit = 500,
    perKey = 1,
    except: readonly string[] = [],
  ): Promise<readonly ParkedRecord[]> {
    const rows = await this.#run(
      ({ sql }) => sql<RecordRow>`
        select first.* from (
          select * from troupe.parked_keys
          where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
            and due_at <= troupe.clock() and not parking_key = any (${except.map(parkingName)}::text[])
          order by due_at limit ${limit}
        ) as parked
        cross join lateral (
          select *, sum(octet_length(value)) over (order by record_offset) - octet_length(value) as bytes_before
          from (
            select * from troupe.parked_records as queue
            where queue.group_id = ${group} and queue.actor = ${actor} and queue.topic = ${topic}
              and queue.partition = ${partition} and queue.parking_key = parked.parking_key
            order by queue.parking_key, queue.record_offset limit ${perKey}
          ) as queue
        ) as first
        where coalesce(first.bytes_before, 0) < ${mostBytesPerKey}
        order by parked.due_at, first.record_offset`,
    )
    return rows.map(recordOf)
  }

  async nextDueInMs({ group, actor, topic, partition }: Unit): Promise<number | undefined> {
    const [row] = await this.#run(
      ({ sql }) => sql<{ ms: number }>`
        select greatest(0, extract(epoch from due_at - troupe.clock()) * 1000)::double precision as ms
        from troupe.parked_keys
        where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
          and due_at is not null
        order by due_at limit 1`,
    )
    return row && Math.ceil(row.ms)
  }

  async survey({ group, actor, topic, partition }: Unit): Promise<ParkingSurvey> {
    const [row] = await this.#run(
      ({ sql }) => sql<ParkingSurvey>`
        select count(*) as keys, count(*) filter (where due_at is null) as held, coalesce(sum(records), 0)::bigint as records,
          greatest(0, coalesce(extract(epoch from troupe.clock() - min(parked_at)) * 1000, 0))::double precision as "oldestAgeMs"
        from troupe.parked_keys
        where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}`,
    )
    return row ?? { keys: 0, held: 0, records: 0, oldestAgeMs: 0 }
  }

  async queue(
    { group, actor, topic, partition }: Unit,
    parkingKey: string,
  ): Promise<readonly ParkedRecord[]> {
    const rows = await this.#run(
      ({ sql }) => sql<RecordRow>`
        select * from troupe.parked_records
        where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
          and parking_key = ${parkingName(parkingKey)}
        order by record_offset limit 100`,
    )
    return rows.map(recordOf)
  }

  async ask({ unit, parkingKey, kind, offset, by }: NewParkedCommand): Promise<number> {
    const [row] = await this.#run(
      ({ sql }) => sql<{ id: number }>`
        insert into troupe.parked_commands
          (group_id, actor, topic, partition, parking_key, kind, record_offset, asked_by)
        values (${unit.group}, ${unit.actor}, ${unit.topic}, ${unit.partition}, ${parkingName(parkingKey)}, ${kind},
          ${offset ?? null}, ${storable(by)})
        returning id`,
    )
    return row?.id ?? 0
  }

  async commands(unit: Unit): Promise<readonly ParkedCommand[]> {
    const { group, actor, topic, partition } = unit
    const rows = await this.#run(
      ({ sql }) => sql<{
        id: number
        parking_key: string
        kind: ParkedCommand['kind']
        record_offset: number | null
        asked_by: string
      }>`
        select id, parking_key, kind, record_offset, asked_by from troupe.parked_commands
        where group_id = ${group} and actor = ${actor} and topic = ${topic} and partition = ${partition}
          and done_at is null
        order by id limit 100`,
    )
    return rows.map(({ id, parking_key: parkingKey, kind, record_offset, asked_by: by }) => ({
      id,
      unit,
      parkingKey,
      kind,
      offset: record_offset ?? undefined,
      by,
    }))
  }

  async answerIfUnparked(command: number): Promise<void> {
    await this.#run(
      ({ sql }) => sql`
        update troupe.parked_commands as command set done_at = now(), answer = ${unparkedAnswer}
        where id = ${command} and done_at is null and not exists (
          select from troupe.parked_keys as parked
          where parked.group_id = command.group_id and parked.actor = command.actor and parked.topic = command.topic
            and parked.partition = command.partition and parked.parking_key = command.parking_key)`,
    )
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  #run<T>(work: (session: PostgresSession) => Promise<T>): Promise<T> {
    return askedOf(this.#pool, 'what was asked of parked keys', work)
  }
}

const unparkedAnswer = 'nothing is parked there any more'

const recordOf = (row: RecordRow): ParkedRecord => ({
  parkingKey: row.parking_key,
  original: {
    topic: row.topic,
    partition: row.partition,
    offset: row.record_offset,
    timestamp: row.timestamp_ms ?? -1,
    key: row.key,
    value: row.value,
    headers: unpackHeaders(row.headers),
  },
  inboxKey: parsedInboxKey(row.inbox_key),
  attempts: row.attempts,
  failure:
    row.attempts === 0
      ? undefined
      : { errorClass: row.error_class, errorCode: row.error_code, message: row.message },
  parkedAtMs: row.parked_at.getTime(),
})
