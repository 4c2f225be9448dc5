/** Troupe's publisher: validate, encode, headers, acks of all, idempotent. */

import { publisherFromEnv } from '../../runtime/index.ts'
import { recordCount, schemasDir, type OrderPlaced } from '../pipeline/workload.ts'
import { publishAll } from './published.ts'

declare module '../../runtime/actor/event-type.ts' {
  interface EventCatalogue {
    'bench.order.placed': OrderPlaced
  }
}

const publisher = await publisherFromEnv({ options: { schemasDir }, source: 'bench' })
await publishAll(recordCount(), (events) =>
  publisher.publishAll(
    'bench.order.placed',
    events.map((event) => ({ event, key: event.orderId })),
  ),
)
