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

export const schemasDir = join(import.meta.dirname, '../schemas')
const schemaFile = join(schemasDir, 'bench/order/placed.v1.avsc')

export const OrderPlaced = eventType<OrderPlaced>(
  'bench.order.placed',
  JSON.parse(readFileSync(schemaFile, 'utf8')) as AvroSchema,
)

export const benchTopic = 'bench.events'
export const partitions = 8

export const recordCount = (): number => Number(process.env['BENCH_RECORDS'])
export const withTraceparent = (): boolean => process.env['BENCH_TRACEPARENT'] === 'true'
export const brokers = (): string => process.env['KAFKA_BROKERS'] ?? ''
export const group = (): string => process.env['BENCH_GROUP'] ?? 'bench'
