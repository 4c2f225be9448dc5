/** What every publishing contender publishes, and how it is measured: batches, a few of them open at a time. */

import { randomUUID } from 'node:crypto'
import { Meter } from '../harness/sample.ts'
import type { OrderPlaced } from '../pipeline/workload.ts'

export const batchRecords = 1_000
const openBatches = 8

export const eventOf = (i: number): OrderPlaced => ({
  eventId: randomUUID(),
  tenantId: `tenant-${i % 100}`,
  orderId: `order-${i % 50_000}`,
  trackingId: `trk-${i}`,
  amountCents: i,
  currency: 'EUR',
  status: 'PAID',
  occurredAt: 1_700_000_000_000 + i,
  email: `user${i}@example.com`,
  items: [
    { sku: 'sku-1', qty: 1 },
    { sku: 'sku-2', qty: 2 },
  ],
})

/** Those that Troupe's publisher gives a record. */
export const headersOf = ({ eventId, tenantId }: OrderPlaced): Readonly<Record<string, string>> => ({
  'event-type': 'bench.order.placed',
  'event-id': eventId,
  'tenant-id': tenantId,
  'correlation-id': eventId,
  source: 'bench',
})

/** `send` resolves when the broker has acknowledged all of them. Prints the sample and ends the process. */
export const publishAll = async (
  total: number,
  send: (events: readonly OrderPlaced[]) => Promise<unknown>,
): Promise<void> => {
  const meter = new Meter(total)
  let begun = 0
  let acknowledged = 0
  const lane = async (): Promise<void> => {
    while (begun < total) {
      const from = begun
      begun = Math.min(total, begun + batchRecords)
      const count = begun - from
      await send(Array.from({ length: count }, (_, i) => eventOf(from + i)))
      acknowledged += count
      const sample = meter.look(acknowledged)
      if (sample === undefined) continue
      console.log(JSON.stringify(sample))
      process.exit(0)
    }
  }
  await Promise.all(Array.from({ length: openBatches }, lane))
}
