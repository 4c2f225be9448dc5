/**
 * Rows of the outbox, there and back: what a writer gives as columns of `troupe.outbox`, and what a relay reads as the
 * record that was given. Whatever is wrong with a row is said before anything of it is sent.
 */

import type { OutboxRow, PendingRecord } from '../delivery/outbox.ts'
import { letterType } from '../delivery/outbox-letter.ts'
import type { OutgoingHeader, OutgoingRecord } from '../delivery/outgoing.ts'
import { TroupeError } from '../errors.ts'
import { bytea, storable } from './storable-text.ts'

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

/** What one statement carries. Written out it is twice as much, and Postgres takes no message of a gigabyte. */
const mostBytes = 64 * 1024 * 1024

export type OutboxColumns = ReturnType<typeof outboxColumns>

/** Throws EFFECTS_REFUSED, naming the event that cannot be stored. */
export const outboxColumns = (rows: readonly OutboxRow[]) => {
  for (const row of rows) {
    if (!topicName.test(row.record.topic)) throw unfit(row, `"${row.record.topic}" is no name of a topic`)
    if (!uuid.test(row.id)) throw unfit(row, 'its id is no UUID')
  }
  const sizeBytes = rows.map(({ record }) => sizeOf(record))
  const bytes = sizeBytes.reduce((sum, size) => sum + size, 0)
  if (bytes > mostBytes) throw tooMuch(rows, bytes)
  const headers = rows.map(storedHeaders)
  const column = (name: HeaderColumn): (string | null)[] =>
    headers.map(({ columns }) => columns[name] ?? null)
  return {
    rows: rows.length,
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
    sizeBytes,
  }
}

/** Kafka's rule. A name against it would wait for its topic for ever. */
const topicName = /^[A-Za-z0-9._-]{1,249}$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface StoredHeaders {
  readonly columns: Readonly<Partial<Record<HeaderColumn, string>>>
  readonly others: readonly (readonly [name: string, value: string])[]
}

/**
 * The first header of a name goes into its column; an id or type that is not the event's own is refused. Those of a dead
 * letter stay together: they are its record's, whatever they are called.
 */
const storedHeaders = (row: OutboxRow): StoredHeaders => {
  const columns: Partial<Record<HeaderColumn, string>> = {}
  const others: (readonly [string, string])[] = []
  if (row.type === letterType)
    return {
      columns,
      others: row.record.headers.map(([name, bytes]) => [name, headerText(row, name, bytes)]),
    }
  for (const [name, bytes] of row.record.headers) {
    const value = headerText(row, name, bytes)
    const own = { [idHeader]: row.id, [typeHeader]: row.type }[name]
    if (own !== undefined) {
      if (own !== value) throw unfit(row, `its header ${name} says "${value}"`)
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
const headerText = (row: OutboxRow, name: string, value: Uint8Array | string): string => {
  try {
    const text = typeof value === 'string' ? value.toWellFormed() : decoder.decode(value)
    if (!text.includes('\0') && !name.includes('\0')) return text
  } catch {
    // Said below.
  }
  throw unfit(row, `its header ${JSON.stringify(name)} holds NUL or bytes that are not UTF-8: encode it`)
}

const unfit = ({ id, type }: OutboxRow, why: string): TroupeError =>
  new TroupeError('EFFECTS_REFUSED', `the event ${type} with id ${id} cannot go into the outbox: ${why}`)

const tooMuch = (rows: readonly OutboxRow[], bytes: number): TroupeError =>
  new TroupeError(
    'EFFECTS_REFUSED',
    `${String(rows.length)} events of ${String(bytes)} bytes cannot go into the outbox in one transaction: ${String(mostBytes)} can`,
  )

/** `package` of `shipping.package.scanned`; the whole name where it has another form. */
const entityOf = (type: string): string => {
  const parts = type.split('.')
  return parts.length === 3 ? (parts[1] as string) : type
}

const readable = (key: Uint8Array): string => storable(Buffer.from(key).toString('utf8'))

const overheadBytes = 100

const sizeOf = ({ key, value, headers }: OutgoingRecord): number =>
  headers.reduce(
    (sum, [name, text]) => sum + name.length + text.length,
    overheadBytes + (key?.length ?? 0) + (value?.length ?? 0),
  )

/** A row of the table, as far as sending needs it. */
export interface StoredRow {
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

/** What was given to `outboxColumns`; headers with a column come first. */
export const pendingRecordOf = (row: StoredRow): PendingRecord => ({
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

const headersOf = (row: StoredRow): readonly OutgoingHeader[] => {
  if (row.type === letterType) return row.headers
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
