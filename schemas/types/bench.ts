// Generated from schemas/avro by `npm run generate-types`. Change the schema, not this file.

import { eventType } from '../../runtime/actor/event-type.ts'

/** What the benches produce and consume: about 130 bytes. */
export interface OrderPlaced {
  readonly eventId: string
  readonly tenantId: string
  readonly orderId: string
  readonly trackingId: string
  readonly amountCents: number
  readonly currency: string
  readonly status: OrderStatus
  /** ms since the epoch. */
  readonly occurredAt: number
  readonly email: string | null
  readonly items: readonly OrderItem[]
}

export type OrderStatus = 'NEW' | 'PAID' | 'SENT'

export interface OrderItem {
  readonly sku: string
  readonly qty: number
}

export const OrderPlaced = eventType<OrderPlaced>('bench.order.placed', {
  type: 'record',
  namespace: 'bench.order',
  name: 'placed',
  doc: 'What the benches produce and consume: about 130 bytes.',
  fields: [
    { name: 'eventId', type: 'string' },
    { name: 'tenantId', type: 'string' },
    { name: 'orderId', type: 'string' },
    { name: 'trackingId', type: 'string' },
    { name: 'amountCents', type: 'long' },
    { name: 'currency', type: 'string' },
    { name: 'status', type: { type: 'enum', name: 'order_status', symbols: ['NEW', 'PAID', 'SENT'] } },
    { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'email', type: ['null', 'string'], default: null },
    {
      name: 'items',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'order_item',
          fields: [
            { name: 'sku', type: 'string' },
            { name: 'qty', type: 'int' },
          ],
        },
      },
    },
  ],
})

declare module '../../runtime/actor/event-type.ts' {
  interface EventCatalogue {
    'bench.order.placed': Omit<OrderPlaced, 'email'> & Partial<Pick<OrderPlaced, 'email'>>
  }
}
