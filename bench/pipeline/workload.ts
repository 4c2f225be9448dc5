/** The records of the pipeline benchmark: which topic, which schema, how many. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventType, type AvroSchema } from '../../runtime/actor/index.ts'

/** An order as a shop would tell of it; about 130 bytes in Avro. */
export interface OrderPlaced {
  readonly eventId: string
  readonly tenantId: string
  readonly orderId: string
  readonly trackingId: string
  readonly amountCents: number
  readonly currency: string
  readonly status: 'NEW' | 'PAID' | 'SENT'
  readonly occurredAt: number
  readonly email: string | null
  readonly items: readonly { readonly sku: string; readonly qty: number }[]
}

/** What the actor with effects emits. */
interface OrderCounted {
  readonly orderId: string
  readonly times: number
}

declare module '../../runtime/actor/event-type.ts' {
  interface EventCatalogue {
    'bench.order.counted': OrderCounted
  }
}

export const schemasDir = join(import.meta.dirname, '../schemas')
export const schemaFile = join(schemasDir, 'bench/order/placed.v1.avsc')

export const OrderPlaced = eventType<OrderPlaced>(
  'bench.order.placed',
  JSON.parse(readFileSync(schemaFile, 'utf8')) as AvroSchema,
)

/** Where a run has several topics each has a prefix of its own, as the runtime's topics may have one. */
export const benchTopic = `${process.env['KAFKA_PREFIX'] ?? ''}bench.events`
export const partitions = Number(process.env['BENCH_PARTITIONS'] ?? 8)

export const recordCount = (): number => Number(process.env['BENCH_RECORDS'])
/** Of each record, up to 6. */
export const headerCount = (): number => Number(process.env['BENCH_HEADERS'] ?? 0)
/** Records have as many bytes at least: one of their texts is so much longer. */
export const recordBytes = (): number => Number(process.env['BENCH_RECORD_BYTES'] ?? 0)
/** Different keys. */
export const keyCount = (): number => Number(process.env['BENCH_KEYS'] ?? 50_000)
/** Percent of the records that have one and the same key. */
export const hotKeyPercent = (): number => Number(process.env['BENCH_HOT_KEY_PERCENT'] ?? 0)
/** Percent of the records that go into partition 0, whatever their key; below 0: none of them; 0: where their keys belong. */
export const hotPartitionPercent = (): number => Number(process.env['BENCH_HOT_PARTITION_PERCENT'] ?? 0)
export const brokers = (): string => process.env['KAFKA_BROKERS'] ?? ''
export const group = (): string => process.env['BENCH_GROUP'] ?? 'bench'
