/** Publishes scans of new packages, one each, numbered on from call to call. */

import type { Publisher } from '../../runtime/index.ts'
import { scanned } from './tracked-scans.ts'

/** Resolves when the broker has them. */
export const scanPublisher = (publisher: Pick<Publisher, 'publish'>): ((count: number) => Promise<void>) => {
  let published = 0
  return async (count) => {
    for (let nth = 0; nth < count; nth += 1) {
      published += 1
      const scan = scanned({
        eventId: `scan-${String(published)}`,
        trackingId: `PARCEL-${String(published)}`,
        scan: 'LABEL_CREATED',
        occurredAt: Date.UTC(2026, 0, 5, 12, published),
      })
      await publisher.publish('shipping.package.scanned', scan, { key: scan.trackingId })
    }
  }
}
