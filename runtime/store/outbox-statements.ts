/**
 * How events get into the outbox: one statement, whatever their number, in the transaction of what they follow from.
 * Send `wakeRelays` after the COMMIT and not in the transaction: Postgres lets transactions that notify commit one
 * after the other only, their flush to disk included. A wake that is lost costs the relay's poll interval, no event.
 */

import type { Sql } from '../actor/context.ts'
import {
  outboxChannel,
  sliceOfEvent,
  sliceOfUnit,
  type OutboxEvent,
  type PendingRecord,
} from '../delivery/outbox.ts'
import type { OutgoingHeader, OutgoingRecord } from '../delivery/outgoing.ts'
import type { Unit } from '../delivery/unit.ts'
import { TroupeError } from '../errors.ts'

/**
 * The rows of a unit, numbered from `firstSeq` on. To be sent behind the statement that fences: that one adds
 * `rows.length` to the unit's `outbox_seq` and keeps its row locked until the COMMIT, so positions, numbers and
 * commits have one order (OB1). Undefined `firstSeq`: the numbers that end with the row's `outbox_seq`, so that no
 * answer has to be waited for. Throws EFFECTS_REFUSED naming the event that cannot be stored.
 */
export const insertOutbox = async (
  sql: Sql,
  unit: Unit,
  firstSeq: number | undefined,
  rows: readonly OutboxEvent[],
): Promise<void> => {
  if (rows.length === 0) return
  const columns = columnsOf(rows)
  const { group, actor, topic, partition } = unit
  await sql`
    insert into troupe.outbox
      (slice, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition, headers, tenant,
       correlation_id, source, traceparent, timestamp_ms, size_bytes, group_id, actor, unit_topic, unit_partition, seq)
    select ${sliceOfUnit(unit)}::smallint, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition,
       headers, tenant, correlation_id, source, traceparent, timestamp_ms, size_bytes,
       ${group}::text, ${actor}::text, ${topic}::text, ${partition}::integer,
       -- A unit without a row has no numbers to give: the null is refused.
       coalesce(${firstSeq}::bigint,
         (select outbox_seq - ${rows.length}::bigint + 1 from troupe.units as units
          where units.group_id = ${group} and units.actor = ${actor}
            and units.topic = ${topic} and units.partition = ${partition})) + nth - 1
    from unnest(${columns.id}::uuid[], ${columns.aggregateType}::text[], ${columns.aggregateId}::text[],
                ${columns.type}::text[], ${columns.payload}::bytea[], ${columns.topic}::text[],
                ${columns.key}::bytea[], ${columns.partition}::integer[], ${columns.headers}::jsonb[],
                ${columns.tenant}::text[], ${columns.correlationId}::text[], ${columns.source}::text[],
                ${columns.traceparent}::text[], ${columns.timestampMs}::bigint[], ${columns.sizeBytes}::integer[])
      with ordinality as event (id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition, headers,
                tenant, correlation_id, source, traceparent, timestamp_ms, size_bytes, nth)
    order by nth`
}

/** The same for who writes events without being a unit, such as a gateway: they have no numbers, and wait for transactions before theirs. */
export const insertOutboxOfOther = async (sql: Sql, rows: readonly OutboxEvent[]): Promise<void> => {
  if (rows.length === 0) return
  const columns = columnsOf(rows)
  await sql`
    insert into troupe.outbox
      (slice, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition, headers, tenant,
       correlation_id, source, traceparent, timestamp_ms, size_bytes)
    select slice, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition, headers, tenant,
       correlation_id, source, traceparent, timestamp_ms, size_bytes
    from unnest(${rows.map(sliceOfEvent)}::smallint[], ${columns.id}::uuid[], ${columns.aggregateType}::text[],
                ${columns.aggregateId}::text[], ${columns.type}::text[], ${columns.payload}::bytea[],
                ${columns.topic}::text[], ${columns.key}::bytea[], ${columns.partition}::integer[],
                ${columns.headers}::jsonb[], ${columns.tenant}::text[], ${columns.correlationId}::text[],
                ${columns.source}::text[], ${columns.traceparent}::text[], ${columns.timestampMs}::bigint[],
                ${columns.sizeBytes}::integer[])
      with ordinality as event (slice, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition,
                headers, tenant, correlation_id, source, traceparent, timestamp_ms, size_bytes, nth)
    order by nth`
}

/** Tells relays that there is something in these slices. Outside of a transaction, after its COMMIT. */
export const wakeRelays = async (sql: Sql, slices: readonly number[]): Promise<void> => {
  await sql`select pg_notify(${outboxChannel}, ${[...new Set(slices)].join(',')})`
}

/** Headers that have a column of their own, so that the event router can send them as headers too. */
const columnHeaders = {
  'tenant-id': 'tenant',
  'correlation-id': 'correlation_id',
  source: 'source',
  traceparent: 'traceparent',
} as const

type HeaderColumn = (typeof columnHeaders)[keyof typeof columnHeaders]

const idHeader = 'event-id'
const typeHeader = 'event-type'

interface StoredHeaders {
  readonly columns: Readonly<Partial<Record<HeaderColumn, string>>>
  readonly others: readonly (readonly [name: string, value: string])[]
}

/** The first header of a name goes into its column; an id or type that is not the event's own is refused. */
const storedHeaders = (event: OutboxEvent): StoredHeaders => {
  const columns: Partial<Record<HeaderColumn, string>> = {}
  const others: (readonly [string, string])[] = []
  for (const [name, bytes] of event.record.headers) {
    const value = headerText(event, name, bytes)
    const own = { [idHeader]: event.id, [typeHeader]: event.type }[name]
    if (own !== undefined) {
      if (own !== value) throw unfit(event, `its header ${name} says "${value}"`)
      continue
    }
    const column = Object.hasOwn(columnHeaders, name)
      ? columnHeaders[name as keyof typeof columnHeaders]
      : undefined
    if (column === undefined || columns[column] !== undefined) others.push([name, value])
    else columns[column] = value
  }
  return { columns, others }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Neither Postgres' text nor node-rdkafka's headers can hold a NUL, or bytes that are not UTF-8. */
const headerText = (event: OutboxEvent, name: string, value: Uint8Array | string): string => {
  try {
    const text = typeof value === 'string' ? value.toWellFormed() : decoder.decode(value)
    if (!text.includes('\0') && !name.includes('\0')) return text
  } catch {
    // Said below.
  }
  throw unfit(event, `its header ${JSON.stringify(name)} holds NUL or bytes that are not UTF-8: encode it`)
}

const unfit = ({ id, type }: OutboxEvent, why: string): TroupeError =>
  new TroupeError('EFFECTS_REFUSED', `the event ${type} with id ${id} cannot go into the outbox: ${why}`)

/** Kafka's rule. A name against it would wait for its topic for ever. */
const topicName = /^[A-Za-z0-9._-]{1,249}$/

const columnsOf = (rows: readonly OutboxEvent[]) => {
  for (const row of rows) {
    if (!topicName.test(row.record.topic)) throw unfit(row, `"${row.record.topic}" is no name of a topic`)
  }
  const headers = rows.map(storedHeaders)
  const column = (name: HeaderColumn): (string | null)[] =>
    headers.map(({ columns }) => columns[name] ?? null)
  return {
    id: rows.map(({ id }) => id),
    aggregateType: rows.map(({ type }) => entityOf(type)),
    aggregateId: rows.map(({ id, record }) => (record.key === null ? id : readable(record.key))),
    type: rows.map(({ type }) => type),
    payload: rows.map(({ record }) => bytea(record.value)),
    topic: rows.map(({ record }) => record.topic),
    key: rows.map(({ record }) => bytea(record.key)),
    partition: rows.map(({ record }) => record.partition ?? null),
    headers: headers.map(({ others }) => JSON.stringify(others)),
    tenant: column('tenant'),
    correlationId: column('correlation_id'),
    source: column('source'),
    traceparent: column('traceparent'),
    timestampMs: rows.map(({ record }) => record.timestamp ?? null),
    sizeBytes: rows.map(({ record }) => sizeOf(record)),
  }
}

/** `package` of `shipping.package.scanned`; the whole name where it has another form. */
const entityOf = (type: string): string => {
  const parts = type.split('.')
  return parts.length === 3 ? (parts[1] as string) : type
}

const readable = (key: Uint8Array): string => Buffer.from(key).toString('utf8').replaceAll('\0', '�')

const bytea = (bytes: Uint8Array | null): string | null =>
  bytes === null
    ? null
    : `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`

const overheadBytes = 100

const sizeOf = ({ key, value, headers }: OutgoingRecord): number =>
  headers.reduce(
    (sum, [name, text]) => sum + name.length + text.length,
    overheadBytes + (key?.length ?? 0) + (value?.length ?? 0),
  )

/** A row of the table, as far as sending needs it. */
export interface OutboxRow {
  readonly position: number
  readonly id: string
  readonly type: string
  readonly payload: Uint8Array | null
  readonly topic: string
  readonly partition_key: Uint8Array | null
  readonly partition: number | null
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly tenant: string | null
  readonly correlation_id: string | null
  readonly source: string | null
  readonly traceparent: string | null
  readonly timestamp_ms: number | null
  readonly group_id: string | null
  readonly actor: string | null
  readonly unit_topic: string | null
  readonly unit_partition: number | null
  readonly seq: number | null
}

/** What was given to `insertOutbox`; headers with a column come first. */
export const pendingRecordOf = (row: OutboxRow): PendingRecord => ({
  position: row.position,
  id: row.id,
  type: row.type,
  unit:
    row.seq === null
      ? undefined
      : {
          group: row.group_id as string,
          actor: row.actor as string,
          topic: row.unit_topic as string,
          partition: row.unit_partition as number,
        },
  seq: row.seq ?? undefined,
  record: {
    topic: row.topic,
    ...(row.partition !== null && { partition: row.partition }),
    key: row.partition_key,
    value: row.payload,
    headers: headersOf(row),
    ...(row.timestamp_ms !== null && { timestamp: row.timestamp_ms }),
  },
})

const headersOf = (row: OutboxRow): OutgoingHeader[] => {
  const headers: OutgoingHeader[] = [
    [typeHeader, row.type],
    [idHeader, row.id],
  ]
  for (const [name, column] of Object.entries(columnHeaders)) {
    const value = row[column]
    if (value !== null) headers.push([name, value])
  }
  headers.push(...row.headers)
  return headers
}
