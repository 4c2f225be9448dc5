/** Scans, and what the package-tracking actor tracks of them: rows for `applyTracked`, without Kafka. */

import packageTracking from '../../actors/package-tracking/package-tracking.ts'
import type { TrackedScan } from '../../actors/package-tracking/tables.ts'
import type { TrackedRow } from '../../runtime/actor/index.ts'
import { receiveOne } from '../../runtime/actor/testing/index.ts'
import type { PackageScanned } from '../../schemas/types/index.ts'

export const noon = Date.UTC(2025, 5, 2, 12)

/** A scan with everything filled in but what matters to the test. */
export const scanned = (
  given: Partial<PackageScanned> & Pick<PackageScanned, 'trackingId' | 'scan'>,
): PackageScanned => ({
  eventId: `${given.tenantId ?? 'acme'}/${given.trackingId}/${given.scan}/${String(given.occurredAt ?? noon)}`,
  tenantId: 'acme',
  correlationId: null,
  orderId: 'ORDER-1',
  carrier: 'DHL',
  occurredAt: noon,
  location: null,
  message: null,
  ...given,
})

/** Runs the actor over the scans, as one worker would, remembering each package. */
export class Tracker {
  readonly #states = new Map<string, unknown>()

  /** Throws when the actor rejects one. */
  async track(...scans: readonly PackageScanned[]): Promise<readonly TrackedRow<TrackedScan>[]> {
    const rows: TrackedRow<TrackedScan>[] = []
    for (const scan of scans) {
      const name = `${scan.tenantId}/${scan.trackingId}`
      const { outcome, state, tracked } = await receiveOne(packageTracking, scan, {
        key: scan.trackingId,
        state: this.#states.get(name),
      })
      if (outcome.kind !== 'commit') throw new Error(`${scan.eventId}: ${outcome.kind} ${outcome.reason}`)
      this.#states.set(name, state)
      for (const row of tracked) {
        rows.push({ ...(row as TrackedScan), tenant: scan.tenantId, eventId: scan.eventId })
      }
    }
    return rows
  }
}
