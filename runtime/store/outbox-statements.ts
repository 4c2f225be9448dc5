/**
 * How events get into the outbox: one statement, whatever their number, in the transaction of what they follow from.
 * Send `wakeRelays` after the COMMIT and not in the transaction: Postgres lets transactions that notify commit one
 * after the other only. A wake that is lost costs the relay's poll interval, no event.
 */

import type { Sql } from '../actor/context.ts'
import { outboxChannel, sliceOfRow, sliceOfUnit, type OutboxRow } from '../delivery/outbox.ts'
import type { Unit } from '../delivery/unit.ts'
import { outboxColumns, type OutboxColumns } from './outbox-rows.ts'

/**
 * The rows of a unit, numbered from `firstSeq` on. To be sent behind the statement that fences: that one adds
 * `columns.rows` to the unit's `outbox_seq` and keeps its row locked until the COMMIT, so positions, numbers and
 * commits have one order (OB1). Undefined `firstSeq`: the numbers that end with the row's `outbox_seq`, so that no
 * answer has to be waited for.
 */
export const insertOutbox = async (
  sql: Sql,
  unit: Unit,
  firstSeq: number | undefined,
  columns: OutboxColumns,
): Promise<void> => {
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
         (select outbox_seq - ${columns.rows}::bigint + 1 from troupe.units as units
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

/**
 * The same for who writes events without being a unit, such as a gateway: they have no numbers, and wait for
 * transactions before theirs. Throws EFFECTS_REFUSED naming the event that cannot be stored.
 */
export const insertOutboxOfOther = async (sql: Sql, rows: readonly OutboxRow[]): Promise<void> => {
  if (rows.length === 0) return
  const columns = outboxColumns(rows)
  await sql`
    insert into troupe.outbox
      (slice, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition, headers, tenant,
       correlation_id, source, traceparent, timestamp_ms, size_bytes)
    select slice, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition, headers, tenant,
       correlation_id, source, traceparent, timestamp_ms, size_bytes
    from unnest(${rows.map(sliceOfRow)}::smallint[], ${columns.id}::uuid[], ${columns.aggregateType}::text[],
                ${columns.aggregateId}::text[], ${columns.type}::text[], ${columns.payload}::bytea[],
                ${columns.topic}::text[], ${columns.key}::bytea[], ${columns.partition}::integer[],
                ${columns.headers}::jsonb[], ${columns.tenant}::text[], ${columns.correlationId}::text[],
                ${columns.source}::text[], ${columns.traceparent}::text[], ${columns.timestampMs}::bigint[],
                ${columns.sizeBytes}::integer[])
      with ordinality as event (slice, id, aggregatetype, aggregateid, type, payload, topic, partition_key, partition,
                headers, tenant, correlation_id, source, traceparent, timestamp_ms, size_bytes, nth)
    order by nth`
}

/**
 * Tells relays that there is something in these slices. Outside of a transaction, after its COMMIT. To notify is to
 * commit, one after the other in the whole server: nobody waits for the disk there.
 */
export const wakeRelays = async (sql: Sql, slices: readonly number[]): Promise<void> => {
  await sql`
    select set_config('synchronous_commit', 'off', true), pg_notify(${outboxChannel}, ${[...new Set(slices)].join(',')})`
}
